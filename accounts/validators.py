"""What a date or a text must not be, no matter who typed it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

YEARS = range(2000, 2101)


def year_makes_sense(value: date) -> None:
    """A slip in the year; one of 0001 can't even be shown in the practice's time zone."""
    if value.year not in YEARS:
        raise ValidationError(_("Is the year right? It must lie between 2000 and 2100."))
