"""Uploaded pictures are judged by content, encoded again, and stored under unguessable names."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import ImageFile

from articles import pictures
from tests.support.articles.image_files import (
    NOT_PICTURES,
    OTHER_FORMATS,
    SVG,
    encoded,
    moving,
    png,
)


def redraw(data: bytes) -> pictures.Picture:
    return pictures.redraw(io.BytesIO(data), len(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_are_accepted_and_encoded_again(kind):
    picture = redraw(encoded(kind))
    assert (picture.width, picture.height) == (40, 30)
    assert Pillow.open(io.BytesIO(picture.data)).format == kind
    assert picture.name != redraw(encoded(kind)).name
    assert len(picture.name) > 24


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_a_file_that_is_not_a_picture_is_refused_with_a_message(name):
    with pytest.raises(ValidationError, match="not a picture that can be read"):
        redraw(NOT_PICTURES[name])


def test_no_other_decoder_runs(monkeypatch):
    """Each file is complete: Pillow would read it, if every format were allowed."""
    assert len(OTHER_FORMATS) >= 10
    readable = sorted(set(OTHER_FORMATS) - {"pdf"})
    for name in readable:
        Pillow.open(io.BytesIO(OTHER_FORMATS[name])).load()
    monkeypatch.setattr(ImageFile.ImageFile, "load", _goes_off)
    for name in readable:
        with pytest.raises(ValidationError, match="not a picture that can be read"):
            redraw(OTHER_FORMATS[name])


def test_complete_pictures_of_too_many_pixels_are_refused_for_their_pixels():
    redraw(png(6000, 5000))
    for size in ((6000, 5001), (5001, 6000), (30_000_001, 1)):
        assert len(png(*size)) < 100_000
        with pytest.raises(ValidationError, match="pixels"):
            redraw(png(*size))


@pytest.mark.parametrize("size", [(20_000, 20_000), (2_000_000_000, 2)])
def test_pixel_bombs_are_refused_before_they_go_off(size, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", _goes_off)
    with pytest.raises(ValidationError, match="pixels"):
        redraw(png(*size, lines=0))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animated_picture_is_refused_before_it_is_decoded(kind, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", _goes_off)
    with pytest.raises(ValidationError, match="Animated"):
        redraw(moving(kind))


def _goes_off(*_args) -> None:
    raise AssertionError("its pixels were read")


def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(ValidationError, match="the limit is 8 MB"):
        pictures.redraw(io.BytesIO(b""), pictures.MAX_BYTES + 1)


def test_location_camera_and_appended_bytes_are_removed():
    exif = Pillow.Exif()
    exif[0x010F], exif[0x0112] = "A camera", 6  # Maker; turned by a quarter.
    exif.get_ifd(0x8825)[1] = "N"
    data = encoded("JPEG", exif=exif) + SVG
    picture = redraw(data)
    assert (picture.width, picture.height) == (30, 40), "upright"
    assert not Pillow.open(io.BytesIO(picture.data)).getexif()
    assert b"camera" not in picture.data
    assert b"script" not in picture.data


def test_large_pictures_become_as_large_as_a_page_needs():
    picture = redraw(encoded("JPEG", (4000, 1000)))
    assert (picture.width, picture.height) == (2400, 600)


def test_transparent_pictures_stay_transparent():
    picture = redraw(encoded("PNG", mode="RGBA"))
    assert Pillow.open(io.BytesIO(picture.data)).mode == "RGBA"
    assert redraw(encoded("PNG", mode="P")).width == 40
    assert redraw(encoded("JPEG", mode="CMYK")).width == 40


def test_renditions_are_kept_beside_the_picture_and_named_by_it(db):
    from django.core.files.storage import default_storage

    from articles.models import Image
    from articles.richtext import render

    out = io.BytesIO()
    Pillow.new("RGB", (1000, 500), "teal").save(out, "JPEG")
    picture = Image(alt="Hills")
    picture.take(pictures.redraw(out, out.tell()))
    picture.save()
    sizes = picture.sizes
    assert sizes is not None
    assert (sizes.width, sizes.height) == (1000, 500)
    names = [part.split(" ")[0].removeprefix("/media/") for part in sizes.srcset.split(", ")]
    assert [name.rsplit("-", 1)[1] for name in names] == ["480.webp", "800.webp", "1000.webp"]
    with default_storage.open(names[0]) as file:
        small = Pillow.open(file)
        assert (small.format, small.size) == ("WEBP", (480, 240))
    html = render(f'<img src="{picture.file.url}" alt="Hills" width="9">').html
    assert f'srcset="{sizes.srcset}"' in html
    assert 'width="1000" height="500"' in html
    assert 'loading="lazy"' in html
    assert 'width="9"' not in html
    assert "srcset" not in render('<img src="/media/pictures/hills.png" alt="x">').html
    picture.forget_files()
    assert not any(default_storage.exists(name) for name in names)
