"""Consents: the client reads, gives and withdraws them."""

import pytest

from accounts.models import AuditEvent, Consent, ConsentText
from tests.support.page_parts import markup


@pytest.fixture
def newer(db) -> ConsentText:
    return ConsentText.objects.create(version=2, text="canary-newer")


def test_clients_are_asked_to_agree_to_a_new_version(cast, browser_of, newer):
    Consent.objects.create(user=cast.asha.user, text=ConsentText.objects.get(version=1))
    browser = browser_of(cast.asha.user)
    assert "new version of the consent text" in browser.get("/path/").content.decode()
    assert "canary-newer" in browser.get("/path/consents/").content.decode()
    for _ in range(2):  # a double click
        assert browser.post("/path/consents/2/").url == "/path/consents/"
    assert Consent.objects.standing().filter(user=cast.asha.user, text=newer).count() == 1
    assert AuditEvent.objects.filter(verb="consented").count() == 1
    assert "new version" not in browser.get("/path/").content.decode()


def test_an_older_version_can_no_longer_be_agreed_to(cast, browser_of, newer):
    browser_of(cast.asha.user).post("/path/consents/1/")
    assert not Consent.objects.exists()


def test_a_withdrawn_consent_stays_on_record(cast, browser_of):
    browser = browser_of(cast.asha.user)
    browser.post("/path/consents/1/")
    for _ in range(2):
        browser.post("/path/consents/1/", {"withdraw": "yes"})
    consent = Consent.objects.get()
    assert consent.withdrawn_at
    assert AuditEvent.objects.filter(verb="consent withdrawn").count() == 1
    practice = browser_of(cast.manoj)
    assert "no consent" in practice.get("/practice/?q=asha").content.decode()
    assert "withdrawn on" in browser.get("/path/consents/").content.decode()
    browser.post("/path/consents/1/")
    assert Consent.objects.count() == 2
    assert "no consent" not in practice.get("/practice/?q=asha").content.decode()


def test_nobody_withdraws_another_persons_consent(cast, browser_of):
    browser_of(cast.asha.user).post("/path/consents/1/")
    browser_of(cast.rohan.user).post("/path/consents/1/", {"withdraw": "yes"})
    assert Consent.objects.standing().count() == 1
    assert browser_of(cast.asha.user).get("/path/consents/99/").status_code == 404


def test_a_paragraph_that_opens_with_a_few_words_opens_with_its_heading():
    text = ConsentText(
        text="What we keep. Your name.\nAnd more.\n\nThis sentence is one that is far too long"
        " for it. So.\n\nAlone.\n\n<b>Bold. It</b> stays text."
    )
    assert text.paragraphs == [
        ("What we keep.", "Your name.\nAnd more."),
        ("", "This sentence is one that is far too long for it. So."),
        ("", "Alone."),
        ("<b>Bold.", "It</b> stays text."),
    ]


def test_the_whole_text_is_shown_and_escaped(cast, browser_of, newer):
    ConsentText.objects.filter(pk=newer.pk).update(text="Please <b>read. All</b> of it.")
    page = markup(browser_of(cast.asha.user).get("/path/consents/"))
    assert "<strong>Please &lt;b&gt;read.</strong> All&lt;/b&gt; of it." in page
