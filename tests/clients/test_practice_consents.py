"""The practice's page of its consent texts: what is blank, and who fills it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.consent_texts import blanks
from accounts.consent_texts.blanks import FILLED_BY_PRACTICE
from accounts.models import AuditEvent, ConsentKind, ConsentText, PracticeDetail
from accounts.people import practice_details, queries
from clients.intake import actions as intake
from tests.support.consents import VALUES, filled
from tests.support.page_parts import main

ADDRESS = "/practice/consents/"
ADD = "/admin/accounts/consenttext/add/"


def details(**changed) -> dict[str, str]:
    seen = queries.fingerprint(queries.of_practice(), blanks.FILLED_BY_PRACTICE)
    return {"what": "details", "seen": seen} | VALUES | changed


def test_the_practice_fills_its_texts(cast, browser_of):
    PracticeDetail.objects.all().delete()
    manager = browser_of(cast.manoj)
    start = main(manager.get("/practice/"))
    assert "The consent texts still have blanks" in start
    assert "Grievance officer" in start
    assert "Dr. Meera Nair" in start
    assert manager.post(ADDRESS, details(fees="₹ 1,500 a session")).url == ADDRESS
    posted = {"what": "registrations"}
    for therapist in (cast.meera, cast.vikram, cast.farah, cast.neeshu):
        posted[f"registration_{therapist.pk}"] = "CRR A2"
    manager.post(ADDRESS, posted)
    assert "still have blanks" not in main(manager.get("/practice/"))
    assert queries.blank_in_practice() == []
    fees = PracticeDetail.objects.get(name="fees")
    assert fees.value == "₹ 1,500 a session."
    assert AuditEvent.objects.filter(verb="practice details changed").count() == 5
    page = main(manager.get(ADDRESS))
    assert "₹ 1,500 a session." in page
    assert "(CRR A2)" in page
    assert "for your lawyer to read" in page
    manager.post(ADDRESS, details(fees="₹ 1,500 a session."))  # Nothing changed.
    assert AuditEvent.objects.filter(verb="practice details changed").count() == 5


def test_one_blank_is_named(cast, browser_of):
    manager = browser_of(cast.manoj)
    manager.post(ADDRESS, details(hosts=""))
    assert "Still blank: Hosts." in " ".join(main(manager.get("/practice/")).split())


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [("fees", "₹ ___", "Please replace “___”"),
     ("hosts", "[company]", "Please replace “[company]”"),
     ("retention_years", "0", "greater than or equal to 1"),
     ("retention_years", "some", "whole number")],
)  # fmt: skip
def test_a_gap_is_refused_and_nothing_is_lost(cast, browser_of, field, value, message):
    answer = browser_of(cast.manoj).post(ADDRESS, details(method="canary-typed", **{field: value}))
    assert answer.status_code == 422
    assert message in main(answer)
    assert "canary-typed" in main(answer)
    assert PracticeDetail.objects.get(name="method").value == VALUES["method"]


def test_two_managers_lose_nothing(cast, browser_of):
    first, second = details(fees="canary-first."), details(fees="canary-second.")
    browser_of(cast.manoj).post(ADDRESS, first)
    answer = browser_of(cast.neeshu).post(ADDRESS, second)
    assert answer.status_code == 409
    assert "canary-first." in main(answer)
    assert "canary-second." in main(answer)
    assert PracticeDetail.objects.get(name="fees").value == "canary-first."


def test_only_managers_say_what_the_texts_say(cast):
    with pytest.raises(PermissionDenied):
        practice_details.save(values={"fees": "evil"}, by=cast.meera)


def test_nobody_is_invited_before_the_notice_is_complete(cast, browser_of):
    arguments = {"email": "s@example.org", "name": "S", "therapist": cast.meera, "by": cast.manoj}
    PracticeDetail.objects.filter(name="grievance_officer").update(value="")
    with pytest.raises(ValidationError, match="not complete yet"):
        intake.invite_client(**arguments)
    # Fees stand in the text about therapy, which the invitation does not show.
    PracticeDetail.objects.filter(name="grievance_officer").update(value="Somebody")
    PracticeDetail.objects.filter(name="fees").update(value="")
    client, _invitation, token = intake.invite_client(**arguments)
    address = f"/accounts/invitations/{token}/"
    visitor = browser_of()
    form = {"password": "seven stones on a line", "agree": "on"}
    form["shown"] = filled(ConsentKind.DATA).fingerprint
    PracticeDetail.objects.filter(name="hosts").update(value="")
    for answer in (visitor.get(address), visitor.post(address, form)):
        assert "We are not quite ready yet" in main(answer)
        assert "What we keep" not in main(answer)
    PracticeDetail.objects.filter(name="hosts").update(value="Another host.")
    answer = visitor.post(address, form, follow=True)
    assert "has changed this text" in answer.content.decode()
    client.user.refresh_from_db()
    assert not client.user.is_active
    form["shown"] = filled(ConsentKind.DATA).fingerprint
    visitor.post(address, form)
    client.user.refresh_from_db()
    assert client.user.is_active


def test_a_new_version_begins_with_the_present_text(cast, browser_of):
    manager = browser_of(cast.manoj)
    page = manager.get(f"{ADD}?kind=data").content.decode()
    assert "Who we are. {practice_name}." in page
    when = {"published_at_0": "2026-01-01", "published_at_1": "00:00:00"}
    bad = manager.post(ADD, {"kind": "data", "text": "Pay {fee} to [us]."} | when)
    assert "Nothing will fill these blanks: {fee}, [us]" in bad.content.decode()
    new = {"kind": "data", "text": "New. {practice_name}"} | when
    seen = manager.post(ADD, new).context["seen"]
    manager.post(ADD, new | {"seen": seen})
    text = ConsentText.current(ConsentKind.DATA)
    assert (text.version, text.text, text.sample) == (2, "New. {practice_name}", False)
    assert "joint" not in page


def test_every_blank_of_our_own_texts_is_known(db):
    used = set()
    for kind in (ConsentKind.THERAPY, ConsentKind.DATA, ConsentKind.STATISTICS):
        text = ConsentText.current(kind)
        assert text.sample
        used |= set(blanks.in_text(text.text))
    assert {str(blank) for blank in FILLED_BY_PRACTICE} <= used
