"""The small drawn pieces of every page, from one file that browsers cache: `img/sprite.svg`."""

import json
from zlib import crc32

from django import template
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from accounts.forms import FormError, form_errors_in
from articles.richtext import trusted, unbroken
from articles.text_parts import videos

register = template.Library()
register.filter(unbroken)
SPRITE = "img/sprite.svg"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing as large as a letter and in the text's colour. The text beside it says what it
    means: screen readers skip it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(SPRITE), name
    )


# The whole drawing, and a little nearer; each also mirrored, so that a list of one topic's articles
# does not repeat one picture.
VIEWS = ("0 0 800 500", "40 25 720 450")
MIRRORED = "matrix(-1 0 0 1 800 0)"


@register.simple_tag
def picture_of(topic: str, view: str = "") -> SafeString:
    """A topic's illustration in the colours of light or dark, as wide as its place; decorative.

    `view`: what chooses between the views of one drawing, such as an article's slug.
    """
    number = crc32(view.encode()) if view else 0
    return format_html(
        '<svg class="art art-{}" viewBox="{}" preserveAspectRatio="xMidYMid slice"'
        ' aria-hidden="true"><use href="{}#art-{}"{}></use></svg>',
        topic,
        VIEWS[number % 2],
        static(SPRITE),
        topic,
        format_html(' transform="{}"', MIRRORED) if number // 2 % 2 else "",
    )


@register.simple_tag
def video_hosts() -> str:
    """The addresses of videos that an article may show, as JSON for the text field."""
    return json.dumps([host.pages for host in videos.HOSTS])


@register.simple_tag(takes_context=True)
def form_errors(context: Context) -> list[FormError]:
    """What is wrong with the forms of this page, without the view's help."""
    in_admin = getattr(context.get("adminform"), "form", None)
    return form_errors_in([*context.flatten().values(), in_admin])


@register.filter
def may_be_empty(field: BoundField) -> bool:
    """Whether the label of a field says that it is optional.

    Not where the form requires nothing, and not in `needed_sometimes` of a form: what other answers
    make necessary.
    """
    form, widget = field.form, field.field.widget
    if isinstance(widget, CheckboxInput) or widget.attrs.get("required"):
        return False
    return (
        not field.field.required
        and field.name not in getattr(form, "needed_sometimes", ())
        and any(one.field.required for one in form.visible_fields())
    )


@register.filter
def with_labels(cells: list[SafeString], headers: list[dict]) -> list[SafeString]:
    """The cells of a row in the admin's lists, which Django renders whole, each with the name of
    its column: on a phone, a row is no longer below its headers."""
    return [_labelled(cell, header["text"]) for cell, header in zip(cells, headers, strict=False)]


def _labelled(cell: SafeString, name: str) -> SafeString:
    if not cell.startswith("<td") or not strip_tags(name).strip():
        return cell
    start, rest = cell[:3], cell[3:]
    label = conditional_escape(capfirst(strip_tags(name)))
    return trusted(f'{start} data-label="{label}"{rest}')  # The cell is markup already.
