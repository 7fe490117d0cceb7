"""The audit log as the client reads it; every event has an address and a route."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.functional import Promise

from accounts.access import Role
from accounts.audit import recording as audit
from accounts.audit.verbs import every_verb
from accounts.models import AuditEvent, ConsentKind, User
from accounts.people import actions as accounts
from clients.audit_log import for_client
from clients.audit_log import labels as audit_log_labels
from clients.audit_verbs import CareVerb
from clients.care import actions as care
from clients.care import cover
from clients.models import CareLink
from clients.notes import actions as notes
from clients.rights import erasure
from tests.support import cast as people
from tests.support.cast import PASSWORD, person
from tests.support.consents import shown
from tests.support.declarations import assert_complete, names

OWN_LOG = "/path/looks/"


@pytest.fixture
def page(cast, browser_of):
    """The client's page, with each line below the name of its person."""

    def read() -> str:
        answer = browser_of(cast.asha.user).get(OWN_LOG)
        page = " ".join(answer.content.decode().split())
        lines = [line for day in answer.context["days"] for line in day.lines]
        assert all(line.who in page and line.what in page for line in lines)
        return page + "".join(f"\n{line.who} {line.what}" for line in lines)

    return read


@pytest.mark.quick
def test_every_verb_has_a_text():
    """A new verb fails here until it has a text for the manager."""
    verbs = {verb.value for verb in every_verb()}
    missing = {verb.value for verb in every_verb() if not isinstance(verb.label, Promise)}
    assert not missing, (
        f"{names(missing)}: what does the manager read about it? Add a translated text beside the"
        " verb, and one to CLIENT_TEXTS in clients/audit_log/labels.py if the client sees it too."
    )
    for_clients = set(audit_log_labels.CLIENT_TEXTS) | set(audit_log_labels.GRANTS)
    assert_complete(
        for_clients & verbs, for_clients, file="audit_verbs.py of its app",
        question="CLIENT_TEXTS or GRANTS of clients/audit_log/labels.py has it, but is it a verb?",
    )  # fmt: skip


@pytest.mark.quick
def test_no_two_apps_declare_the_same_verb():
    times = Counter(verb.value for verb in every_verb())
    twice = {verb for verb, number in times.items() if number > 1}
    assert not twice, f"{names(twice)}: the audit log could not say which of them was done."


def test_reads_and_writes_are_described_plainly(cast, browser_of, page):
    therapist, manager = browser_of(cast.meera), browser_of(cast.manoj)
    record = f"/clients/{cast.asha.pk}/"
    for _ in range(3):
        therapist.get("/caseload/")
    for address in ("", "timeline/", "safety/", "report/"):
        therapist.get(record + address)
    draft = {"text": "a", "audience": "private", "key": uuid4(), "seen": 0}
    for text in ("a", "ab", "abc"):
        answer = therapist.post(f"{record}notes/draft/", draft | {"text": text})
        draft["seen"] = answer.json()["seen"]
    manager.get("/practice/")
    manager.get(f"/practice/care/{cast.asha.pk}/")
    text = page()
    for words in (
        "Dr. Meera Nair saw you in the list of their clients",
        "Dr. Meera Nair opened your record",
        "Dr. Meera Nair read the timeline of your path",
        "Dr. Meera Nair read your safety plan",
        "Dr. Meera Nair made a report of your progress",
        "Dr. Meera Nair worked on notes",
        "saw your name in the practice’s list of clients",
        "Manoj Rao viewed who cares for you",
    ):
        assert words in text, words
    drafting = AuditEvent.objects.filter(verb__in=["note begun", "note draft kept"])
    assert drafting.count() == 3, "each autosave that changed something"


def test_one_visit_is_one_line(cast):
    """Reopening a page after each save is one visit, and a list counts once a day."""
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for verb, minutes in (
        *((CareVerb.RECORD_OPENED, n) for n in (0, 1, 2, 29, 58, 87)),
        (CareVerb.RECORD_OPENED, 118),
        *((CareVerb.CASELOAD_OPENED, n) for n in (0, 60, 180)),
    ):
        AuditEvent.objects.create(
            verb=verb.value, actor=cast.meera.pk, client=cast.asha.pk, target="",
            at=noon + timedelta(minutes=minutes),
        )  # fmt: skip
    (day,) = for_client.days(cast.asha, [noon.date()])
    lines = {line.what: (line.visits, line.last) for line in day.lines}
    assert lines == {
        "opened your record": (2, noon + timedelta(minutes=118)),
        "saw you in the list of their clients": (1, noon + timedelta(minutes=180)),
    }


def test_an_attached_result_is_described_as_passed_on(cast):
    audit.record(CareVerb.RESULT_SHARED, by=cast.manoj, client=cast.asha.pk)
    (day,) = for_client.days(cast.asha, for_client.dates(cast.asha))
    (line,) = day.lines
    assert line.what == "passed on the result that you attached to your request"


def test_grants_name_both_people_and_the_end(cast, page):
    now = timezone.now()
    cover.arrange(
        clients=[cast.asha], therapist=cast.vikram, by=cast.manoj,
        starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=8),
    )  # fmt: skip
    care.transfer(
        client=cast.asha, from_therapist=cast.meera, to_therapist=cast.neeshu,
        at=now + timedelta(days=30), by=cast.manoj,
    )  # fmt: skip
    text = page()
    assert "gave Vikram Sen access to your record until the end of" in text
    assert "Manoj Rao gave Vikram Sen access to your record" in text
    assert "Manoj Rao gave Dr. Neeshu Rathore access to your record" in text
    assert "Manoj Rao ended the care of Dr. Meera Nair, or set its end" in text


