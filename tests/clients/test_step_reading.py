"""Articles on the steps of the path: chosen by editors and managers, read by the client."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import StepReading
from tests.support.articles.factories import article

ADD = "/admin/clients/stepreading/add/"


@pytest.mark.parametrize("who", ["esha", "manoj"])
def test_editors_and_managers_add_an_article_to_a_step(who, cast, browser_of):
    it = article()
    desk = browser_of(getattr(cast, who))
    for address in (it.slug, f"https://practice.example{it.get_absolute_url()}"):
        StepReading.objects.all().delete()
        assert desk.post(ADD, {"step": 1, "address": address}).status_code == 302
        assert StepReading.objects.get().article == it
    again = desk.post(ADD, {"step": 1, "address": it.slug})
    assert "already on this step" in again.content.decode()
    assert desk.get("/admin/clients/stepreading/").status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        StepReading.objects.create(step_id=1, article=it)


def test_an_unpublished_article_is_not_offered(cast, browser_of):
    article("sketch", status="draft", publish_at=None)
    answer = browser_of(cast.esha).post(ADD, {"step": 1, "address": "sketch"})
    assert "There is no public article at this address" in answer.content.decode()


def test_a_client_is_offered_the_reading_of_their_step(cast, browser_of):
    here, elsewhere, later = article("for-now"), article("for-later"), article("not-yet")
    for step, it in ((1, here), (2, elsewhere), (1, later)):
        StepReading.objects.create(step_id=step, article=it)
    type(later).objects.filter(pk=later.pk).update(publish_at=timezone.now() + timedelta(days=1))
    page = browser_of(cast.asha.user).get("/path/").content.decode()
    assert here.get_absolute_url() in page
    assert elsewhere.get_absolute_url() not in page
    assert later.get_absolute_url() not in page
