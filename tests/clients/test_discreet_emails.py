"""A client can choose emails that name no therapist and do not say what they are about."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.database import row_security
from accounts.models import AuditEvent
from clients import emails
from clients.care import actions as care
from clients.care import cover
from clients.models import Client
from clients.rights import discretion
from clients.sessions import actions as sessions
from tests.support.sql import ask, refused

NAMES = ("Meera", "Vikram", "Nair", "Sen", "Asha", "appointment", "therap", "your path", "note")


def send_one_of_each(cast) -> None:
    soon, both = timezone.now() + timedelta(days=2), {"client": cast.asha, "by": cast.meera}
    for kind in (emails.TASK_GIVEN, emails.NOTE_SHARED, emails.ANSWER_WAITS, emails.ANSWER_KEPT):
        emails.notify_client(cast.asha, kind)
    sessions.plan_session(**both, at=soon)
    session = cast.asha.sessions.get()
    for kind in (emails.SESSION_CHANGED, emails.SESSION_SOON):
        emails.notify_of_session(session, kind)
    cover.arrange(
        clients=[cast.asha], therapist=cast.vikram, by=cast.manoj, words="Dr. Meera Nair is away.",
        starts_at=soon, ends_at=soon + timedelta(days=3),
    )  # fmt: skip
    care.tell_of_change(client=cast.asha, by=cast.manoj)


def to_asha() -> list[str]:
    mine = [m for m in mail.outbox if m.to == ["asha@example.org"]]
    return [f"{m.subject}\n{m.body.rsplit('Please do not reply', 1)[0]}" for m in mine]


def test_discreet_emails_name_nobody(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert 'value="no"' in browser.get("/path/emails/").content.decode()
    for _twice in range(2):
        assert browser.post("/path/emails/", {"discreet": "yes"}).status_code == 302
    chosen = AuditEvent.objects.filter(client=cast.asha.pk, verb="discreet e-mails chosen")
    assert chosen.count() == 1
    cast.asha.refresh_from_db()
    mail.outbox.clear()
    send_one_of_each(cast)
    texts = to_asha()
    assert len(texts) == 9
    for text in texts:
        assert not [name for name in NAMES if name in text], text
    times = [text for text in texts if ":" in text.split("Hello,", 1)[1].split("http")[0]]
    assert len(times) >= 3, "the times of appointments are still given"
    assert "It is not because of anything you did." in " ".join(" ".join(texts).split())


def test_without_the_choice_they_name_the_therapist(cast):
    send_one_of_each(cast)
    assert "Dr. Meera Nair" in " ".join(" ".join(to_asha()).split())


def test_a_cancelled_appointment_is_nobodys_fault(cast):
    mail.outbox.clear()
    send_one_of_each(cast)
    (text,) = [text for text in to_asha() if text.startswith("An appointment needs another time")]
    words = " ".join(text.split())
    assert "needs another time. It is not because of anything you did." in words
    assert "cancelled" not in words
    assert "called off" not in words


def test_a_faulty_choice_comes_back(cast, browser_of):
    answer = browser_of(cast.asha.user).post("/path/emails/", {"discreet": "perhaps"})
    assert answer.status_code == 422
    assert Client.objects.get(pk=cast.asha.pk).discreet_emails is None


def test_only_the_client_chooses_and_nothing_else_of_the_row_changes(cast):
    with pytest.raises(PermissionDenied):
        discretion.choose(client=cast.asha, discreet=True, by=cast.meera)
    choose = f"UPDATE clients_client SET discreet_emails = true WHERE id = '{cast.asha.pk}'"
    for user in (cast.meera, cast.manoj, cast.rohan.user):
        with row_security.web_role():
            row_security.set_actor(user)
            assert refused(choose) or ask(choose) == [(0,)], user
    with row_security.web_role():
        row_security.set_actor(cast.asha.user)
        assert refused(f"UPDATE clients_client SET created_at = now() WHERE id = '{cast.asha.pk}'")
        assert ask(choose) == [(1,)]