def test_a_role_that_opens_the_record_is_shown(cast, page):
    """Giving a role back while a care link is current is shown to that client only. (The owner had
    removed the role directly.)"""
    cast.meera.groups.clear()
    accounts.set_roles(user=cast.meera, to=[Role.THERAPIST], by=cast.manoj)
    assert "Manoj Rao made Dr. Meera Nair a therapist here" in page()
    accounts.set_roles(user=cast.meera, to=[Role.THERAPIST, Role.EDITOR], by=cast.manoj)
    named = AuditEvent.objects.filter(verb__startswith="role ").values_list("client", flat=True)
    assert list(named) == [cast.asha.pk]


def test_a_reactivated_account_is_shown_like_a_role(cast, browser_of):
    User.objects.filter(pk=cast.meera.pk).update(is_active=False)
    address = f"/admin/accounts/user/{cast.meera.pk}/change/"
    form = {"name": cast.meera.name, "email": cast.meera.email, "roles": ["therapist"]}
    assert browser_of(cast.manoj).post(address, form | {"is_active": "on"}).status_code == 302
    verbs = AuditEvent.objects.filter(client=cast.asha.pk, verb__startswith="role ")
    assert list(verbs.values_list("verb", flat=True)) == ["role opens the record"]


def test_ones_own_events_and_refusals_are_not_shown(cast, browser_of, page):
    browser_of(cast.asha.user).get("/path/")
    erasure.ask(client=cast.asha, by=cast.asha.user)
    assert browser_of(cast.vikram).get(f"/clients/{cast.asha.pk}/").status_code == 404
    assert "Nobody so far." in page()
    refused = AuditEvent.objects.get(verb="refused")
    assert (refused.actor, refused.client, refused.route) == (
        cast.vikram.pk, cast.asha.pk, "client",
    )  # fmt: skip


def test_another_clients_events_are_not_shown(cast, browser_of, page):
    browser_of(cast.vikram).get(f"/clients/{cast.rohan.pk}/")
    browser_of(cast.vikram).get("/caseload/")
    assert "Vikram" not in page()


def test_queries_do_not_grow(cast):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            for_client.days(cast.asha, for_client.dates(cast.asha)[:14])
        return len(queries)

    audit.record(CareVerb.RECORD_OPENED, by=cast.meera, client=cast.asha.pk)
    link = CareLink.objects.first()
    audit.record(CareVerb.CARE_STARTED, by=cast.manoj, client=cast.asha.pk, target=link)
    few = count()
    for n in range(20):
        who = person(f"t{n}@example.org", f"T{n}", Role.THERAPIST)
        link = CareLink.objects.create(client=cast.asha, therapist=who)
        audit.record(CareVerb.CARE_STARTED, by=who, client=cast.asha.pk, target=link)
    assert count() == few == 3


def test_every_event_of_a_request_has_its_address(cast, browser_of):
    """Also the events of actions that were not given the request."""
    manager, therapist, own = map(browser_of, (cast.manoj, cast.meera, cast.asha.user))
    attempt = people_attempt(cast)
    manager.post("/clients/invite/", {
        "email": "new@example.org", "name": "New", "therapist": cast.meera.pk})  # fmt: skip
    manager.post(f"/practice/care/{cast.asha.pk}/", {
        "what": "end", "end-link": cast.asha.care_links.first().pk, "end-sure": "on"})  # fmt: skip
    own.post(f"/path/results/{attempt.pk}/share/", {"share": "yes"})
    own.post(f"/path/results/{attempt.pk}/share/", {"share": "no"})
    own.post("/path/erasure/", {"sure": "on"})
    own.post("/path/erasure/", {"back": "on"})
    own.post("/path/consents/data/", shown(cast.asha, ConsentKind.DATA))
    own.post("/accounts/logout/")
    therapist.post("/accounts/login/", {"login": "meera@example.org", "password": "wrong"})
    own.post("/accounts/login/", {"login": "asha@example.org", "password": "wrong"})
    own.post("/accounts/login/", {"login": "asha@example.org", "password": PASSWORD})
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"invited", "result shared", "erasure asked for", "consented", "signed in",
            "signed out", "sign-in failed", "care link started"} <= verbs  # fmt: skip
    without = AuditEvent.objects.filter(address=None) | AuditEvent.objects.filter(route="")
    assert not list(without)


def people_attempt(cast):
    from assessments.taking import actions as assessments

    attempt = assessments.start_attempt(
        version=people.questionnaire(), by=cast.asha.user, target=people.IN_GENERAL
    )
    answers = {item.id: 4 for item in attempt.questionnaire.items}
    assessments.save_answers(attempt=attempt, answers=answers)
    assessments.submit(attempt=attempt)
    return attempt


def test_a_discarded_draft_leaves_an_event(cast):
    note = notes.keep_draft(
        client=cast.asha, by=cast.meera, text="x", audience="private", key=uuid4()
    )
    notes.discard(note=note, by=cast.meera)
    assert (
        AuditEvent.objects.filter(verb="note draft thrown away", client=cast.asha.pk).count() == 1
    )


def test_the_request_is_released(cast, browser_of):
    browser_of(cast.meera).get("/caseload/")
    assert audit.CURRENT_REQUEST.get() is None
