"""Validators of the dates that people type."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

YEARS = range(2000, 2101)


def year_makes_sense(value: date) -> None:
    """Catches a slip in the year; 0001 can't even be shown in the practice's time zone."""
    if value.year not in YEARS:
        raise ValidationError(_("Is the year right? It must lie between 2000 and 2100."))
