"""How somebody can be reached without putting them at risk: what they answered. Pure.

What was not answered counts as "no" on the telephone: no message is left, and nobody says who is
calling. An email is written in any case where an address was given, so there only a "no" counts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

LONGEST_LANGUAGE = 40

Choice = TypeVar("Choice", bound=StrEnum)


class Way(StrEnum):
    """How the answer to a request should come."""

    EITHER = "either"
    EMAIL = "email"
    PHONE = "phone"


class Time(StrEnum):
    """When a call suits best."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True)
class SafeContact:
    """None stands for what was not answered."""

    way: Way | None = None
    message: bool | None = None
    name_us: bool | None = None
    time: Time | None = None
    language: str = ""

    @classmethod
    def read(cls, stored: object) -> "SafeContact":
        """From what is stored, or from nothing. What no answer can be is left out."""
        answers = stored if isinstance(stored, Mapping) else {}
        return cls(
            way=_member(Way, answers.get("way")),
            message=_yes_or_no(answers.get("message")),
            name_us=_yes_or_no(answers.get("name_us")),
            time=_member(Time, answers.get("time")),
            language=str(answers.get("language") or "")[:LONGEST_LANGUAGE],
        )

    def to_store(self) -> dict[str, str | bool] | None:
        """The answers alone; None if there are none."""
        answers = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return answers or None

    @property
    def may_email(self) -> bool:
        return self.way != Way.PHONE

    @property
    def may_call(self) -> bool:
        return self.way != Way.EMAIL

    @property
    def emails_unnamed(self) -> bool:
        """Whether an email leaves out the practice's name."""
        return self.name_us is False


def _member(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
