"""A client is emailed that their therapist changes only after somebody has spoken with them."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.models import Mail
from clients.care import actions as care

CHANGED = "clients/care_changed"


def told() -> int:
    return Mail.objects.filter(kind=CHANGED).count()


def link_of(cast):
    return cast.asha.care_links.get(therapist=cast.meera)


def changes(cast) -> dict[str, dict]:
    today = timezone.localdate()
    return {
        "transfer": {
            "transfer-link": link_of(cast).pk, "transfer-therapist": cast.vikram.pk,
            "transfer-day": today,
        },
        "end": {"end-link": link_of(cast).pk, "end-sure": "on"},
    }  # fmt: skip


@pytest.mark.parametrize("what", ["transfer", "end"])
@pytest.mark.parametrize("spoken", [False, True])
def test_a_change_is_emailed_once_it_was_spoken_about(cast, browser_of, what, spoken):
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    data = {"what": what} | changes(cast)[what] | ({f"{what}-spoken": "on"} if spoken else {})
    answer = browser.post(where, data, follow=True)
    assert told() == spoken
    says = "the client gets an email" if spoken else "The client got no email"
    assert says in LexborHTMLParser(answer.content.decode()).css_first("main").text()
    assert link_of(cast).ends_at is not None, "the change itself does not wait"


def test_a_first_therapist_is_a_change_too(cast, browser_of):
    care.end_care(link=link_of(cast), by=cast.manoj)
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    give = {"what": "give", "give-therapist": cast.vikram.pk, "give-day": timezone.localdate()}
    browser.post(where, give)
    assert cast.asha.care_links.filter(therapist=cast.vikram).exists()
    assert told() == 0


def test_the_email_can_be_sent_later_and_once_a_day(cast, browser_of):
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    care.transfer(
        client=cast.asha, from_therapist=cast.meera, to_therapist=cast.vikram,
        at=timezone.now(), by=cast.manoj,
    )  # fmt: skip
    mail.outbox.clear()
    assert browser.post(where, {"what": "tell"}).status_code == 422, "it asks whether they know"
    assert told() == 0
    for _twice in range(2):
        assert browser.post(where, {"what": "tell", "tell-spoken": "on"}).status_code == 302
    assert told() == 1
    (email,) = mail.outbox
    assert email.to == ["asha@example.org"]
    text = " ".join(email.body.split())
    assert "It is not because of anything you did." in text
    assert "Meera" not in text + email.subject
    with pytest.raises(PermissionDenied):
        care.tell_of_change(client=cast.asha, by=cast.meera)


def test_who_has_no_account_yet_cannot_be_told(cast, browser_of):
    cast.asha.user.is_active = False
    cast.asha.user.save(update_fields=["is_active"])
    page = browser_of(cast.manoj).get(f"/practice/care/{cast.asha.pk}/").content.decode()
    assert "Tell the client by email" not in page
