"""Cover and transfer of care: their dates are exact to the second, on every clinical route."""

from datetime import timedelta
from itertools import product
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from clients.care import actions as care
from clients.care import cover
from clients.endings import loose_ends
from clients.models import CareLink, Client
from tests.support.routes import COVERING, MINE, ROUTES, THEIRS
from tests.support.thorough import some

# What every therapist of a client may see. (A draft is visible to its author only.)
CLINICAL = [
    n for n, r in ROUTES.items() if THEIRS in r.hidden_from and {MINE, COVERING} <= set(r.may)
]
SECOND = timedelta(seconds=1)


def status(browser, name, scene, at, method="get"):
    where = reverse(name, args=ROUTES[name].args(scene))
    with mock.patch("django.utils.timezone.now", return_value=at):
        return getattr(browser, method)(where).status_code


@pytest.mark.trust
def test_cover_opens_at_its_start_and_ends_at_its_end(scene, browser_of, promise):
    cast, now = scene["cast"], timezone.now()
    start, end = now + timedelta(minutes=10), now + timedelta(minutes=20)
    cover.arrange(
        clients=[cast.asha], therapist=cast.vikram, by=cast.manoj, starts_at=start, ends_at=end
    )
    browser, tried, stale = browser_of(cast.vikram), 0, []
    for name, method in some(product(CLINICAL, ("get", "post")), 3):
        for at, open_ in ((start - SECOND, False), (start, True), (end - SECOND, True),
                          (end, False), (end + SECOND, False)):  # fmt: skip
            code, tried = status(browser, name, scene, at, method), tried + 1
            # A method that nobody may use gets the same answer for everyone.
            if code != 405 and (code != 404) is not open_:
                stale.append((name, method, at - start, code))
    promise("at once", f"cover at its boundaries, to the second: {len(CLINICAL)} routes, {tried}"
                       f" tries, {len(stale)} stale answers")  # fmt: skip
    assert not stale


@pytest.mark.trust
def test_a_transfer_takes_effect_in_one_second(scene, browser_of):
    cast, began = scene["cast"], timezone.now()
    at = began + timedelta(minutes=10)
    arguments = {"client": cast.asha, "from_therapist": cast.meera, "to_therapist": cast.vikram}
    old = cast.asha.care_links.get(therapist=cast.meera)
    arguments["decided"] = loose_ends.on_care(old, at, to=cast.vikram).defaults
    new = care.transfer(**arguments, at=at, by=cast.manoj)
    assert care.transfer(**arguments, at=at, by=cast.manoj) == new
    assert CareLink.objects.filter(therapist=cast.vikram, client=cast.asha).count() == 1
    old, young = browser_of(cast.meera), browser_of(cast.vikram)
    for name in some(CLINICAL, 3):
        assert status(old, name, scene, at - SECOND) != 404, name
        assert status(young, name, scene, at - SECOND) == 404, name
        assert status(old, name, scene, at) == 404, name
        assert status(young, name, scene, at) != 404, name
    asked_for = AuditEvent.objects.filter(
        actor=cast.manoj.pk, at__gte=began, verb__startswith="care link"
    )
    verbs = asked_for.values_list("verb", flat=True)
    assert sorted(verbs) == ["care link ended"] * 2 + ["care link started"], "the cover ends too"


def test_only_managers_arrange_care_and_not_for_themselves(cast):
    at = timezone.now() + timedelta(days=1)
    arguments = {"client": cast.asha, "from_therapist": cast.meera, "at": at}
    with pytest.raises(PermissionDenied):
        care.transfer(**arguments, to_therapist=cast.vikram, by=cast.meera)
    with pytest.raises(ValidationError, match="yourself"):
        care.transfer(**arguments, to_therapist=cast.neeshu, by=cast.neeshu)
    meera = CareLink.objects.get(client=cast.asha, therapist=cast.meera)
    assert meera.ends_at is None, "all or nothing"
    times = {"starts_at": at, "ends_at": at + timedelta(days=7)}
    with pytest.raises(PermissionDenied):
        cover.arrange(clients=[cast.asha], therapist=cast.vikram, by=cast.vikram, **times)
    with pytest.raises(ValidationError, match="yourself"):
        cover.arrange(clients=[cast.asha], therapist=cast.neeshu, by=cast.neeshu, **times)


def test_a_cover_has_whole_days_and_is_arranged_once(cast, browser_of):
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    first = timezone.localdate() + timedelta(days=3)
    data = {
        "what": "cover",
        "cover-therapist": cast.vikram.pk,
        "cover-first": first,
        "cover-last": first + timedelta(days=6),
    }
    assert [browser.post(where, data).status_code for _ in range(2)] == [302, 302]
    link = CareLink.objects.get(client=cast.asha, therapist=cast.vikram)
    assert link.last_day == first + timedelta(days=6)
    assert link.ends_at - link.starts_at == timedelta(days=7)
    assert "Vikram Sen is here for you" in browser_of(cast.asha.user).get("/path/").content.decode()
    assert browser.post(where, data | {"cover-last": first - timedelta(days=1)}).status_code == 422


def test_transfer_and_end_on_the_page(cast, browser_of):
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    link = CareLink.objects.get(client=cast.asha, therapist=cast.meera)
    data = {
        "what": "transfer",
        "transfer-link": link.pk,
        "transfer-therapist": cast.vikram.pk,
        "transfer-day": timezone.localdate(),
    }
    assert [browser.post(where, data).status_code for _ in range(2)] == [302, 302]
    assert not Client.objects.visible_to(cast.meera).exists()
    new = CareLink.objects.get(client=cast.asha, therapist=cast.vikram)
    assert browser.post(where, {"what": "end", "end-link": new.pk}).status_code == 422
    assert (
        browser.post(where, {"what": "end", "end-link": new.pk, "end-sure": 1}).status_code == 302
    )
    assert not Client.objects.visible_to(cast.vikram).filter(pk=cast.asha.pk).exists()


def test_a_cover_is_shown_before_it_is_arranged(cast, browser_of):
    browser, day = browser_of(cast.manoj), timezone.localdate() + timedelta(days=1)
    data = {"away": cast.meera.pk, "therapist": cast.vikram.pk, "first": day, "last": day}
    page = browser.post("/practice/cover/", data)
    assert page.status_code == 200
    assert "Asha Verma" in page.content.decode()
    assert browser.post("/practice/cover/", data | {"confirm": "yes"}).status_code == 409
    assert not CareLink.objects.filter(client=cast.asha, therapist=cast.vikram).exists()
    sure = data | {"confirm": "yes", "seen": [cast.asha.pk]}
    assert [browser.post("/practice/cover/", sure).status_code for _ in range(2)] == [302, 302]
    assert CareLink.objects.filter(client=cast.asha, therapist=cast.vikram).count() == 1


def test_the_practice_can_be_reached(cast, browser_of, settings):
    """By what the practice has given, and always by asking for a call."""

    def reaching() -> str:
        page = browser_of(cast.asha.user).get("/path/").content.decode()
        _, heading, rest = page.partition("With you on this path")
        assert heading
        return rest.partition("</section>")[0]

    ask_for_call = f'href="{reverse("call-me")}"'
    settings.PRACTICE_CONTACT = {"PHONE": "011 23456789"}
    assert "011 23456789" in reaching()
    assert ask_for_call in reaching()
    settings.PRACTICE_CONTACT = {}
    assert "tel:" not in reaching()
    assert "mailto:" not in reaching()
    assert ask_for_call in reaching()
