"""Nobody learns whether an address has an account: same bytes and same times, whatever the mail
server does."""

import asyncio
import statistics
import time

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser

from accounts.models import Mail, RateCounter
from tests.support.answers import ALIKE, comparable, typical
from tests.support.serving.processes import free_port
from tests.support.thorough import THOROUGH

KNOWN, UNKNOWN = "asha@example.org", "nobody@example.org"
# Of each address. After the fewest, tries end as soon as the times are alike; a busy machine needs
# more of them.
FEWEST, MOST = 15 if THOROUGH else 5, 15


class Mood:
    """A mail server that misbehaves."""

    slow, failing = 0.0, False

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.slow)
        return "451 not now" if self.failing else "250 taken"


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    # As in a real practice: the click stores the email, and the worker sends it.
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    mood = Mood()
    controller = Controller(mood, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.mood = mood
    controller.start()
    yield controller
    controller.stop()


def sign_in(email: str):
    return Browser().post("/accounts/login/", {"login": email, "password": "not this one at all"})


def reset(email: str):
    return Browser().post("/accounts/password/reset/", {"email": email}, follow=True)


def sign_up(email: str):
    form = {"email": email, "password1": "seven stones on a line"}
    return Browser().post("/accounts/signup/", form)


FORMS = {"sign-in": sign_in, "reset": reset, "sign-up": sign_up}


def compared(form, one: str, other: str) -> tuple[float, int]:
    """How much longer one takes than the other, and how often each was tried; the rate counters are
    reset each time."""
    took: dict[str, list[float]] = {one: [], other: []}
    for tries in range(1, MOST + 1):
        # Which of the two comes first changes each round, so that neither is always warmer.
        for email in (one, other) if tries % 2 else (other, one):
            RateCounter.objects.all().delete()
            start = time.perf_counter()
            answer = form(email)
            took[email].append(time.perf_counter() - start)
            assert answer.status_code == 200, "not a refusal by a rate limit"
        ratio = typical(took[one]) / typical(took[other])
        if tries >= FEWEST and are_alike(ratio):
            break
    assert len(took[one]) == len(took[other]) == tries
    return ratio, tries


def are_alike(ratio: float) -> bool:
    return ALIKE[0] < ratio < ALIKE[1]


@pytest.fixture
def real_password(cast):
    """Asha's, hashed as in production."""
    cast.asha.user.password = make_password("a quiet room with daylight")
    cast.asha.user.save()
    assert cast.asha.user.password.startswith("argon2")


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mood", ["well", "slow", "failing"])
def test_known_and_unknown_are_alike(cast, smtp, real_password, mood, promise):
    smtp.mood.slow = 3.0 if mood == "slow" else 0.0
    smtp.mood.failing = mood == "failing"
    ratios, tries = {}, {}
    for name, form in FORMS.items():
        assert comparable(form(KNOWN), KNOWN) == comparable(form(UNKNOWN), UNKNOWN), name
        ratios[name], tries[name] = compared(form, KNOWN, UNKNOWN)
    written = tries["reset"] + tries["sign-up"] + 2
    assert Mail.objects.waiting().count() == written, "each waits for the worker"
    shown = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
    promise("enumeration", f"mail server {mood}: same bytes; times known/unknown {shown}")
    assert all(map(are_alike, ratios.values())), ratios


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_lookalikes_take_as_long_as_unknown_addresses(cast, smtp, real_password, promise):
    """An address that imitates an account's, and one with such letters that imitates none."""
    ratios = {}
    for name, form in FORMS.items():
        one, other = (email.replace("example", "e\uff58ample") for email in (KNOWN, UNKNOWN))
        assert comparable(form(one), one) == comparable(form(other), other), name
        ratios[name], _tries = compared(form, one, other)
    assert not Mail.objects.exists()
    shown = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
    promise("owner", f"times of look-alikes, an account's against an unknown address's: {shown}")
    assert all(map(are_alike, ratios.values())), ratios


def test_the_statistic_would_detect_an_email_sent_in_the_request(smtp, cast, settings):
    """The same statistic, where the known address alone has to wait for something."""
    slow, fast, pause = [], [], 0.0
    for _ in range(9):
        for times, wait in ((fast, 0.0), (slow, pause)):
            start = time.perf_counter()
            time.sleep(wait)
            sign_up(UNKNOWN)
            times.append(time.perf_counter() - start)
        pause = 3 * statistics.median(fast)
    # The first of the slow ones did not wait yet.
    assert typical(slow[1:]) / typical(fast) > ALIKE[1]


def test_invitations_reveal_no_addresses(cast):
    """An unknown link and a withdrawn one get the same answer except for the reason, and neither
    names a person."""
    from accounts.models import User
    from clients.intake import actions as intake

    _client, invitation, token = intake.invite_client(
        email="sana@example.org", name="Sana Khan", therapist=cast.meera, by=cast.meera
    )
    User.objects.filter(pk=invitation.user_id).update(is_active=True)
    invitation.accepted_at = invitation.created_at
    invitation.save()
    answers = [Browser().get(f"/accounts/invitations/{t}/") for t in (token, "nonsense")]
    assert [a.status_code for a in answers] == [410, 410]
    for answer in answers:
        assert b"sana" not in answer.content.lower()
