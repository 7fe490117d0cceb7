"""Phone numbers in the text of an article become links that call them.

Pure. Known are the help lines' numbers, and long numbers written as numbers of India are. Digits
that could also count something are a link only if their sentence says that they are called: years,
prices, counts and the numbers of pages stay text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.contact_details import phone_numbers

# How numbers are written, with "_" for what can stand between the digits of one. Whether they are
# whole, `phone_numbers.WHOLE` says.
_BETWEEN = "(?:[ \xa0‑–-]|&nbsp;)"
_WRITTEN = (
    r"\+91(?:_?[0-9]){10}",
    r"1_?8[06]0(?:_?[0-9]){6,7}",
    r"[6-9][0-9]{4}_?[0-9]{5}",
    r"[6-9][0-9]{2}_[0-9]{3}_[0-9]{4}",
    r"0[1-9][0-9]{1,3}_[0-9]{3,4}_?[0-9]{3,4}",
    r"0[1-9][0-9]{9}",
)
_SHORT = 6  # Digits up to which a number could be anything.
# The number is not a part of something longer: a price, a decimal, a date, a range, a code.
_STARTS = r"(?<![\w.,/:#+=$€£₹%–-])(?<![₹$€£=] )(?<!\bRs )(?<!\bRs\. )(?<!\bINR )"
_ENDS = r"(?![\w%₹$€£]|[.,/:–-]\w|(?:[ \xa0]|&nbsp;)[%₹$€£0-9])"

_TAG = re.compile(r'(</?[a-z][a-z0-9]*(?:\s[^\s=>]+="[^"]*")*\s*/?>)')
_NAME = re.compile(r"</?([a-z0-9]+)")
_LEFT_ALONE = {"a", "code", "pre"}
# These do not end the line that a reader sees; neither do the cells of one row.
_WITHIN_A_LINE = {"strong", "b", "em", "i", "s", "u", "sub", "sup", "abbr", "cite", "td", "th"}
_NEAR, _PIECES = 80, 16  # How far a sentence is read, in characters and in pieces of markup.
_SENTENCE_ENDS = re.compile(r"[.!?।]\s+")
_CALLED = re.compile(
    r"\b(?:call(?:s|ed|ing)?|dial(?:s|led|ling)?|ring(?:ing)?|phon(?:e|es|ed|ing)|telephone|"
    r"help-?lines?|lines?|numbers?|reach|"
    r"contact|whatsapp|mobile|tel|emergency|ambulance|police|childline|elderline|tele-?manas)\b"
    r"|कॉल|फ़ोन|फोन|डायल|हेल्पलाइन|आपात|मानस|चाइल्डलाइन|पुलिस|एम्बुलेंस|नंबर",
    re.IGNORECASE,
)
_COUNTED_BEFORE = re.compile(
    r"(?:^|\W)(?:in|since|until|till|by|of|about|over|under|above|below|than|nearly|almost|some|"
    r"around|only|to|between|from|pages?|pp|years?|aged?|chapter|section|part|took|had|has|have|"
    r"received|answered|made|n)[.:]?\s*$",
    re.IGNORECASE,
)
# After the number the sentence ends, pauses, or goes on about calling. A noun would be counted.
_GOES_ON = re.compile(
    r"\s*(?:$|[.,;:!?)/।”’\"—–(]|-(?:\s|$)|"
    r"(?:or|and|if|when|for|at|now|any|anytime|free|is|right|first|immediately|straight|directly|"
    r"day|without|then|on|as|with|once|today|which|where|because|so|but|while|from|in|"
    r"before|after|instead|again|yourself|together|पर|या|और|को)(?![\w’]))",
    re.IGNORECASE,
)
_CALLED_AFTER = re.compile(
    r"\s*(?:[(—–:-]|is\b|पर)\s*(?:the\s|an?\s)?"
    r"(?:emergency|police|ambulance|child(?:line|ren’s line)|women’s (?:help)?line|elderline|"
    r"tele-?manas|कॉल|फ़ोन|फोन|डायल|बात)",
    re.IGNORECASE,
)


@dataclass
class _Line:
    """What a reader has read of a line, and how many open elements are left alone."""

    read: str = ""
    left_alone: int = 0


def linked(html: str, help_lines: Iterable[str]) -> str:
    """Clean HTML with its phone numbers as links. The time grows with the length of the text."""
    known = {re.sub(r"\D", "", line) for line in help_lines} - {""}
    number = _pattern(known)
    pieces = _TAG.split(html)
    line = _Line()

    def with_links(at: int) -> str:
        def link(match: re.Match[str]) -> str:
            digits = re.sub(r"[^\d+]", "", match[0])
            calls = digits in known or bool(phone_numbers.WHOLE.fullmatch(digits))
            # A help line's short number, or digits without a break, could be counted instead.
            if calls and match[0] == digits and (len(digits) <= _SHORT or digits not in known):
                before = line.read + pieces[at][max(0, match.start() - _NEAR) : match.start()]
                calls = _is_called(_plain(before), _plain("".join(_rest(pieces, at, match.end()))))
            return (
                f'<a class="text-nowrap" href="tel:{digits}">{match[0]}</a>' if calls else match[0]
            )

        shown = pieces[at] if line.left_alone else number.sub(link, pieces[at])
        line.read = (line.read + pieces[at])[-_NEAR:]
        return shown

    return "".join(
        _after_tag(piece, line) if at % 2 else with_links(at) for at, piece in enumerate(pieces)
    )


def _pattern(known: Iterable[str]) -> re.Pattern[str]:
    lines = ["_?".join(digits) for digits in sorted(known, key=len, reverse=True)]
    either = "|".join([*_WRITTEN, *lines]).replace("_", _BETWEEN)
    return re.compile(f"{_STARTS}(?:{either}){_ENDS}")


def _after_tag(tag: str, line: _Line) -> str:
    match = _NAME.match(tag)
    name = match[1] if match else ""
    if name in _LEFT_ALONE:
        line.left_alone += -1 if tag.startswith("</") else 1
    if name not in _WITHIN_A_LINE | _LEFT_ALONE:
        line.read = ""
    elif name in {"td", "th"}:
        line.read += " "
    return tag


def _rest(pieces: list[str], at: int, start: int) -> Iterator[str]:
    """The line from here on, as far as it is read."""
    yield pieces[at][start : start + _NEAR]
    for piece in pieces[at + 1 : at + _PIECES]:
        name = _NAME.match(piece)
        if name and name[1] not in _WITHIN_A_LINE | _LEFT_ALONE:
            return
        yield "" if name else piece[:_NEAR]


def _plain(html: str) -> str:
    return html.replace("&nbsp;", " ").replace("\xa0", " ").replace("&amp;", "&")


def _is_called(before: str, after: str) -> bool:
    sentence = _SENTENCE_ENDS.split(before[-_NEAR:])[-1]
    if _COUNTED_BEFORE.search(sentence) or not _GOES_ON.match(after):
        return False
    return bool(_CALLED.search(sentence) or _CALLED_AFTER.match(after))
