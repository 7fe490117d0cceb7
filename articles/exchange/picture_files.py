"""Reads pictures from a folder of articles; those that we encoded come back byte for byte."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError

from articles import pictures

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
# Segments of a JPEG that contains only pixels: JFIF header, tables, frames, intervals.
_JPEG_PARTS = {0xE0, 0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDD, 0xDA}


def load(path: Path) -> pictures.Picture:
    """Applies the rules for uploads, and redraws the picture if it holds more than its pixels.

    Raises ValidationError.
    """
    data = path.read_bytes() if path.stat().st_size <= pictures.MAX_BYTES else b""
    drawn = pictures.redraw(io.BytesIO(data), path.stat().st_size)
    if drawn.name.rpartition(".")[2] != path.suffix.lstrip("."):
        raise ValidationError("the file's ending does not match its content")
    with pictures.Pillow.open(io.BytesIO(data)) as image:
        same_size = image.size == (drawn.width, drawn.height)
    if not same_size or not is_bare(data):
        return renamed(drawn, stem_by_content(data, drawn))
    drawn = replace(drawn, data=data)
    # Pages read the size from the name, so a name with a wrong size is replaced.
    named = pictures.sizes_of(f"/{path.name}")
    correct = named is None or (named.width, named.height) == (drawn.width, drawn.height)
    return renamed(drawn, path.stem if correct else stem_by_content(data, drawn))


def stem_by_content(data: bytes, drawn: pictures.Picture) -> str:
    """The same for the same file each time; it cannot be guessed without the file."""
    return f"{hashlib.sha256(data).hexdigest()[:24]}_{drawn.width}x{drawn.height}"


def renamed(drawn: pictures.Picture, stem: str) -> pictures.Picture:
    """The picture and its renditions under another name."""
    old, ending = drawn.name.rsplit(".", 1)
    small = tuple((name.replace(old, stem), data) for name, data in drawn.renditions)
    return replace(drawn, name=f"{stem}.{ending}", renditions=small)


def is_bare(data: bytes) -> bool:
    """Whether a picture contains no location, camera data, comment or foreign bytes."""
    try:
        if data.startswith(_PNG):
            return _bare_png(data)
        return _bare_webp(data) if data.startswith(b"RIFF") else _bare_jpeg(data)
    except IndexError:
        return False


def _bare_png(data: bytes) -> bool:
    position = len(_PNG)
    while position < len(data):
        length, kind = int.from_bytes(data[position : position + 4]), data[position + 4 :][:4]
        if kind not in _PNG_CHUNKS:
            return False
        position += length + 12
        if kind == b"IEND":
            return length == 0 and position == len(data)
    return False


def _bare_webp(data: bytes) -> bool:
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        return False
    position = 12
    while position < len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if data[position : position + 4] not in _WEBP_CHUNKS:
            return False
        position += 8 + length + length % 2
    return position == len(data)


def _bare_jpeg(data: bytes) -> bool:
    position = 2
    while data[position] == 0xFF and data[position + 1] in _JPEG_PARTS:
        kind, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4])
        # A JFIF header of 16 bytes contains no thumbnail.
        if kind == 0xE0 and length != 16:
            return False
        position += 2 + length
        if kind == 0xDA:
            position = _after_scan(data, position)
    return data[position:] == b"\xff\xd9"


def _after_scan(data: bytes, position: int) -> int:
    """The position of the next marker that is neither a stuffed 0xFF nor a restart."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0:
            raise IndexError
        if data[position + 1] == 0 or 0xD0 <= data[position + 1] <= 0xD7:
            position += 2
        else:
            return position
