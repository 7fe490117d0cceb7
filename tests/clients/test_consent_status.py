"""Who has not agreed to the present version of a consent text: for the manager, and by email."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Consent, ConsentKind, ConsentText
from clients.models import StepEvent
from clients.rights import new_versions
from tests.support.cast import in_care, person
from tests.support.consents import agree
from tests.support.page_parts import main

PRACTICE, TEXTS = "/practice/", "/practice/consents/"
ADD = "/admin/accounts/consenttext/add/"
NEEDED = (ConsentKind.THERAPY, ConsentKind.DATA)
SUBJECT = "A text that you agreed to has changed"


def text_of(answer) -> str:
    return " ".join(main(answer).split())


def new_version(kind: ConsentKind, days_ago: int = 0) -> ConsentText:
    return ConsentText.objects.create(
        kind=kind, version=ConsentText.next_version(kind), text="Another text.",
        published_at=timezone.now() - timedelta(days=days_ago),
    )  # fmt: skip


def test_the_practices_page_names_those_behind(cast, browser_of):
    browser = browser_of(cast.manoj)
    agree(cast.asha.user, *NEEDED)
    page = text_of(browser.get(PRACTICE))
    assert "1 client has not agreed to the present consent texts" in page, "Rohan never did"
    assert "earlier version" not in page
    new_version(ConsentKind.DATA)
    page = text_of(browser.get(PRACTICE))
    assert "2 clients have not agreed" in page
    assert page.count("data: earlier version") == 1
    assert "therapy: earlier version" not in page
    Consent.objects.create(user=cast.asha.user, text=ConsentText.current(ConsentKind.DATA))
    page = text_of(browser.get(PRACTICE, {"unagreed": "1"}))
    assert "Rohan Iyer" in page
    assert "Asha Verma" not in page
    cast.rohan.user.is_active = False
    cast.rohan.user.save()
    page = text_of(browser.get(PRACTICE, {"unagreed": "1"}))
    assert "No clients here." in page, "nobody without an account is asked"


def test_the_page_of_the_texts_counts_but_not_those_of_statistics(cast, browser_of):
    agree(cast.asha.user, *NEEDED, ConsentKind.STATISTICS)
    page = text_of(browser_of(cast.manoj).get(TEXTS))
    assert page.count("1 of 2 clients with an account agree to this version.") == 2
    new_version(ConsentKind.THERAPY)
    page = text_of(browser_of(cast.manoj).get(TEXTS))
    assert page.count("0 of 2 clients with an account agree to this version.") == 1


def test_a_new_version_is_read_with_its_headings_before_it_is_published(cast, browser_of):
    browser, before = browser_of(cast.manoj), ConsentText.objects.count()
    typed = {
        "kind": "data",
        "text": "# Who we are\r\n\r\nWe are {practice_name}\r\n\r\nWhat we keep. Notes.",
        "published_at_0": "2026-01-01", "published_at_1": "00:00:00",
    }  # fmt: skip
    page = browser.post(ADD, typed).content.decode()
    assert ConsentText.objects.count() == before
    for words in ("<strong>Who we are</strong>", "<strong>What we keep.</strong>",
                  "We are canary practice_name"):  # fmt: skip
        assert words in page, words
    assert "<strong># " not in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    changed = typed | {"text": "Something else.", "seen": seen}
    assert "Something else." in browser.post(ADD, changed).content.decode()
    assert ConsentText.objects.count() == before, "these words were not shown"
    assert browser.post(ADD, typed | {"seen": seen}).status_code == 302
    assert ConsentText.current(ConsentKind.DATA).text == typed["text"]


@pytest.mark.parametrize("kind", [*NEEDED, ConsentKind.STATISTICS])
def test_those_concerned_get_one_email_each(cast, browser_of, kind):
    closed = in_care(person("closed@example.org", "Canary Closed"), cast.meera)
    for user in (cast.asha.user, closed.user):
        agree(user, kind)
    StepEvent.objects.create(client=closed, sequence=2, step_id=1, kind="close")
    mail.outbox.clear()
    call_command("remind")
    assert not mail.outbox, "nothing is new"
    new_version(kind)
    for _ in range(2):
        call_command("remind")
    (email,) = mail.outbox
    assert (email.to, email.subject) == (["asha@example.org"], SUBJECT)
    assert str(kind.label) not in email.body
    assert "Meera" not in email.body
    assert "/path/consents/" in email.body


def test_nobody_who_decided_is_written_to_nor_about_old_texts_or_those_to_come(cast):
    agree(cast.asha.user, ConsentKind.DATA)
    new_version(ConsentKind.DATA, days_ago=-2)
    assert new_versions.tell() == 0, "it is not published yet"
    text = new_version(ConsentKind.DATA, days_ago=40)
    assert new_versions.tell() == 0, "it is no news any more"
    ConsentText.objects.filter(pk=text.pk).update(published_at=timezone.now())
    withdrawn = Consent.objects.create(user=cast.asha.user, text=text, withdrawn_at=timezone.now())
    assert new_versions.tell() == 0, "she has decided"
    withdrawn.delete()
    cast.asha.discreet_emails = True
    cast.asha.save(update_fields=["discreet_emails"])
    mail.outbox.clear()
    assert new_versions.tell() == 1
    assert mail.outbox[0].subject != SUBJECT, "discreetly"


def test_queries_do_not_grow(cast, browser_of, django_assert_num_queries):
    browser = browser_of(cast.manoj)

    def fill(first, many):
        for number in range(first, first + many):
            client = in_care(person(f"c{number}@example.org", f"Canary {number}"), cast.meera)
            agree(client.user, *NEEDED)

    fill(0, 2)
    for page in (PRACTICE, TEXTS):
        with CaptureQueriesContext(connection) as few:
            browser.get(page)
        fill(100 if page == TEXTS else 2, 18)
        with django_assert_num_queries(len(few)):
            browser.get(page)
