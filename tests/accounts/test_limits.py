"""Rate limits: shared by all processes, and never at the expense of other people."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client as Browser

from accounts.models import RateCounter
from accounts.rate_limits import counters
from accounts.rate_limits.client_address import address_or_network
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.requests import DEVICE
from assessments.models import Answer, Attempt
from clients.models import Enquiry
from tests.support.assessments.attempts import fields, published, started
from tests.support.cast import PASSWORD
from tests.support.page_parts import markup
from tests.support.rate_limits import declared_limits

ASHA = "asha@example.org"
LOGIN = "/accounts/login/"


def guess(browser: Browser, login: str = ASHA, password: str = "wrong", **headers):
    return browser.post(LOGIN, {"login": login, "password": password}, **headers)


def rate(name: str, part: str) -> Rate:
    limit = getattr(declared_limits()[name], part)
    assert limit, f"{name} has no limit of this kind"
    return limit


def allowed(rate: Rate, since: float) -> int:
    """How many may have been accepted by now, even on a slow machine."""
    return rate.amount + 1 + int((time.monotonic() - since) / rate.step)


def fill(*parts: str, of: Rate) -> None:
    """A counter that has just been used up."""
    counters.remember(counters.key_of(*parts), of.seconds)


@pytest.mark.trust
def test_guessing_is_slow_and_the_owner_can_sign_in(cast, browser_of, promise):
    """One address, fifty tries, each pretending to come from elsewhere."""
    thief, began = browser_of(REMOTE_ADDR="10.0.0.66"), time.monotonic()
    answers = [
        guess(thief, password=f"wrong-{n}", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code
        for n in range(50)
    ]
    tried, refused = answers.count(200), answers.count(429)
    assert tried + refused == 50
    assert tried <= allowed(rate("account_login", "per_account_and_address"), began)
    assert guess(thief, password=PASSWORD).status_code == 429, "not even with the right one"
    owner = guess(browser_of(REMOTE_ADDR="10.0.0.7"), password=PASSWORD)
    assert owner.status_code == 302
    promise("guessing", f"50 tries with changing X-Forwarded-For: {refused} refused; owner enters")


@pytest.mark.trust
def test_guesses_from_everywhere_do_not_stop_a_known_address_or_device(cast, browser_of, promise):
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    assert guess(owner, password=PASSWORD).status_code == 302
    began = time.monotonic()
    answers = [guess(browser_of(REMOTE_ADDR=f"198.51.100.{n}")).status_code for n in range(60)]
    refused = answers.count(429)
    assert 60 - refused <= allowed(rate("account_login", "per_account"), began)
    assert guess(browser_of(REMOTE_ADDR="10.0.0.7"), password=PASSWORD).status_code == 302
    phone = browser_of(REMOTE_ADDR="192.0.2.9")
    phone.cookies[DEVICE] = owner.cookies[DEVICE].value
    assert guess(phone, password=PASSWORD).status_code == 302
    assert guess(browser_of(REMOTE_ADDR="192.0.2.10"), password=PASSWORD).status_code == 429
    promise("guessing", f"60 places, one account: {refused} refused; known place, known device in")


def test_a_device_is_known_only_by_a_token_that_we_signed(cast, browser_of):
    """Not by an address from which the account signed in, nor by half a token."""
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    guess(owner, password=PASSWORD)
    token = owner.cookies[DEVICE].value
    thief = browser_of(REMOTE_ADDR="10.0.0.66")
    assert [guess(thief).status_code for _ in range(14)][-1] == 429
    for forged in ("10.0.0.7", "10.0.0.66", token.partition(":")[0], f"{token}x", "a" * 32, ""):
        thief.cookies[DEVICE] = forged
        assert guess(thief).status_code == 429, forged
    thief.cookies[DEVICE] = token
    assert guess(thief).status_code == 200, "the real one has its own tries"


def test_a_token_that_is_not_ours_is_replaced(cast, browser_of):
    """Otherwise somebody could plant a token that they know in another person's browser."""
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    owner.cookies[DEVICE] = "laid-by-a-stranger"
    guess(owner, password=PASSWORD)
    first = owner.cookies[DEVICE].value
    assert "laid-by-a-stranger" not in first
    guess(owner, password=PASSWORD)
    assert owner.cookies[DEVICE].value == first, "ours stays: others of this household know it too"


