"""The practice's own pages: their workflow, their addresses, the menu, and what is left blank."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.optimistic_lock import Stale
from articles.models import Author, Page, reserved_names
from articles.models.page import refuse_taken
from articles.pages import actions as pages
from articles.pages import first_drafts
from articles.publishing import workflow
from articles.publishing.unfilled import blanks
from tests.support.xss import PAYLOADS, live_markup

FILLED = {"title": "About us", "slug": "about-us", "description": "Who we are.",
          "body": "<p>We are here.</p>", "menu_label": "", "menu_place": "", "publish_at_0": "",
          "publish_at_1": "", "comment": "", "seen": ""}  # fmt: skip


def written(**fields) -> Page:
    values = {"slug": "about-us", "title": "About us", "description": "Who we are.",
              "body": "<p>We are here.</p>"}  # fmt: skip
    return Page(**values | fields)


def save(page: Page, by, move=None, comment="") -> None:
    seen = Page.objects.get(pk=page.pk).version if page.pk else ""
    pages.save_written(page=page, by=by, move=move, comment=comment, seen=seen)


@pytest.fixture(autouse=True)
def _read_each_time(read_each_time):
    """Within a test's one transaction no trigger tells that something has changed."""


def test_a_new_practice_finds_drafts_whose_blanks_nobody_can_publish(cast, browser_of):
    drafts = {page.slug: page for page in Page.objects.all()}
    assert set(drafts) == {"about", "services-and-fees", "contact", "team", "questions"}
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    for page in drafts.values():
        assert page.status == "draft"
        page.full_clean()
        with pytest.raises(ValidationError) as refused:
            save(page, cast.esha, workflow.PUBLISH)
        left = blanks(page.prose.html)
        assert left
        assert len(refused.value.message_dict["body"]) == len(left)
        assert all(any(f"[[{blank}]]" in reason for blank in left)
                   for reason in refused.value.message_dict["body"])  # fmt: skip
        assert browser_of().get(page.get_absolute_url()).status_code == 404
    first_drafts.ensure("default")
    assert Page.objects.count() == len(drafts)


def test_every_link_of_the_drafts_leads_somewhere(cast):
    from articles.publishing.checks import findings

    dead = [f.text for page in Page.objects.all() for f in findings(page) if "leads" in f.text]
    assert not dead


def test_two_editors_publish_change_and_withdraw_a_page(cast, browser_of):
    esha, neeshu, reader = browser_of(cast.esha), browser_of(cast.neeshu), browser_of()
    added = esha.post(reverse("admin:articles_page_add"), FILLED | {"_submit": "1"})
    assert added.status_code == 302
    page = Page.objects.get(slug="about-us")
    assert page.status == "review"
    assert page.revisions.count() == 1
    change = reverse("admin:articles_page_change", args=[page.pk])
    waiting = "Pages to read and decide"
    assert waiting in neeshu.get("/admin/").content.decode()
    assert waiting not in esha.get("/admin/").content.decode()
    returned = FILLED | {"seen": page.version, "_return": "1", "comment": "Where are we?"}
    assert neeshu.post(change, returned).status_code == 302
    assert "Where are we?" in esha.get("/admin/").content.decode()
    page.refresh_from_db()
    assert esha.post(change, FILLED | {"seen": page.version, "_submit": "1"}).status_code == 302
    page.refresh_from_db()
    own = esha.post(change, FILLED | {"seen": page.version, "_publish": "1"})
    assert b"another editor decides" in own.content
    assert reader.get("/about-us/").status_code == 404
    typed = FILLED | {"body": "<p>We are here, [[where]].</p>", "menu_place": "5"}
    left = neeshu.post(change, typed | {"seen": page.version, "_publish": "1"})
    assert b"This is still to be filled in: [[where]]." in left.content
    typed["body"] = "<p>We are here, on the hill.</p>"
    published = neeshu.post(change, typed | {"seen": page.version, "_publish": "1"})
    assert published.status_code == 302
    shown = reader.get("/about-us/")
    assert b"on the hill" in shown.content
    assert not shown.cookies
    for part in (b'<link rel="canonical"', b'property="og:title"', b'content="Who we are."'):
        assert part in shown.content
    assert b'href="/about-us/"' in reader.get("/articles/").content
    assert b"/about-us/" in reader.get("/sitemap.xml").content
    at = timezone.localtime(Page.objects.get(pk=page.pk).publish_at)
    typed |= {"publish_at_0": f"{at:%Y-%m-%d}", "publish_at_1": f"{at:%H:%M:%S}"}
    # A public page gets no new blanks, neither typed nor by an earlier version.
    page.refresh_from_db()
    blank = typed | {"body": "<p>[[x]]</p>", "seen": page.version}
    assert b"still to be filled in" in neeshu.post(change, blank).content
    stale = neeshu.post(change, typed | {"seen": "2020-01-01"})
    assert stale.status_code == 409
    assert b"Somebody else saved this meanwhile" in stale.content
    page.refresh_from_db()
    moved = typed | {"slug": "who-we-are", "seen": page.version}
    assert neeshu.post(change, moved).status_code == 302
    assert reader.get("/about-us/").headers["Location"] == "/who-we-are/"
    versions = esha.get(reverse("admin:articles_page_versions", args=[page.pk]))
    assert b"/restore/" in versions.content
    assert esha.post(reverse("admin:articles_page_restore", args=[page.pk, 1])).status_code == 302
    assert b"We are here.</p>" in reader.get("/who-we-are/").content
    page.refresh_from_db()
    gone = moved | {"seen": page.version, "_withdraw": "1"}
    assert neeshu.post(change, gone).status_code == 302
    assert reader.get("/who-we-are/").status_code == 410
    assert b"/who-we-are/" not in reader.get("/articles/").content
    assert esha.post(reverse("admin:articles_page_delete", args=[page.pk])).status_code == 403


