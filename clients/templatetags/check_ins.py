"""What a client answered about a session."""

from django import template

from clients.check_ins.labels import in_words
from clients.labels import Text
from clients.models import CheckIn

register = template.Library()


@register.filter
def answers(check_in: CheckIn) -> list[tuple[Text, Text]]:
    return in_words(check_in)
