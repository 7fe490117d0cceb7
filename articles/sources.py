"""The sources of an article: plain text that an editor types, parsed as a list.

A blank line ends a source. Its first line is the title; the other lines say where it appeared; a
web address on a line of its own becomes the title's link.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

HELP = _(
    "One after another, with a blank line between them: the title on its own line, then who, "
    "where and when; a web address on a line of its own if there is one."
)


@dataclass(frozen=True)
class Source:
    title: str
    detail: str = ""
    url: str = ""


def parse(text: str) -> list[Source]:
    sources = []
    for block in "\n".join(line.strip() for line in text.splitlines()).split("\n\n"):
        lines = [line for line in block.split("\n") if line]
        links = [line for line in lines if line.startswith(("https://", "http://"))]
        words = [line for line in lines if line not in links]
        if lines:
            title, *detail = words or links
            sources.append(Source(title, " ".join(detail), links[0] if links else ""))
    return sources


def write(sources: list[Source]) -> str:
    """The text that `parse` reads back as the same sources."""
    return "\n\n".join(
        "\n".join(filter(None, (source.title, source.detail, source.url))) for source in sources
    )
