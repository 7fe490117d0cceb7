"""Tasks: given from the library or freely, done with a reflection, seen by both sides."""

import uuid
from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client, Task, TaskIdea
from clients.path.queries import facts_of
from clients.tasks import actions as tasks
from tests.support import cast as people


@pytest.fixture
def record(cast) -> str:
    return f"/clients/{cast.asha.pk}/"


def give(cast, **arguments) -> Task:
    return tasks.give_task(client=cast.asha, by=cast.meera, **{"title": "Three lines"} | arguments)


def test_each_step_has_library_tasks(db):
    for step in range(1, 8):
        assert TaskIdea.objects.filter(step=step, active=True).count() >= 2


def test_from_the_library_to_a_reflection(cast, browser_of, record):
    therapist, client = browser_of(cast.meera), browser_of(cast.asha.user)
    page = therapist.get(f"{record}tasks/?idea=what-brings-me").content.decode()
    assert 'value="What brings me here"' in page
    data = {"title": "What brings me here", "text": "Ten minutes.", "key": str(uuid.uuid4())}
    for _ in range(2):  # a double click
        assert therapist.post(f"{record}tasks/", data).url == f"{record}tasks/#tasks"
    task = Task.objects.get()
    assert task.step_id == 1
    assert "What brings me here" in client.get("/path/").content.decode()
    page = client.get(f"/path/tasks/{task.pk}/").content.decode()
    assert "It can take us some time to read this" in page
    client.post(f"/path/tasks/{task.pk}/", {"reflection": "canary-reflection"})
    task.refresh_from_db()
    assert task.done_at
    for tab in (record, f"{record}tasks/", f"{record}timeline/"):
        assert "canary-reflection" in therapist.get(tab).content.decode()
    client.post(f"/path/tasks/{task.pk}/", {"reflection": "said better"})
    task.refresh_from_db()
    assert task.reflection == "said better"


def test_the_same_task_is_given_twice_only_if_that_is_meant(cast, browser_of, record):
    browser, open_one = browser_of(cast.meera), give(cast)
    again = {"title": " three  Lines", "text": "words to keep", "key": str(uuid.uuid4())}
    asked = browser.post(f"{record}tasks/", again)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "The client has this task already:" in page
    assert "words to keep" in page
    assert "Give it all the same" in page
    # Another one that is open by now was not on the page.
    other = give(cast, warned=[str(open_one.pk)])
    late = browser.post(f"{record}tasks/", again | {"warned": [open_one.pk]})
    assert late.status_code == 422
    meant = again | {"warned": [open_one.pk, other.pk]}
    for _ in range(2):  # a double click
        assert browser.post(f"{record}tasks/", meant).status_code == 302
    assert cast.asha.tasks.open().count() == 3
    cast.asha.tasks.update(done_at=timezone.now())
    give(cast)  # The others are done: this is no repetition.
    assert cast.asha.tasks.open().count() == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"title": ""}, "This field is required"), ({"due_on": "0001-01-01"}, "Is the year right"),
     ({"due_on": "soon"}, "valid date"), ({"article": "999"}, "valid choice")],
)  # fmt: skip
def test_invalid_input_keeps_the_text(cast, browser_of, record, changed, message):
    data = {"title": "A title", "text": "words to keep"} | changed
    answer = browser_of(cast.meera).post(f"{record}tasks/", data)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert "words to keep" in answer.content.decode()
    assert not Task.objects.exists()


def test_an_article_and_a_questionnaire_are_linked(cast, browser_of):
    people.articles()
    version = people.questionnaire()
    from articles.models import Article

    task = give(cast, article=Article.objects.published()[0], instrument=version.instrument)
    page = browser_of(cast.asha.user).get(f"/path/tasks/{task.pk}/").content.decode()
    assert task.article.get_absolute_url() in page
    assert version.instrument.get_absolute_url() in page
    assert "Nobody else sees the result unless you share it." in page


def test_open_tasks_give_a_warning_before_a_move(cast, browser_of, record):
    give(cast, title="Three lines")
    page = browser_of(cast.meera).get(f"{record}move/").content.decode()
    assert "These tasks are still open and stay with the client: “Three lines”" in page


def test_only_an_open_task_can_be_withdrawn(cast, browser_of, record):
    first, second = give(cast), give(cast, title="Another")
    tasks.finish_task(task=second, by=cast.asha.user, reflection="")
    browser = browser_of(cast.meera)
    for task in (first, second):
        browser.post(f"{record}tasks/{task.pk}/")
        task.refresh_from_db()
    assert first.withdrawn_at
    assert not second.withdrawn_at
    assert browser_of(cast.asha.user).get(f"/path/tasks/{first.pk}/").status_code == 404
    with pytest.raises(PermissionDenied):
        tasks.finish_task(task=first, by=cast.asha.user, reflection="x")


def test_the_completion_date_does_not_change(cast):
    """A better reflection a week later does not change the date."""
    task, done = give(cast), timezone.now()
    with mock.patch("django.utils.timezone.now", return_value=done):
        tasks.finish_task(task=task, by=cast.asha.user, reflection="")
    with mock.patch("django.utils.timezone.now", return_value=done + timedelta(days=7)):
        tasks.finish_task(task=task, by=cast.asha.user, reflection="said better")
    task.refresh_from_db()
    assert (task.done_at, task.reflection) == (done, "said better")


def test_nobody_else_gives_or_completes_a_task(cast, browser_of):
    task = give(cast)
    for other in (cast.vikram, cast.farah, cast.manoj, cast.esha):
        with pytest.raises(PermissionDenied):
            tasks.give_task(client=cast.asha, by=other, title="x")
        with pytest.raises(PermissionDenied):
            tasks.withdraw_task(task=task, by=other)
    with pytest.raises(PermissionDenied):
        tasks.finish_task(task=task, by=cast.rohan.user, reflection="x")
    other = f"/clients/{cast.rohan.pk}/tasks/{task.pk}/"
    assert browser_of(cast.vikram).post(other).status_code == 404


def test_the_database_refuses_contradictory_tasks(cast):
    now = timezone.now()
    fields = {"client": cast.asha, "step_id": 1, "title": "x", "given_by": cast.meera}
    for wrong in ({"done_at": now, "withdrawn_at": now}, {"reflection": "before it was done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.create(**fields | wrong)


def test_overdue(cast):
    today = timezone.localdate()
    late = give(cast, due_on=today - timedelta(days=1))
    give(cast, title="today", due_on=today)
    assert list(cast.asha.tasks.overdue(today)) == [late]


def test_changing_the_library_changes_no_given_task(cast):
    give(cast, title="What brings me here")
    TaskIdea.objects.filter(slug="what-brings-me").update(title="Changed")
    assert Task.objects.get().title == "What brings me here"
    assert Client.objects.get(pk=cast.asha.pk).journey.step == 1
    assert facts_of(cast.asha).open_tasks == 1


def test_later_asks_before_it_leaves_typed_words_behind(cast, browser_of):
    task, own = give(cast), browser_of(cast.asha.user)
    where = f"/path/tasks/{task.pk}/"
    assert own.post(where, {"later": "yes", "reflection": " "}).url == "/path/"
    page = own.post(where, {"later": "yes", "reflection": "words to keep"}).content.decode()
    assert "words to keep" in page
    assert "not saved yet" in page
    assert "Leave without saving" in page
    task.refresh_from_db()
    assert task.done_at is None
    own.post(where, {"reflection": "words to keep"})
    assert own.post(where, {"later": "yes", "reflection": "words to keep"}).url == "/path/"
