"""What a client reads on their first days, and what the practice has not filled in for it yet."""

from typing import NamedTuple

from accounts.database.together import Loader
from accounts.people.queries import details_of_practice, of_practice
from clients.first_days import welcome
from clients.first_days.labels import HEADINGS, detail_label
from clients.first_days.welcome import Detail
from clients.journey import Status
from clients.labels import Text
from clients.models import Client


class Headed(NamedTuple):
    """A part with its heading, as a page shows it. `reach`: the practice's number belongs here."""

    heading: Text
    texts: tuple[str, ...]
    reach: bool


def for_client(client: Client) -> Loader[list[Headed]]:
    """Until the first session was held, and while the client is on their path; then nothing."""
    if client.journey.status != Status.WALKING:
        return []
    held, said = client.sessions.held().values("pk")[:1], details_of_practice()
    yield held, said
    return [] if held else headed(dict(said))


def headed(values: dict[str, str]) -> list[Headed]:
    return [
        Headed(HEADINGS[part.name], part.texts, part.name == "reach")
        for part in welcome.parts(values)
    ]


def blank_labels(values: dict[str, str]) -> list[Text]:
    return [detail_label(detail) for detail in welcome.blank(values)]


def languages() -> tuple[str, ...]:
    """The languages that the practice speaks; empty if it has not said so. One query."""
    return welcome.languages_in(of_practice().get(Detail.LANGUAGES, ""))
