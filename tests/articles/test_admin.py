"""The editors' desk: what an editor can do there, and that other people have no access."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Pillow
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from articles.models import Article, Image, Page, Series
from articles.publishing import actions as publishing
from tests.support.articles.desk import errors, form
from tests.support.articles.factories import article, author, topic

DESK = [
    f"/admin/articles/{model}/{page}"
    for model in ("article", "topic", "author", "image", "series")
    for page in ("", "add/")
] + ["/admin/articles/image/pick/"]


def upload(name: str = "hills.png", data: bytes | None = None) -> SimpleUploadedFile:
    if data is None:
        out = io.BytesIO()
        Pillow.new("RGB", (20, 10), "teal").save(out, "PNG")
        data = out.getvalue()
    return SimpleUploadedFile(name, data, "image/png")


@pytest.fixture
def editor(cast, browser_of):
    """The practice's only editor, who may do everything alone (test_articles_workflow: two)."""
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    return browser_of(cast.esha)


def test_an_editor_finds_every_page_of_the_desk(editor):
    article()
    for path in DESK:
        assert editor.get(path).status_code == 200, path


@pytest.mark.parametrize("who", ["assigned therapist", "manager", "owner client", "visitor"])
def test_nobody_else_gets_to_the_desk(who, cast, browser_of):
    it = article()
    browser = browser_of(cast.users().get(who))
    own = [f"/admin/articles/article/{it.pk}/{page}/" for page in ("change", "delete", "history")]
    for path in DESK + own:
        assert browser.get(path).status_code in (302, 403), path
        assert browser.post(path, form()).status_code in (302, 403), path
    parameters = {
        "app_label": "articles",
        "model_name": "article",
        "field_name": "topic",
        "term": "",
    }
    answer = browser.get("/admin/autocomplete/", parameters)
    assert answer.status_code in (302, 403)
    assert Article.objects.get().status == "published"


def test_the_form_loads_its_editor_under_the_content_policy(editor):
    response = editor.get("/admin/articles/article/add/")
    policy, page = response["Content-Security-Policy"], response.content.decode()
    assert "unsafe" not in policy
    assert '<script type="module" src="/static/editor/editor.js"></script>' in page
    # No script and no style within the page.
    assert "importmap" not in page
    assert "nonce" not in policy
    assert " style=" not in page


def test_an_editor_writes_and_the_text_is_cleaned(editor):
    response = editor.post("/admin/articles/article/add/", form())
    assert response.status_code == 302
    it = Article.objects.get()
    assert (it.status, it.body) == ("draft", "<p>Text.</p>")


def test_an_editor_publishes_schedules_and_withdraws(editor, client):
    soon = timezone.now() + timedelta(days=2)
    editor.post("/admin/articles/article/add/", form(_schedule="1", publish_at=soon))
    it = Article.objects.get()
    assert it.status == "scheduled"
    change = f"/admin/articles/article/{it.pk}/change/"
    assert client.get(it.get_absolute_url()).status_code == 404
    page = editor.get(change).content.decode()
    assert "Readers will see it from" in page
    assert it.get_absolute_url() not in page

    editor.post(change, form(_publish="1", publish_at=soon, seen=it.version))
    it.refresh_from_db()
    assert it.status == "published"
    assert it.is_public()
    assert client.get(it.get_absolute_url()).status_code == 200
    assert it.get_absolute_url() in editor.get(change).content.decode()

    editor.post(f"/admin/articles/article/withdraw/?pk={it.pk}", {"because": "It is old."})
    it.refresh_from_db()
    assert it.status == "withdrawn"
    assert client.get(it.get_absolute_url()).status_code == 410


def test_an_invalid_value_is_reported_beside_its_field(editor):
    add = "/admin/articles/article/add/"
    refused: list[tuple[dict, str]] = [
        ({"slug": "topics"}, "used by the site itself"),
        ({"slug": "feed.xml"}, "valid “slug”"),
        ({"_schedule": "1"}, "choose a future date and time"),
        (
            {"_schedule": "1", "publish_at": timezone.now() - timedelta(days=1)},
            "future date and time",
        ),
        ({"_publish": "1", "body": "<p></p>"}, "There is no text yet"),
        ({"_publish": "1", "body": "<script>x</script>"}, "There is no text yet"),
        ({"_publish": "1", "excerpt": ""}, "There is no excerpt"),
    ]
    for fields, words in refused:
        response = editor.post(add, form(**fields))
        assert words in errors(response), fields
        assert "Only editors see it." in response.content.decode()
    assert not Article.objects.exists()


