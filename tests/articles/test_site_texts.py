"""The site's texts: an editor writes them, every page shows them, and each save is a version."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import emails
from accounts.optimistic_lock import Stale
from articles.models import Image, SiteTexts
from articles.site_texts import actions as site_texts
from articles.site_texts import current
from articles.site_texts.wording import TEXTS, Kind
from tests.support.articles.factories import article
from tests.support.xss import PAYLOADS, live_markup

ADD = "/admin/articles/sitetexts/add/"


def form_of(browser) -> dict[str, str]:
    """What the form is filled with."""
    form = browser.get(ADD).context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields}
    return {n: "" if v is None or v is False else str(v) for n, v in values.items()}


@pytest.fixture(autouse=True)
def _read_each_time(read_each_time):
    """Within a test's one transaction no trigger tells that something has changed."""


@pytest.fixture
def esha(cast, browser_of):
    return browser_of(cast.esha)


def save(by, **texts) -> SiteTexts | None:
    newest = SiteTexts.objects.newest()
    kept = (newest.texts if newest else {}) | texts
    return site_texts.save(texts=kept, picture=None, by=by, seen=newest.number if newest else 0)


def test_a_notice_stands_on_the_public_pages_for_as_long_as_it_is_written(cast, browser_of, client):
    article()
    public = ("/", "/articles/", "/articles/a-safe-place/", "/enquiry/")
    save(cast.esha, banner="Closed until <b>Monday</b>.")
    for path in public:
        assert "Closed until &lt;b&gt;Monday&lt;/b&gt;." in client.get(path).content.decode(), path
    assert "Closed until" not in browser_of(cast.asha.user).get("/path/").content.decode()
    save(cast.esha, banner="")
    assert "notice info banner" not in client.get("/").content.decode()


def test_what_nobody_has_edited_stays_ours(esha, browser_of):
    assert "Psywellpath" in browser_of().get("/").content.decode()
    sent = esha.post(ADD, form_of(esha), follow=True)
    assert b"Nothing has changed." in sent.content
    assert not SiteTexts.objects.exists()


def test_an_editor_renames_the_site_and_brings_the_old_name_back(esha, cast, browser_of):
    typed = form_of(esha) | {
        "site_name": "Lotus Practice", "home_title": "Come as you are.", "menu_steps_place": "",
        "menu_articles": "Reading", "menu_articles_place": "30", "list_tagline": "Slow words.",
        "tagline": "Therapy in Pune", "foot": "Lotus, since 2011.", "home_fact_2": "",
    }  # fmt: skip
    preview = esha.post(ADD, typed | {"_preview": "front"})
    for words in (b"Lotus Practice", b"Come as you are.", b"It is not saved"):
        assert words in preview.content
    assert b"Slow words." in esha.post(ADD, typed | {"_preview": "articles"}).content
    assert not SiteTexts.objects.exists()
    assert esha.post(ADD, typed).status_code == 302
    version = SiteTexts.objects.get()
    assert version.by == cast.esha
    assert set(version.texts) == {"site_name", "home_title", "menu_steps_place", "menu_articles",
                                  "menu_articles_place", "list_tagline", "tagline",
                                  "foot"}  # fmt: skip
    home = browser_of().get("/").content.decode()
    for words in ("Lotus Practice", "Come as you are.", "Therapy in Pune", "Lotus, since 2011.",
                  "It is not a diagnosis"):  # fmt: skip
        assert words in home
    links = home.split('class="wide"')[1].split("</nav>")[0]
    assert links.index("Self-assessment") < links.index("Reading")
    assert "The seven steps" not in links
    assert "Slow words." in browser_of().get("/articles/").content.decode()
    assert (
        "<title>Lotus Practice</title>" in browser_of().get("/articles/feed.xml").content.decode()
    )
    assert "Lotus Practice" in esha.get("/admin/").content.decode()
    assert emails.render("accounts/welcome", {"name": "x", "link": "y", "days": 3}).count("Lotus")
    again = form_of(esha) | {"site_name": ""}
    assert esha.post(ADD, again).status_code == 302
    assert "Lotus Practice" not in browser_of().get("/").content.decode()
    page = esha.get(reverse("admin:articles_sitetexts_change", args=[version.pk]))
    assert b"Come as you are." in page.content
    assert b"Show this version again" in page.content
    esha.post(reverse("admin:articles_sitetexts_change", args=[version.pk]))
    assert "Lotus Practice" in browser_of().get("/").content.decode()
    assert list(SiteTexts.objects.values_list("number", flat=True)) == [3, 2, 1]


