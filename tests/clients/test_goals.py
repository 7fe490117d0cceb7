"""Goals in the client's own words, and how near to them the client says they are."""

from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from accounts.encryption import data_keys
from accounts.models import AuditEvent, ConsentKind, Mail
from accounts.optimistic_lock import Stale
from accounts.people import consents
from clients.goals import actions, queries
from clients.goals.allowance import Refusal, free_place, refusal
from clients.goals.over_time import Direction, Rated, direction, draw, span, within
from clients.journey import Status
from clients.models import Goal, GoalRating, Rhythm, Task
from clients.rhythm import carrying_out
from clients.rhythm.queries import Rest
from clients.rhythm.queries import shown as rhythms_shown
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.consents import agree
from tests.support.threads import at_once

WORDS = "canary: sleep through the night"
DAY = date(2026, 3, 4)
IST = ZoneInfo("Asia/Kolkata")
RATINGS = st.lists(st.one_of(st.none(), st.integers(0, 10)), max_size=8)


def rated(*values: int | None) -> list[Rated]:
    """One rating a day, from the same day on."""
    return [Rated(DAY + timedelta(days=n), value) for n, value in enumerate(values)]


# The pure rules.


def test_where_a_goal_stands():
    assert direction([]) is None
    assert direction(rated(None)) is None
    assert direction(rated(3, None, 6, None)) == Direction(3, DAY, 6, DAY + timedelta(days=2))
    assert direction(rated(3)) == Direction(3, DAY, 3, DAY)
    assert direction(rated(3)).once
    assert not direction(rated(3, 3)).once


def test_the_days_of_a_span_count_at_both_ends():
    four, last = rated(1, 2, 3, 4), DAY + timedelta(days=3)
    assert within(four, None, None) == tuple(four)
    assert within(four, DAY, last) == tuple(four)
    assert within(four, DAY + timedelta(days=1), last - timedelta(days=1)) == tuple(four[1:3])
    assert span(four[::-1]) == (DAY, last)
    assert span([]) is None


@given(RATINGS, RATINGS)
def test_a_chart_shows_each_known_rating_once_and_joins_no_two_wordings(present, before):
    now = [Rated(one.on + timedelta(days=10), one.value) for one in rated(*present)]
    then = rated(*before)
    days = (DAY, DAY + timedelta(days=20))
    chart = draw([now, then], days, 0, 10, IST)
    known = [[one for one in line if one.value is not None] for line in (now, then)]
    if len(known[0]) + len(known[1]) < 2:
        assert chart is None
        return
    assert [len(one.marks) for one in chart.series] == [len(line) for line in known]
    assert [len(one.segments) for one in chart.series] == [max(len(k) - 1, 0) for k in known]
    assert [tick.label for tick in chart.rows] == ["0", "5", "10"]
    assert (chart.cuts, chart.shadings, chart.banded) == ((), (), False)
    assert (chart.starts.date(), chart.ends.date()) == days, "the same in every chart of a page"
    for series, line in zip(chart.series, known, strict=True):
        heights = [(one.value, float(mark.y)) for one, mark in zip(line, series.marks, strict=True)]
        assert all(y == pytest.approx(100 - 10 * value) for value, y in heights)


def test_one_day_is_no_chart_even_in_two_wordings():
    assert draw([rated(3), rated(4)], (DAY, DAY), 0, 10, IST) is None


def test_three_places_and_when_nothing_can_be_added():
    assert [free_place(set(taken), 3) for taken in ([], [1], [2, 3], [1, 3], [1, 2, 3])] == [
        1, 2, 1, 2, None
    ]  # fmt: skip
    assert refusal(Status.CLOSED, withdrawn=True) is Refusal.CONSENT_WITHDRAWN
    assert refusal(Status.CLOSED, withdrawn=False) is Refusal.PATH_CLOSED
    assert refusal(Status.WALKING, withdrawn=False) is None
    assert refusal(Status.PAUSED, withdrawn=False) is None


# One goal's whole life, on the pages.


