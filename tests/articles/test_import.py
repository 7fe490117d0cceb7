"""A folder of articles with faults, links and hostile files: all named, and nothing changed."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError
from PIL import Image as Pillow

from articles import pictures
from articles.exchange import picture_files
from articles.models import Article, Image
from tests.support.articles.exchange import emptied, everything, image, picture, run
from tests.support.articles.factories import article


@pytest.fixture
def folder(db, tmp_path) -> Path:
    """An export of one article with one picture, and nothing in the database."""
    article("one", cover=image("A picture", "PNG"))
    run("export_articles", tmp_path / "out")
    emptied(tmp_path)
    return tmp_path / "out"


def only(folder: Path) -> Path:
    return folder / "articles" / "one.md"


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refused(folder: Path) -> str:
    with pytest.raises(CommandError) as error:
        run("import_articles", folder)
    assert error.value.returncode == 2
    assert not Article.objects.exists()
    assert not Image.objects.exists()
    assert everything()["files"] == [{}]
    assert "Nothing was changed." in str(error.value)
    return str(error.value)


FAULTS = {
    ("slug: one", "slug: ../../one"): "slug: ",
    ("slug: one", "slug: topics"): "slug: ",
    ("slug: one", "slug: [a]"): "slug: this value",
    ("title: One", "titel: One"): "titel: no such field",
    ("title: One", "title: " + "x" * 161): "title: ",
    ("title: One\n", ""): "title: ",
    ("topic: closeness", "topic: nowhere"): "not in the library",
    ("more_topics: []", "more_topics: closeness"): "more_topics: this value",
    ("status: published", "status: famous"): "article_status_is_known",
    ("sample: false", "sample: perhaps"): "sample: this value",
    ("publish_at: '", "publish_at: 'x"): "publish_at: this value",
    ("layout: tight", "layout: pdf"): "layout: one of",
    ("---\n", "--\n"): "does not begin with fields",
    ("slug: one", "slug: [one"): "not valid YAML",
    ("slug: one", "slug: &a one\nx: *a"): "aliases",
    ("slug: one", "slug: !!python/object/apply:os.system [id]"): "not valid YAML",
    ("slug: one", "? [a, b]\n: c"): "not valid YAML",
    ("slug: one", "1: one"): "names and values",
    ("old_addresses: []", "old_addresses: x"): "old_addresses: this value",
    ("old_addresses: []", "old_addresses: [[x]]"): "old_addresses: this value",
    ("old_addresses: []", f"old_addresses: ['/{'x' * 600}']"): "path: ",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_an_article_is_named_and_nothing_changes(folder, fault):
    changed(only(folder), *fault)
    message = refused(folder)
    assert message.startswith("articles/one.md: ")
    assert FAULTS[fault] in message


def test_all_faults_are_named_at_once(folder):
    shutil.copy(only(folder), folder / "articles" / "two.md")
    changed(only(folder), "title: One", "titel: One")
    changed(folder / "articles" / "two.md", "topic: closeness", "topic: nowhere")
    message = refused(folder)
    assert "articles/one.md: titel" in message
    assert "articles/two.md: topic" in message


@pytest.mark.parametrize(
    "name", ["../../secret.png", "/etc/passwd", "..", ".hidden.png", "a\\b.png"]
)
def test_a_picture_cannot_be_named_outside_the_folder(folder, name):
    (folder.parent / "secret.png").write_bytes(picture())
    real = next((folder / "pictures").iterdir()).name
    changed(folder / "library.yaml", f"file: {real}", f"file: '{name}'")
    assert "not a plain file name" in refused(folder)


def test_links_are_not_followed(folder):
    secret = folder.parent / "secret.png"
    real = next((folder / "pictures").iterdir())
    secret.write_bytes(real.read_bytes())
    real.unlink()
    real.symlink_to(secret)
    assert "is a link" in refused(folder)


@pytest.mark.parametrize("name", ["articles", "pictures"])
def test_a_linked_folder_is_not_followed(folder, name):
    elsewhere = folder.parent / "elsewhere"
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere, target_is_directory=True)
    assert "is a link" in refused(folder)


def test_a_linked_text_is_not_read(folder):
    secret = folder.parent / "secret.md"
    only(folder).rename(secret)
    only(folder).symlink_to(secret)
    assert "is a link" in refused(folder)


BAD_PICTURES = {
    "svg": b"<svg onload=alert(1)></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "another format": picture("JPEG"),
    "cut off": picture()[:50],
    "nothing": b"",
    "too much": picture() + bytes(pictures.MAX_BYTES),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_pictures_are_judged_by_content(folder, name):
    next((folder / "pictures").iterdir()).write_bytes(BAD_PICTURES[name])
    assert "library.yaml: pictures: " in refused(folder)


def test_a_missing_picture_is_named(folder):
    next((folder / "pictures").iterdir()).unlink()
    assert "library.yaml: pictures: " in refused(folder)


@pytest.mark.parametrize("data", [b"", b"format: 9\n", b"- a\n", b"format: 1\nsecrets: []\n",
                                  b"format: 1\npictures: x\n", b"\xff\xfe\x00"])  # fmt: skip
def test_a_folder_that_is_no_export_is_refused(folder, data):
    (folder / "library.yaml").write_bytes(data)
    assert "library.yaml: " in refused(folder)


def test_no_folder_at_all_is_refused(db, tmp_path):
    assert "library.yaml: No such file" in refused(tmp_path / "nowhere")


def test_a_text_that_is_not_utf_8_is_named(folder):
    only(folder).write_bytes(only(folder).read_bytes() + b"\xff")
    assert "articles/one.md: is not UTF-8" in refused(folder)


def test_a_picture_with_more_than_pixels_is_encoded_again_and_only_once(folder):
    path = next((folder / "pictures").iterdir())
    path.write_bytes(picture() + b"<script>alert(1)</script>")
    run("import_articles", folder)
    stored = Image.objects.get().file.read()
    assert b"script" not in stored
    before = everything()
    assert "Added: nothing." in run("import_articles", folder)
    assert everything() == before


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_else_a_picture_can_hold_is_seen(kind):
    drawn = pictures.redraw(BytesIO(picture(kind)), 1)
    assert picture_files.is_bare(drawn.data)
    exif = Pillow.Exif()
    exif[0x010E] = "At home"
    for data in (drawn.data + b"x", drawn.data[:-3], picture(kind, exif=exif), drawn.data[:20]):
        assert not picture_files.is_bare(data)
    assert not picture_files.is_bare(picture("JPEG", comment=b"<script>"))


def test_hand_written_markdown_is_imported(folder):
    path = only(folder)
    name = next((folder / "pictures").iterdir()).name
    head = path.read_text().rpartition("---\n")[0]
    words = f"## Head\n\nWords *here*.\n\n![Alt](../pictures/{name})\n\n<script>x</script>\n"
    path.write_text(f"{head}---\n\n{words}")
    run("import_articles", folder)
    body = Article.objects.get().body
    assert body.startswith('<h2>Head</h2><p>Words <em>here</em>.</p><p><img src="/media/pictures/')
    assert "script" not in body
