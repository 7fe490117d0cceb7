"""When a client can add something for the next session. Pure."""

from enum import Enum, auto

from clients.journey import Status


class Refusal(Enum):
    """Why nothing can be added. What is there stays, and can be removed."""

    PATH_CLOSED = auto()
    NO_THERAPIST = auto()
    CONSENT_WITHDRAWN = auto()


def refusal(status: Status, *, has_therapist: bool, withdrawn: bool) -> Refusal | None:
    """The first reason that applies, or None. A path that is paused is no reason: its client may
    well wish to say something when it goes on."""
    if withdrawn:
        return Refusal.CONSENT_WITHDRAWN
    if status is Status.CLOSED:
        return Refusal.PATH_CLOSED
    return None if has_therapist else Refusal.NO_THERAPIST
