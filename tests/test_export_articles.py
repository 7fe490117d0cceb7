"""Articles leave as a folder of Markdown and come back the same, field by field."""

import shutil
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from articles import demonstration, pictures, richtext
from articles.exchange import fields, front_matter, markdown, picture_files
from articles.models import (
    Article,
    Author,
    Image,
    OldAddress,
    OldTopicAddress,
    Origin,
    Series,
    Topic,
)
from tests import old_site
from tests.articles import article, author

DEMONSTRATION = Path(settings.BASE_DIR) / "psywellpath" / "demonstration"
MODELS = [Origin, OldAddress, OldTopicAddress, Article, Author, Series, Topic, Image]
ODD = [
    "<p>a</p> <p>b</p>\n\n<p>c</p>",
    "bare <b>words</b>",
    "<pre>a\n\n\n  b</pre><pre><code>x\n\ny\n</code></pre>",
    "<ul><li>a</li></ul><ul><li><p>b</p></li></ul><ol start=\"7\"><li>c</li></ol>",
    "<p>1. # - + * _ ` [x](y) \\ &lt;b&gt; &amp;amp; &nbsp; ~~~ --- ===</p><p>===</p><p>- x</p>",
    "<p>line<br>line<br><br>line</p><p>soft\nline</p><p>  space  </p>",
    "<h2>a\nb</h2><h3># x #</h3><h4></h4><p></p><p>x</p>",
    "<blockquote><p>a</p><blockquote><p>b</p></blockquote><ul><li>c</li></ul></blockquote><hr>",
    "<p><strong>a</strong>b<em> c </em><em><strong>d</strong></em></p>",
    "<p><a href=\"/x(y)\" title=\"t\">e</a></p>",
    "<p>---</p><p>title: x</p><p>---</p>",
    "<table><tbody><tr><td colspan=\"2\">a\n\nb</td></tr></tbody></table>",
    "<p>नमस्ते “दुनिया” 😀 \u2028 \u200b \u00ad</p>",
]  # fmt: skip


def run(command: str, folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command(command, folder, *arguments, stdout=out)
    return out.getvalue()


def picture(kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (60, 40), "teal").save(out, kind, **options)
    return out.getvalue()


def image(alt: str, kind: str) -> Image:
    data = picture(kind)
    row = Image(alt=alt)
    row.take(pictures.redraw(BytesIO(data), len(data)))
    row.save()
    return row


def told(row: Any) -> dict[str, Any]:
    """Every field of a row but its number and its people; others by what names them."""
    found: dict[str, Any] = {}
    for field in [*row._meta.concrete_fields, *row._meta.many_to_many]:
        value = getattr(row, field.name)
        if field.primary_key or (field.is_relation and field.related_model.__name__ == "User"):
            continue
        if field.many_to_many:
            value = {str(other.slug) for other in value.all()}
        elif field.is_relation and value is not None:
            value = fields.name_of(value)
        found[field.name] = value.name if field.name == "file" else value
    return found


def everything() -> dict[str, list[dict[str, Any]]]:
    rows = {m.__name__: [told(row) for row in m.objects.order_by(named(m))] for m in MODELS}
    stored = default_storage.listdir("pictures")[1] if default_storage.exists("pictures") else []
    rows["files"] = [{n: default_storage.open(f"pictures/{n}").read() for n in sorted(stored)}]
    return rows


def named(model: type) -> str:
    names = {f.name for f in model._meta.fields}
    return next(name for name in ("slug", "path", "key", "file", "title") if name in names)


@pytest.fixture
def library(db, tmp_path) -> None:
    """The samples, a whole old site, pictures of each format, and texts that are hard to tell."""
    demonstration.load(DEMONSTRATION)
    uploads = old_site.pictures(tmp_path / "uploads")
    call_command("import_wordpress", old_site.export(tmp_path), media=str(uploads),
                 stdout=StringIO())  # fmt: skip
    covers = [image(f"A {kind} “picture”: --- & <b>", kind) for kind in ("JPEG", "PNG", "WEBP")]
    author("with-portrait", portrait=covers[0], bio="Lines\r\nof\n\n  bio: --- \n")
    series = Series.objects.create(title="Parts 1/2: ../x")
    OldTopicAddress.objects.create(slug="before", topic=Topic.objects.first())
    for number, body in enumerate(ODD):
        row = article(
            f"odd-{number}", body=body, cover=covers[number % 3], sample=bool(number % 2),
            title=["yes", "2024", "null", "- x: y", "“#”", "0x1F"][number % 6],
            excerpt="---\nlines: [a]\n---\n", sources="Title\nWhere\nhttps://x.example\n\n\tTwo",
            updated_on="2024-02-29", author=author("with-portrait"), series=series,
            series_place=number, reviewer=author() if number % 2 else None,
            status=list(Article.Status)[number % 5],
        )  # fmt: skip
        row.more_topics.set(Topic.objects.all()[:number])
    shown = f'<figure><img src="{covers[1].file.url}" alt="x" width="60" height="40"></figure>'
    article("pictured", body=f"<p>Before</p>{shown}<p>After</p>")


def emptied(tmp_path: Path) -> None:
    for model in MODELS:
        model.objects.all().delete()
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)
    assert not any(map(len, everything().values())) or everything()["files"] == [{}]


