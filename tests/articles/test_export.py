"""Articles are exported as a folder of Markdown and imported again unchanged, field by field."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from articles import demonstration, richtext
from articles.exchange import markdown, model_fields
from articles.imports import front_matter
from articles.models import (
    Article,
    OldTopicAddress,
    Page,
    Series,
    Topic,
)
from articles.pages import first_drafts
from tests.support.articles import old_site
from tests.support.articles.exchange import emptied, everything, image, run
from tests.support.articles.factories import article, author

DEMONSTRATION = Path(settings.BASE_DIR) / "psywellpath" / "demonstration"
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


def test_own_pages_take_the_place_of_the_empty_drafts_of_a_new_practice(library, tmp_path):
    who = Page.objects.create(
        slug="who", title="Who we are", description="Us.", body="<h2>We</h2><p>Two.</p>",
        shows_team=True, status="published", publish_at="2026-01-02T03:04Z", menu_place=3,
    )  # fmt: skip
    who.old_addresses.create(slug="us")
    before = everything()
    run("export_articles", tmp_path / "out")
    assert "## We\n" in (tmp_path / "out" / "pages" / "who.md").read_text()
    emptied(tmp_path)
    first_drafts.ensure("default")
    assert "Different here" not in run("import_articles", tmp_path / "out")
    assert everything() == before
    Page.objects.filter(slug="who").update(title="Changed since")
    assert "left unchanged: who." in run("import_articles", tmp_path / "out")


def test_the_same_folder_again_changes_nothing(library, tmp_path):
    run("export_articles", tmp_path / "out")
    before = everything()
    output = run("import_articles", tmp_path / "out")
    assert "Added: nothing." in output
    assert "Different here" not in output
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
    assert len(samples) == 7
    assert all("\n## " in text and text.count("\n<") <= 1 for text in samples)
    assert "../pictures/" in (tmp_path / "out" / "articles" / "pictured.md").read_text()


def test_an_import_does_not_change_an_editors_work(library, tmp_path):
    run("export_articles", tmp_path / "out")
    Article.objects.filter(slug="odd-1").update(title="Changed since")
    output = run("import_articles", tmp_path / "out")
    assert "Different here, and left unchanged: odd-1." in output
    assert Article.objects.get(slug="odd-1").title == "Changed since"


def test_a_dry_run_changes_nothing(library, tmp_path):
    run("export_articles", tmp_path / "out")
    emptied(tmp_path)
    before = everything()
    assert "A dry run" in run("import_articles", tmp_path / "out", "--dry-run")
    assert everything() == before


def test_a_folder_of_other_things_is_not_written_to(db, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CommandError, match="contains other files") as error:
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
    for model in [Article, Page, *(model for model, _ in model_fields.LIBRARY.values())]:
        for field in model_fields.exported_fields(model).values():
            known = field.related_model is None or model_fields.named_by(field.related_model)
            assert known, (
                f"{model.__name__}.{field.name}: a line in articles/exchange/model_fields.py"
            )
        for other in model._meta.related_objects:
            ours = other.related_model._meta.app_label == "articles"
            own = ours and not model_fields.is_library(other.related_model) and not other.hidden
            owned = model_fields.OWNED_ROWS.get(model, {})
            label = other.related_model.__name__
            if (
                own
                and other.related_model is not Article
                and label not in model_fields.NOT_EXPORTED
            ):
                assert other.get_accessor_name() in owned, (model.__name__, label)


def test_the_reasons_name_what_there_is():
    names = {model.__name__ for model in apps.get_app_config("articles").get_models()}
    assert {name for name in model_fields.NOT_EXPORTED if name[0].isupper()} <= names


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
