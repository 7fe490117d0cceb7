"""Every page of both roles and the manager, with a full and with an empty record: axe finds nothing
at all, whatever its impact, and nothing scrolls sideways."""

import pytest

from clients.models import Client, ErasureRequest, Note, Session, Task
from psywellpath.demonstration.load import load
from tests import cast as people
from tests.browsing import scrolls_sideways, sign_in, violations
from tests.record_pages import addresses
from tests.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = some([(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], 3)


def full(cast: people.Cast) -> tuple[dict, dict]:
    """The demonstration's Asha, with her people."""
    load()
    client = Client.objects.get(user__email="client@example.com")
    attempt = client.shared_results.first().attempt
    erasure = ErasureRequest.objects.create(client=client)
    scene = {
        "client": client.pk, "attempt": attempt.pk, "attempt_key": attempt.key,
        "instrument": attempt.version.instrument.slug, "version": attempt.version.pk,
        "note": Note.objects.filter(client=client).first().pk,
        "task": Task.objects.filter(client=client).first().pk,
        "session": Session.objects.filter(client=client).first().pk, "erasure": erasure.pk,
    }  # fmt: skip
    therapist = client.care_links.first().therapist
    who = {"client": client.user, "therapist": therapist, "manager": cast.manoj}
    for user in (client.user, therapist):
        user.set_password(people.PASSWORD)
        user.save()
    return scene, who


def empty(cast: people.Cast) -> tuple[dict, dict]:
    """A client of today, of whom nothing is known yet."""
    who = {"client": cast.asha.user, "therapist": cast.meera, "manager": cast.manoj}
    return {"client": cast.asha.pk}, who


@pytest.mark.parametrize("role", ["client", "therapist", "manager"])
@pytest.mark.parametrize("record", [full, empty])
def test_every_page(open_page, browser_of, capsys, record, role):
    scene, who = record(people.make())
    pages = addresses(role, browser_of(who[role]), scene)
    page = sign_in(open_page(), who[role].email)
    page.wait_for_url(lambda url: "/login/" not in url)
    found, looked = [], 0
    for name, where in pages.items():
        page.goto(where)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found += [f"{name} {width} {scheme} {said}" for said in violations(page)]
            looked += 1
        page.set_viewport_size({"width": 320, "height": 700})
        if scrolls_sideways(page):
            found.append(f"{name} scrolls sideways at 320")
    with capsys.disabled():
        print(f"\naxe, {role}, {record.__name__} record: {len(pages)} pages, {looked} looks,"
              f" {len(found)} findings")  # fmt: skip
    assert len(pages) >= 5
    assert not found, "\n".join(found)
