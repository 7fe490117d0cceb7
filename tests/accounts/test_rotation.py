"""A new key is added, everything is brought under it, the old one goes, and all can be read."""

import io
import secrets

import pytest
from django.core.management import CommandError, call_command

from accounts import key_rotation
from accounts.encryption.cipher import Unreadable
from accounts.encryption.phone_index import normalised
from accounts.models import DataKey
from clients.models import Enquiry, Note
from tests.support.clients import encrypted


def run(**options) -> str:
    output = io.StringIO()
    call_command("rotate_keys", stdout=output, **options)
    return output.getvalue()


def everything() -> dict[str, object]:
    """Every encrypted value, decrypted."""
    return {
        f"{model._meta.label}.{field.name} {row.pk}": getattr(row, field.name)
        for model, field in encrypted.columns()
        for row in model._default_manager.all()
    }


def find(browser, words: str) -> str:
    return browser.post("/practice/enquiries/", {"q": words}).content.decode()


@pytest.mark.trust
def test_after_a_rotation_everything_can_be_read(cast, browser_of, settings, promise):
    written = encrypted.write(cast, browser_of)
    before, old = everything(), list(settings.FIELD_KEYS)
    settings.FIELD_KEYS = [secrets.token_bytes(32), *old]
    assert everything() == before
    number = written["asha.enquiry.phone"]
    assert "Someone New" in find(browser_of(cast.manoj), number), "also while it is under way"
    count = DataKey.objects.count()
    with pytest.raises(CommandError, match=f"{count} data keys, 2 phone numbers") as stopped:
        run(check=True)
    assert stopped.value.returncode == 1
    run()
    assert "Nothing is under an older key" in run(check=True)
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    after = everything()
    same = sum(after[key] == value for key, value in before.items())
    assert same == len(before) == len(after)
    assert "Someone New" in find(browser_of(cast.manoj), number)
    settings.FIELD_KEYS = old
    with pytest.raises(Unreadable):
        _ = Note.objects.all()[0].text
    promise(
        "rotation",
        f"{count} data keys wrapped again, old key retired: {same} of {len(before)} values read",
    )


def test_interrupted_and_repeated(cast, browser_of, settings, monkeypatch):
    encrypted.write(cast, browser_of)
    before = everything()
    settings.FIELD_KEYS = [secrets.token_bytes(32), *settings.FIELD_KEYS]
    monkeypatch.setattr(key_rotation, "BATCH", 1)
    steps = key_rotation.parts()[0].renew()
    assert [next(steps), next(steps)] == [1, 1]
    assert key_rotation.behind()["data keys"] == DataKey.objects.count() - 2
    run()
    run()
    assert everything() == before
    assert set(key_rotation.behind().values()) == {0}


def test_an_unreadable_row_stops_nothing_and_is_counted(cast, browser_of, settings):
    encrypted.write(cast, browser_of)
    DataKey.objects.filter(subject=cast.asha.user_id).update(wrapped=b"nonsense of no key at all")
    settings.FIELD_KEYS = [secrets.token_bytes(32), *settings.FIELD_KEYS]
    with pytest.raises(CommandError, match="1 data keys, 0 phone"):
        run()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert Note.objects.get(client=cast.rohan).text.startswith("canary-rohan")


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("98765 43210", "919876543210"),
        ("098765-43210", "919876543210"),
        ("+91 (98765) 43210", "919876543210"),
        ("0091 98765 43210", "919876543210"),
        ("91 98765 43210", "919876543210"),
        ("+44 20 7946 0958", "442079460958"),
        ("1234", ""),
        ("no number", ""),
    ],
)
def test_a_number_is_found_however_it_is_written(written, same):
    assert normalised(written) == same


def test_requests_are_found_by_name_address_and_whole_number(cast, browser_of):
    written = encrypted.write(cast, browser_of)
    manager, number = browser_of(cast.manoj), written["asha.enquiry.phone"]
    Enquiry.objects.filter(email="rohan.new@example.org").update(name="Another Person")
    for words in (number, number[4:], "0" + number[4:].replace(" ", ""), "meone n", "asha.new@"):
        page = find(manager, words)
        assert page.count("Someone New") > find(manager, "zzz").count("Someone New"), words
        assert page.count("Another Person") == find(manager, "zzz").count("Another Person"), words
    assert "No request matches" in find(manager, number[:-1])
    assert "No request matches" not in manager.get("/practice/enquiries/").content.decode()
    assert find(manager, "a\0b")
    assert browser_of(cast.meera).post("/practice/enquiries/", {"q": "x"}).status_code == 403


def test_a_request_that_becomes_a_client_goes_under_their_key(cast, browser_of):
    from clients.intake import enquiries

    encrypted.write(cast, browser_of)
    enquiry = encrypted.enquiry_of("asha")
    assert DataKey.objects.filter(subject=enquiry.pk).exists()
    client, _invitation, _token = enquiries.accept(
        enquiry=enquiry, email="new@example.org", name="New", therapist=cast.meera, by=cast.manoj
    )
    assert not DataKey.objects.filter(subject=enquiry.pk).exists()
    assert DataKey.objects.filter(subject=client.user_id).exists()
    assert Enquiry.objects.get(pk=enquiry.pk).about == "canary-asha-enquiry.about"
    other = encrypted.enquiry_of("rohan")
    enquiries.close_enquiry(enquiry=other, by=cast.manoj)
    assert Enquiry.objects.get(pk=other.pk).about == "canary-rohan-enquiry.about"
