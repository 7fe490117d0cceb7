"""What staff read before they call or write to somebody who asked for a first session."""

from django import template

from clients.intake import labels
from clients.models import Enquiry

register = template.Library()


@register.filter
def safe_lines(enquiry: Enquiry) -> list[labels.Line]:
    return labels.lines(enquiry.safe_contact)
