"""Picture files for tests, and files that are not pictures."""

import io
import struct
import zlib

from PIL import Image as Pillow


def encoded(kind: str = "PNG", size=(40, 30), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Pillow.new(mode, size, "teal").save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, *, more: bytes = b"", lines: int | None = None) -> bytes:
    """A small black PNG: complete, or with a header that claims more than its `lines`."""
    grey_bits = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    line = bytes(1 + (width + 7) // 8)
    pixels = zlib.compress(line * (height if lines is None else lines), 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", grey_bits) + more + chunk(b"IDAT", pixels)
            + chunk(b"IEND", b""))  # fmt: skip


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def moving(kind: str) -> bytes:
    frames = [Pillow.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

# Valid files of formats that Pillow can read: only our own list of three formats refuses them.
Pillow.init()
OTHERS = ("GIF", "BMP", "DIB", "TIFF", "ICO", "ICNS", "JPEG2000", "PPM", "TGA", "PCX", "SGI", "DDS",
          "PDF", "AVIF")  # fmt: skip
OTHER_FORMATS = {kind.lower(): encoded(kind) for kind in OTHERS if kind in Pillow.SAVE}
NOT_PICTURES = {
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    **OTHER_FORMATS,
    "nothing": b"",
    "noise": b"\x00\xff" * 500,
    "png in name only": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "cut off": encoded("PNG", (400, 300))[:60],
    "cut off jpeg": encoded("JPEG", (400, 300))[:200],
    "zip": b"PK\x03\x04" + b"\x00" * 40,
}
