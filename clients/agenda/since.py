"""What has happened with a client since their last session. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    RESULT = "result"
    TASK = "task"
    REFLECTION = "reflection"
    PLAN = "plan"
    CHECK_IN = "check-in"


@dataclass(frozen=True)
class Fact:
    """One thing that a client did: shared a result (`key` and `title` are the attempt's), did a
    task, did one and wrote how it was, changed their safety plan, or said how a session was."""

    client: UUID
    kind: Kind
    at: datetime
    key: str = ""
    title: str = ""


@dataclass(frozen=True)
class Since:
    """`results` are the latest first; `reflections` are among the `tasks`."""

    results: tuple[Fact, ...] = ()
    tasks: int = 0
    reflections: int = 0
    plan: bool = False
    check_in: bool = False

    def __bool__(self) -> bool:
        return bool(self.results or self.tasks or self.plan or self.check_in)


def since(facts: Iterable[Fact], client: UUID, begins: datetime | None, ends: datetime) -> Since:
    """The client's facts after `begins` (or all, if it is None) up to and including `ends`, so that
    two spans that follow one another count each fact once."""
    own = [
        fact
        for fact in facts
        if fact.client == client and fact.at <= ends and (begins is None or fact.at > begins)
    ]
    results = [fact for fact in own if fact.kind is Kind.RESULT]
    reflections = sum(fact.kind is Kind.REFLECTION for fact in own)
    return Since(
        results=tuple(sorted(results, key=lambda fact: (fact.at, fact.key), reverse=True)),
        tasks=sum(fact.kind is Kind.TASK for fact in own) + reflections,
        reflections=reflections,
        plan=any(fact.kind is Kind.PLAN for fact in own),
        check_in=any(fact.kind is Kind.CHECK_IN for fact in own),
    )