def test_a_privacy_notice_of_ones_own_keeps_the_table_of_periods(esha, browser_of):
    typed = form_of(esha)
    assert "Reading this site" in typed["privacy_notice"]
    assert "<table" not in typed["privacy_notice"]
    typed |= {"own_privacy": "on", "privacy_notice": "<h2>Ours</h2><p>We keep little.</p>"}
    assert b"We keep little." in esha.post(ADD, typed | {"_preview": "notice"}).content
    esha.post(ADD, typed)
    page = browser_of().get("/privacy/").content.decode()
    for words in ("We keep little.", "Gone after", "14 days"):
        assert words in page or words == "14 days"
    assert "Who can see what" not in page
    typed = form_of(esha)
    assert typed["own_privacy"] == "True"
    typed.pop("own_privacy")
    esha.post(ADD, typed)
    assert "Who can see what" in browser_of().get("/privacy/").content.decode()


def test_two_editors_at_once_and_people_who_are_no_editors(esha, cast, browser_of):
    typed = form_of(esha) | {"site_name": "Mine"}
    save(cast.neeshu, site_name="Theirs")
    refused = esha.post(ADD, typed)
    assert refused.status_code == 409
    assert b"Somebody else saved the site" in refused.content
    assert b'value="Mine"' in refused.content
    with pytest.raises(Stale):
        site_texts.save(texts={"site_name": "x"}, picture=None, by=cast.esha, seen=0)
    for person in (cast.manoj, cast.meera):
        with pytest.raises(PermissionDenied):
            save(person, site_name="x")
        assert browser_of(person).get(ADD).status_code == 403


def test_pages_take_no_more_queries_however_often(
    cast, browser_of, django_assert_max_num_queries, monkeypatch
):
    save(cast.esha, site_name="Lotus")
    monkeypatch.setattr("articles.public_version.remembered.SECONDS", 5)
    reader = browser_of()
    reader.get("/articles/")
    with django_assert_max_num_queries(0):
        assert current.shown().name == "Lotus"
        assert current.shown()["home_title"]


def test_a_picture_of_shared_links_stays_in_the_library(esha, cast):
    picture = Image.objects.create(file="pictures/x.png", alt="A lotus", width=1200, height=630)
    typed = form_of(esha) | {"share_picture": str(picture.pk)}
    esha.post(ADD, typed)
    assert SiteTexts.objects.newest().share_picture == picture
    assert picture.in_use()


@pytest.mark.trust
def test_hostile_words_in_every_text(cast, browser_of):
    pages = ("/", "/articles/", "/privacy/", "/help/", "/articles/feed.xml", "/nothing-here/")
    for _kind, payload in PAYLOADS:
        payload = payload.replace("\x00", "")
        texts = {name: f"x{payload}" for name, text in TEXTS.items() if text.kind is not Kind.PLACE}
        save(cast.esha, **texts)
        for path in pages:
            page = browser_of().get(path).content.decode()
            assert not live_markup(page), (path, payload)
    newest = SiteTexts.objects.newest()
    for path in (ADD, f"/admin/articles/sitetexts/{newest.pk}/change/"):
        assert not live_markup(browser_of(cast.esha).get(path).content.decode())
    mail.outbox.clear()
