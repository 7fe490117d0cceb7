"""The small drawn pieces of every page, from one file that browsers cache: `img/sprite.svg`."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
SPRITE = "img/sprite.svg"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing as large as a letter and in the text's colour. The text beside it says what it
    means: screen readers skip it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static(SPRITE), name
    )


@register.simple_tag
def picture_of(topic: str) -> SafeString:
    """A topic's illustration in the colours of light or dark, as wide as its place; decorative."""
    return format_html(
        '<svg class="art art-{}" viewBox="0 0 800 500" preserveAspectRatio="xMidYMid slice"'
        ' aria-hidden="true"><use href="{}#art-{}"></use></svg>',
        topic,
        static(SPRITE),
        topic,
    )
