"""Emails: stored with the click, sent after it, retried, and without a clinical word."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.conf import settings
from django.core import mail as django_mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import emails
from accounts.models import ConsentKind, Invitation, Mail
from clients import emails as care_mails
from clients.intake import actions as intake
from clients.models import CareLink, Client, ErasureRequest, Session, StepEvent
from clients.notes import actions as notes
from clients.sessions import actions as sessions
from tests.support import cast as people
from tests.support.consents import shown
from tests.support.serving.processes import free_port


class Letterbox(Message):
    """Accepts what arrives, except the first `refuses` messages, which it reads and refuses."""

    def __init__(self):
        super().__init__()
        self.letters, self.refuses = [], 0

    def handle_message(self, message):
        self.letters.append(message)

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if self.refuses:
            self.refuses -= 1
            return "451 try again later"
        return answer


@pytest.fixture
def server(settings):
    """A mail server on its own port, which a test starts when it needs it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 5
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.box = box
    yield controller
    if controller.loop.is_running():
        controller.stop()


CANARIES = ("canary", "attachment", "anxi", "avoid", "therapy", "step ", "assessment", "diagnos")


def kept_form(client, prefix: str = "", sessions: str = "keep") -> dict[str, str]:
    """The form of an ending: what becomes of each loose end."""
    things = [*client.sessions.all(), *client.tasks.all()]
    fields = {"sessions": sessions, "tasks": "keep"} | {f"of-{thing.pk}": "" for thing in things}
    return {prefix + name: value for name, value in fields.items()}


def clicks(cast, browser_of) -> list:
    """One of everything that sends an email, as people click it."""
    therapist, manager = browser_of(cast.meera), browser_of(cast.manoj)
    client, therapist2 = browser_of(cast.asha.user), browser_of(cast.vikram)
    record = f"/clients/{cast.asha.pk}/"
    transfer = {
        "what": "transfer",
        "transfer-link": CareLink.objects.get(client=cast.asha, therapist=cast.meera).pk,
        "transfer-therapist": cast.vikram.pk,
        "transfer-day": timezone.localdate(),
        "transfer-spoken": "on",
    }
    no = {"granted": "no", "words": "canary-words"}
    soon = timezone.localtime() + timedelta(days=3)
    enquiry = {"name": "canary-name", "email": "asker@example.org", "about": "canary-about"}
    noted = therapist.post(f"{record}notes/", {"text": "canary-note", "audience": "shared"})
    return [
        noted,
        browser_of().post("/enquiry/", enquiry | {"consent": "on", "key": str(uuid.uuid4())}),
        therapist.post("/clients/invite/", {"name": "Sana", "email": "sana@example.org"}),
        therapist.post(f"{record}sessions/", {"at": soon.strftime("%Y-%m-%dT%H:%M")}),
        therapist.post(f"{record}tasks/", {"title": "canary-task", "text": "canary-text"}),
        therapist.post(noted.url, {"seen": 1}),
        therapist.post(f"{record}notes/", {"text": "canary-private", "audience": "private"}),
        therapist.post(
            f"{record}path/pause/", kept_form(cast.asha) | {"seen": 1, "reason": "canary-reason"}
        ),
        therapist.post(f"{record}path/resume/", {"seen": 2, "reason": ""}),
        manager.post(
            f"/clients/{Client.objects.get(user__email='sana@example.org').pk}/invitation/"
        ),
        *[
            client.post("/path/consents/therapy/", form)
            for form in (shown(cast.asha, ConsentKind.THERAPY), {"withdraw": "yes"})
        ],
        client.post("/path/erasure/", {"sure": "yes"}),
        manager.post(
            f"/practice/care/{cast.asha.pk}/",
            transfer | kept_form(cast.asha, "transfer-", "hand over") | {"confirm": "yes"},
        ),
        therapist2.post(
            f"{record}path/close/", kept_form(cast.asha) | {"seen": 3, "reason": "canary-summary"}
        ),
        manager.post(f"/practice/erasures/{ErasureRequest.objects.get().pk}/", no),
    ]


