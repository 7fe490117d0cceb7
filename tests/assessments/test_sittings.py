"""A questionnaire that is filled in at the practice: the code, the device, and what it opens."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.database import row_security
from accounts.models import AuditEvent
from assessments.models import Attempt, Audience, InstrumentVersion, Sitting
from assessments.sittings import actions as sittings
from assessments.sittings import codes
from assessments.sittings.queries import COOKIE
from clients.models import SharedResult, Task
from clients.rhythm import actions
from tests.support import cast as people
from tests.support.assessments.attempts import ADULT, fields, published
from tests.support.page_parts import markup
from tests.support.threads import at_once

HERE = "/assessments/here/"


@pytest.fixture
def version(cast) -> InstrumentVersion:
    return published(audience=Audience.ASKED)


def code_for(cast, version) -> str:
    return actions.hand_over(client=cast.asha, by=cast.meera, instrument=version.instrument)


@given(st.text(max_size=20))
def test_only_codes_are_codes(typed):
    found = codes.normalized(typed)
    assert found == "" or (len(found) == codes.LENGTH and set(found) <= set(codes.ALPHABET))


def test_a_code_is_read_as_people_type_it():
    assert codes.normalized("o1il-abcd ") == "0111ABCD"
    assert len({codes.new_code() for _ in range(1000)}) == 1000
    assert len(codes.ALPHABET) ** codes.LENGTH == 2**40
    code = codes.new_code()
    assert codes.normalized(codes.shown(code)) == code
    assert codes.normalized(codes.shown(code).lower()) == code


def test_a_client_fills_it_in_and_shares_it(cast, version, browser_of):
    task = actions.ask_now(
        client=cast.asha, by=cast.meera, instrument=version.instrument, title="x", reason="x"
    )
    therapist = browser_of(cast.meera)
    page = therapist.post(f"/clients/{cast.asha.pk}/here/", {"instrument": version.instrument_id})
    code = page.context["code"]
    assert code in markup(page)
    tablet = browser_of()
    assert tablet.post(HERE, {"code": code.lower()})["Location"] == HERE
    start = markup(tablet.get(HERE))
    assert version.questionnaire.title in start
    assert cast.asha.user.name not in start
    assert tablet.post(HERE, ADULT).status_code == 400, "sharing is asked about"
    answer = tablet.post(HERE, ADULT | {"share": "yes"})
    attempt = Attempt.objects.get()
    assert attempt.user == cast.asha.user
    assert answer["Location"] == f"/assessments/attempts/{attempt.pk}/"
    items = markup(tablet.get(answer["Location"]))
    assert "Stop, and give the device back" in items
    assert "data-remember-attempt" not in items
    answers = {item.id: 4 for item in version.questionnaire.items}
    while "/review/" not in answer["Location"]:
        answer = tablet.post(f"/assessments/attempts/{attempt.pk}/", fields(answers, page="99"))
        answer = (
            answer
            if "/review/" in answer["Location"]
            else tablet.post(f"/assessments/attempts/{attempt.pk}/", fields(answers, page="2"))
        )
    end = tablet.post(answer["Location"])
    assert end["Location"] == f"{HERE}done/"
    assert "give it back" in markup(tablet.get(end["Location"]))
    assert SharedResult.objects.get().attempt_id == attempt.pk
    task = Task.objects.get()
    assert task.done_at
    verbs = AuditEvent.objects.filter(client=cast.asha.pk).values_list("verb", flat=True)
    assert {"questionnaire handed over", "result shared", "task done"} <= set(verbs)
    for where in (f"/assessments/attempts/{attempt.pk}/", attempt.get_result_url()):
        assert tablet.get(where)["Location"].startswith("/accounts/login/")


def test_what_the_client_keeps_to_themselves_is_not_shared(cast, version, browser_of):
    tablet = browser_of()
    tablet.post(HERE, {"code": code_for(cast, version)})
    where = tablet.post(HERE, ADULT | {"share": "no"})["Location"]
    tablet.post(where, fields({"q1": 2, "q2": 3}, page="1"))
    tablet.post(f"{where}review/")
    assert Attempt.objects.get().submitted_at
    assert not SharedResult.objects.exists()


def test_the_device_opens_nothing_else(cast, version, browser_of):
    """Of the client, or of the therapist who was signed in on it."""
    other = published(slug="other")
    mine = Attempt.objects.create(
        version=other, user=cast.asha.user, adult=True, consented_at=timezone.now()
    )
    device = browser_of(cast.meera)
    record = f"/clients/{cast.asha.pk}/"
    device.get(record)
    opened = device.post(HERE, {"code": code_for(cast, version)})
    assert opened["Clear-Site-Data"] == '"cache"'
    assert opened.cookies["was_here"]["max-age"] == 0
    assert AuditEvent.objects.filter(verb="signed out", actor=cast.meera.pk).exists()
    begun = device.post(HERE, ADULT | {"share": "yes"})["Location"]
    assert device.get(begun).status_code == 200
    closed = [
        record, "/caseload/", f"{record}results/", "/accounts/me/", "/accounts/2fa/", "/path/",
        "/path/notes/", "/path/results/", "/path/data/", f"/assessments/attempts/{mine.pk}/",
        f"{begun}result/", "/assessments/small/over-time/", "/admin/",
    ]  # fmt: skip
    for where in closed:
        answer = device.get(where)
        assert answer.status_code == 302, where
        assert "login" in answer["Location"], where
    assert device.post(f"/path/results/{mine.pk}/share/", {"share": "yes"}).status_code == 302
    assert not SharedResult.objects.exists()
    stopped = device.post(HERE, {"stop": "yes"})
    assert stopped["Location"] == f"{HERE}done/"
    assert "login" in device.get(begun)["Location"]


def test_a_wrong_code_signs_out_too(cast, version, browser_of):
    device = browser_of(cast.meera)
    assert device.post(HERE, {"code": "00000000"}).status_code == 422
    assert "login" in device.get("/caseload/")["Location"]


def test_a_code_opens_once_and_soon(cast, version, browser_of):
    code = code_for(cast, version)
    first, second = browser_of(), browser_of()
    assert first.post(HERE, {"code": code}).status_code == 302
    assert second.post(HERE, {"code": code}).status_code == 422
    later = code_for(cast, version)
    Sitting.objects.filter(opened_at=None).update(expires_at=timezone.now())
    assert second.post(HERE, {"code": later}).status_code == 422
    replaced, newest = code_for(cast, version), code_for(cast, version)
    assert second.post(HERE, {"code": replaced}).status_code == 422
    assert second.post(HERE, {"code": newest}).status_code == 302
    hour = timezone.now() - timedelta(minutes=61)
    Sitting.objects.update(opened_at=hour)
    assert "Open the questionnaire" in markup(second.get(HERE))


def test_a_thousand_guesses_open_nothing(cast, version, browser_of, monkeypatch):
    code_for(cast, version)
    device = browser_of()
    statuses = [device.post(HERE, {"code": codes.new_code()}).status_code for _ in range(40)]
    assert statuses == [422] * 20 + [429] * 20, "the limit of one address"
    assert not Sitting.objects.exclude(opened_at=None).exists()
    # And if somebody had as many addresses as they like:
    assert [sittings.open_code(codes.new_code()) for _ in range(1000)] == [""] * 1000
    assert not Sitting.objects.exclude(opened_at=None).exists()


def test_the_right_code_is_refused_after_too_many_guesses(cast, version, browser_of):
    code, device = code_for(cast, version), browser_of()
    for _ in range(20):
        device.post(HERE, {"code": codes.new_code()})
    refused = device.post(HERE, {"code": code})
    assert refused.status_code == 429
    assert "tried too often" in markup(refused)
    assert not Sitting.objects.exclude(opened_at=None).exists()


def test_only_the_clients_therapists_make_a_code(cast, version):
    for stranger in (cast.vikram, cast.farah, cast.manoj, cast.asha.user):
        with pytest.raises(PermissionDenied):
            actions.hand_over(client=cast.asha, by=stranger, instrument=version.instrument)
    for user in (cast.vikram, cast.manoj, cast.asha.user):
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            with pytest.raises(DatabaseError), transaction.atomic():
                sittings.make(user=cast.asha.user, instrument=version.instrument, by=user)
    with transaction.atomic(), row_security.web_role():
        row_security.set_actor(cast.meera)
        sittings.make(user=cast.asha.user, instrument=version.instrument, by=cast.meera)


def test_neither_code_nor_token_is_stored(cast, version, browser_of):
    code, tablet = code_for(cast, version), browser_of()
    tablet.post(HERE, {"code": code})
    token = tablet.cookies[COOKIE].value
    row = Sitting.objects.values_list().get()
    assert not {code, token} & set(map(str, row))
    assert tablet.cookies[COOKIE]["httponly"]


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_at_once_one_opens():
    cast = people.make()
    version = published(audience=Audience.ASKED)
    code = code_for(cast, version)
    tokens = at_once(lambda _n: sittings.open_code(code), 2)
    assert sum(map(bool, tokens)) == 1