def test_a_change_of_several_keeps_what_is_saved_meanwhile(editor, monkeypatch):
    first, second = (article(f"s-{n}", sample=True) for n in range(2))
    confirm = Article.confirm

    def and_somebody_saves(one: Article) -> None:
        confirm(one)
        others = Article.objects.exclude(pk=one.pk).filter(sample=True)
        others.update(excerpt="Somebody wrote this meanwhile.")

    monkeypatch.setattr(Article, "confirm", and_somebody_saves)
    data = {"action": "remove_sample_mark", "_selected_action": [first.pk, second.pk]}
    assert editor.post("/admin/articles/article/", data).status_code == 302
    stored = list(Article.objects.filter(sample=False).values_list("excerpt", flat=True))
    assert len(stored) == 2
    assert stored.count("Somebody wrote this meanwhile.") == 1, "the one that was changed last"


def test_a_published_article_does_not_slip_into_the_future_by_save(editor):
    it = article()
    later = timezone.now() + timedelta(days=3)
    ahead = form(slug=it.slug, publish_at=later, seen=it.version)
    assert "press “Schedule”" in errors(
        editor.post(f"/admin/articles/article/{it.pk}/change/", ahead)
    )


def test_actions_for_several_at_once(editor):
    samples = [article(f"s-{n}", sample=True).pk for n in range(2)]
    empty = article("empty", status="draft", publish_at=None, body="").pk
    everything = [*samples, empty]

    def act(name: str, rows: list[int]):
        return editor.post("/admin/articles/article/", {"action": name, "_selected_action": rows},
                           follow=True).content.decode()  # fmt: skip

    act("remove_sample_mark", everything)
    assert not Article.objects.filter(sample=True).exists()
    page = act("publish_now", everything)
    assert "Empty: There is no text yet" in page
    assert Article.objects.get(pk=empty).status == "draft"
    asks = "/admin/articles/article/withdraw/?" + "&".join(f"pk={pk}" for pk in samples)
    assert "Why it is withdrawn" in act("withdraw", samples)
    editor.post(asks, {"because": "They were samples."})
    assert Article.objects.filter(status="withdrawn").count() == 2
    assert (
        "Withdrawn" in editor.get(f"/admin/articles/article/{samples[0]}/history/").content.decode()
    )


def test_several_are_filed_under_another_topic_and_into_a_series(editor):
    other, series = topic("sleep"), Series.objects.create(title="Rest")
    there = article("there", series=series, series_place=4)
    moved = [article(f"s-{n}") for n in range(2)]
    moved[0].more_topics.add(other)
    rows = {"action": "file_under", "_selected_action": [it.pk for it in moved]}
    asks = editor.post("/admin/articles/article/", rows).content.decode()
    assert "S 0" in asks
    filed = rows | {"filed": "1", "topic": other.pk, "author": "", "series": series.pk}
    assert editor.post("/admin/articles/article/", filed).status_code == 302
    for place, it in enumerate(moved, 5):
        it.refresh_from_db()
        assert (it.topic, it.series, it.series_place) == (other, series, place)
        assert it.author == there.author
        assert it.revisions.count() == 2
        assert not it.more_topics.exists()


def test_the_desk_has_years_and_the_drafts_of_others(cast, browser_of):
    it = article("sketch", title="A sketch", status="draft", publish_at=None)
    publishing.record(article=it, by=cast.neeshu)
    article("imported", title="From elsewhere", status="draft", publish_at=None)
    page = HTMLParser(browser_of(cast.esha).get("/admin/").content.decode())
    lists = [" ".join(part.text().split()) for part in page.css(".desk-lists > div")]
    (words,) = (text for text in lists if text.startswith("Drafts of others"))
    changed = timezone.localtime(it.changed_at)
    assert f"A sketch Dr. Neeshu Rathore, {changed:%-d %b %Y}" in words
    assert "From elsewhere" not in words


def test_filters_and_search_of_the_list(editor):
    article("seen")
    article("planned", status="scheduled", publish_at=timezone.now() + timedelta(days=1))
    article("its-time-came", status="scheduled")
    article("sketch", status="draft", publish_at=None)

    def listed(query: str) -> set[str]:
        page = editor.get(f"/admin/articles/article/?{query}")
        return {row.slug for row in page.context["cl"].result_list}

    assert listed("state=published") == {"seen", "its-time-came"}
    assert listed("state=scheduled") == {"planned"}
    assert listed("state=draft") == {"sketch"}
    assert listed("q=sketch") == {"sketch"}
    Article.objects.filter(slug="seen").update(body="<p>About herons.</p>")
    assert listed("q=herons") == {"seen"}
    assert listed("sample__exact=0&q=planned") == {"planned"}


