"""Whether a file is a PDF that can be handed to readers: judged by its content. Pure.

A PDF can run scripts, start programs and carry other files. What of it is readable without a PDF
library is read here: everything outside streams, and the streams that hold objects. Readers also
get every file as a download that runs nothing (`views.py`).
"""

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 10 * 1024 * 1024
# Objects within compressed streams, unpacked, at most: a small file must not fill the memory.
MAX_OBJECTS = 40 * 1024 * 1024
_HEAD = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\r\n\t ]")
_STREAM = re.compile(rb"\bstream\r?\n")
_END = b"endstream"
_TAIL = re.compile(rb"%%EOF\s*\Z")
_CODED = re.compile(rb"#([0-9A-Fa-f]{2})")
# A bracket that closes a string ends an address within it, never a name.
_AFTER_NAME = rb"(?=[\s/<>\[\](]|\Z)"
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE"
    rb"|Movie|Sound|Rendition)" + _AFTER_NAME
)
_ENCRYPTED = re.compile(rb"/Encrypt" + _AFTER_NAME)
_PAGE = re.compile(rb"/Type\s*/Page" + _AFTER_NAME)


class Fault(StrEnum):
    TOO_LARGE = "too large"
    NOT_A_PDF = "not a PDF"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"


class Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Sheet:
    """`pages` is the number of page objects that could be read."""

    data: bytes
    pages: int


def read(data: bytes) -> Sheet:
    """Raises Refused with what is wrong with the file."""
    if len(data) > MAX_BYTES:
        raise Refused(Fault.TOO_LARGE)
    if not _HEAD.match(data) or not _TAIL.search(data[-1024:]):
        raise Refused(Fault.NOT_A_PDF)
    objects = _CODED.sub(_decoded, _objects(data))
    if _ENCRYPTED.search(objects):
        raise Refused(Fault.ENCRYPTED)
    if _ACTIVE.search(objects):
        raise Refused(Fault.ACTIVE)
    pages = len(_PAGE.findall(objects))
    if not pages:
        raise Refused(Fault.NOT_A_PDF)
    return Sheet(data, pages)


def _objects(data: bytes) -> bytes:
    """The file without the content of its streams, which are pictures and pages; those that hold
    objects, unpacked."""
    parts: list[bytes] = []
    position, room = 0, MAX_OBJECTS
    while start := _STREAM.search(data, position):
        before = data[position : start.start()]
        parts.append(before)
        end = data.find(_END, start.end())
        if end < 0:
            raise Refused(Fault.NOT_A_PDF)
        if re.search(rb"/ObjStm" + _AFTER_NAME, _CODED.sub(_decoded, before[-4096:])):
            parts.append(_unpacked(data[start.end() : end], room))
            room -= len(parts[-1])
        position = end + len(_END)
    return b"\n".join([*parts, data[position:]])


def _decoded(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _unpacked(stream: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(stream, max(room, 1))
    except zlib.error as error:
        raise Refused(Fault.NOT_A_PDF) from error
    if unpacker.unconsumed_tail:
        raise Refused(Fault.TOO_LARGE)
    return unpacked
