"""For every way in which care or a path ends, with everything that hangs on it: what the client,
both therapists and the manager see then, which emails each gets, and who reminds the client."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from clients.care import cover
from clients.models import Callback, CareLink, ChangeRequest, Session
from clients.notes import actions as notes
from clients.rhythm import actions as rhythm
from clients.sessions import change_requests
from clients.tasks import actions as tasks
from tests.support.cast import questionnaire
from tests.support.page_parts import decisions, main, section

HERS, HIS, COVERS = "Dr. Meera Nair", "Vikram Sen", "Farah Ali"
CHANGED, LISTED = "A change in who is there for you", "Your list has changed"
UPDATED = "Your path has been updated"
WHO, NO_COVER = "Who is there for you from", "No cover from"  # And the day.


@dataclass(frozen=True)
class Row:
    """`asked`: what the page shows before anything changes. `record`: who opens the record
    afterwards. `with_you`: whom the client's path names. `sessions`: the coming ones, by therapist.
    `mails`: how many each gets, by their subject. `reminder`: whose session tomorrow the client is
    reminded of. `calls`: whether Meera still has the call that she took on."""

    asked: tuple[str, ...]
    record: tuple[str, ...]
    with_you: tuple[str, ...]
    tasks: int
    mails: dict[tuple[str, str], int]
    sessions: dict[str, int] = field(default_factory=dict)
    reminder: str = ""
    calls: bool = True


ASKED = ("Coming sessions (2)", "the client asks to change it", "Open tasks (2)")
COUNTED = "1 questionnaire or rating, asked for by Dr. Meera Nair"
OF_CARE = (*ASKED, "A questionnaire, asked for on", "1 draft by Dr. Meera Nair", COUNTED)
OF_PATH = (*ASKED, "Title 1", "Goals, asked for by Dr. Meera Nair")
ENDED = {("farah", LISTED): 1, ("meera", LISTED): 1}
TABLE = {
    "transfer": Row(
        asked=(*OF_CARE, "Cover that ends with it"), record=("vikram",), with_you=(HIS,), tasks=2,
        mails={**ENDED, ("asha", CHANGED): 1, ("vikram", LISTED): 1},
        sessions={HIS: 2}, reminder=HIS, calls=False,
    ),
    "transfer, not told": Row(
        asked=(*OF_CARE, "Cover that ends with it"), record=("vikram",), with_you=(HIS,), tasks=2,
        mails={**ENDED, ("vikram", LISTED): 1}, sessions={HIS: 2}, reminder=HIS, calls=False,
    ),
    "end": Row(
        asked=(*OF_CARE, "Cover that ends with it"), record=(), with_you=(), tasks=0,
        mails={**ENDED, ("asha", CHANGED): 1}, calls=False,
    ),
    "pause": Row(
        asked=OF_PATH, record=("meera",), with_you=(HERS, COVERS), tasks=2,
        mails={("asha", UPDATED): 1},
    ),
    "close": Row(
        asked=OF_PATH, record=("meera",), with_you=(HERS, COVERS), tasks=0,
        mails={("asha", UPDATED): 1},
    ),
    "role removed": Row(
        asked=("is in the care of Dr. Meera Nair", "Asha Verma"), record=("meera",),
        with_you=(HERS, COVERS), tasks=2, mails={}, sessions={HERS: 2}, reminder=HERS,
    ),
    "account closed": Row(
        asked=("is in the care of Dr. Meera Nair", "Asha Verma"), record=("meera",),
        with_you=(HERS, COVERS), tasks=2, mails={}, sessions={HERS: 2}, reminder=HERS,
    ),
    "cover cancelled": Row(
        asked=(), record=("meera",), with_you=(HERS,), tasks=2,
        mails={("asha", WHO): 1, ("farah", NO_COVER): 1, ("meera", NO_COVER): 1},
        sessions={HERS: 2}, reminder=HERS,
    ),
}  # fmt: skip


@pytest.fixture
def everything(cast):
    """Asha in the care of Meera, with a session tomorrow that she asks to move and one next week,
    two tasks (one asks for a questionnaire), goals on a rhythm, a draft, a call that she waits for,
    and a cover by Farah that she was told of."""
    day = timezone.localdate() + timedelta(days=1)
    tomorrow = timezone.make_aware(datetime.combine(day, time(11)))
    first = Session.objects.create(client=cast.asha, therapist=cast.meera, at=tomorrow)
    Session.objects.create(client=cast.asha, therapist=cast.meera, at=tomorrow + timedelta(days=7))
    change_requests.ask(session=first, by=cast.asha.user, wish=ChangeRequest.Wish.MOVE)
    tasks.give_task(client=cast.asha, by=cast.meera, title="Title 1")
    asked_for = questionnaire().instrument
    tasks.give_task(client=cast.asha, by=cast.meera, title="Title 2", instrument=asked_for)
    rhythm.set_rhythm(
        client=cast.asha, by=cast.meera, instrument=None, kind="weeks", every=4,
        begins_on=timezone.localdate(), reason="canary-reason",
    )  # fmt: skip
    notes.keep_draft(
        client=cast.asha, by=cast.meera, text="canary-draft", audience="private",
        key=cast.meera.pk,
    )  # fmt: skip
    cover.arrange(
        clients=[cast.asha], therapist=cast.farah, by=cast.manoj, words="I am away.",
        starts_at=tomorrow + timedelta(days=20), ends_at=tomorrow + timedelta(days=30),
    )  # fmt: skip
    Callback.objects.create(
        client=cast.asha, number="+91 98765 43210", taken_by=cast.meera, taken_at=timezone.now()
    )
    mail.outbox.clear()
    return cast


def path_of(browser, cast, kind):
    where = f"/clients/{cast.asha.pk}/path/{kind}/"
    page = browser.get(where)
    return page, lambda: browser.post(where, decisions(page) | {"reason": "Exams."})


def care_of(browser, cast, what, **data):
    where = f"/practice/care/{cast.asha.pk}/"
    data = {"what": what} | {f"{what}-{name}": value for name, value in data.items()}
    page = browser.post(where, data)
    return page, lambda: browser.post(where, data | decisions(page))


def roles_of(browser, cast, **changed):
    where = f"/admin/accounts/user/{cast.meera.pk}/change/"
    data = {"name": cast.meera.name, "email": cast.meera.email, "roles": ["therapist"]}
    data |= {"is_active": "on"} | changed
    data = {name: value for name, value in data.items() if value}
    return browser.post(where, data), lambda: None


def cancel(browser, cast):
    where, link = f"/practice/care/{cast.asha.pk}/", CareLink.objects.planned().get()
    return browser.get(where), lambda: browser.post(where, {"what": "call_off", "link": link.pk})


def do(ending, cast, browser_of):
    """The page before anything changes, and what carries it out."""
    manager, link = browser_of(cast.manoj), CareLink.objects.get(
        client=cast.asha, therapist=cast.meera
    )  # fmt: skip
    to = {"link": link.pk, "therapist": cast.vikram.pk, "day": timezone.localdate()}
    ways = {
        "transfer": lambda: care_of(manager, cast, "transfer", **to, spoken="on"),
        "transfer, not told": lambda: care_of(manager, cast, "transfer", **to),
        "end": lambda: care_of(manager, cast, "end", link=link.pk, spoken="on", sure="on"),
        "pause": lambda: path_of(browser_of(cast.meera), cast, "pause"),
        "close": lambda: path_of(browser_of(cast.meera), cast, "close"),
        "role removed": lambda: roles_of(manager, cast, roles=[]),
        "account closed": lambda: roles_of(manager, cast, is_active=""),
        "cover cancelled": lambda: cancel(manager, cast),
    }
    return ways[ending]()


def _subject(message) -> str:
    """Without the day of a cover."""
    known = (start for start in (WHO, NO_COVER) if message.subject.startswith(start))
    return next(known, message.subject)


@pytest.mark.parametrize("ending", TABLE)
def test_what_everybody_sees_and_gets(everything, browser_of, ending):
    cast, row = everything, TABLE[ending]
    page, carry_out = do(ending, cast, browser_of)
    text = " ".join(LexborHTMLParser(page.content.decode()).body.text(separator=" ").split())
    for words in row.asked:
        assert words in text, words
    assert "canary" not in text, "managers read no draft"
    assert not mail.outbox, "nothing has changed yet"
    carry_out()

    got = Counter((message.to[0].split("@")[0], _subject(message)) for message in mail.outbox)
    assert got == row.mails
    assert not [m for m in mail.outbox if "canary" in m.body or "Title" in m.body]
    for name in ("meera", "vikram", "farah"):
        answer = browser_of(getattr(cast, name)).get(f"/clients/{cast.asha.pk}/")
        assert answer.status_code == (200 if name in row.record else 404), name
    own = browser_of(cast.asha.user).get("/path/")
    for name in (HERS, HIS, COVERS):
        assert (name in section(own, "with-you")) == (name in row.with_you), name
    seen = main(browser_of(cast.manoj).get(f"/practice/care/{cast.asha.pk}/"))
    for name in row.with_you:
        assert name in seen
    assert ("no therapist" in seen) == (not row.with_you)
    assert cast.asha.tasks.open().count() == row.tasks
    call = Callback.objects.waiting().get(client=cast.asha)
    assert call.taken_by == (cast.meera if row.calls else None), "somebody else has to call"
    coming = Session.objects.coming().filter(client=cast.asha).select_related("therapist")
    assert Counter(session.therapist.name for session in coming) == row.sessions

    mail.outbox.clear()
    call_command("remind")
    reminders = [" ".join(message.body.split()) for message in mail.outbox]
    assert len(reminders) == bool(row.reminder)
    assert all(row.reminder in body for body in reminders), "of nobody who no longer cares"
