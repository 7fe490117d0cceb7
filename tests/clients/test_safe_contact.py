"""How somebody who asks for a first session can be reached without harm, from form to record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from accounts.models import PracticeDetail
from clients.first_contact.safe_contact import LONGEST_LANGUAGE, SafeContact, Time, Way
from clients.intake.labels import LANGUAGES, lines
from clients.models import Client, Enquiry
from tests.support.page_parts import main

FORM = {"name": "Sana", "email": "sana@example.org", "phone": "98450 00001", "consent": "on"}
ANSWERS = {"way": "phone", "message": "no", "name_us": "no", "time": "evening", "language": "Tamil"}
answered = st.builds(
    SafeContact,
    way=st.none() | st.sampled_from(Way),
    message=st.none() | st.booleans(),
    name_us=st.none() | st.booleans(),
    time=st.none() | st.sampled_from(Time),
    language=st.text(max_size=LONGEST_LANGUAGE),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ANSWERS, "x"]), inner)
    ),
    max_leaves=6,
)


@given(answered)
def test_what_was_answered_is_read_back(contact):
    assert SafeContact.read(contact.to_store()) == contact


@given(anything)
def test_nothing_that_is_stored_can_allow_more_than_was_answered(stored):
    contact = SafeContact.read(stored)
    said = stored if isinstance(stored, dict) else {}
    assert (contact.message is True) <= (said.get("message") is True)
    assert (contact.name_us is True) <= (said.get("name_us") is True)
    assert len(contact.language) <= LONGEST_LANGUAGE
    assert lines(contact), "there is always something to respect"


def test_nothing_that_was_not_answered_is_stored():
    assert SafeContact() == SafeContact(None, None, None, None, "")
    assert SafeContact().to_store() is None
    assert SafeContact(message=False).to_store() == {"message": False}
    assert SafeContact(language="Tamil").to_store() == {"language": "Tamil"}


def test_what_no_answer_can_be_is_left_out():
    damaged = {"way": "owl", "message": "yes", "name_us": 1, "time": 7, "language": "x" * 50}
    assert SafeContact.read(damaged) == SafeContact(language="x" * 40)


def test_an_email_is_left_out_or_unnamed_only_if_somebody_said_so():
    assert {way: SafeContact(way=way).may_email for way in (None, *Way)} == {
        way: way != "phone" for way in (None, *Way)
    }
    unnamed = {said: SafeContact(name_us=said).emails_unnamed for said in (None, True, False)}
    assert unnamed == {None: False, True: False, False: True}


def texts(contact: SafeContact) -> list[str]:
    return [str(line.text) for line in lines(contact)]


def test_what_was_not_answered_counts_as_a_no_on_the_telephone():
    assert texts(SafeContact()) == [
        "Leave no message (they did not say)",
        "Do not say who you are (they did not say)",
    ]
    assert texts(SafeContact(message=True, name_us=True)) == [
        "A message is fine",
        "You may say who you are",
    ]


def ask(browser, **changed):
    return browser.post("/enquiry/", FORM | changed)


def test_the_answers_stand_beside_the_number_and_move_into_the_record(cast, browser_of):
    assert ask(browser_of(), **ANSWERS).url == "/enquiry/thanks/"
    enquiry = Enquiry.objects.get()
    shown = ["Call, do not email", "Leave no message", "Do not say who you are", "Evenings"]
    shown.append("Speaks: Tamil")
    manager = browser_of(cast.manoj)
    page = main(manager.get(enquiry.get_absolute_url()))
    assert not [text for text in shown if text not in page]
    assert "please call first, and ask where to send it" in page
    data = {"name": "Sana", "email": "sana@example.org", "therapist": str(cast.meera.pk)}
    manager.post(enquiry.get_absolute_url(), data)
    client = Client.objects.get(user__email="sana@example.org")
    record = browser_of(cast.meera).get(f"/clients/{client.pk}/path/").content.decode()
    reach = LexborHTMLParser(record).css_first("#reach").text()
    assert not [text for text in [*shown, "98450 00001"] if text not in reach]
    assert Enquiry.objects.get().contact["language"] == "Tamil", "under the client's own key"


def test_nothing_but_a_way_to_be_reached_is_needed(db, browser_of):
    ask(browser_of())
    assert Enquiry.objects.get().contact is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"way": "phone", "phone": ""}, "please give a phone number"),
        ({"way": "email", "email": ""}, "please give an address"),
        ({"message": "perhaps"}, "not one of the available choices"),
        ({"other_language": "x" * 41}, "at most 40 characters"),
    ],
)
def test_what_does_not_fit_comes_back_with_the_other_answers(db, browser_of, changed, message):
    answer = ask(browser_of(), **ANSWERS | changed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page
    tree = LexborHTMLParser(page)
    assert tree.css_first("option[value=Tamil][selected]")
    assert tree.css_first("input[name=name_us][value=no][checked]")
    assert not Enquiry.objects.exists()


def test_another_language_can_be_written(db, browser_of):
    for sent, kept in (
        ({"language": "other", "other_language": " Konkani "}, "Konkani"),
        ({"language": "other"}, "Another language"),
    ):
        ask(browser_of(), **sent)
        assert Enquiry.objects.latest("created_at").safe_contact.language == kept


def test_the_form_offers_the_languages_that_the_practice_speaks(db, browser_of):
    def offered() -> list[str]:
        page = LexborHTMLParser(browser_of().get("/enquiry/").content.decode())
        options = page.css("#id_language option")
        return [option.text().strip() for option in options][1:-1]

    assert offered() == list(LANGUAGES)
    PracticeDetail.objects.create(name="languages", value="English\nKhasi")
    assert offered() == ["English", "Khasi"]


@pytest.mark.parametrize(
    ("answers", "mails"),
    [({}, 2), ({"way": "either"}, 2), ({"way": "email"}, 2), ({"way": "phone"}, 0)],
)
def test_an_email_is_sent_only_to_those_who_may_be_written_to(
    cast, browser_of, mailoutbox, answers, mails
):
    ask(browser_of(), **answers)
    manager = browser_of(cast.manoj)
    enquiry = Enquiry.objects.get()
    page = main(manager.get(enquiry.get_absolute_url()))
    assert ("Close, and email where else to turn" in page) == bool(mails)
    manager.post(f"{enquiry.get_absolute_url()}close/")
    assert len([sent for sent in mailoutbox if sent.to == [FORM["email"]]]) == mails


@pytest.mark.parametrize("answer", ["no", "yes", ""])
def test_an_email_leaves_the_practices_name_out_if_they_asked_for_that(
    cast, browser_of, mailoutbox, settings, answer
):
    settings.PRACTICE_CONTACT = {"PHONE": "canary-phone", "HOURS": "canary-hours"}
    ask(browser_of(), name_us=answer)
    browser_of(cast.manoj).post(f"{Enquiry.objects.get().get_absolute_url()}close/")
    mine = [sent for sent in mailoutbox if sent.to == [FORM["email"]]]
    assert len(mine) == 2
    for sent in mine:
        told = sent.subject + sent.body
        for name in (settings.SITE_NAME, "canary-phone", "canary-hours", "practice"):
            assert (name in told) <= (answer != "no"), name
        assert (settings.SITE_NAME in told) == (answer != "no")
        assert "14416" in told


def test_a_client_is_told_that_they_need_not_ask_again(cast, browser_of):
    page = main(browser_of(cast.asha.user).get("/enquiry/"))
    assert "You already have a path with us" in page
    assert "/path/call/" in page
    assert "You already have a path with us" not in main(browser_of().get("/enquiry/"))


def test_the_thanks_page_says_who_reads_it_when_and_what_to_do_meanwhile(db, browser_of):
    page = " ".join(main(browser_of().get("/enquiry/thanks/")).split())
    for text in ("manager reads it", "working days", "what it costs", "tel:14416", "/help/"):
        assert text in page
