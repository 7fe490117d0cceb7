"""Odd input that pages have to survive."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow

from articles import pictures
from tests.support.articles.factories import article, author, topic


def test_a_year_that_cannot_be_meant(cast, browser_of):
    data = {"title": "Old", "slug": "old", "excerpt": "x", "body": "<p>x</p>", "_save": "1"} | {
        "topic": topic().pk, "author": author().pk,
        "publish_at_0": "0001-01-01", "publish_at_1": "00:00:00",
    }  # fmt: skip
    answer = browser_of(cast.esha).post("/admin/articles/article/add/", data)
    assert "Is the year right?" in answer.content.decode()


def test_control_characters_in_names_leave_the_feed_whole(db, browser_of):
    article(author=author("ctrl", name="Ctrl\x01Name"), topic=topic("odd", title="Od\x02d"))
    page = browser_of().get("/articles/feed.xml")
    assert page.status_code == 200
    assert b"\x01" not in page.content


@pytest.mark.parametrize("exif", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*garbage" * 9])
def test_a_damaged_exif_block_is_no_error_of_ours(exif):
    out = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    try:
        picture = pictures.redraw(io.BytesIO(out.getvalue()), len(out.getvalue()))
    except ValidationError:
        return
    assert picture.width == 8
