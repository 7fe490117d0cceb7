"""Times as HTML reads them."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter(expects_localtime=True)
def iso(at: datetime) -> str:
    """For `datetime=`, in the practice's zone: HTML takes three digits of a second at most."""
    return at.isoformat(timespec="seconds")
