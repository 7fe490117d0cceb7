"""The progress report: what it contains, and what it never contains."""

from datetime import timedelta
from unittest import mock

from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent
from assessments.taking import actions as assessments
from clients import dates, journey
from clients.endings import loose_ends
from clients.endings.outcomes import Ending
from clients.models import Client, Note, Task
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.record import report
from clients.results import sharing
from clients.sessions import actions as sessions
from tests.support.browsing import sign_in
from tests.support.cast import IN_GENERAL


def where(client):
    return f"/clients/{client.pk}/report/"


def test_it_contains_what_the_client_may_read(scene, browser_of):
    cast = scene["cast"]
    client = Client.objects.get(pk=cast.asha.pk)
    path_actions.change_path(
        client=client, kind=journey.Kind.CLOSE, by=cast.meera, seen=2,
        reason="canary-closing-summary",
        decided=loose_ends.on_path(client, Ending.CLOSE).defaults,
    )  # fmt: skip
    page = browser_of(cast.meera).get(where(cast.asha)).content.decode()
    for word in ("Asha Verma", "canary-shared", "canary-reason", "canary-closing-summary",
                 "Prepared by Dr. Meera Nair", "not a diagnosis", "Held: 1"):  # fmt: skip
        assert word in page, word
    assert "canary-private" not in page
    assert AuditEvent.objects.filter(verb="report made", client=cast.asha.pk).count() == 1
    assert (
        "made a report of your progress"
        in browser_of(cast.asha.user).get("/path/looks/").content.decode()
    )


def test_it_contains_only_the_span(scene, browser_of):
    cast, today = scene["cast"], timezone.localdate()
    long_ago = f"?from={today - timedelta(days=90)}&until={today - timedelta(days=60)}"
    page = browser_of(cast.meera).get(where(cast.asha) + long_ago).content.decode()
    for word in ("canary-shared", "canary-reason"):
        assert word not in page
    assert "Not begun in this period." in page
    same = f"?from={today}&until={today}"
    assert "canary-shared" in browser_of(cast.meera).get(where(cast.asha) + same).content.decode()
    for odd in ("?from=x", f"?from={today}&until={today - timedelta(days=1)}"):
        assert browser_of(cast.meera).get(where(cast.asha) + odd).status_code == 422


def test_a_corrected_note_is_never_printed_without_its_correction(cast, browser_of):
    """The correction is printed even if it was written outside the span."""
    note = notes.write_note(client=cast.asha, by=cast.meera, text="canary-said", audience="shared")
    notes.amend(note=note, by=cast.meera, text="canary-corrected")
    two, today = timezone.now() + timedelta(days=2), timezone.localdate()
    with mock.patch("django.utils.timezone.now", return_value=two):
        notes.amend(note=note, by=cast.meera, text="canary-later")
    span = f"?from={today}&until={today}"
    page = browser_of(cast.meera).get(where(cast.asha) + span).content.decode()
    paper = LexborHTMLParser(page).css_first("article.paper").text()
    places = [paper.find(word) for word in ("canary-said", "canary-corrected", "canary-later")]
    assert -1 < places[0] < places[1] < places[2]
    assert paper.count("Added by Dr. Meera Nair") == 2


def test_of_many_tasks_the_latest_are_named(cast, browser_of):
    now, many = timezone.now(), report.MOST_TASKS + 2
    for n in range(many):
        Task.objects.create(
            client=cast.asha, step_id=1, given_by=cast.meera, title=f"task {n:02}",
            done_at=now - timedelta(hours=many - n),
        )  # fmt: skip
    page = browser_of(cast.meera).get(where(cast.asha)).content.decode()
    named = LexborHTMLParser(page).css(".paper-tasks li")
    assert [one.text().split()[1] for one in named] == [f"{n:02}" for n in range(2, many)]
    assert f"{many} tasks, of which the latest {report.MOST_TASKS} are:" in " ".join(page.split())


def test_an_unshared_result_is_not_in_the_report(cast, shared):
    """Called as the owner of the tables, to whom row-level security does not apply."""
    today = timezone.localdate()
    span = dates.Span(today, today)
    client = Client.objects.with_path().get(pk=cast.asha.pk)
    unshared = assessments.start_attempt(
        version=shared.version, by=cast.asha.user, target=IN_GENERAL
    )
    assessments.save_answers(
        attempt=unshared, answers={item.id: 2 for item in unshared.questionnaire.items}
    )
    assessments.submit(attempt=unshared)

    def gathered() -> list:
        measured = report.report(client, span, by=cast.meera)["measured"]
        return [row.attempt.pk for one in measured for s in one.sections for row in s.rows]

    assert gathered() == [shared.pk]
    sharing.unshare_result(client=client, attempt=shared, by=cast.asha.user)
    assert gathered() == []


def test_the_summary_is_printed_and_not_stored(cast, browser_of):
    browser = browser_of(cast.meera)
    page = browser.post(where(cast.asha), {"summary": "canary-typed <b>"}).content.decode()
    assert "<p>canary-typed &lt;b&gt;</p>" in page
    assert "canary-typed" not in browser.get(where(cast.asha)).content.decode()
    assert not any("canary-typed" in note.text for note in Note.objects.all())


def test_queries_do_not_grow(cast, browser_of, django_assert_max_num_queries):
    browser = browser_of(cast.meera)
    for number in range(20):
        notes.write_note(client=cast.asha, by=cast.meera, text=f"n{number}", audience="shared")
        at = timezone.now() - timedelta(hours=number)
        sessions.plan_session(client=cast.asha, by=cast.meera, at=at)
    with django_assert_max_num_queries(27):
        browser.get(where(cast.asha))


def test_as_a_pdf(open_page, request):
    """Printed by Chromium on A4 pages, without the form or the navigation."""
    cast = request.getfixturevalue("cast")
    page = sign_in(open_page(), cast.meera.email)
    page.goto(where(cast.asha))
    page.emulate_media(media="print")
    assert not page.locator("textarea").is_visible()
    assert not page.locator(".head").is_visible()
    assert page.locator("article.paper").is_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert b"/MediaBox [0 0 59" in paper, "A4 is 595 points wide"
