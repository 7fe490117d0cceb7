"""Consents: three texts, each read, agreed to and withdrawn on its own, with what that changes."""

import re

import pytest
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.database.together import load
from accounts.models import (
    AuditEvent,
    Consent,
    ConsentKind,
    ConsentText,
    Mail,
    PracticeDetail,
)
from accounts.models.consent import ASKED, NEEDED, paragraphs
from accounts.people import consents
from clients.models import ErasureRequest
from clients.models.caseload_index import load_signs
from clients.path import actions as path_actions
from clients.rights import queries
from clients.rights.labels import CONSENTS
from tests.support.cast import in_care, person
from tests.support.consents import agree, shown
from tests.support.page_parts import main, markup

THERAPY, DATA, STATISTICS = ASKED
ADDRESS = "/path/consents/"


def agreed(client) -> set[str]:
    return set(client.user.consents.standing().values_list("text__kind", flat=True))


def words(html: str) -> str:
    return " ".join(LexborHTMLParser(html).text(separator=" ").split())


def part(browser, kind: ConsentKind) -> str:
    """What the page says about one matter."""
    found = LexborHTMLParser(browser.get(ADDRESS).content.decode()).css_first(f"#{kind}")
    return words(found.html)


@pytest.fixture
def newer(cast) -> ConsentText:
    return ConsentText.objects.create(kind=DATA, version=2, text="canary-newer")


@pytest.fixture
def joint(cast) -> Consent:
    """A consent from the time when one text was about everything."""
    joint = ConsentKind.JOINT
    text = ConsentText.objects.create(kind=joint, version=1, text="canary-joint {x} ___")
    return Consent.objects.create(user=cast.asha.user, text=text)


@pytest.mark.trust
def test_a_text_with_a_blank_is_neither_shown_nor_agreed_to(cast, browser_of, promise):
    browser, refused = browser_of(cast.asha.user), 0
    for kind in ASKED:
        before = shown(cast.asha, kind)
        for name in re.findall(r"{(\w+)}", ConsentText.current(kind).text):
            row = PracticeDetail.objects.filter(name=name).first()
            if row is None:
                continue
            PracticeDetail.objects.filter(pk=row.pk).update(value=" … ")
            assert "has not finished this text" in part(browser, kind), name
            assert "Read the text" not in part(browser, kind), name
            browser.post(f"{ADDRESS}{kind}/", before)
            assert agreed(cast.asha) == set(), name
            PracticeDetail.objects.filter(pk=row.pk).update(value=row.value)
            refused += 1
    assert refused >= 12
    promise("own", f"{refused} blanks of the consent texts, each alone: 0 texts shown or agreed to")


@pytest.mark.parametrize("lacking", ["no therapist", "no registration"])
def test_therapy_needs_a_therapist_with_a_registration(cast, browser_of, lacking):
    client = cast.asha
    if lacking == "no therapist":
        client = in_care(person("solo@example.org", "Solo"), None)
    else:
        PracticeDetail.objects.filter(person=cast.meera).delete()
    browser = browser_of(client.user)
    assert "has not finished this text" in part(browser, THERAPY)
    assert "Read the text" in part(browser, DATA)


def test_the_three_texts_are_shown_filled_in(cast, browser_of):
    browser = browser_of(cast.asha.user)
    therapy = part(browser, THERAPY)
    assert "Dr. Meera Nair (CRR A1)." in therapy
    for text in ("canary fees as", "section 19", "Section 23", "in serious danger the practice may"
                 " still have to tell someone", "14416"):  # fmt: skip
        assert text.lower() in therapy.lower(), text
    data = part(browser, DATA)
    assert "canary grievance_officer" in data
    assert "7 years after your last session" in data
    assert "Stop counting me" in part(browser, STATISTICS)
    whole = words(main(browser.get(ADDRESS)))
    assert "{" not in whole
    assert "lawyer" not in whole


