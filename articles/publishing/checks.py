"""What is checked before an article or a page is published: each finding has a reason and a place.

A blocker stops it; the rest is advice. The form shows both, and the action refuses blockers.
"""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.models import (
    Article,
    Author,
    OldAddress,
    OldPageAddress,
    OldTopicAddress,
    Page,
    Publication,
    Topic,
)
from articles.publishing.readability import grade
from articles.publishing.unfilled import blanks
from articles.richtext import plain, render

# How many characters of a title a search engine shows, and the highest reading grade.
LONGEST_TITLE, HIGHEST_GRADE = 60, 10
_HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*>")
_LINK = re.compile(r'<a [^>]*?href="([^"]*)"')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Where a text is, for links that are relative to it.
BELOW_ARTICLES, BELOW_ROOT = "/articles/-/", "/-/"
# A text with this many such words is probably about them. Only an editor's mark decides.
_DANGER, MANY = re.compile(r"\b(suicid|self-harm|violen|abus|rape)", re.IGNORECASE), 3


@dataclass(frozen=True)
class Finding:
    """`place` is the form's field; `within` counts headings, pictures or links in the text."""

    text: str | Promise
    place: str
    blocks: bool = False
    within: str = ""


def findings(text: Publication) -> list[Finding]:
    """Blockers first. Up to seven queries if the text links to our own pages, none otherwise."""
    body = text.body
    listed: list[Finding] = []
    if isinstance(text, Page):
        listed += [*_page_head(text), *unfilled(text)]
    elif isinstance(text, Article):
        listed += _head(text)
    listed += [*_title(text), *_pictures(text), *_headings(body), *_links(text)]
    if isinstance(text, Article):
        listed += _danger(text)
    if (level := grade(plain(body))) and level > HIGHEST_GRADE:
        hard = _("The text is hard to read: about school year %(level)s. Shorter sentences help.")
        listed.append(Finding(hard % {"level": round(level)}, "body"))
    return sorted(listed, key=lambda finding: not finding.blocks)


def blockers(text: Publication) -> list[Finding]:
    return [finding for finding in findings(text) if finding.blocks]


def _danger(article: Article):
    if not article.about_danger and len(_DANGER.findall(plain(article.body))) >= MANY:
        text = _(
            "The text seems to be about suicide, violence or abuse. If it is, please mark it: the"
            " help lines then take the place of the invitation to the self-assessment."
        )
        yield Finding(text, "about_danger")


def by_field(listed: list[Finding]) -> dict[str, list[str]]:
    """The texts of the findings for each field of the form, as a ValidationError takes them."""
    texts: dict[str, list[str]] = {}
    for finding in listed:
        texts.setdefault(finding.place, []).append(str(finding.text))
    return texts


def _head(article: Article):
    if not article.excerpt.strip():
        yield Finding(_("There is no excerpt: lists and search results would be empty."),
                      "excerpt", blocks=True)  # fmt: skip
    if not article.body:
        yield Finding(_("There is no text yet."), "body", blocks=True)


def _page_head(page: Page):
    if not page.description.strip():
        yield Finding(_("There is no description: search results and shared links would be empty."),
                      "description", blocks=True)  # fmt: skip
    if not page.body:
        yield Finding(_("There is no text yet."), "body", blocks=True)


def unfilled(page: Page):
    """A blocker for each blank. No query."""
    texts = {"title": page.title, "description": page.description, "body": plain(page.body),
             "menu_label": page.menu_label}  # fmt: skip
    for place, text in texts.items():
        for blank in blanks(text):
            reason = _("This is still to be filled in: [[%(blank)s]].") % {"blank": blank}
            yield Finding(reason, place, blocks=True)


def _title(text: Publication):
    if len(text.title) > LONGEST_TITLE:
        long = _("The title has %(n)s characters; search results cut it off after about %(limit)s.")
        yield Finding(long % {"n": len(text.title), "limit": LONGEST_TITLE}, "title")


def _pictures(text: Publication):
    for number, tag in enumerate(_PICTURE.findall(text.body)):
        if not re.search(r'\salt="\s*[^"\s]', tag):
            yield Finding(_("A picture has no alternative text."), "body", blocks=True,
                          within=f"img {number}")  # fmt: skip


def _headings(body: str):
    previous = 1
    for number, (level, html) in enumerate(_HEADING.findall(body)):
        if int(level) > previous + 1:
            text = _(
                "The heading “%(title)s” skips a level, which confuses users of screen readers."
            )
            yield Finding(text % {"title": plain(html)}, "body", within=f"h2,h3,h4 {number}")
        previous = int(level)


def _links(text: Publication):
    for number, _href, path in _dead(text):
        dead = _("The link to %(path)s leads nowhere.") % {"path": path}
        yield Finding(dead, "body", blocks=True, within=f"a {number}")


def dead_links(text: Publication) -> list[str]:
    """The addresses of links to our own site, as the text has them, at which there is nothing."""
    return [unescape(href) for _number, href, _path in _dead(text)]


def _dead(text: Publication) -> list[tuple[int, str, str]]:
    """Which link it is, its address, and the path on our site."""
    base = BELOW_ARTICLES if isinstance(text, Article) else BELOW_ROOT
    own = [
        (number, href, path)
        for number, href in enumerate(_LINK.findall(text.body))
        for path in [_own_path(unescape(href), base)]
        if path
    ]
    known = _known({path for _number, _href, path in own}, text) if own else set()
    known |= {f"#{heading.id}" for heading in render(text.body).headings} if own else set()
    return [link for link in own if link[2] not in known]


def _own_path(href: str, base: str) -> str:
    """The path of a link to our own site; for a link within the text its fragment. A browser reads
    one without a scheme, such as www.example.org or ../x/, from the page on (`base`)."""
    href = href.removeprefix(settings.SITE_URL)
    if href.startswith("#"):
        return href
    if href and not href.startswith("/") and not _SCHEME.match(href):
        try:
            href = urljoin(base, href)
        except ValueError:
            return href
    return href.split("#")[0].split("?")[0] if href.startswith("/") else ""


def _known(paths: set[str], text: Publication) -> set[str]:
    """The paths at which a reader finds a page. Seven queries."""
    slugs = {p: p.strip("/").split("/")[-1] for p in paths}
    names = set(slugs.values())
    public = [
        *Article.objects.published().filter(slug__in=names).only("slug"),
        *Page.objects.published().filter(slug__in=names).only("slug"),
        *([text] if text.pk else []),
    ]
    texts = {row.get_absolute_url() for row in public}
    texts |= set(OldAddress.objects.filter(path__in=paths).values_list("path", flat=True))
    listed = [Topic.objects, Author.objects, OldTopicAddress.objects, OldPageAddress.objects]
    kinds = [set(kind.filter(slug__in=names).values_list("slug", flat=True)) for kind in listed]
    known = {
        "article-topic": kinds[0] | kinds[2],
        "article-author": kinds[1],
        "practice-page": kinds[3],
        "article": set(),
    }
    return {path for path in paths if path in texts or _is_page(path, slugs[path], known)}


def _is_page(path: str, slug: str, known: dict[str, set[str]]) -> bool:
    """Whether the path is that of another page of the site."""
    if path.startswith(settings.MEDIA_URL):
        return True
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return False
    return slug in known[name] if name in known else True