def test_what_is_typed_is_shown_and_not_stored(cast, browser_of):
    page = Page.objects.get(slug="about")
    typed = FILLED | {"title": "Typed only", "_preview": "1", "slug": ""}
    for address in (reverse("admin:articles_page_add"),
                    reverse("admin:articles_page_change", args=[page.pk])):  # fmt: skip
        shown = browser_of(cast.esha).post(address, typed)
        assert shown.status_code == 200
        assert b"It is not saved" in shown.content
        assert b"Typed only" in shown.content
    assert not Page.objects.filter(title="Typed only").exists()
    stored = browser_of(cast.esha).get(
        reverse("admin:articles_page_show", args=[page.pk]), follow=True
    )
    assert b"Readers do not see this page" in stored.content


@pytest.mark.parametrize("slug", ["articles", "admin", "help", "livez", "static", "hi", "media",
                                  "caseload", "path", "Privacy"])  # fmt: skip
def test_a_page_never_takes_an_address_of_the_site(slug):
    with pytest.raises(ValidationError, match="used by the site itself"):
        refuse_taken(slug)
    assert not {"about", "<slug:slug>"} & reserved_names()


def test_a_scheduled_page_and_an_old_lock(cast):
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    page = written(publish_at=timezone.now() + timedelta(days=1))
    save(page, cast.esha, workflow.SCHEDULE)
    assert page.status == "scheduled"
    assert page not in Page.objects.published()
    assert page in Page.objects.published(timezone.now() + timedelta(days=2))
    with pytest.raises(Stale):
        pages.save_written(page=page, by=cast.esha, seen="")


def test_the_page_of_the_team_lists_its_members_in_order(cast, browser_of):
    for place, name in ((20, "Second"), (10, "First"), (None, "A guest")):
        Author.objects.create(slug=name.split()[-1].lower(), name=name, role="Therapist",
                              team_place=place)  # fmt: skip
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    save(written(shows_team=True), cast.esha, workflow.PUBLISH)
    text = browser_of().get("/about-us/").content.decode()
    assert text.index("First") < text.index("Second")
    assert "A guest" not in text


@pytest.mark.trust
def test_hostile_words_in_every_field_of_a_page_and_of_the_team(cast, browser_of):
    for _kind, payload in PAYLOADS:
        payload = payload.replace("\x00", "")
        Page.objects.filter(slug="about").update(
            title=f"x{payload}"[:160], description=f"x{payload}"[:320], body=f"<p>x</p>{payload}",
            menu_label=payload[:40],
            status="published", publish_at=timezone.now(), shows_team=True, menu_place=1,
        )  # fmt: skip
        Author.objects.update_or_create(
            slug="x", defaults={"name": payload[:120] or "x", "role": payload[:120],
                                "bio": payload[:3000], "team_place": 1},
        )  # fmt: skip
        shown = browser_of().get("/about/").content.decode()
        assert not live_markup(shown), payload
    page = Page.objects.get(slug="about")
    for name in ("change", "versions"):
        address = reverse(f"admin:articles_page_{name}", args=[page.pk])
        assert not live_markup(browser_of(cast.esha).get(address).content.decode())
