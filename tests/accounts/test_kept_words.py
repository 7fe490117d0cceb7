"""What the server does for words that a browser keeps: a key for each person, news of arrival."""

import re
from base64 import b64decode

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client as Browser

from accounts.models import ParkedForm
from accounts.sign_in import kept_words
from clients.models import Task
from clients.tasks import actions as tasks
from tests.support.cast import PASSWORD

NAME, OTHER = "aBc-_" + 17 * "x" + "~1795960660776", 22 * "y" + "~1795960660777"
HTML = {"HTTP_ACCEPT": "text/html"}


def key_on(browser: Browser, where: str) -> str:
    (key,) = re.findall(
        r'<template id="keep" data-key="([^"]*)"', browser.get(where).content.decode()
    )
    return key


def told(browser: Browser) -> str:
    return browser.cookies[kept_words.COOKIE].value if kept_words.COOKIE in browser.cookies else ""


@pytest.fixture
def task(cast) -> str:
    return f"/path/tasks/{tasks.give_task(client=cast.asha, by=cast.meera, title='Walk').pk}/"


def test_each_person_has_a_key_of_their_own(cast, browser_of):
    people = (cast.asha.user, cast.rohan.user, cast.meera, cast.manoj)
    first, again = ([key_on(browser_of(user), "/accounts/me/") for user in people] for _ in "12")
    assert first == again, "the same after the next sign-in"
    assert len(set(first)) == len(people)
    assert {len(b64decode(key)) for key in first} == {32}
    assert key_on(browser_of(), "/enquiry/") == ""


def test_a_password_alone_gives_staff_no_key(cast, browser_of):
    browser = browser_of(cast.meera)
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": 0}]
    session.save()
    assert key_on(browser, "/accounts/2fa/again/") == ""


def test_what_was_accepted_is_told(task, cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert browser.post(task, {"reflection": "Quiet", "kept": NAME}).status_code == 302
    assert told(browser) == NAME
    browser.post(task, {"reflection": "Quiet", "kept": OTHER})
    assert told(browser) == f"{NAME}.{OTHER}", "the browser has not opened a page in between"
    assert Task.objects.get().reflection == "Quiet"


@pytest.mark.parametrize("name", ["", "all", "x", NAME + "x", f"{NAME}; Path=/x", f"{NAME}\n"])
def test_a_name_that_no_script_made_is_not_repeated(name, task, cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert browser.post(task, {"reflection": "Quiet", "kept": name}).status_code == 302
    assert told(browser) == ""


def test_what_was_refused_is_still_needed(cast, browser_of):
    browser = browser_of(cast.meera)
    answer = browser.post(f"/clients/{cast.asha.pk}/tasks/", {"title": "", "kept": NAME})
    assert answer.status_code == 422
    assert told(browser) == ""


def test_what_waits_for_the_next_sign_in_is_still_needed(task, cast, browser_of):
    browser = browser_of(cast.asha.user)
    browser.get(task)
    browser.session.flush()
    answer = browser.post(task, {"reflection": "Quiet by the river", "kept": NAME}, **HTML)
    assert "/accounts/login/" in answer.url
    assert told(browser) == ""
    parked = f"/accounts/me/unsent/{ParkedForm.objects.get().pk}/"
    again = browser_of(cast.asha.user)
    text = again.get(parked).content.decode()
    assert '<p class="words">Quiet by the river</p>' in text
    assert f'<p class="words">{NAME}</p>' not in text
    assert text.count(f'name="kept" value="{NAME}"') == 2, "for sending it and for deleting it"
    again.post(parked, {"kept": NAME})
    assert told(again) == NAME


def test_what_waits_for_a_proof_is_still_needed(cast, browser_of):
    browser = browser_of(cast.asha.user)
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": 0}]
    session.save()
    answer = browser.post("/path/data/", {"kept": NAME}, **HTML)
    assert "/accounts/reauthenticate/" in answer.url
    assert told(browser) == ""


def test_signing_out_empties_the_browser(cast, browser_of):
    browser = Browser()
    browser.post("/accounts/login/", {"login": cast.asha.user.email, "password": PASSWORD})
    assert "Clear-Site-Data" not in browser.get("/accounts/logout/").headers
    answer = browser.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert told(browser) == kept_words.EVERYTHING


def test_a_session_that_ends_by_itself_empties_nothing(task, cast, browser_of):
    browser = browser_of(cast.asha.user)
    browser.session.flush()
    assert "Clear-Site-Data" not in browser.get(task).headers
    assert told(browser) == ""