# What those clicks send, and to no more people than that: two manage this practice.
BY_KIND = {
    "accounts/invitation": 2,  # the second one withdraws the first
    "clients/answer_kept": 2,
    "clients/answer_waits": 1,
    "clients/care_changed": 1,  # a care link ended and another began: one email
    "clients/care_given": 2,
    "clients/client_wrote": 1,  # the withdrawn consent, to the therapist
    "clients/enquiry_kept": 1,
    "clients/enquiry_waits": 2,
    "clients/note_shared": 1,  # and none of the private note
    "clients/path_changed": 3,
    "clients/practice_waits": 4,  # a withdrawn consent, an erasure; to two managers
    "clients/session_planned": 1,
    "clients/task_given": 1,
}


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_every_click_works_while_the_mail_server_is_down(
    cast, browser_of, server, caplog, capsys, promise
):
    answers = clicks(cast, browser_of)
    assert {answer.status_code for answer in answers} == {302}
    waiting = Mail.objects.waiting().count()
    assert waiting == Mail.objects.count()
    assert Counter(Mail.objects.values_list("kind", flat=True)) == BY_KIND
    server.start()
    server.box.refuses = waiting  # It is up again, but each first letter gets lost on the way.
    for _ in range(3):
        Mail.objects.waiting().update(next_try_at=timezone.now())
        call_command("send_mails", stdout=StringIO())
    letters = server.box.letters
    # The first invitation was withdrawn by the second one, and is not sent.
    withdrawn = Mail.objects.exclude(given_up_at=None).count()
    assert withdrawn == 1
    assert Mail.objects.exclude(sent_at=None).count() == waiting - withdrawn
    ids = [letter["Message-ID"] for letter in letters]
    assert len(set(ids)) == waiting - withdrawn
    assert len(letters) > len(set(ids))
    text = "\n".join(letter.as_string() for letter in letters).lower()
    text = text.replace(
        "content-disposition: attachment", ""
    )  # Here it is a word of mail programs.
    stored = str(list(Mail.objects.values("kind", "facts"))).lower() + caplog.text.lower()
    leaks = [word for word in CANARIES if word in text or word in stored]
    assert not leaks
    figure = (
        f"mail server down: {len(answers)} clicks answered; {len(set(ids))} mails when it was back,"
        f" in {len(letters)} deliveries, one Message-ID each; {len(leaks)} clinical words"
    )
    promise("kept", figure)
    with capsys.disabled():
        print(f"\n{figure}")


KINDS = sorted(
    f"{path.parts[-3]}/{path.stem}"
    for path in (settings.BASE_DIR / "templates").glob("*/mail/*.txt")
)
PRACTICE = {"PHONE": "011 23456789", "HOURS": "Monday to Friday, 10 to 18"}


def assert_plain(subject: str, text: str) -> None:
    """The frame of an email; what it is about stands in it and nothing else."""
    lines = text.rstrip().splitlines()
    assert subject
    assert not [word for word in CANARIES if word in subject.lower()], subject
    assert lines[:2] == [settings.SITE_NAME, ""]
    assert lines[-3:] == [settings.SITE_NAME, *PRACTICE.values()], "who writes, and when to ask"
    assert "\n\n\n" not in text
    for before, line in pairwise(lines):
        if "://" in line:
            assert before == "", "a blank line before a link"
            assert " " not in line, "a link stands alone on its line"
        else:
            assert len(line) <= 66, line


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_plain_frame(cast, settings, kind):
    settings.PRACTICE_CONTACT = PRACTICE
    invitation = Invitation(user=cast.asha.user, invited_by=cast.meera, expires_at=timezone.now())
    words = "A sentence of the manager that is longer than one line of an email. " * 3
    link = "https://psywellpath.example/" + "k" * 80 + "/"
    day = "Wednesday, 30 September 2026"
    facts = {
        "name": "Asha", "invitation": invitation, "link": link, "happened": words,
        "words": words, "sessions": f"{day}, 09:00, with Dr. Meera Nair\n{day}, 10:00, cancelled",
        "therapist": "Dr. Meera Nair", "when": day, "first": day, "last": day, "back": day,
        "covering": "Vikram Sen", "away": "Dr. Meera Nair", "part": "covering", "many": "3",
        "page": "/practice/calls/", "was": day, "calendar": {"PUBLISH": ""},
    }  # fmt: skip
    for empty in ((), ("sessions", "back", "away", "part", "name")):
        context = facts | dict.fromkeys(empty, "")
        subject, _, text = emails.render(kind, context).partition("\n")
        assert_plain(subject, text)


@pytest.mark.django_db(transaction=True)
def test_what_people_click_sends_the_plain_frame(cast, browser_of, settings, mailoutbox):
    settings.PRACTICE_CONTACT = PRACTICE
    clicks(cast, browser_of)
    assert len(mailoutbox) >= sum(BY_KIND.values()) - 1
    for letter in mailoutbox:
        assert_plain(letter.subject, letter.body)