def test_each_is_agreed_to_on_its_own(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert "2 texts of the practice wait" in browser.get("/path/").content.decode()
    given = set()
    for kind in ASKED:
        for _ in range(2):  # a double click
            assert browser.post(f"{ADDRESS}{kind}/", shown(cast.asha, kind)).url == ADDRESS
        given.add(kind.value)
        assert agreed(cast.asha) == given
    assert AuditEvent.objects.filter(verb="consented").count() == 3
    assert "of the practice wait" not in browser.get("/path/").content.decode()
    values = Consent.objects.get(text__kind=THERAPY).values
    assert values["therapist"] == "Dr. Meera Nair (CRR A1)"
    assert "grievance_officer" in values
    assert "hosts" not in values


@pytest.mark.parametrize("seen", ["", "nonsense", None])
def test_nobody_agrees_to_words_that_were_not_shown(cast, browser_of, seen):
    browser, before = browser_of(cast.asha.user), shown(cast.asha, DATA)
    PracticeDetail.objects.filter(name="hosts").update(value="Another host.")
    form = before if seen is None else {"shown": seen}
    answer = browser.post(f"{ADDRESS}data/", form, follow=True)
    assert "has changed this text" in answer.content.decode()
    assert agreed(cast.asha) == set()


def test_what_was_agreed_to_stays_and_what_changed_is_shown(cast, browser_of):
    browser = browser_of(cast.asha.user)
    agree(cast.asha.user, DATA)
    browser.post(f"{ADDRESS}therapy/", shown(cast.asha, THERAPY))
    assert "Since you agreed" not in browser.get(ADDRESS).content.decode()
    PracticeDetail.objects.filter(name="fees").update(value="A session costs more.")
    text = part(browser, THERAPY)
    assert "Since you agreed, the practice has changed: Fees A session costs more." in text
    assert "canary fees" in text
    assert "Since you agreed" not in part(browser, DATA)


def test_clients_are_asked_to_agree_to_a_new_version(cast, browser_of, newer):
    agree(cast.asha.user, THERAPY)
    old = ConsentText.objects.get(kind=DATA, version=1)
    Consent.objects.create(user=cast.asha.user, text=old, values={})
    browser = browser_of(cast.asha.user)
    assert "A text of the practice waits" in browser.get("/path/").content.decode()
    assert "canary-newer" in part(browser, DATA)
    browser.post(f"{ADDRESS}data/", shown(cast.asha, DATA))
    assert Consent.objects.standing().filter(user=cast.asha.user, text=newer).count() == 1
    assert "of the practice wait" not in browser.get("/path/").content.decode()
    assert "Version 1, agreed on" in part(browser, DATA)


def test_each_says_what_its_withdrawal_changes_before_it_is_done(cast, browser_of):
    agree(cast.asha.user, *ASKED)
    browser = browser_of(cast.asha.user)
    for kind in ASKED:
        said = part(browser, kind)
        assert str(CONSENTS[kind].withdraw) in said
        for effect in CONSENTS[kind].effects:
            assert str(effect) in said


def test_withdrawing_statistics_changes_nothing_else(cast, browser_of):
    agree(cast.asha.user, *ASKED)
    browser = browser_of(cast.asha.user)
    answer = browser.post(f"{ADDRESS}statistics/", {"withdraw": "yes"}, follow=True)
    assert str(CONSENTS[STATISTICS].done) in answer.content.decode()
    assert agreed(cast.asha) == {"therapy", "data"}
    assert not ErasureRequest.objects.exists()
    assert set(Mail.objects.values_list("user__email", flat=True)) == {"asha@example.org"}
    assert queries.lacking(cast.asha).withdrawn == ()


def test_withdrawing_therapy_keeps_the_path_where_it_is(cast, browser_of):
    agree(cast.asha.user, *ASKED)
    browser_of(cast.asha.user).post(f"{ADDRESS}therapy/", {"withdraw": "yes"})
    assert agreed(cast.asha) == {"data", "statistics"}
    assert not ErasureRequest.objects.exists()
    told = {mail.user for mail in Mail.objects.select_related("user")}
    assert told == {cast.asha.user, cast.meera, cast.manoj, cast.neeshu}
    with pytest.raises(path_actions.MoveRefused):
        path_actions.move(client=cast.asha, to=2, by=cast.meera, seen=1)
    therapist = browser_of(cast.meera)
    move = therapist.get(f"/clients/{cast.asha.pk}/move/").content.decode()
    assert "The client has withdrawn consent. Talk about it first" in move
    assert "Client withdrew consent" in therapist.get("/caseload/").content.decode()
    # Once they agree again, the way is free.
    agree(cast.asha.user, THERAPY)
    assert "Client withdrew consent" not in therapist.get("/caseload/").content.decode()
    path_actions.move(client=cast.asha, to=2, by=cast.meera, seen=1)


def test_withdrawing_the_data_asks_for_erasure_and_ends_the_counting(cast, browser_of):
    agree(cast.asha.user, *ASKED)
    browser = browser_of(cast.asha.user)
    for _ in range(2):
        browser.post(f"{ADDRESS}data/", {"withdraw": "yes"})
    assert agreed(cast.asha) == {"therapy"}
    assert ErasureRequest.objects.open().filter(client=cast.asha).count() == 1
    assert AuditEvent.objects.filter(verb="consent withdrawn").count() == 2
    assert queries.lacking(cast.asha) == ((), (DATA,))
    assert browser.get("/path/safety/").status_code == 200
    assert browser.get("/path/").status_code == 200


def test_a_withdrawn_consent_stays_on_record(cast, browser_of):
    agree(cast.asha.user, *NEEDED)
    browser, practice = browser_of(cast.asha.user), browser_of(cast.manoj)
    assert "no consent" not in practice.get("/practice/?q=asha").content.decode()
    browser.post(f"{ADDRESS}therapy/", {"withdraw": "yes"})
    listed = practice.get("/practice/?q=asha").content.decode()
    assert "no consent to therapy" in listed
    assert "no consent about data" not in listed
    assert "withdrawn on" in part(browser, THERAPY)
    assert "of the practice wait" not in browser.get("/path/").content.decode()
    browser.post(f"{ADDRESS}therapy/", shown(cast.asha, THERAPY))
    assert Consent.objects.count() == 3


def test_an_earlier_consent_stays_readable_and_counts_for_both(cast, browser_of, joint):
    browser = browser_of(cast.asha.user)
    text = part(browser, ConsentKind.JOINT)
    assert "canary-joint {x} ___" in text
    assert "You agreed to this before there was a text for each." in text
    assert queries.lacking(cast.asha) == ((), ())
    assert "2 texts of the practice wait" in browser.get("/path/").content.decode()
    assert browser.post(f"{ADDRESS}joint/", {"shown": ""}).url == ADDRESS
    browser.post(f"{ADDRESS}joint/", {"withdraw": "yes"})
    assert queries.lacking(cast.asha).withdrawn == NEEDED
    assert ErasureRequest.objects.open().exists()


def test_withdrawing_one_matter_ends_an_earlier_consent_that_covers_it(cast, joint):
    agree(cast.asha.user, DATA)
    consents.withdraw(kind=THERAPY, by=cast.asha.user)
    assert agreed(cast.asha) == {"data"}
    assert queries.lacking(cast.asha).withdrawn == (THERAPY,)


def test_the_list_and_one_record_agree_on_who_withdrew(cast, joint):
    """`needed_and_gone` filters thousands, `lacking` asks about one."""
    agree(cast.asha.user, THERAPY, STATISTICS)
    agree(cast.rohan.user, THERAPY, STATISTICS)

    def gone() -> set:
        return set(Consent.objects.needed_and_gone().values_list("user", flat=True))

    for withdrawing, kind in [(cast.rohan, STATISTICS), (cast.asha, DATA), (cast.rohan, THERAPY),
                         (cast.asha, THERAPY)]:  # fmt: skip
        consents.withdraw(kind=kind, by=withdrawing.user)
        for client in (cast.asha, cast.rohan):
            withdrew = bool(queries.lacking(client).withdrawn)
            assert (client.user_id in gone()) == withdrew, (withdrawing, kind)
            index = load(load_signs(client, timezone.now()))
            assert index.signs.consent_withdrawn == withdrew
    agree(cast.asha.user, THERAPY, DATA)
    assert gone() == {cast.rohan.user_id}
    assert not load(load_signs(cast.asha, timezone.now())).signs.consent_withdrawn
    consents.withdraw(kind=THERAPY, by=cast.asha.user)
    assert gone() == {cast.asha.user_id, cast.rohan.user_id}


def test_nobody_withdraws_another_persons_consent(cast, browser_of):
    agree(cast.asha.user, DATA)
    browser_of(cast.rohan.user).post(f"{ADDRESS}data/", {"withdraw": "yes"})
    assert Consent.objects.standing().count() == 1
    assert browser_of(cast.asha.user).get(f"{ADDRESS}nonsense/").status_code == 404


def test_who_agreed_to_statistics_is_no_part_of_the_record(cast, browser_of):
    agree(cast.asha.user, *ASKED)
    timeline = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/timeline/").content.decode()
    assert "therapy, version 1" in timeline
    assert "statistics, version 1" not in timeline


def test_a_paragraph_that_opens_with_a_few_words_opens_with_its_heading():
    text = (
        "What we keep. Your name.\nAnd more.\n\nThis sentence is one that is far too long"
        " for it. So.\n\nAlone.\n\n<b>Bold. It</b> stays text.\n\n# Marked, as in Markdown\nOne."
        "\n\n## By itself\n\nTwo.\n\n#3 is a number."
    )
    assert paragraphs(text) == [
        ("What we keep.", "Your name.\nAnd more."),
        ("", "This sentence is one that is far too long for it. So."),
        ("", "Alone."),
        ("<b>Bold.", "It</b> stays text."),
        ("Marked, as in Markdown", "One."),
        ("By itself", "Two."),
        ("", "#3 is a number."),
    ]


@pytest.mark.parametrize("kind", ASKED)
def test_every_paragraph_of_our_own_texts_has_a_heading(db, kind):
    assert all(heading for heading, _rest in paragraphs(ConsentText.current(kind).text))


def test_the_whole_text_is_shown_and_escaped(cast, browser_of, newer):
    ConsentText.objects.filter(pk=newer.pk).update(text="Please <b>read. All</b> of it.")
    shown_page = markup(browser_of(cast.asha.user).get(ADDRESS))
    assert "<strong>Please &lt;b&gt;read.</strong> All&lt;/b&gt; of it." in shown_page
