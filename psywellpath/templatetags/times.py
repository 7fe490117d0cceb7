"""Times as HTML reads them."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter(expects_localtime=True)
def iso(at: datetime | None) -> str:
    """For `datetime=`, in the practice's zone: HTML takes three digits of a second at most. Empty
    for None, as with Django's own filters: the preview of a draft has no date yet."""
    return at.isoformat(timespec="seconds") if at else ""
