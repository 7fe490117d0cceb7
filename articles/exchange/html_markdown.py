"""Stored HTML as Markdown, block by block; what Markdown cannot express stays HTML.

The conversion need not be right for every text: `markdown.py` reads each block back when it is
written, and keeps the HTML of a block that comes back different.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s[^\s=>]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r'\s([^\s=>]+)="([^"]*)"')
_SPECIAL = re.compile(r"([\\`*_\[\]])")
_AT_START = re.compile(r"^([#+=-]|\d{1,9}(?=[.)]))", re.MULTILINE)
VOID = {"br", "hr", "img"}
LISTS = {"ul", "ol"}
BLOCKS = {"p", "h2", "h3", "h4", "blockquote", "pre", "hr", *LISTS}


@dataclass
class Node:
    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    inside: "list[Node | str]" = field(default_factory=list)
    html: str = ""
    gap: str = ""  # The white space before it.

    @property
    def nodes(self) -> "list[Node]":
        return [child for child in self.inside if isinstance(child, Node)]


def blocks(html: str) -> list[Node]:
    """The top-level elements of cleaned HTML, and the texts between them, each with its HTML."""
    root, opened, position = Node(), list[int](), 0
    stack = [root]
    for tag in _TAG.finditer(html):
        _text(stack[-1], html[position : tag.start()])
        position = tag.end()
        if tag[1]:
            if len(stack) > 1:
                stack.pop().html = html[opened.pop() : position]
            continue
        node = Node(tag[2], dict(_ATTRIBUTE.findall(tag[3])), html=tag[0])
        node.gap = html[html.rfind(">", 0, tag.start()) + 1 : tag.start()]
        stack[-1].inside.append(node)
        if tag[2] not in VOID:
            stack.append(node)
            opened.append(tag.start())
    _text(stack[-1], html[position:])
    nodes = [child if isinstance(child, Node) else Node(html=child) for child in root.inside]
    return [node for node in nodes if node.tag or node.html.strip("\n")]


def _text(node: Node, text: str) -> None:
    if text:
        node.inside.append(text)


def to_markdown(node: Node) -> str | None:
    """The block in Markdown, or None if Markdown cannot express it."""
    write = WRITERS.get(node.tag)
    if write is None or set(node.attributes) - {"start"}:
        return None
    return write(node)


def _inline(node: Node) -> str:
    return "".join(_words(c) if isinstance(c, Node) else _escaped(c) for c in node.inside)


def _escaped(text: str) -> str:
    """Markdown understands HTML's character references; a lone ampersand needs none."""
    return _SPECIAL.sub(r"\\\1", text).replace("&amp; ", "& ")


def _words(node: Node) -> str:
    inside = _inline(node)
    if node.tag == "strong" and not node.attributes:
        return f"**{inside}**"
    if node.tag == "em" and not node.attributes:
        return f"*{inside}*"
    if node.tag == "br":
        return "\\\n"
    if node.tag == "a" and set(node.attributes) == {"href", "rel"}:
        return f"[{inside}]({_address(node.attributes['href'])})"
    if node.tag == "code" and not node.nodes and "`" not in inside:
        return f"`{unescape(''.join(map(str, node.inside)))}`"
    start = node.html[: node.html.index(">") + 1] if ">" in node.html else ""
    return start if node.tag in VOID else f"{start}{inside}</{node.tag}>"


def _address(href: str) -> str:
    return f"<{href}>" if re.search(r"[\s()]", href) or not href else href


def _guarded(node: Node) -> str:
    """Escapes words at the start of a line that Markdown would take for a heading or a list."""
    return _AT_START.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", _inline(node))


def _heading(node: Node) -> str | None:
    words = _inline(node)
    return None if "\n" in words else f"{'#' * int(node.tag[1])} {words}"


def _quote(node: Node) -> str | None:
    inside = _all(node)
    return (
        None if inside is None else "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
    )


def _all(node: Node) -> str | None:
    """Blocks within a block, separated by blank lines; None if one cannot be expressed."""
    blocks_inside = [to_markdown(child) for child in node.nodes]
    words = [text for text in node.inside if isinstance(text, str) and text.strip()]
    lossy = words or None in blocks_inside
    return None if lossy else "\n\n".join(filter(None, blocks_inside))


def _list(node: Node) -> str | None:
    first = int(node.attributes.get("start", "1"))
    items = [_item(child) for child in node.nodes]
    if None in items or any(child.tag != "li" for child in node.nodes):
        return None
    loose = any(child.tag == "p" for item in node.nodes for child in item.nodes)
    marks = (f"{first + n}. " if node.tag == "ol" else "- " for n in range(len(items)))
    lines = (_indented(mark, text or "") for mark, text in zip(marks, items, strict=True))
    return ("\n\n" if loose else "\n").join(lines)


def _item(node: Node) -> str | None:
    """Words followed by lists (in a tight list), or blocks only (in a loose one)."""
    if node.nodes and all(child.tag in BLOCKS for child in node.nodes):
        content = _all(node)
        if content is not None:
            return content
    inner = [child for child in node.nodes if child.tag in LISTS]
    words = Node(inside=[c for c in node.inside if c not in inner])
    lines = [_guarded(words).strip("\n"), *map(to_markdown, inner)]
    return None if None in lines else "\n".join(filter(None, lines))


def _indented(mark: str, text: str) -> str:
    lines = text.split("\n")
    margin = " " * len(mark)
    return "\n".join([mark + lines[0], *(margin + line if line else "" for line in lines[1:])])


def _code(node: Node) -> str | None:
    """A fenced block, if the code ends with a line break."""
    code = node.nodes[0] if len(node.inside) == 1 and node.nodes else Node()
    text = unescape("".join(map(str, code.inside))) if not code.nodes else "```"
    if code.tag != "code" or "```" in text or not text.endswith("\n"):
        return None
    return f"```\n{text}```"


WRITERS: dict[str, Callable[[Node], str | None]] = {
    "p": _guarded,
    "h2": _heading,
    "h3": _heading,
    "h4": _heading,
    "hr": lambda _node: "---",
    "blockquote": _quote,
    "ul": _list,
    "ol": _list,
    "pre": _code,
}


def as_html(node: Node) -> str:
    """HTML that Markdown leaves alone: a block of it would end at a blank line."""
    return node.html.replace("\n\n", "\n&#10;")


def runs(nodes: list[Node]) -> Iterator[tuple[Node, bool]]:
    """Each block, and whether it is a list directly after another, with which it would merge."""
    previous = ""
    for node in nodes:
        yield node, node.tag in LISTS and previous in LISTS
        previous = node.tag