def test_an_address_and_a_device_are_known_for_half_a_year(cast, browser_of):
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    guess(owner, password=PASSWORD)
    token = owner.cookies[DEVICE].value
    fill("account_login", "account", ASHA, of=Rate(1, 900))
    fill("account_login", "both", ASHA, "10.0.0.9", of=Rate(1, 900))

    def tries() -> list[int]:
        by_device = browser_of(REMOTE_ADDR="10.0.0.9")
        by_device.cookies[DEVICE] = token
        return [guess(browser).status_code for browser in (browser_of(REMOTE_ADDR="10.0.0.7"),
                                                           by_device)]  # fmt: skip

    assert tries() == [200, 200]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_ratecounter SET until = until - interval '181 days'"
            " WHERE until > now() + interval '170 days'"
        )
    assert tries() == [429, 429]


def test_guesses_from_the_owners_address_do_not_stop_their_device(cast, browser_of):
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    guess(owner, password=PASSWORD)
    beside = browser_of(REMOTE_ADDR="10.0.0.7")
    assert [guess(beside).status_code for _ in range(14)][-1] == 429
    again = browser_of(REMOTE_ADDR="10.0.0.7")
    again.cookies[DEVICE] = owner.cookies[DEVICE].value
    assert guess(again, password=PASSWORD).status_code == 302


def test_a_known_device_has_its_own_limit_for_one_account(cast, browser_of):
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    guess(owner, password=PASSWORD)
    thief = browser_of(REMOTE_ADDR="10.0.0.66")
    thief.cookies[DEVICE] = owner.cookies[DEVICE].value
    assert [guess(thief).status_code for _ in range(14)][-1] == 429
    fill("account_login", "account", "meera@example.org", of=Rate(1, 900))
    assert guess(thief, "meera@example.org").status_code == 429


@pytest.mark.parametrize(
    "spelling",
    ["ASHA@example.org", " asha@example.org ", "a\u017fha@example.org", "asha@EXAMPLE.org",
     "\uff41sha@example.org"],
)  # fmt: skip
def test_another_spelling_gives_no_new_counter(cast, browser_of, spelling):
    thief = browser_of(REMOTE_ADDR="10.0.0.66")
    for _ in range(rate("account_login", "per_account_and_address").amount):
        guess(thief)
    assert guess(thief, spelling).status_code == 429


def test_a_right_password_costs_nothing(cast, browser_of):
    for _ in range(30):
        assert guess(browser_of(), password=PASSWORD).status_code == 302


def test_a_refusal_keeps_what_was_typed_and_says_when(cast, browser_of):
    browser = browser_of()
    fill("account_login", "both", ASHA, "127.0.0.1", of=Rate(1, 300))
    answer = guess(browser)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 20 < int(answer.headers["Retry-After"]) <= 31
    assert f'value="{ASHA}"' in page
    assert "too often" in page
    assert "14416" in page
    assert "no-store" in answer.headers["Cache-Control"]


def count_together(rate: Rate, threads: int, many: int) -> tuple[int, float]:
    """How many of `threads * many` simultaneous counts were accepted, and how long it took."""
    key, start = counters.key_of("together"), threading.Barrier(threads)

    def some(_n: int) -> int:
        start.wait()
        try:
            return sum(counters.count(key, rate) == 0 for _ in range(many))
        finally:
            connections.close_all()

    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        let_in = sum(pool.map(some, range(threads)))
    return let_in, time.monotonic() - began


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_twenty_threads_count_exactly(promise):
    let_in, _took = count_together(Rate(50, 86_400), threads=20, many=10)
    assert let_in == 50
    promise("guessing", f"20 threads, 200 tries at once, limit 50: {let_in} let in")


