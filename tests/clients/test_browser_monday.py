"""In Chromium: one Monday of a therapist. Each session is prepared, recorded, noted, and the next
one planned; the clicks and seconds of each are printed."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as clock

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.models import Note, Session
from clients.notes import actions as notes
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.browsing import scrolls_sideways, sign_in
from tests.support.clocks import clock_at
from tests.support.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("Asha One", "Bina Two", "Chand Three", "Dev Four", "Esha Five")


@pytest.fixture
def evening(transactional_db) -> Iterator[datetime]:
    """The clock stands at 17:00 on the Monday after today."""
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    with clock_at(timezone.make_aware(datetime.combine(monday, clock(17)))) as at:
        yield at


def five_sessions(cast: people.Cast, evening: datetime) -> None:
    """From 16:30 on, each with a week behind it: a note, and a task that is done."""
    for number, name in enumerate(NAMES):
        client = people.in_care(people.person(f"{number}@example.org", name), cast.meera)
        both = {"client": client, "therapist": cast.meera}
        at = evening + timedelta(minutes=50 * number - 30)
        week = timedelta(days=7)
        Session.objects.create(**both, at=at - week, state="held", recorded_at=at - week)
        Session.objects.create(**both, at=at)
        notes.write_note(client=client, by=cast.meera, text=f"{name} said so.", audience="private")
        task = tasks.give_task(client=client, by=cast.meera, title="Three lines")
        tasks.finish_task(task=task, by=client.user, reflection="It went well.")


class Counting:
    """Presses buttons and links, and counts how often."""

    def __init__(self, page: Page):
        self.page, self.clicks, self.start = page, 0, time.monotonic()

    def press(self, where) -> None:
        where.click()
        self.clicks += 1

    def done(self) -> str:
        clicks, seconds = self.clicks, time.monotonic() - self.start
        self.clicks, self.start = 0, time.monotonic()
        return f"{clicks} clicks {seconds:.1f} s"


@pytest.mark.trust
def test_one_monday(open_page, evening):
    cast = people.make()
    five_sessions(cast, evening)
    page = sign_in(open_page(), "meera@example.org")
    counting = Counting(page)
    page.goto("/agenda/")
    rows = page.locator(".agenda > li")
    expect(rows).to_have_count(5)
    expect(page.locator(".agenda")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    for name in NAMES:
        expect(rows.filter(has_text=name).locator(".last-note")).to_be_in_viewport()
    print(f"prepare five sessions: {counting.done()}")
    for name in some(NAMES, 3):
        page.goto("/agenda/")
        counting.done()
        row = rows.filter(has_text=name)
        if name in NAMES[:1]:  # It has begun.
            counting.press(row.get_by_role("button", name="Held, write note"))
        else:
            counting.press(row.get_by_role("button", name="Held"))
            counting.press(page.get_by_role("link", name="Write its note"))
        note = page.get_by_label("Note", exact=True)
        expect(note).to_be_visible()
        counting.press(note)
        recorded = counting.done()
        note.fill(f"Today with {name}.")
        counting.press(page.get_by_role("button", name="Sign the note"))
        expect(page.locator("#notes .notice[role=status]")).to_contain_text(
            "Signed. Only therapists can read it."
        )
        signed = counting.done()
        at = timezone.localtime(evening) + timedelta(days=7, minutes=50 * NAMES.index(name))
        page.fill("#sessions [name=at]", f"{at:%Y-%m-%dT%H:%M}")
        counting.press(page.get_by_role("button", name="Plan session"))
        expect(page.locator("#sessions .notice[role=status]")).to_contain_text(
            "The session is planned."
        )
        print(f"{name}: recorded and begun {recorded}; signed {signed}; planned {counting.done()}")
        session = Session.objects.get(client__user__name=name, at__date=evening.date())
        assert session.state == "held"
        assert Note.objects.get(session=session).signed_at
    page.goto("/agenda/")
    expect(rows.filter(has_text=NAMES[0])).to_contain_text("Read the note")
    phone = sign_in(open_page(width=390), "meera@example.org")
    for address in ("/agenda/", f"/agenda/?week={evening.date()}", "/agenda/unwritten/"):
        phone.goto(address)
        assert not scrolls_sideways(phone), address


def test_the_day_is_walked_by_tab_in_order(open_page, evening):
    cast = people.make()
    five_sessions(cast, evening)
    page = sign_in(open_page("/"), "meera@example.org")
    page.goto("/agenda/")
    reached = []
    page.locator(".agenda a").first.focus()
    for _press in range(60):
        reached.append(page.evaluate("document.activeElement.closest('.agenda > li')?.id ?? ''"))
        page.keyboard.press("Tab")
    rows = page.evaluate("[...document.querySelectorAll('.agenda > li')].map(row => row.id)")
    assert list(dict.fromkeys(filter(None, reached))) == rows