def test_a_round_trip_into_an_empty_database_loses_nothing(library, tmp_path, capsys):
    before = everything()
    run("export_articles", tmp_path / "out")
    emptied(tmp_path)
    run("import_articles", tmp_path / "out")
    after = everything()
    compared = sum(len(row) for rows in before.values() for row in rows)
    for kind, rows in before.items():
        for row, again in zip(rows, after[kind], strict=True):
            assert {k for k in row if row[k] != again[k]} == set(), (kind, row.get("slug"))
    assert after == before
    with capsys.disabled():
        articles = len(before["Article"])
        print(f"\nround trip: {articles} articles, {compared} fields and files equal, 0 differ")
    assert articles > 35
    assert compared > 800


def test_the_same_folder_again_changes_nothing(library, tmp_path):
    run("export_articles", tmp_path / "out")
    before = everything()
    said = run("import_articles", tmp_path / "out")
    assert "Added: nothing." in said
    assert "Other here" not in said
    assert everything() == before


def test_exporting_again_writes_the_same_bytes_and_tidies(library, tmp_path):
    run("export_articles", tmp_path / "out")
    first = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    Article.objects.get(slug="odd-0").delete()
    run("export_articles", tmp_path / "out")
    second = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert {p.name for p in set(first) - set(second)} == {"odd-0.md"}
    assert all(first[path] == data for path, data in second.items())


def test_most_texts_are_markdown_that_people_can_read(library, tmp_path):
    run("export_articles", tmp_path / "out")
    texts = [p.read_text() for p in (tmp_path / "out" / "articles").glob("*.md")]
    samples = [text for text in texts if "sample: true" in text and "layout: spaced" in text]
    assert len(samples) == 5
    assert all("\n## " in text and text.count("\n<") <= 1 for text in samples)
    assert "../pictures/" in (tmp_path / "out" / "articles" / "pictured.md").read_text()


def test_an_editors_work_is_left_as_it_is(library, tmp_path):
    run("export_articles", tmp_path / "out")
    Article.objects.filter(slug="odd-1").update(title="Changed since")
    said = run("import_articles", tmp_path / "out")
    assert "Other here, and left as it is: odd-1." in said
    assert Article.objects.get(slug="odd-1").title == "Changed since"


def test_a_dry_run_changes_nothing(library, tmp_path):
    run("export_articles", tmp_path / "out")
    emptied(tmp_path)
    before = everything()
    assert "A dry run" in run("import_articles", tmp_path / "out", "--dry-run")
    assert everything() == before


def test_a_folder_of_other_things_is_not_written_to(db, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CommandError, match="holds other files") as error:
        run("export_articles", tmp_path)
    assert error.value.returncode == 2
    assert [p.name for p in tmp_path.iterdir() if p.name != "media"] == ["mine.txt"]


def test_a_link_in_the_folder_is_not_written_through(db, tmp_path):
    article()
    run("export_articles", tmp_path / "out")
    (tmp_path / "precious").write_text("keep")
    place = tmp_path / "out" / "articles" / "a-safe-place.md"
    place.unlink()
    place.symlink_to(tmp_path / "precious")
    run("export_articles", tmp_path / "out")
    assert (tmp_path / "precious").read_text() == "keep"


