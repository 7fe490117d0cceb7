"""When a client can add, change and rate goals. Pure."""

from enum import Enum, auto

from clients.journey import Status


class Refusal(Enum):
    """Why nothing can be added. What is there stays in sight."""

    PATH_CLOSED = auto()
    CONSENT_WITHDRAWN = auto()


def refusal(status: Status, *, withdrawn: bool) -> Refusal | None:
    """The first reason that applies, or None. While a path is paused, the client's goals go on."""
    if withdrawn:
        return Refusal.CONSENT_WITHDRAWN
    return Refusal.PATH_CLOSED if status is Status.CLOSED else None


def free_place(taken: set[int], most: int) -> int | None:
    """The first place that no goal has, None if all are taken."""
    return next((place for place in range(1, most + 1) if place not in taken), None)
