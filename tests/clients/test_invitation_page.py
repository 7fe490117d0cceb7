"""What an invitation says: the request that it answers, who invites, and three texts in full."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from accounts.models import Consent, ConsentKind, PracticeDetail, User
from accounts.people import queries
from clients.models import Client, Enquiry
from clients.rights.queries import values_for
from tests.support.page_parts import main

PASSWORD = "seven stones on a line"
ASKED = datetime(2031, 5, 2, 23, tzinfo=ZoneInfo("Asia/Kolkata"))


def link_in(message) -> str:
    return re.search(r"http://testserver(/accounts/invitations/\S+/)", message.body).group(1)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def answered(cast, browser_of, mailoutbox):
    """The email by which a manager answers a request, with Dr. Nair as the therapist."""
    enquiry = Enquiry(name="Sana", email="sana@example.org", consented_at=ASKED, created_at=ASKED)
    enquiry.save()
    data = {"name": "Sana", "email": "sana@example.org", "therapist": str(cast.meera.pk)}
    browser_of(cast.manoj).post(enquiry.get_absolute_url(), data)
    return mailoutbox[-1]


@pytest.fixture
def unasked(cast, browser_of, mailoutbox):
    """The email by which Dr. Nair invites somebody who sent no request."""
    browser_of(cast.meera).post("/clients/invite/", {"name": "Dev", "email": "dev@example.org"})
    return mailoutbox[-1]


def test_the_mail_and_the_page_name_the_request_the_therapist_and_who_invites(answered, browser_of):
    body = words(answered.body)
    assert "You wrote to us on 2 May 2031." in body
    assert "Manoj Rao, who manages the practice, invites you." in body
    assert "You will meet Dr. Meera Nair." in body
    page = words(main(browser_of().get(link_in(answered))))
    assert "You asked us for a first session on 2 May 2031." in page
    assert "Manoj Rao, who manages the practice, invites you." in page
    assert "Your therapist will be <strong>Dr. Meera Nair</strong>." in page


def test_where_there_was_no_request_they_say_so(unasked, browser_of):
    body = words(unasked.body)
    assert "This does not answer a message on our website." in body
    assert "Dr. Meera Nair invites you." in body
    page = words(main(browser_of().get(link_in(unasked))))
    assert "does not answer a request on our website" in page
    assert "<strong>Dr. Meera Nair</strong>, your therapist, invites you." in page


def test_an_invitation_that_is_sent_again_still_names_the_request(
    answered, cast, browser_of, mailoutbox
):
    client = Client.objects.get(user__email="sana@example.org")
    browser_of(cast.manoj).post(f"/clients/{client.pk}/invitation/")
    assert "You wrote to us on 2 May 2031." in words(mailoutbox[-1].body)


def test_a_mail_to_somebody_who_asked_for_that_names_nobody(cast, browser_of, mailoutbox, settings):
    form = {"name": "Sana", "email": "sana@example.org", "consent": "on", "name_us": "no"}
    browser_of().post("/enquiry/", form)
    data = {"name": "Sana", "email": "sana@example.org", "therapist": str(cast.meera.pk)}
    browser_of(cast.manoj).post(Enquiry.objects.get().get_absolute_url(), data)
    sent = mailoutbox[-1]
    for name in (settings.SITE_NAME, "Manoj", "Meera", "practice"):
        assert name not in sent.subject + sent.body
    assert "Manoj Rao" in main(browser_of().get(link_in(sent)))


def shown_on(page: str) -> dict[str, str]:
    """The hidden fields of the form."""
    inputs = LexborHTMLParser(page).css("input[type=hidden]")
    fields = {one.attributes["name"]: one.attributes.get("value") or "" for one in inputs}
    return {name: value for name, value in fields.items() if name.startswith("shown")}


def test_each_text_stands_in_full_with_its_own_box_before_the_button(unasked, browser_of):
    page = browser_of().get(link_in(unasked)).content.decode()
    client = Client.objects.get(user__email="dev@example.org")
    places = []
    for kind, box in (("data", "id_agree"), ("therapy", "id_agree_therapy"),
                      ("statistics", "id_agree_statistics")):  # fmt: skip
        text = queries.filled(ConsentKind(kind), values_for(client))
        section = LexborHTMLParser(page).css_first(f"section#{kind}")
        last = words(text.paragraphs[-1][1])
        assert last in words(section.text())
        assert section.css_first("h2")
        assert section.css_first(f"input#{box}:not([checked])")
        places.append(page.index(f'id="{box}"'))
    places.append(page.index("Open my account"))
    assert places == sorted(places)
    assert "data-print" in page


@pytest.mark.parametrize("chosen", [[], ["therapy"], ["statistics"], ["therapy", "statistics"]])
def test_only_what_was_ticked_is_agreed_to(unasked, browser_of, chosen):
    browser, link = browser_of(), link_in(unasked)
    form = shown_on(browser.get(link).content.decode()) | {"password": PASSWORD, "agree": "on"}
    form |= {f"agree_{kind}": "on" for kind in chosen}
    assert browser.post(link, form).status_code == 302
    user = User.objects.get(email="dev@example.org")
    given = Consent.objects.filter(user=user).values_list("text__kind", flat=True)
    assert set(given) == {"data", *chosen}


def test_nobody_agrees_to_words_that_changed_meanwhile(unasked, browser_of):
    browser, link = browser_of(), link_in(unasked)
    form = shown_on(browser.get(link).content.decode()) | {"password": PASSWORD, "agree": "on"}
    PracticeDetail.objects.filter(name="fees").update(value="₹ 9,000 a session.")
    assert browser.post(link, form | {"agree_therapy": "on"}).url == link
    assert not Consent.objects.exists()
    assert not User.objects.get(email="dev@example.org").is_active
    assert "has changed this text" in browser.get(link).content.decode()


def test_a_text_that_is_not_finished_is_not_asked_for(unasked, browser_of):
    PracticeDetail.objects.filter(name="supervision").delete()
    page = browser_of().get(link_in(unasked)).content.decode()
    assert 'id="id_agree"' in page
    assert "id_agree_therapy" not in page
    assert "id_agree_statistics" in page


def test_a_closed_invitation_says_how_to_reach_the_practice(browser_of, db, settings):
    settings.PRACTICE_CONTACT = {"PHONE": "98450 00009", "EMAIL": "canary@example.org"}
    page = main(browser_of().get("/accounts/invitations/nonsense/"))
    for text in ("tel:9845000009", "mailto:canary@example.org", "/accounts/password/reset/"):
        assert text in page
