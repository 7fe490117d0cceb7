"""Phone numbers as people write them: dialled as they were meant, or not at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.contact_details import phone_numbers
from clients.models import SafetyPlan
from clients.safety_plan.forms import SafetyForm

# What somebody writes into one field -> what a telephone dials; None: no button, and a clear error
# when it is in the field for numbers.
LINES = {
    "9845000001": "9845000001",
    "98450 00001": "9845000001",
    "98450-00001": "9845000001",
    " 98450  00001 ": "9845000001",
    "98450\t00001": "9845000001",
    "98450\u00a000001": "9845000001",
    "(98450) 00001": "9845000001",
    "98450.00001": "9845000001",
    "09845000001": "09845000001",
    "0 98450 00001": "09845000001",
    "+919845000001": "+919845000001",
    "+91 98450 00001": "+919845000001",
    "+91-98450-00001": "+919845000001",
    "+91 (98450) 00001": "+919845000001",
    "+ 91 98450 00001": "+919845000001",
    "91 98450 00001": "919845000001",
    "0091 98450 00001": "00919845000001",
    "080 2345 6789": "08023456789",
    "(080) 23456789": "08023456789",
    "022-2345 6789": "02223456789",
    "+44 20 7946 0958": "+442079460958",
    "+1 (212) 555-0123": "+12125550123",
    "14416": "14416",
    "1-800-891-4416": "18008914416",
    "1800 891 4416": "18008914416",
    "112": "112",
    "1098": "1098",
    "181": "181",
    "९८४५० ००००१": "9845000001",
    "９８４５０００００１": "9845000001",
    "+९१ ९८४५० ००००१": "+919845000001",
    "": "",
    "   ": "",
    "Leela": None,
    "Leela 24x7 9845000002": None,
    "24x7 9845000002": None,
    "24/7 9845000002": None,
    "Nisha, flat 302, 98450 00001": None,
    "flat 302, 98450 00001": None,
    "302, 98450 00001": None,
    "302 98450 00001": None,
    "98450 00001 (after 6)": None,
    "98450 00001 (6-9 pm)": None,
    "98450 00001, evenings": None,
    "98450 00001 / 98450 00002": None,
    "98450 00001, 98450 00002": None,
    "98450 00001 98450 00002": None,
    "98450 00001 or 98450 00002": None,
    "98450 00001; 2": None,
    "98450 00001 ext 12": None,
    "080 23456789 x12": None,
    "080 23456789 #12": None,
    "+44 (0)20 7946 0958": None,
    "+91 98450 00001 +91 98450 00002": None,
    "98450 00001+": None,
    "++91 98450 00001": None,
    "mob: 98450 00001": None,
    "98450 O0001": None,
    "12": None,
    "call Ravi at the shop no 5": None,
    "302": None,
    "2345 6789": None,
    "22 2345 6789": None,
    "98450 0000": None,
    "98450 000012": None,
    "+91 98450 0000": None,
    "+91 080 2345 6789": None,
    "+44 2079": None,
    "1860 123 4567": "18601234567",
    "00 44 20 7946 0958": "00442079460958",
}


@pytest.mark.trust
def test_seventy_lines_as_people_write_them(promise):
    right = 0
    for written, dialled in LINES.items():
        assert dial(written) == dialled, written
        # Beside the name the same words dial nothing, whatever digits they hold.
        plan = SafetyPlan(calls=[[written, ""]], contact_name=written)
        assert plan.buttons == [], written
        right += 1
    assert len(LINES) == 70
    promise("calls", f"{right} of {len(LINES)} lines dialled as meant, or no button")


def dial(written: str) -> str | None:
    """Through the form, as the page does it."""
    fields = {"call_name_0": "Maya", "call_number_0": written, "contact_phone": written}
    form = SafetyForm(fields | {"doctor_number": written}, by_client=True)
    if not form.is_valid():
        assert set(form.errors) == {"call_number_0", "doctor_number", "contact_phone"}
        assert "one phone number" in str(form.errors["call_number_0"])
        return None
    (call,) = form.instance.people_to_call
    assert call.dialled == form.instance.contact.dialled
    assert bool(call.number) == (call in form.instance.buttons)
    return call.dialled


@given(st.text(max_size=40))
def test_nothing_is_dialled_that_was_not_written(written):
    """Every digit dialled was typed, in that order, and no digit typed is left out."""
    try:
        number = phone_numbers.cleaned(written)
    except phone_numbers.NotOneNumber:
        return
    assert phone_numbers.cleaned(number) == number
    assert set(phone_numbers.dialled(number)) <= set("+0123456789")
    assert [c for c in phone_numbers.dialled(number) if c != "+"] == [
        c for c in number if c.isdigit()
    ]


@given(st.from_regex(r"(\+|00|0|91|)[0-9]{2,16}", fullmatch=True))
def test_digits_alone_are_kept_or_refused_but_never_changed(digits):
    assert phone_numbers.dialled(digits) in ("", digits)


@pytest.mark.parametrize("digits", ["91" + "9" * 10, "+" + "1" * 15, "00" + "1" * 15])
def test_the_longest_numbers_there_are(digits):
    assert phone_numbers.cleaned(digits) == digits
    with pytest.raises(phone_numbers.NotOneNumber, match=re.escape(digits) + "1$"):
        phone_numbers.cleaned(digits + "1")


def test_a_digit_of_another_script_is_not_dialled_as_it_is():
    """The form writes them in ASCII first."""
    assert phone_numbers.dialled("९८४५००००००") == ""
