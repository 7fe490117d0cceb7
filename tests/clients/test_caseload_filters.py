"""The caseload's filters: each field has its condition, and the number shown is right."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from clients.caseload.forms import CaseloadFilter
from clients.caseload.listing import CLOSED_PATHS, FILTERS, KNOWN_COUNTS, count, counted, narrow
from clients.models import CaseloadIndex, StepEvent, Task
from tests.support.cast import person, unflagged
from tests.support.declarations import assert_complete

# A value for each filter that leaves some of the clients, and not all of them.
VALUES = {"needs": True, "q": "ro", "step": 1, "closed": True}


def test_every_field_of_the_form_has_its_condition():
    assert_complete(
        {*FILTERS, CLOSED_PATHS, "sort"}, CaseloadFilter.base_fields,
        file="FILTERS of clients/caseload/listing.py", question="which clients does it leave?",
    )  # fmt: skip
    assert_complete(
        VALUES, {*FILTERS, CLOSED_PATHS},
        file="VALUES of tests/clients/test_caseload_filters.py", question="with which value?",
    )  # fmt: skip


def test_only_filters_have_known_counts():
    assert {name for names in KNOWN_COUNTS for name in names} <= {*FILTERS, CLOSED_PATHS}


@pytest.fixture
def index(cast):
    """Every filter leaves some of these clients, and not all of them."""
    today = timezone.localdate()
    overdue = {"given_by": cast.meera, "title": "Overdue", "due_on": today - timedelta(days=2)}
    for name, step, needy, closed in product(
        ("Rohini", "Anil"), (1, 2), (False, True), (False, True)
    ):
        user = person(f"{name}{step}{needy}{closed}@example.org".lower(), name)
        client = unflagged(user, cast.meera, days=20)
        path = [("move", 2)] * (step == 2) + [("close", step)] * closed
        for sequence, (kind, at_step) in enumerate(path, start=2):
            StepEvent.objects.create(
                client=client, sequence=sequence, kind=kind, step_id=at_step, by=cast.meera,
                reason="It was time",
            )  # fmt: skip
        if needy:
            Task.objects.create(client=client, step_id=step, **overdue)
    return CaseloadIndex.objects.filter(client__user__name__in=("Rohini", "Anil"))


@pytest.mark.parametrize("name", VALUES)
def test_each_filter_leaves_some_clients(name, index):
    now = timezone.now()
    all_open = narrow(index, {}, now).count()
    assert narrow(index, {name: VALUES[name]}, now).count() > 0
    assert name == CLOSED_PATHS or narrow(index, {name: VALUES[name]}, now).count() < all_open


@pytest.mark.parametrize("chosen", list(product([False, True], repeat=len(VALUES))))
def test_a_known_count_is_the_count(chosen, index):
    now = timezone.now()
    filters = {name: VALUES[name] for name, on in zip(VALUES, chosen, strict=True) if on}
    known = counted(filters, count(index, now))
    assert known in (None, narrow(index, filters, now).count())
    assert (known is None) == (frozenset(filters) not in KNOWN_COUNTS)
