"""Share pictures: a title in any script fits, and only a new title draws a new picture."""

import io

import pytest
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articles import share_pictures
from articles.models import Article
from articles.publishing import actions as publishing
from articles.publishing.workflow import PUBLISH
from tests.support.articles.factories import article

TITLES = ["Questions", "", "A" * 160, "word " * 32,
          "लगाव और रिश्ते: पास आना क्यों कठिन होता है",
          "What “anxious” means: चिंता", "<script>x</script>", "\u202eright to left",
          "How we first learned to be close shapes how we love, argue and ask"]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_every_title_fits(title):
    picture = Image.open(io.BytesIO(share_pictures.draw(title, "Lotus")))
    assert picture.size == (1200, 630)
    # No letter stands in the margins, nor on the hills.
    paper = picture.convert("RGB").crop((1125, 0, 1200, 380)).getcolors() or []
    assert len(paper) == 1


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=160))
@settings(max_examples=15, deadline=None)
def test_the_lines_are_the_title(title):
    size, lines = share_pictures.fitted(title)
    assert len(lines) * size * 1.22 <= share_pictures.ROOM or len(lines) == 1
    whole = "".join(title.split())
    shown = "".join(lines).replace(" ", "").removesuffix("…")
    assert whole.startswith(shown[: len(shown) - 1])


def test_no_word_is_left_alone_and_no_box_stands_for_a_sign():
    _size, lines = share_pictures.fitted("Why do I push people away?")
    assert lines == ["Why do I push", "people away?"]
    below = "Lotus"
    assert share_pictures.draw("Rest 😀 \ufe0f", below) == share_pictures.draw("Rest", below)
    assert share_pictures.draw("Rest é", below) != share_pictures.draw("Rest", below)
    # A script for which there is no font: the topic's picture is shown instead.
    assert share_pictures.keep("அமைதி", below) == ""


def test_it_is_drawn_when_a_text_is_published(cast, browser_of):
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    draft = article("sketch", status="draft", publish_at=None)
    assert not draft.shared_as
    publishing.move(article=draft, move=PUBLISH, by=cast.esha)
    drawn = Article.objects.get(pk=draft.pk).shared_as
    assert default_storage.exists(drawn)
    page = browser_of().get(draft.get_absolute_url()).content.decode()
    assert f"/media/{drawn}" in page
    assert browser_of().get(f"/media/{drawn}").headers["Content-Type"] == "image/png"
    assert share_pictures.keep(draft.title, "Psywellpath") == drawn
    assert share_pictures.keep("Another", "Psywellpath") != drawn
