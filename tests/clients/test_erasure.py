"""Erasure: the client asks, a manager decides, and nothing of the person remains."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import emails
from accounts.models import AuditEvent, ConsentKind, DataKey, User
from accounts.people import consents
from clients.dates import Span
from clients.models import AnonymousStatistic, Client, Enquiry, Erasure, ErasureRequest, StepEvent
from clients.rights import erasure, export
from clients.statistics import practice
from tests.support.clients.erasing import granted

SPAN = Span(date(2020, 1, 1), date(2099, 12, 31))


def run(**options) -> list[str]:
    output = io.StringIO()
    call_command("erase", stdout=output, **options)
    return output.getvalue().splitlines()


def everything() -> str:
    """Every row of every table as text, except the audit log and the list of erasures (opaque
    ids)."""
    spared = {"accounts_auditevent", "clients_erasure"}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - spared
        lines = []
        for table in sorted(tables):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            lines += [f"{table} {row[0]}" for row in cursor.fetchall()]
    return "\n".join(lines)


@pytest.fixture
def known(full, cast, browser_of):
    """Asha with everything that names her outside her own rows."""
    for step, ago in ((2, 20), (3, 10)):
        StepEvent.objects.create(
            client=full, sequence=step, step_id=step, at=timezone.now() - timedelta(days=ago)
        )
    Enquiry.objects.create(
        name="canary-asha-enquiry", email="asha@example.org", client=full,
        consented_at=timezone.now(), closed_at=timezone.now(),
    )  # fmt: skip
    emails.post("clients/enquiry_kept", to="asha@example.org")
    LogEntry.objects.create(
        user=cast.manoj, content_type=ContentType.objects.get_for_model(User), action_flag=2,
        object_id=str(full.user.pk), object_repr="Asha Verma",
    )  # fmt: skip
    browser_of(full.user).get("/path/")
    return Client.objects.get(pk=full.pk)


@pytest.mark.trust
def test_nothing_remains_and_statistics_stay_the_same(known, cast, capsys, promise):
    ids = (str(known.pk), str(known.user.pk))
    rows = export.linked(known)
    before, text = practice.statistics(SPAN), everything()
    names = ("Asha Verma", "asha@example.org", "canary-asha", *ids)
    assert all(name in text for name in names)
    granted(cast.asha, cast.manoj)
    assert run(dry_run=True) == ["1 granted; nobody erased."]
    assert Client.objects.filter(pk=known.pk).exists()
    output = run()
    assert output[-1] == "1 erased."
    text = everything()
    left = [line for line in text.splitlines() if any(name in line for name in names)]
    assert left == []
    after = practice.statistics(SPAN)
    assert after["months"] == before["months"]
    assert after["changes"] == before["changes"] != []
    assert [row.days for row in after["steps"]] == [row.days for row in before["steps"]]
    assert AuditEvent.objects.filter(client=known.pk, verb="erased").count() == 1
    count = sum(len(keys) for model, keys in rows.items() if model is not AuditEvent)
    figure = (
        f"{count}+ rows in {len(rows)} tables erased, {len(left)} left in"
        f" {len(apps.get_models())} tables; the practice's counts as before"
    )
    promise("own", figure)
    with capsys.disabled():
        print(f"\nerasure: {figure}")


def test_stays_of_erased_clients_count_in_the_quartiles(known, cast):
    """The page shows nothing below five people, so this test runs the query itself."""

    def erasure_request() -> list:
        with connection.cursor() as cursor:
            zone = timezone.get_current_timezone_name()
            cursor.execute(practice.STAYS, [zone, SPAN.starts_at, SPAN.ends_at])
            return [(s, n, people, [round(q, 2) for q in qs]) for s, n, people, qs in cursor]

    before = erasure_request()
    assert [row[0] for row in before] == [1, 2]
    granted(cast.asha, cast.manoj)
    run()
    assert erasure_request() == before


def test_a_client_who_does_not_agree_to_statistics_leaves_no_number(known, cast):
    consents.withdraw(kind=ConsentKind.STATISTICS, by=known.user)
    granted(cast.asha, cast.manoj)
    run()
    kinds = set(AnonymousStatistic.objects.values_list("kind", flat=True))
    assert kinds <= {"asked", "begun"}


def test_the_other_client_keeps_everything(known, cast):
    text = [line for line in everything().splitlines() if "canary-rohan" in line]
    granted(cast.asha, cast.manoj)
    run()
    assert [line for line in everything().splitlines() if "canary-rohan" in line] == text


def test_erasures_are_repeated_after_restoring_a_backup(known, cast, tmp_path):
    granted(cast.asha, cast.manoj)
    run()
    listed = tmp_path / "erased.txt"
    listed.write_text("\n".join(run(list=True)))
    row = Erasure.objects.get()
    assert listed.read_text() == f"{row.client} {row.user}"
    user = User.objects.create_user("asha@example.org", id=row.user, name="Asha Verma")
    back = Client.objects.create(pk=row.client, user=user)
    StepEvent.objects.create(client=back, sequence=1, step_id=1)
    assert run(replay=str(listed)) == ["1 erased again."]
    assert not User.objects.filter(pk=row.user).exists()
    assert run(replay=str(listed)) == ["0 erased again."]
    listed.write_text("nonsense")
    with pytest.raises(CommandError, match="is not the output of"):
        run(replay=str(listed))


def test_asking_for_erasure_and_withdrawing_the_request(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert "can’t be undone" in browser.get("/path/erasure/").content.decode()
    for _ in range(2):  # a double click
        browser.post("/path/erasure/", {"sure": "yes"})
    erasure_request = ErasureRequest.objects.get()
    assert "Until then nothing changes" in browser.get("/path/erasure/").content.decode()
    browser.post("/path/erasure/", {"back": "yes"})
    with pytest.raises(ValidationError, match="withdrawn"):
        erasure.decide(erasure_request=erasure_request, by=cast.manoj, granted=True, words="x")
    assert run() == ["0 erased."]


def test_the_manager_types_the_name_and_the_client_reads_the_answer(cast, browser_of):
    browser_of(cast.asha.user).post("/path/erasure/", {"sure": "yes"})
    manager = browser_of(cast.manoj)
    assert "Asha Verma" in manager.get("/practice/erasures/").content.decode()
    page = f"/practice/erasures/{ErasureRequest.objects.get().pk}/"
    output = {"granted": "yes", "words": "canary-answer", "typed": "Asha"}
    answer = manager.post(page, output)
    assert answer.status_code == 422
    assert "not the client’s name" in answer.content.decode()
    assert manager.post(page, output | {"typed": "asha  verma"}).url == "/practice/erasures/"
    assert "canary-answer" in browser_of(cast.asha.user).get("/path/erasure/").content.decode()


def test_a_refusal_keeps_everything_and_allows_a_new_request(cast):
    erasure_request = erasure.ask(client=cast.asha, by=cast.asha.user)
    erasure.decide(
        erasure_request=erasure_request, by=cast.manoj, granted=False, words="Three more years."
    )
    assert run() == ["0 erased."]
    assert erasure.ask(client=cast.asha, by=cast.asha.user).pk != erasure_request.pk


def test_only_the_client_asks_and_only_another_manager_decides(cast):
    for other in (cast.meera, cast.manoj, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            erasure.ask(client=cast.asha, by=other)
    erasure_request = erasure.ask(client=cast.asha, by=cast.asha.user)
    for other in (cast.meera, cast.esha, cast.asha.user):
        with pytest.raises(PermissionDenied):
            erasure.decide(erasure_request=erasure_request, by=other, granted=True, words="x")


def test_a_client_who_is_staff_is_not_erased(cast):
    from tests.support import cast as people

    mine = people.in_care(cast.esha, cast.vikram)
    erasure_request = erasure.ask(client=mine, by=cast.esha)
    with pytest.raises(ValidationError, match="also works here"):
        erasure.decide(erasure_request=erasure_request, by=cast.manoj, granted=True, words="x")
    with pytest.raises(ValidationError, match="also works here"):
        erasure.erase(client=mine)
    assert not Erasure.objects.filter(client=uuid.uuid4()).exists()


def test_requests_from_the_same_address_are_erased_and_others_stay(known, cast):
    again = {"name": "A.", "about": "canary-again", "consented_at": timezone.now()}
    hers = Enquiry.objects.create(email=known.user.email, **again)
    other = Enquiry.objects.create(email="somebody@example.org", **again)
    subjects = set(DataKey.objects.values_list("subject", flat=True))
    assert {hers.pk, other.pk} <= subjects
    granted(known, cast.manoj)
    run()
    assert not Enquiry.objects.filter(email=known.user.email).exists()
    assert Enquiry.objects.get(pk=other.pk).about == "canary-again"
    left = set(DataKey.objects.values_list("subject", flat=True))
    assert subjects - left == {known.user_id, hers.pk}


def test_a_manager_does_not_decide_about_themselves(cast):
    from tests.support import cast as people

    mine = people.in_care(cast.manoj, cast.vikram)
    erasure_request = erasure.ask(client=mine, by=cast.manoj)
    for yes in (True, False):
        with pytest.raises(PermissionDenied):
            erasure.decide(erasure_request=erasure_request, by=cast.manoj, granted=yes, words="x")
    erasure.decide(
        erasure_request=erasure_request,
        by=cast.neeshu,
        granted=False,
        words="Your role ends first.",
    )
