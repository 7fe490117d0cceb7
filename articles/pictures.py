"""Pictures that editors upload: validated by their content, not by their name."""

import io
import re
import secrets
import struct
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 30_000_000
MAX_SIDE = 2400
# For phones, for the column of an article, and for that column on a dense screen.
WIDTHS = (480, 800, 1280)
_NAMED = re.compile(r"(?P<stem>.*/[0-9a-f]{24}_(?P<width>[0-9]{1,4})x(?P<height>[0-9]{1,4}))\.\w+")
# The formats that are read, with the extension and the options for writing each.
FORMATS: dict[str, tuple[str, dict[str, object]]] = {
    "JPEG": ("jpg", {"quality": 86, "optimize": True, "progressive": True}),
    "PNG": ("png", {"optimize": True}),
    "WEBP": ("webp", {"quality": 86, "method": 4}),
}


@dataclass(frozen=True)
class Picture:
    """A picture encoded again from its pixels, without location, camera data or foreign bytes."""

    name: str
    data: bytes
    width: int
    height: int
    # WebP versions for smaller screens: name and data.
    renditions: tuple[tuple[str, bytes], ...] = ()


def redraw(upload: BinaryIO, size: int, *, still_of_gif: bool = False) -> Picture:
    """The upload, encoded again. Raises a ValidationError that says what is wrong.

    `still_of_gif`: of a GIF, the first of its pictures, as an import takes it.
    """
    if size > MAX_BYTES:
        raise ValidationError(
            _("The file is %(size)s MB; the limit is %(limit)s MB."),
            params={"size": round(size / 1024 / 1024, 1), "limit": MAX_BYTES // 1024 // 1024},
        )
    upload.seek(0)
    with warnings.catch_warnings():
        # Our limit is lower than the one at which Pillow warns.
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        try:
            return _encode(_opened(upload, still_of_gif))
        except Pillow.DecompressionBombError as error:
            raise _too_many_pixels() from error
        # A damaged EXIF block makes Pillow raise almost any exception.
        except (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error) as error:
            raise ValidationError(
                _("This is not a picture that can be read. Please use a JPEG, PNG or WebP file.")
            ) from error


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("The picture is too large: more than %(limit)s million pixels."),
        params={"limit": MAX_PIXELS // 1_000_000},
    )


def _opened(upload: BinaryIO, still_of_gif: bool) -> Pillow.Image:
    """Reads the header, refuses bombs and animations, and only then reads the pixels."""
    gif = ("GIF",) if still_of_gif else ()
    image = Pillow.open(upload, formats=(*FORMATS, *gif))
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    # Each frame would be decoded in full.
    if image.format != "GIF" and getattr(image, "is_animated", False):
        raise ValidationError(_("Animated pictures are not supported. Please use a still one."))
    image.load()
    return image


def _encode(image: Pillow.Image) -> Picture:
    kind = "PNG" if image.format == "GIF" else image.format or ""
    extension, options = FORMATS[kind]
    # Reduced first, since every later step works on copies.
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(image)
    colours = "RGBA" if kind != "JPEG" and upright.has_transparency_data else "RGB"
    redrawn = Pillow.new(colours, upright.size)
    redrawn.paste(upright.convert(colours))
    out = io.BytesIO()
    redrawn.save(out, kind, **options)
    stem = f"{secrets.token_hex(12)}_{redrawn.width}x{redrawn.height}"
    small = tuple(
        (rendition(stem, width), _narrower(redrawn, width)) for width in widths(redrawn.width)
    )
    return Picture(f"{stem}.{extension}", out.getvalue(), redrawn.width, redrawn.height, small)


def widths(width: int) -> list[int]:
    """The widths of the renditions of a picture of this width, its own included."""
    return [w for w in WIDTHS if w < width] + [width]


def rendition(stem: str, width: int) -> str:
    return f"{stem}-{width}.webp"


def _narrower(image: Pillow.Image, width: int) -> bytes:
    out = io.BytesIO()
    height = max(1, round(image.height * width / image.width))
    image.resize((width, height), Pillow.Resampling.LANCZOS).save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


@dataclass(frozen=True)
class Sizes:
    width: int
    height: int
    srcset: str


def sizes_of(address: str) -> Sizes | None:
    """The sizes in a picture's name, for which a page needs neither the database nor the disk.

    None for a picture without them in its name.
    """
    match = _NAMED.fullmatch(address)
    if not match:
        return None
    width, height = int(match["width"]), int(match["height"])
    parts = (f"{rendition(match['stem'], w)} {w}w" for w in widths(width))
    return Sizes(width, height, ", ".join(parts))
