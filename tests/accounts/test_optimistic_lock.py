"""The optimistic lock: what a form carries, and when an action refuses."""

import pytest
from django.http import QueryDict

from accounts.optimistic_lock import Stale, VersionedForm, VersionField, demand_current

pytestmark = pytest.mark.quick


def test_only_the_version_that_was_shown_is_changed():
    row = object()
    demand_current(row, version=3, seen=3)
    for seen in (2, 4, 0):
        with pytest.raises(Stale) as refused:
            demand_current(row, version=3, seen=seen)
        assert refused.value.current is row


@pytest.mark.parametrize("sent", ["", None, "x", "3.5", "9" * 5000])
def test_a_damaged_version_counts_as_none(sent):
    assert VersionField().clean(sent) == 0


def test_a_form_that_is_shown_again_carries_the_current_version():
    form = VersionedForm(QueryDict("note-seen=3&typed=words&typed=more"), prefix="note")
    assert form.is_valid()
    assert form.cleaned_data == {"seen": 3}
    form.show_again(seen=4)
    assert 'value="4"' in str(form["seen"])
    assert form.data.getlist("typed") == ["words", "more"]
    assert form.data.getlist("note-seen") == ["4"]