def test_a_picture_without_its_file_is_named_before_anything_is_written(db, tmp_path):
    lost = image("Lost", "PNG")
    default_storage.delete(lost.file.name)
    with pytest.raises(CommandError, match="its file is missing"):
        run("export_articles", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_field_travels_or_stays_for_a_reason():
    for model in [Article, *(model for model, _ in fields.LIBRARY.values())]:
        for field in fields.travelling(model).values():
            known = field.related_model is None or fields.named_by(field.related_model)
            assert known, f"{model.__name__}.{field.name}: a line in articles/exchange/fields.py"
        for other in model._meta.related_objects:
            ours = other.related_model._meta.app_label == "articles"
            own = ours and not fields.is_library(other.related_model) and not other.hidden
            told = fields.BELONGINGS.get(model, {})
            label = other.related_model.__name__
            if own and other.related_model is not Article and label not in fields.STAYS:
                assert other.get_accessor_name() in told, (model.__name__, label)


def test_the_reasons_name_what_there_is():
    names = {model.__name__ for model in apps.get_app_config("articles").get_models()}
    assert {name for name in fields.STAYS if name[0].isupper()} <= names


# --- Faults -------------------------------------------------------------------------------------
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
    ("slug: one", "slug: [one"): "no YAML",
    ("slug: one", "slug: &a one\nx: *a"): "aliases",
    ("slug: one", "slug: !!python/object/apply:os.system [id]"): "no YAML",
    ("slug: one", "? [a, b]\n: c"): "no YAML",
    ("slug: one", "1: one"): "names and values",
    ("old_addresses: []", "old_addresses: x"): "old_addresses: this value",
    ("old_addresses: []", "old_addresses: [[x]]"): "old_addresses: this value",
    ("old_addresses: []", f"old_addresses: ['/{'x' * 600}']"): "path: ",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_an_article_is_named_and_nothing_changes(folder, fault):
    changed(only(folder), *fault)
    said = refused(folder)
    assert said.startswith("articles/one.md: ")
    assert FAULTS[fault] in said


def test_all_faults_are_named_at_once(folder):
    shutil.copy(only(folder), folder / "articles" / "two.md")
    changed(only(folder), "title: One", "titel: One")
    changed(folder / "articles" / "two.md", "topic: closeness", "topic: nowhere")
    said = refused(folder)
    assert "articles/one.md: titel" in said
    assert "articles/two.md: topic" in said


@pytest.mark.parametrize(
    "name", ["../../secret.png", "/etc/passwd", "..", ".hidden.png", "a\\b.png"]
)
def test_a_picture_cannot_be_named_outside_the_folder(folder, name):
    (folder.parent / "secret.png").write_bytes(picture())
    real = next((folder / "pictures").iterdir()).name
    changed(folder / "library.yaml", f"file: {real}", f"file: '{name}'")
    assert "no plain file name" in refused(folder)


def test_links_are_not_followed(folder):
    secret = folder.parent / "secret.png"
    real = next((folder / "pictures").iterdir())
    secret.write_bytes(real.read_bytes())
    real.unlink()
    real.symlink_to(secret)
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


def test_a_picture_with_more_than_pixels_is_drawn_anew_and_only_once(folder):
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


# --- Texts --------------------------------------------------------------------------------------
WORDS = st.text(st.sampled_from("ab \n*_`[]()<>&#-+=~.:!|\\'\"1/$\u00a0é😀"), max_size=12)
TAGS = st.sampled_from(["p", "h2", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "strong",
                        "em", "b", "a", "br", "hr", "table", "figure", "td"])  # fmt: skip
PIECES = st.lists(st.one_of(WORDS, TAGS.map("<{}>".format), TAGS.map("</{}>".format)), max_size=14)


@given(PIECES)
def test_any_text_comes_back_the_same(pieces):
    html = richtext.clean("".join(pieces))
    text, layout = markdown.write(html)
    assert markdown.read(text, layout) == html == richtext.clean(html)


VALUES = st.one_of(st.text(), st.booleans(), st.none())


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), WORDS)
def test_any_fields_come_back_the_same(values, text):
    assert front_matter.split(front_matter.join(values, text)) == (values, text + "\n")


def test_hand_written_markdown_is_taken(folder):
    path = only(folder)
    name = next((folder / "pictures").iterdir()).name
    head = path.read_text().rpartition("---\n")[0]
    words = f"## Head\n\nWords *here*.\n\n![Alt](../pictures/{name})\n\n<script>x</script>\n"
    path.write_text(f"{head}---\n\n{words}")
    run("import_articles", folder)
    body = Article.objects.get().body
    assert body.startswith('<h2>Head</h2><p>Words <em>here</em>.</p><p><img src="/media/pictures/')
    assert "script" not in body
