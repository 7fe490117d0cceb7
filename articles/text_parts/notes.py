"""The notes of a text, and the numbers in it that lead to them. Pure.

Notes are stored as people write and programs paste them: raised numbers in the text, and at its end
a dividing line with a numbered list. Only if every note has its number, in order, the two belong
together; otherwise a raised number may be a power, and the text stays as it is.
"""

import re
from dataclasses import dataclass

LINE = "<hr>"
_LIST = re.compile(r"\s*<ol>(.*)</ol>\s*", re.DOTALL)
_NOTE = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_WHOLE = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
# A link around the number leads nowhere in our pages: the address of a place in another one.
_MARK = re.compile(
    r'<sup>(?:<a(?:\s[^\s=>]+="[^"]*")*>)?\[?([1-9][0-9]{0,2})\]?(?:</a>)?</sup>', re.ASCII
)


@dataclass(frozen=True)
class Note:
    number: int
    html: str


def split(html: str) -> tuple[str, tuple[Note, ...]]:
    """The text with linked numbers, and its notes; the text as it is if it has none."""
    text, line, end = html.rpartition(LINE)
    listed = _LIST.fullmatch(end) if line else None
    notes = _notes(listed[1]) if listed else ()
    first_uses = dict.fromkeys(int(number) for number in _MARK.findall(text))
    if not notes or list(first_uses) != [note.number for note in notes]:
        return html, ()
    used: set[int] = set()

    def linked(match: re.Match[str]) -> str:
        number = int(match[1])
        own_id = "" if number in used else f' id="note-mark-{number}"'
        used.add(number)
        return f'<sup class="note-mark"><a{own_id} href="#note-{number}">{number}</a></sup>'

    return _MARK.sub(linked, text).rstrip(), notes


def _notes(items: str) -> tuple[Note, ...]:
    """Nothing if the list contains another one, or anything but items."""
    texts = _NOTE.findall(items)
    if _NOTE.sub("", items).strip() or any("<li>" in text for text in texts):
        return ()
    return tuple(Note(number, _bare(text)) for number, text in enumerate(texts, 1))


def _bare(item: str) -> str:
    """A single paragraph without its tags, so that the way back follows its last word."""
    match = _WHOLE.fullmatch(item)
    return match[1] if match else item


def ids(html: str) -> list[str]:
    """The ids that `split` may write, so that no heading gets one of them."""
    numbers = sorted({int(number) for number in _MARK.findall(html)})
    return ["notes", *(f"note-{n}" for n in numbers), *(f"note-mark-{n}" for n in numbers)]
