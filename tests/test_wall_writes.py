"""What the second wall lets be written, where somebody may see a row: the rules of its columns."""

import pytest

from accounts import wall
from accounts.models import DataKey
from assessments import actions as assessments
from clients.models import Enquiry
from tests import cast as people
from tests.test_access_matrix import scene  # noqa: F401  (a fixture)
from tests.test_wall import ask, refused


@pytest.mark.trust
def test_a_key_that_seals_something_is_deleted_by_nobody_who_asks(scene, promise):  # noqa: F811
    """Not even by a statement without a condition: words would be lost for ever."""
    cast, tried = scene["cast"], 0
    there = set(DataKey.objects.values_list("subject", flat=True))
    assert {cast.asha.user_id, scene["enquiry"]} <= there
    for user in [*cast.users().values(), cast.neeshu, None]:
        with wall.behind():
            if user:
                wall.act_as(user)
            assert ask("DELETE FROM accounts_datakey") == [(0,)], user
            assert refused("UPDATE accounts_datakey SET wrapped = ''")
            tried += len(there)
    assert set(DataKey.objects.values_list("subject", flat=True)) == there
    promise("wall", f"{len(there)} data keys, {tried} tried to be deleted by SQL, 0 gone")


def test_the_key_of_an_attempt_goes_with_it(db, browser_of):
    """Through the page: the one who holds its address deletes it."""
    attempt = assessments.start_attempt(version=people.questionnaire(), by=None)
    assessments.save_answers(
        attempt=attempt, answers={item.id: 3 for item in attempt.questionnaire.items}
    )
    address = attempt.get_absolute_url()
    assert DataKey.objects.filter(subject=attempt.pk).exists()
    assert browser_of().post(f"{address}delete/").status_code in (200, 302)
    assert not DataKey.objects.filter(subject=attempt.pk).exists()


def test_the_key_of_an_attempt_goes_when_somebody_keeps_it(cast, browser_of):
    attempt = assessments.start_attempt(version=people.questionnaire(), by=None)
    assessments.save_answers(
        attempt=attempt, answers={item.id: 3 for item in attempt.questionnaire.items}
    )
    assessments.submit(attempt=attempt)
    browser = browser_of(cast.asha.user)
    assert browser.post(f"{attempt.get_absolute_url()}keep/").status_code == 302
    attempt.refresh_from_db()
    assert attempt.user_id == cast.asha.user_id
    assert not DataKey.objects.filter(subject=attempt.pk).exists()


def test_the_key_of_a_request_goes_when_it_becomes_care(scene, browser_of):  # noqa: F811
    asked = Enquiry.objects.get(pk=scene["enquiry"])
    sent = {"name": asked.name, "email": asked.email, "therapist": str(scene["cast"].meera.pk)}
    answer = browser_of(scene["cast"].manoj).post(f"/practice/enquiries/{asked.pk}/", sent)
    assert answer.status_code == 302
    asked.refresh_from_db()
    assert asked.client_id
    assert asked.about == "canary-enquiry"
    assert not DataKey.objects.filter(subject=asked.pk).exists()