def test_a_goal_is_written_rated_reworded_and_reached(cast, browser_of):
    client, therapist = browser_of(cast.asha.user), browser_of(cast.meera)
    assert "You have no goals yet" in client.get("/path/goals/").content.decode()
    key = str(uuid4())
    for _twice in range(2):  # A double click adds one goal.
        form = {"add": "yes", "text": WORDS, "key": key}
        assert client.post("/path/goals/", form).status_code == 302
    goal = Goal.objects.get()
    field = f"goal-{goal.pk}"
    since = timezone.localdate() - timedelta(days=9)
    GoalRating.objects.create(client=cast.asha, goal=goal, value=3, rated_on=since)
    for value in ("5", "6"):  # The second of a day takes the place of the first.
        assert client.post("/path/goals/", {field: value}).status_code == 302
    page = client.get("/path/goals/").content.decode()
    told = f"From 3 to 6 since {since:%-d %B %Y}"
    assert told in page
    chosen = LexborHTMLParser(page).css(f"input[name='{field}'][checked]")
    assert [one.attributes["value"] for one in chosen] == ["6"]
    assert "Last rated on" in client.get("/path/").content.decode()

    record = f"/clients/{cast.asha.pk}"
    for address in (f"{record}/results/", f"{record}/report/", f"{record}/timeline/"):
        page = therapist.get(address).content.decode()
        assert WORDS in page, address
    assert told in therapist.get(f"{record}/report/").content.decode()
    (results,) = LexborHTMLParser(therapist.get(f"{record}/results/").content).css("#goals")
    assert told in results.text()
    assert [cell.text(strip=True) for cell in results.css("tbody td")] == ["6", "3"]
    assert len(results.css("svg.chart circle")) == 2
    assert "Written by the client" in results.text()

    # In other words: the ratings stay with the old ones.
    assert client.post(f"/path/goals/{goal.pk}/", {"text": "Rest"}).status_code == 302
    new = Goal.objects.get(replaces=goal)
    assert (new.place, new.ratings.count(), goal.ratings.count()) == (1, 0, 2)
    page = client.get("/path/goals/").content.decode()
    assert "Rest" in page
    assert f"In earlier words: {WORDS}" in page
    assert "Not rated yet" in page
    assert client.get(f"/path/goals/{goal.pk}/")["Location"] == f"/path/goals/{new.pk}/"

    assert client.post(f"/path/goals/{new.pk}/", {"ending": "reached"}).status_code == 302
    new.refresh_from_db()
    assert new.ending == "reached"
    page = client.get("/path/goals/").content.decode()
    assert f"Reached on {timezone.localdate():%-d %B %Y}" in page
    assert client.get(f"/path/goals/{new.pk}/")["Location"] == "/path/goals/"
    verbs = AuditEvent.objects.filter(client=cast.asha.pk, verb__contains="goal")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "goal reached", "goal reworded", "goal set", "goals rated", "goals rated",
    ]  # fmt: skip
    assert not Mail.objects.exists(), "nobody gets an email about a goal"


def test_a_therapist_writes_one_down_and_does_nothing_else(cast, browser_of):
    page, goals = browser_of(cast.meera), f"/clients/{cast.asha.pk}/goals/"
    assert page.post(goals, {"text": WORDS}).status_code == 302
    goal = Goal.objects.get()
    assert (goal.written_by, goal.by_client) == (cast.meera, False)
    own = browser_of(cast.asha.user).get("/path/goals/").content.decode()
    assert "written down by Dr. Meera Nair, together with you" in own
    assert "Written down by Dr. Meera Nair with the client" in (
        page.get(f"/clients/{cast.asha.pk}/results/").content.decode()
    )
    for work in (
        lambda: actions.reword(goal=goal, by=cast.meera, text="x"),
        lambda: actions.end(goal=goal, by=cast.meera, ending="reached"),
        lambda: actions.rate(client=cast.asha, by=cast.meera, values={goal.pk: 3}),
        lambda: actions.add(client=cast.asha, by=cast.vikram, text="x"),
        lambda: actions.add(client=cast.asha, by=cast.manoj, text="x"),
        lambda: actions.add(client=cast.asha, by=cast.rohan.user, text="x"),
    ):
        with pytest.raises(PermissionDenied):
            work()
    assert not GoalRating.objects.exists()


def test_there_are_three_at_most(cast, browser_of):
    goals = [actions.add(client=cast.asha, by=cast.asha.user, text=f"{n}") for n in range(3)]
    answer = browser_of(cast.meera).post(f"/clients/{cast.asha.pk}/goals/", {"text": "four"})
    assert answer.status_code == 422
    assert "There are 3 goals already" in answer.content.decode()
    assert "four" in answer.content.decode(), "what was typed is not lost"
    page = browser_of(cast.asha.user)
    assert page.post("/path/goals/", {"add": "yes", "text": "four"}).status_code == 422
    page.post(f"/path/goals/{goals[1].pk}/", {"ending": "set aside"})
    assert page.post("/path/goals/", {"add": "yes", "text": "four"}).status_code == 302
    assert list(cast.asha.goals.open().values_list("place", flat=True)) == [1, 2, 3]


