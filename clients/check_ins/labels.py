"""The answers of a check-in, in words."""

from clients.labels import Text
from clients.models import CheckIn
from clients.models.portal import QUESTIONS


def in_words(check_in: CheckIn) -> list[tuple[Text, Text]]:
    """(question, answer) of each question that was answered. Reads encrypted values, so that it is
    called by a template, or inside `unreadable.showing()`."""
    answers: list[tuple[Text, Text]] = []
    for name, question in QUESTIONS.items():
        value = getattr(check_in, name)
        if value is not None:
            known = isinstance(value, int)
            answers.append((question, CheckIn.Step(value).label if known else str(value)))
    return answers
