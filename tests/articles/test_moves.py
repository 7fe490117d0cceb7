"""The rules of the workflow: each move, from each state, by each editor."""

import pytest

from accounts.access import Role
from articles.models import Article
from articles.publishing import workflow
from articles.publishing.workflow import MOVES, PUBLISH, RETURN, SCHEDULE, SUBMIT, WITHDRAW, Move
from tests.support.articles.factories import article
from tests.support.cast import person

SECOND = "A second editor has to read it first: send it to review."
YOURSELF = "You sent it to review yourself, so another editor decides."
NOT_FROM_HERE = "This is not possible in its present state."
STATES = [str(state) for state in Article.Status]
# From which states each button leads, for an editor who is alone.
LEADS = {
    SUBMIT: {"draft", "withdrawn"},
    RETURN: {"review"},
    PUBLISH: {"draft", "review", "scheduled", "withdrawn"},
    SCHEDULE: {"draft", "review", "scheduled", "withdrawn"},
    WITHDRAW: {"scheduled", "published"},
}


def problems(move: Move, it: Article, state: str, by) -> list[str]:
    return [str(text) for text in workflow.problems(move, it, state, by)]


@pytest.fixture
def esha(db):
    return person("esha@example.org", "Esha Das", Role.EDITOR)


@pytest.fixture
def neeshu(db):
    return person("neeshu@example.org", "Dr. Neeshu Rathore", Role.THERAPIST, Role.EDITOR)


def sent(it: Article, *people) -> None:
    """Sent to review by each in turn, and sent back in between."""
    for number, by in enumerate(people):
        it.revisions.create(number=2 * number + 1, by=by, step="submitted", content={})
        it.revisions.create(
            number=2 * number + 2, by=None, step="returned", comment="x", content={}
        )


def test_the_buttons_names_steps_and_words():
    listed = [(m.name, str(m.step), str(m.label), m.releases) for m in MOVES]
    assert listed == [
        ("_submit", "submitted", "Save and send to review", False),
        ("_publish", "published", "Save and publish now", True),
        ("_schedule", "scheduled", "Save and schedule", True),
        ("_return", "returned", "Save and send back", False),
        ("_withdraw", "withdrawn", "Save and withdraw", False),
    ]
    assert Move("_x", "x", "X", frozenset()).releases is False


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_the_button_that_was_pressed(move):
    assert workflow.pressed({"title": "x", move.name: ""}) == move
    assert workflow.pressed({"title": "x", "_save": ""}) is None


def test_a_single_editor_may_take_every_move(esha):
    it = article("sketch", status="draft")
    sent(it, esha)
    for move, sources in LEADS.items():
        for state in STATES:
            expected = [] if state in sources else [NOT_FROM_HERE]
            assert problems(move, it, state, esha) == expected, (move.name, state)


def test_with_a_second_editor_nothing_goes_out_unread(esha, neeshu):
    it = article("sketch", status="draft")
    sent(it, neeshu)
    for state in STATES:
        for move, sources in LEADS.items():
            expected = [] if state in sources else [NOT_FROM_HERE]
            if move in (PUBLISH, SCHEDULE) and state in ("draft", "withdrawn"):
                expected = [SECOND]
            assert problems(move, it, state, esha) == expected, (move.name, state)


@pytest.mark.parametrize("move", [PUBLISH, SCHEDULE], ids=lambda move: move.name)
def test_nobody_publishes_what_they_sent_to_review_last(move, esha, neeshu):
    it = article("sketch", status="review")
    sent(it, esha)
    assert problems(move, it, "review", esha) == [YOURSELF]
    assert problems(move, it, "review", neeshu) == []
    assert problems(move, it, "scheduled", esha) == [], "it has been read"
    assert problems(RETURN, it, "review", esha) == []
    it.revisions.all().delete()
    sent(it, esha, neeshu)  # The later one counts.
    assert problems(move, it, "review", esha) == []
    assert problems(move, it, "review", neeshu) == [YOURSELF]


def test_who_sent_it_last(esha, neeshu):
    it = article("sketch", status="review")
    assert workflow.submitter(it) is None
    sent(it, neeshu, esha)
    sent(article("other", status="review"), neeshu)
    assert workflow.submitter(it) == esha.pk
    assert workflow.submitter(Article()) is None


def test_an_editor_is_alone_without_another_active_editor(esha, cast_of_others):
    assert workflow.is_alone(esha)
    away = person("away@example.org", "Away", Role.EDITOR)
    assert not workflow.is_alone(esha)
    away.is_active = False
    away.save()
    assert workflow.is_alone(esha)


@pytest.fixture
def cast_of_others(db):
    """Staff of the other roles, and somebody without any: none of them could read it."""
    person("t@example.org", "T", Role.THERAPIST)
    person("m@example.org", "M", Role.MANAGER)
    person("c@example.org", "C")


def test_the_buttons_on_a_form(esha, neeshu):
    """In the order of the form; a new article can only be sent to review."""
    it = article("sketch", status="review")
    sent(it, esha)
    assert workflow.possible(it, "review", esha) == [RETURN]
    assert workflow.possible(it, "review", neeshu) == [PUBLISH, SCHEDULE, RETURN]
    assert workflow.possible(None, "draft", esha) == [SUBMIT]
    assert workflow.possible(it, "published", neeshu) == [WITHDRAW]


def test_asking_costs_two_queries_at_most(esha, neeshu, django_assert_max_num_queries):
    it = article("sketch", status="review")
    with django_assert_max_num_queries(2):
        workflow.problems(PUBLISH, it, "review", esha)
    with django_assert_max_num_queries(0):
        workflow.problems(SUBMIT, it, "draft", esha)
        workflow.problems(PUBLISH, it, "published", esha)
        workflow.problems(SCHEDULE, it, "scheduled", esha)