def test_a_picture_says_where_it_is_used(editor):
    picture = Image.objects.create(file="pictures/a.png", alt="Hills", width=8, height=6)
    at = f"/admin/articles/image/{picture.pk}/change/"
    assert "Nothing shows it." in editor.get(at).content.decode()
    shown = f'<figure><img src="{picture.file.url}" alt="Hills"></figure>'
    rows = [article("covered", cover=picture), article("within", body=shown),
            topic("sleep", picture=picture), author("meera", name="Meera", portrait=picture),
            Page.objects.create(slug="who", title="Who we are", body=shown)]  # fmt: skip
    links = HTMLParser(editor.get(at).content.decode()).css(".field-used_in li a")
    assert {link.attributes["href"] for link in links} == {
        f"/admin/articles/{row._meta.model_name}/{row.pk}/change/" for row in rows
    }


def test_several_pictures_come_one_by_one_and_are_described_in_the_list(editor):
    for number in range(2):
        sent = {"file": upload(f"{number}.png"), "alt": ""}
        assert editor.post("/admin/articles/image/upload/", sent).status_code == 200
    page = HTMLParser(editor.get("/admin/articles/image/").content.decode())
    undescribed = page.css_first("form.several").attributes["data-undescribed"]
    at = f"/admin/articles/image/{undescribed}"
    table = HTMLParser(editor.get(at).content.decode()).css_first("#changelist-form")
    typed = {field.attributes["name"]: field.attributes.get("value") or ""
             for field in table.css("input[name^=form-]")} | {"_save": "1"}  # fmt: skip
    typed |= {"form-0-alt": "A calm lake", "form-1-alt": "A path uphill"}
    assert editor.post(at, typed).status_code == 302
    assert set(Image.objects.values_list("alt", flat=True)) == {"A calm lake", "A path uphill"}


def test_pictures_are_taken_described_and_kept_while_in_use(editor, cast, client):
    add = "/admin/articles/image/add/"
    assert "required" in errors(editor.post(add, {"file": upload(), "alt": ""}))
    assert editor.post(add, {"file": upload("../../evil.php"), "alt": "Hills"}).status_code == 302
    picture = Image.objects.get()
    assert (picture.width, picture.height, picture.uploaded_by) == (20, 10, cast.esha)
    assert re.fullmatch(r"pictures/[0-9a-f]{24}_20x10\.png", str(picture.file))
    change = f"/admin/articles/image/{picture.pk}/change/"
    assert "Hills" in editor.get(change).content.decode()
    assert editor.post(change, {"alt": "Green Hills"}).status_code == 302
    delete = f"/admin/articles/image/{picture.pk}/delete/"
    it = article(body=f'<p>x</p><img src="{picture.file.url}" alt="Hills">')
    assert picture.file.url in it.body
    assert editor.post(delete, {"post": "yes"}).status_code == 403
    assert "Hills" in editor.get("/admin/articles/image/pick/?q=hil").content.decode()
    it.delete()
    assert editor.post(delete, {"post": "yes"}).status_code == 302
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>alert(1)</script>", b"GIF89a"]
)
def test_a_file_with_only_the_name_of_a_picture_is_refused(data, editor):
    response = editor.post("/admin/articles/image/add/", {"file": upload(data=data), "alt": "x"})
    assert "not a picture that can be read" in errors(response)
    assert not Image.objects.exists()


@pytest.mark.parametrize("model", ["article", "topic", "author", "image", "series"])
def test_lists_cost_the_same_with_2_rows_and_with_20(model, editor):
    def fill(numbers):
        for n in numbers:
            series = Series.objects.create(title=f"s-{n}")
            article(f"a-{n}", topic=topic(f"t-{n}"), author=author(f"w-{n}"), series=series)
            Image.objects.create(file=f"{n}.png", alt=f"{n}", width=1, height=1)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(f"/admin/articles/{model}/").status_code == 200
        return len(queries)

    fill(range(2))
    few = cost()
    fill(range(2, 20))
    assert cost() == few


@pytest.mark.parametrize("name", ["topic", "author", "cover", "reviewer", "series", "more_topics"])
def test_an_id_of_another_kind_is_an_error_beside_the_field(name, editor):
    """Django's searching select looks it up to show the form again, and raises ValueError."""
    for odd in ("7584f88d-0c2f-4edd-8896-4f0f94fc114d", "x", "99999999999999999999999"):
        answer = editor.post("/admin/articles/article/add/", form(**{name: odd}))
        assert name in answer.context["adminform"].form.errors, odd
    assert not Article.objects.exists()