def test_a_long_line_is_broken_between_words_and_a_link_never():
    link = "https://psywellpath.example/a-very-long/" + "x-" * 40
    assert emails.wrapped(link) == link
    assert emails.wrapped("one\n\ntwo") == "one\n\ntwo"
    assert emails.wrapped("word " * 20).splitlines() == [
        ("word " * 13).strip(),
        ("word " * 7).strip(),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_click_sends_nothing(cast, server):
    from django.db import transaction

    server.start()
    with pytest.raises(RuntimeError), transaction.atomic():
        care_mails.notify_client(cast.asha, care_mails.TASK_GIVEN)
        raise RuntimeError
    assert not Mail.objects.exists()
    assert not server.box.letters


@pytest.mark.django_db(transaction=True)
def test_ten_workers_send_each_email_once(cast, server):
    with_none = Mail.objects.create(kind=care_mails.TASK_GIVEN, user=cast.asha.user)
    server.start()

    def work(_):
        try:
            return emails.deliver.call(str(with_none.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        sent = list(threads.map(work, range(10)))
    assert sent.count(True) == 1
    assert len(server.box.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_of_a_real_practice(cast, server, settings):
    """The queue in the database: the request only puts an id there."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    server.start()
    note = {"text": "canary-note", "audience": "shared"}
    notes.write_note(client=cast.asha, by=cast.meera, **note)
    queued = DBTaskResult.objects.get()
    assert "canary" not in str(queued.args_kwargs)
    assert not server.box.letters
    call_command("db_worker", batch=True, startup_delay=False, interval=0, reload=False)
    assert [letter["To"] for letter in server.box.letters] == ["asha@example.org"]


def test_a_retried_invitation_has_the_same_link(cast):
    _client, invitation, token = intake.invite_client(
        email="n@example.org", name="N", therapist=cast.meera, by=cast.meera
    )
    fresh = Invitation.objects.get(pk=invitation.pk)
    assert fresh.token == token
    assert fresh.token_hash == Invitation.hash(token)


def test_it_gives_up_after_some_days(cast, server):
    reminder = Mail.objects.create(
        kind=care_mails.TASK_GIVEN, user=cast.asha.user,
        created_at=timezone.now() - emails.GIVE_UP - timedelta(minutes=1),
    )  # fmt: skip
    assert not emails.deliver.call(str(reminder.pk))
    reminder.refresh_from_db()
    assert reminder.given_up_at


def test_one_reminder_is_sent_of_tomorrows_session(cast):
    at = timezone.localtime().replace(hour=10, minute=0) + timedelta(days=1)
    session = sessions.plan_session(client=cast.asha, by=cast.meera, at=at)
    sessions.plan_session(client=cast.rohan, by=cast.vikram, at=at + timedelta(days=1))
    django_mail.outbox.clear()
    output = StringIO()
    for options in ({"dry_run": True}, {}, {}):
        call_command("remind", stdout=output, **options)
    assert output.getvalue().splitlines() == [
        "1 appointments tomorrow; nothing sent.",
        "Questionnaires: 0 asked for, 0 reminded of, 0 ended; nothing done.",
        "1 reminded, 0 reminded before.",
        "Questionnaires: 0 asked for, 0 reminded of, 0 ended.",
        "0 reminded, 1 reminded before.",
        "Questionnaires: 0 asked for, 0 reminded of, 0 ended.",
    ]
    assert [m.to for m in django_mail.outbox] == [["asha@example.org"]]
    assert session.therapist.name in django_mail.outbox[0].body


def test_nobody_is_reminded_of_what_will_not_take_place(cast):
    """The care ends before the session, or the path is paused or closed; one client is left."""
    at = timezone.localtime().replace(hour=10, minute=0) + timedelta(days=1)
    clients = {
        name: people.in_care(people.person(f"{name}@example.org", name.title()), cast.meera)
        for name in (
            "walking",
            "paused",
            "closed",
            "resumed",
            "ended",
            "ends-later",
            "starts-later",
        )
    }
    for client in clients.values():
        Session.objects.create(client=client, therapist=cast.meera, at=at)
    for name, kinds in {
        "paused": ["pause"],
        "closed": ["close"],
        "resumed": ["pause", "resume"],
    }.items():
        for sequence, kind in enumerate(kinds, 2):
            StepEvent.objects.create(client=clients[name], sequence=sequence, step_id=1, kind=kind)
    spans = {
        "ended": {"ends_at": at - timedelta(hours=1)},
        "ends-later": {"ends_at": at + timedelta(hours=1)},
        "starts-later": {"starts_at": at + timedelta(hours=1)},
    }
    for name, span in spans.items():
        clients[name].care_links.update(**span)
    call_command("remind", stdout=StringIO())
    readers = sorted(m.to[0].partition("@")[0] for m in django_mail.outbox)
    assert readers == ["ends-later", "resumed", "walking"]


def test_people_who_have_not_opened_their_account_get_no_notices(cast):
    client, _invitation, _token = intake.invite_client(
        email="n@example.org", name="N", therapist=cast.meera, by=cast.meera
    )
    assert not care_mails.notify_client(client, care_mails.TASK_GIVEN)