def test_two_windows(cast, browser_of):
    """The one that comes later overwrites nothing, and rates no words that it has not shown."""
    goal = actions.add(client=cast.asha, by=cast.asha.user, text="first words")
    new = actions.reword(goal=goal, by=cast.asha.user, text="second words")
    assert actions.reword(goal=goal, by=cast.asha.user, text="second words") == new
    page = browser_of(cast.asha.user)
    answer = page.post(f"/path/goals/{goal.pk}/", {"text": "third words"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "second words" in body
    assert "third words" in body
    assert f'action="/path/goals/{new.pk}/"' in body
    assert page.post(f"/path/goals/{goal.pk}/", {"ending": "reached"}).status_code == 409
    answer = page.post("/path/goals/", {f"goal-{goal.pk}": "7"})
    assert answer.status_code == 422
    assert "changed or has ended in the meantime" in answer.content.decode()
    actions.end(goal=new, by=cast.asha.user, ending="reached")
    actions.end(goal=new, by=cast.asha.user, ending="set aside")
    new.refresh_from_db()
    assert new.ending == "reached"
    with pytest.raises(ValidationError, match="has ended"):
        actions.reword(goal=new, by=cast.asha.user, text="too late")
    with pytest.raises(Stale):
        actions.end(goal=goal, by=cast.asha.user, ending="reached")
    assert not GoalRating.objects.exists()


@pytest.mark.parametrize("value", ["11", "-1", "x", "3.5", ""])
def test_a_rating_is_a_whole_number_from_0_to_10(cast, browser_of, value):
    goal = actions.add(client=cast.asha, by=cast.asha.user, text=WORDS)
    answer = browser_of(cast.asha.user).post("/path/goals/", {f"goal-{goal.pk}": value})
    assert answer.status_code == 422
    assert not GoalRating.objects.exists()


def test_nothing_new_after_a_withdrawn_consent_and_what_is_there_stays(cast, browser_of):
    goal = actions.add(client=cast.asha, by=cast.asha.user, text=WORDS)
    agree(cast.asha.user, ConsentKind.DATA)
    consents.withdraw(kind=ConsentKind.DATA, by=cast.asha.user)
    page = browser_of(cast.asha.user)
    for form in ({"add": "yes", "text": "x"}, {f"goal-{goal.pk}": "3"}):
        assert page.post("/path/goals/", form).status_code == 422
    shown = page.get("/path/goals/").content.decode()
    assert WORDS in shown
    assert "You have withdrawn your consent" in shown


def test_a_rhythm_asks_for_the_goals(cast, browser_of):
    therapist, now = browser_of(cast.meera), timezone.now()
    form = {"instrument": "goals", "kind": "weeks", "every": "4", "reason": "So that we look.",
            "begins_on": str(timezone.localdate())}  # fmt: skip
    address = f"/clients/{cast.asha.pk}/rhythms/"
    assert therapist.post(address, form | {"instrument": ""}).status_code == 422
    assert therapist.post(address, form).status_code == 302
    assert therapist.post(address, form).status_code == 422, "the same twice"
    assert [one.rest for one in rhythms_shown(cast.asha, now)] == [Rest.NO_GOAL]
    assert not carrying_out.carry_out(cast.asha.pk, now)
    goal = actions.add(client=cast.asha, by=cast.asha.user, text=WORDS)
    tasks.give_task(client=cast.asha, by=cast.meera, title="Something else")
    assert carrying_out.carry_out(cast.asha.pk, now)
    task = Task.objects.get(rates_goals=True)
    assert (task.title, task.instrument) == ("Rate your goals", None)
    assert task.text.startswith("Dr. Meera Nair asks you for this every 4 weeks.")
    page = browser_of(cast.asha.user)
    assert 'href="/path/goals/"' in page.get(f"/path/tasks/{task.pk}/").content.decode()
    page.post("/path/goals/", {f"goal-{goal.pk}": "4"})
    task.refresh_from_db()
    assert task.done_at
    assert not carrying_out.carry_out(cast.asha.pk, now + timedelta(days=2))
    assert "filled in" in therapist.get(f"/clients/{cast.asha.pk}/results/").content.decode()
    rhythm = Rhythm.objects.get()
    page = therapist.get(f"/clients/{cast.asha.pk}/rhythms/{rhythm.pk}/").content.decode()
    assert "<strong>Goals</strong>" in page
    due = now + timedelta(days=29)
    assert carrying_out.carry_out(cast.asha.pk, due)[0].ask


def test_the_pages_take_as_many_queries_for_many_ratings(cast, django_assert_num_queries):
    for n in range(3):
        goal = actions.add(client=cast.asha, by=cast.asha.user, text=f"{n}")
        for day in range(8):
            GoalRating.objects.create(
                client=cast.asha, goal=goal, value=day, rated_on=DAY + timedelta(days=day)
            )
    with data_keys.key_cache(), django_assert_num_queries(3):  # The third is the data key.
        shown = queries.of(cast.asha)
        assert [len(one.rated) for one in shown.open] == [8, 8, 8]
        assert {one.goal.by_client for one in shown.open} == {True}


# The database.


def test_row_security_shows_and_changes_only_what_it_may(cast):
    goal = actions.add(client=cast.asha, by=cast.asha.user, text=WORDS)
    actions.rate(client=cast.asha, by=cast.asha.user, values={goal.pk: 3})
    rating = GoalRating.objects.get()

    def seen(user) -> tuple[int, int]:
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            return Goal.objects.count(), GoalRating.objects.count()

    assert {name: seen(user) for name, user in cast.users().items()} == {
        name: (1, 1) if name in ("owner client", "assigned therapist") else (0, 0)
        for name in cast.users()
    }

    def changed(user, work) -> int:
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            try:
                with transaction.atomic():
                    return work()
            except DatabaseError:
                return 0

    own, now = cast.asha.user, timezone.now()
    goals, ratings = Goal.objects.filter(pk=goal.pk), GoalRating.objects.filter(pk=rating.pk)

    def insert(row) -> int:
        row.save(force_insert=True)
        return 1

    def another(by, **values) -> Goal:
        return Goal(client=cast.asha, text="x", place=2, written_by=by, **values)

    for user, work in (
        (cast.meera, lambda: goals.update(ending="reached", ended_at=now)),
        (cast.rohan.user, lambda: goals.update(ending="reached", ended_at=now)),
        (own, lambda: goals.update(written_by=cast.meera)),
        (own, lambda: goals.update(place=2)),
        (own, lambda: goals.update(client=cast.rohan)),
        (own, lambda: goals.delete()[0]),
        (own, lambda: ratings.delete()[0]),
        (own, lambda: ratings.update(rated_on=DAY)),
        (cast.meera, lambda: ratings.update(rated_at=now)),
        (cast.meera, lambda: insert(another(own))),
        (cast.meera, lambda: insert(another(cast.meera, replaces=goal))),
        (cast.vikram, lambda: insert(another(cast.vikram))),
        (cast.meera, lambda: insert(
            GoalRating(client=cast.asha, goal=goal, value=1, rated_on=DAY))),
        (cast.rohan.user, lambda: insert(
            GoalRating(client=cast.rohan, goal=goal, value=1, rated_on=DAY))),
    ):  # fmt: skip
        assert changed(user, work) == 0
    assert changed(cast.meera, lambda: insert(another(cast.meera))) == 1
    GoalRating.objects.update(rated_at=now - timedelta(days=2))
    assert changed(own, lambda: ratings.update(rated_at=now)) == 0, "it stays after a day"
    Goal.objects.filter(pk=goal.pk).update(ending="reached", ended_at=now)
    late = GoalRating(client=cast.asha, goal=goal, value=1, rated_on=DAY)
    assert changed(own, lambda: insert(late)) == 0, "an ended goal is not rated"
    assert changed(own, lambda: goals.update(ending="", ended_at=None)) == 0, "nor opened again"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_one_place_each():
    cast = people.make()
    for n in range(2):
        actions.add(client=cast.asha, by=cast.asha.user, text=f"{n}")

    def add(number: int) -> bool:
        who = (cast.asha.user, cast.meera)[number]
        try:
            actions.add(client=cast.asha, by=who, text="the last place")
        except ValidationError:
            return False
        return True

    assert sorted(at_once(add, 2)) == [False, True]
    assert cast.asha.goals.open().count() == 3