@pytest.mark.django_db(transaction=True)
def test_a_count_survives_a_failing_view(browser_of, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("articles.reading.full_text_search.find", fail)
    browser = browser_of(raise_request_exception=False)
    assert browser.get("/articles/search/?q=rest").status_code == 500
    assert RateCounter.objects.count() == 1


def test_counts_expire(db):
    key, rate = counters.key_of("once"), Rate(2, 60)
    assert [counters.count(key, rate) for _ in range(2)] == [0, 0]
    assert 29 <= counters.count(key, rate) <= 31
    counters.give_back(key, rate)
    assert counters.count(key, rate) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_ratecounter SET until = until - interval '31 seconds'")
    assert counters.count(key, rate) == 0
    assert counters.count(key, rate) > 0


def test_expired_counters_are_deleted(db, monkeypatch):
    counters.remember(counters.key_of("old"), -5)
    counters.count("00" + "f" * 62, Rate(1, 60))
    assert list(RateCounter.objects.values_list("key", flat=True)) == ["00" + "f" * 62]


def test_the_table_names_nobody(cast, browser_of):
    guess(browser_of(REMOTE_ADDR="10.9.8.7"))
    guess(browser_of(REMOTE_ADDR="10.9.8.7"), password=PASSWORD)
    keys = " ".join(RateCounter.objects.values_list("key", flat=True))
    assert keys
    assert "asha" not in keys
    assert "10.9" not in keys


PROXIES = [
    (0, "10.0.0.1", "6.6.6.6", "10.0.0.1"),
    (1, "10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
    (2, "10.0.0.1", "6.6.6.6, 9.9.9.9, 10.1.1.1", "9.9.9.9"),
    (1, "10.0.0.1", "6.6.6.6, ::ffff:9.9.9.9", "9.9.9.9"),
    (1, "10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    (1, "10.0.0.1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
    (1, "10.0.0.1", "", None),
    (1, "10.0.0.1", "not an address", None),
    (0, "", "9.9.9.9", None),
]


@pytest.mark.parametrize(("proxies", "peer", "forwarded", "expected"), PROXIES)
def test_the_address_is_the_one_that_the_trusted_proxy_saw(
    rf, settings, proxies, peer, forwarded, expected
):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert address_or_network(request) == expected


def test_clients_behind_a_proxy_are_distinguished(cast, browser_of, settings):
    settings.TRUSTED_PROXIES = 1
    browser = browser_of(REMOTE_ADDR="10.0.0.1")
    for n in range(12):
        last = guess(browser, HTTP_X_FORWARDED_FOR=f"6.6.6.{n}, 203.0.113.5")
    assert last.status_code == 429
    right = guess(browser_of(REMOTE_ADDR="10.0.0.1"), password=PASSWORD,
                  HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.6")  # fmt: skip
    assert right.status_code == 302


def test_a_refused_enquiry_is_shown_again_as_typed(db, browser_of):
    fill("enquiry", "place", "127.0.0.1", of=rate("enquiry", "per_address"))
    form = {"name": "Tara", "email": "t@example.org", "about": "A long story", "consent": "on"}
    answer = browser_of().post("/enquiry/", form)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "A long story" in page
    assert "t@example.org" in page
    assert "14416" in page
    assert answer.headers["Retry-After"]
    assert not Enquiry.objects.exists()


def test_an_incomplete_enquiry_is_not_counted(db, browser_of):
    browser_of().post("/enquiry/", {"name": "Tara"})
    assert counters.count(counters.key_of("enquiry", "place", "127.0.0.1"), Rate(1, 60)) == 0


def test_a_refused_start_is_shown_in_the_form(db, browser_of):
    version = published()
    fill("assessment-start", "place", "127.0.0.1", of=rate("assessment-start", "per_address"))
    form = {"adult": "on", "consent": "on"}
    answer = browser_of().post(f"/assessments/{version.instrument.slug}/start/", form)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "too often" in page
    assert page.count("checked") == 2
    assert not Attempt.objects.exists()


def test_refused_answers_stay_on_the_page(db, browser_of):
    attempt = started(published())
    fill("attempt", "thing", attempt.key, of=rate("attempt", "per_object"))
    answer = browser_of().post(attempt.get_absolute_url(), fields({"q1": 6}, page=1))
    assert answer.status_code == 429
    assert 'name="item_q1" value="6" checked' in markup(answer)
    json = browser_of().post(
        attempt.get_absolute_url(), fields({"q1": 6}), headers={"Accept": "application/json"}
    )
    assert json.status_code == 429
    assert "too often" in json.json()["error"]
    assert not Answer.objects.exists()


def test_searching_too_often_keeps_the_words_and_sets_no_cookie(db, browser_of):
    address = "/articles/search/?q=quiet"
    page = browser_of().get(address)
    assert page.status_code == 200
    assert "public" in page.headers["Cache-Control"]
    fill("article-search", "place", "127.0.0.1", of=rate("article-search", "per_address"))
    refused = browser_of().get(address)
    assert refused.status_code == 429
    assert 'value="quiet"' in refused.content.decode()
    assert "14416" in refused.content.decode()
    assert "no-store" in refused.headers["Cache-Control"]
    for answer in (page, refused):
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_resets_are_few_whether_there_is_an_account_or_not(cast, browser_of, mailoutbox):
    for address in (ASHA, "nobody@example.org"):
        browser = browser_of(REMOTE_ADDR="10.0.0.66")
        answers = [
            browser.post("/accounts/password/reset/", {"email": address}).status_code
            for _ in range(7)
        ]
        assert answers[:5] == [302] * 5
        assert answers[-1] == 429
    assert len(mailoutbox) == 5, "a refusal sends none"


def test_a_reset_that_is_refused_sends_no_email(cast, browser_of, mailoutbox):
    """Refused by its address alone: the person has had none, so no limit of theirs applies."""
    name, address = "account_reset_password", "10.0.0.66"
    fill(name, "place", address, of=rate(name, "per_address"))
    browser = browser_of(REMOTE_ADDR=address)
    assert browser.post("/accounts/password/reset/", {"email": ASHA}).status_code == 429
    assert mailoutbox == []


def test_signing_in_again_is_limited_for_a_stolen_session(cast, browser_of):
    browser = browser_of(cast.asha.user)
    answers = [
        browser.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code
        for _ in range(12)
    ]
    assert answers[-1] == 429
    answers = [
        browser.post("/accounts/password/change/", {"oldpassword": "wrong"}).status_code
        for _ in range(12)
    ]
    assert answers[-1] == 429


def test_invitations_cannot_be_guessed(db, browser_of):
    fill("invitation", "place", "127.0.0.1", of=rate("invitation", "per_address"))
    answer = browser_of().get("/accounts/invitations/guess/")
    assert answer.status_code == 429
    assert "14416" in answer.content.decode()


@pytest.mark.parametrize("name", ["enquiry", "assessment-start"])
def test_a_class_behind_one_address_is_not_stopped(name):
    assert rate(name, "per_address").amount >= 60
    assert not declared_limits()[name].per_account


def test_counting_is_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        counters.count("ff" * 32, Rate(5, 60))


def test_a_field_that_no_page_has_gives_no_new_counter(cast):
    """Nor does it count against the person whom it names."""
    from accounts.sign_in import second_factors
    from accounts.sign_in.guessing import CODES

    second_factors.enrol_app(cast.meera)
    browser = Browser()
    browser.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
    tries = [
        browser.post("/accounts/2fa/sign-in/", {"code": "000000", "login": f"q{n}"}).status_code
        for n in range(CODES.per_account_and_address.amount + 5)
    ]
    assert tries[-5:] == [429] * 5
