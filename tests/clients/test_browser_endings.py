"""In Chromium: ending care, a path or a role first asks about the sessions and tasks it affects."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.access import Role, roles
from accounts.models import User
from clients.models import CareLink, Client, Session, StepEvent
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.browsing import scrolls_sideways, serious, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(cast, client: Client, therapist: User, many: int = 3) -> None:
    """Future sessions and two open tasks."""
    now = timezone.now()
    Session.objects.bulk_create(
        Session(client=client, therapist=therapist, at=now + timedelta(days=day, hours=1))
        for day in range(1, many + 1)
    )
    for title in ("A letter", "A walk"):
        tasks.give_task(client=client, by=therapist, title=title)
    mail.outbox.clear()


def looks_right(page: Page, name: str) -> None:
    """On a desktop and on a phone, nothing overflows and axe finds nothing serious."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert not scrolls_sideways(page), (name, width)
    assert not serious(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def mailed() -> list[str]:
    recipients = sorted(m.to[0].partition("@")[0] for m in mail.outbox)
    mail.outbox.clear()
    return recipients


def planned(client: Client) -> set[tuple[str, str]]:
    sessions = Session.objects.filter(client=client, at__gt=timezone.now())
    return set(sessions.values_list("therapist__name", "state"))


def test_transfer_end_pause_and_close_with_sessions_and_tasks_open(open_page):
    cast = people.make()
    fill(cast, cast.asha, cast.meera, many=12)
    therapist = sign_in(open_page(), "meera@example.org")
    for kind, state, many in (("pause", "paused", 12), ("close", "closed", 11)):
        therapist.goto(f"/clients/{cast.asha.pk}/path/{kind}/")
        fieldset = therapist.locator("fieldset.outcomes")
        assert f"Coming sessions ({many})" in fieldset.first.inner_text()
        assert "Open tasks (2)" in fieldset.last.inner_text()
        looks_right(therapist, kind)
        fieldset.first.locator("summary").click()
        if kind == "pause":
            fieldset.first.get_by_label("Keep").check()
            fieldset.first.locator("select").first.select_option(label="Cancel")
        therapist.fill("[name=reason]", "We rest for a while.")
        with therapist.expect_navigation():
            therapist.locator("main form button").click()
        assert Client.objects.get(pk=cast.asha.pk).journey.status == state
        left = Session.objects.coming().filter(client=cast.asha).count()
        assert left == (11 if kind == "pause" else 0)
        assert cast.asha.tasks.open().count() == (2 if kind == "pause" else 0)
        assert mailed() == ["asha"]
        if kind == "pause":
            expect(therapist.locator("text=The path is paused.").first).to_be_visible()

    fill(cast, cast.rohan, cast.vikram)
    manager = sign_in(open_page(js=False, width=390), "manoj@example.org")
    manager.goto(f"/practice/care/{cast.rohan.pk}/")
    part = manager.locator("#transfer")
    part.locator("select").first.select_option(label="Vikram Sen")
    part.locator("select").nth(1).select_option(label="Dr. Meera Nair")
    part.locator("[type=date]").fill(str(timezone.localdate()))
    part.get_by_label("A therapist has spoken with the client").check()
    part.get_by_role("button").click()
    expect(manager.locator("text=Nothing has changed yet")).to_be_visible()
    assert not manager.locator("text=A letter").count(), "tasks without their text"
    manager.locator("fieldset.outcomes select").first.select_option(label="Cancel")
    manager.get_by_role("button", name="Transfer the care").click()
    manager.wait_for_url(f"**/practice/care/{cast.rohan.pk}/")
    saved = "text=Your change is saved, and the client gets an email."
    expect(manager.locator(saved).first).to_be_visible()
    assert planned(cast.rohan) == {("Vikram Sen", "moved"), ("Dr. Meera Nair", "planned")}
    assert mailed() == ["meera", "rohan", "vikram"]

    manager.goto(f"/practice/care/{cast.rohan.pk}/")
    part = manager.locator("#end")
    part.locator("select").first.select_option(label="Dr. Meera Nair")
    part.get_by_label("A therapist has spoken with the client").check()
    part.get_by_label("This therapist will lose access").check()
    part.get_by_role("button").click()
    expect(manager.locator("text=These sessions will be cancelled")).to_be_visible()
    manager.get_by_role("button", name="End the care").click()
    assert {state for _name, state in planned(cast.rohan)} == {"moved"}
    assert not cast.rohan.tasks.open().exists()
    assert mailed() == ["meera", "rohan"]
    client = sign_in(open_page(width=390), "rohan@example.org")
    expect(client.locator("text=There is no therapist named yet")).to_be_visible()
    assert not client.locator("text=Your next session").count()


def test_a_cover_is_cancelled_and_a_role_is_removed(open_page, capsys):
    cast = people.make()
    users = [User(email=f"c{n}@example.org", name=f"Client {n:02}") for n in range(64)]
    User.objects.bulk_create(users)
    clients = Client.objects.bulk_create(Client(user=user) for user in users)
    StepEvent.objects.bulk_create(StepEvent(client=c, sequence=1, step_id=1) for c in clients)
    CareLink.objects.bulk_create(CareLink(client=c, therapist=cast.meera) for c in clients)
    manager = sign_in(open_page(), "manoj@example.org")
    manager.goto("/practice/cover/")
    manager.locator("[name=away]").select_option(label="Dr. Meera Nair")
    manager.locator("[name=therapist]").select_option(label="Vikram Sen")
    for name, days in (("first", 3), ("last", 9)):
        manager.locator(f"[name={name}]").fill(str(timezone.localdate() + timedelta(days=days)))
    manager.get_by_role("button", name="Show the clients").click()
    expect(manager.locator("text=This affects 65 clients")).to_be_visible()
    looks_right(manager, "concerned")
    with manager.expect_navigation():
        manager.get_by_role("button", name="Arrange the cover").click()
    arranged = mailed()
    assert arranged == ["meera", "vikram"]
    row = manager.locator("#planned li")
    assert "65 clients" in row.inner_text()
    looks_right(manager, "planned")
    with manager.expect_navigation():
        row.get_by_role("button", name="Cancel").click()
    expect(manager.locator("text=The cover is cancelled").first).to_be_visible()
    assert manager.locator("#planned li").all_inner_texts() == [
        "No cover is planned. Covers that you arrange are listed here."
    ]
    called_off = mailed()
    assert called_off == ["meera", "vikram"]
    covering = CareLink.objects.filter(therapist=cast.vikram).exclude(client=cast.rohan)
    assert covering.count() == 65
    assert not covering.going_on().exists()
    with capsys.disabled():
        print(f"\ncover of 65 clients: {len(arranged)} mails ({', '.join(arranged)});"
              f" called off: {len(called_off)} mails ({', '.join(called_off)})")  # fmt: skip

    # Removing a role is refused with a list of clients; after a transfer it is possible.
    manager.goto(f"/admin/accounts/user/{cast.vikram.pk}/change/")
    manager.locator("[name=roles][value=therapist]").uncheck()
    with manager.expect_navigation():
        manager.locator("[name=_save]").click()
    error = manager.locator(".errorlist", has_text="1 client is in the care of Vikram Sen")
    expect(error).to_be_visible()
    error.get_by_role("link", name="Rohan Iyer").click()
    part = manager.locator("#transfer")
    part.locator("select").first.select_option(label="Vikram Sen")
    part.locator("select").nth(1).select_option(label="Dr. Meera Nair")
    part.locator("[type=date]").fill(str(timezone.localdate()))
    with manager.expect_navigation():
        part.get_by_role("button").click()
    manager.goto(f"/admin/accounts/user/{cast.vikram.pk}/change/")
    manager.locator("[name=roles][value=therapist]").uncheck()
    with manager.expect_navigation():
        manager.locator("[name=_save]").click()
    assert Role.THERAPIST not in roles(User.objects.get(pk=cast.vikram.pk))
