"""Every page of both roles and the manager, with a full and with an empty record, and their pages
of the admin: axe finds nothing at all, whatever its impact, everything can be hit, nothing scrolls
sideways, and help is one tap away.

`PICTURES=folder` saves a screenshot of each page, role-record-route-width-scheme.png, to look at.
"""

import os
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from accounts.allauth_internals import RecoveryCodes
from accounts.sign_in import second_factors
from articles.models import Article
from articles.models import Page as PracticePage
from clients.models import Client, Enquiry, ErasureRequest, Note, Session, Task
from clients.notes import actions as notes
from psywellpath.demonstration.load import load
from tests.support import cast as people
from tests.support.browsing import (
    LOOKS,
    enter,
    far_from_help,
    scrolls_sideways,
    scrolls_sideways_in_large_text,
    small_targets,
    violations,
)
from tests.support.clients.record_pages import addresses, admin_addresses
from tests.support.thorough import THOROUGH, some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES")
ROLES = ["client", "therapist", "manager"]


def keep(page: Page, *names: object) -> None:
    if PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{'-'.join(map(str, names))}.png", full_page=True)


def full(cast: people.Cast) -> tuple[dict, dict]:
    """The demonstration's Asha, her therapist and her manager."""
    load()
    client = Client.objects.get(user__email="client@example.com")
    attempt = client.shared_results.first().attempt
    erasure = ErasureRequest.objects.create(client=client)
    therapist = client.care_links.first().therapist
    draft = notes.keep_draft(
        client=client, by=therapist, text="What we agreed on.", audience="private", key=uuid4()
    )
    scene = {
        "client": client.pk, "attempt": attempt.pk, "attempt_key": attempt.key,
        "instrument": attempt.version.instrument.slug, "version": attempt.version.pk,
        "note": Note.objects.filter(client=client).first().pk, "draft": draft.pk,
        "task": Task.objects.filter(client=client).first().pk,
        "session": Session.objects.filter(client=client).first().pk, "erasure": erasure.pk,
        "enquiry": Enquiry.objects.first().pk, "cast": cast,
        "article": Article.objects.published().first().slug,
        "page": PracticePage.objects.first().slug,
    }  # fmt: skip
    who = {"client": client.user, "therapist": therapist, "manager": cast.manoj}
    for user in who.values():
        second_factors.enrol_app(user)
        RecoveryCodes.activate(user)
    return scene, who


def empty(cast: people.Cast) -> tuple[dict, dict]:
    """A client who was invited today and has an empty record."""
    who = {"client": cast.asha.user, "therapist": cast.meera, "manager": cast.manoj}
    return {"client": cast.asha.pk}, who


@pytest.mark.trust
@pytest.mark.parametrize(
    ("record", "role"),
    [*product([full], ROLES), *product([empty], ROLES if THOROUGH else ROLES[:2])],
)
def test_every_page(open_page, browser_of, capsys, record, role):
    scene, who = record(people.make())
    pages = addresses(role, browser_of(who[role]), scene)
    in_admin = {} if record is empty else admin_addresses(role, browser_of(who[role]), scene)
    page = enter(open_page(), who[role])
    problems, checks, near = [], 0, 0
    # The pages of the admin are alike, and the empty record opens others than the full one.
    both = pages | dict(some(in_admin.items(), 3))
    opened = dict(some(both.items(), 4, start=2 * (record is empty)))
    for number, (name, where) in enumerate(opened.items(), record is empty):
        page.goto(where)
        for width, scheme in some(LOOKS, 2, start=number):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            keep(page, role, record.__name__, name.replace(":", "."), width, scheme)
            found = violations(page) + small_targets(page)
            problems += [f"{name} {width} {scheme} {problem}" for problem in found]
            checks += 1
        page.set_viewport_size({"width": 320, "height": 700})
        if scrolls_sideways(page):
            problems.append(f"{name} scrolls sideways at 320")
        far = far_from_help(page)
        near += not far
        problems += [f"{name} {problem}" for problem in far]
        if scrolls_sideways_in_large_text(page):
            problems.append(f"{name} scrolls sideways at 390 with text of 200 %")
    with capsys.disabled():
        print(f"\naxe, {role}, {record.__name__} record: {len(opened)} pages,"
              f" {checks} checks, {len(problems)} findings;\n"
              f"help now: 1 tap and 0 scrolls to a number that calls, on {near} pages")  # fmt: skip
    assert len(pages) >= 5
    assert record is empty or len(in_admin) >= {"client": 0, "therapist": 5, "manager": 30}[role]
    assert not problems, "\n".join(problems)
