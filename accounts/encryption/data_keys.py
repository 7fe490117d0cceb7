"""The data key of each person: made on first need, kept in memory for a request, forgotten.

A key is cached inside `kept()` alone: the middleware opens one for each request, and a command
for its run. Elsewhere each look asks the database.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import models, router, transaction
from django.db.models import Func, OuterRef, Subquery

from accounts.encryption import cipher
from accounts.models.data_key import DataKey

# Whose a row is: a subject, or the row (model and id) whose subject has to be asked for.
Place = tuple[type[models.Model], UUID]
Whose = UUID | Place

log = logging.getLogger("accounts.encryption")


class Made:
    """Tells whether a key that was made here is in the database for good, or was rolled back."""

    def __init__(self) -> None:
        self.settled = False
        self.connection = transaction.get_connection(router.db_for_write(DataKey))
        self.connection.on_commit(self)

    def __call__(self) -> None:
        self.settled = True

    @property
    def stands(self) -> bool:
        return self.settled or any(hook[1] is self for hook in self.connection.run_on_commit)


@dataclass
class Ring:
    """Unwrapped keys by subject. `absent`: of whom there is none that opens. `logged`: rows that
    did not open; `refused`: whether one of them was asked for by more than a page that shows it."""

    keys: dict[UUID, bytes] = field(default_factory=dict)
    subjects: dict[Place, UUID] = field(default_factory=dict)
    made: dict[UUID, Made] = field(default_factory=dict)
    absent: set[UUID] = field(default_factory=set)
    logged: set[UUID] = field(default_factory=set)
    refused: bool = False

    def subject(self, whose: Whose) -> UUID | None:
        return self.subjects.get(whose) if isinstance(whose, tuple) else whose

    def load(self, wanted: Iterable[Whose]) -> None:
        """One query a model among places that are new, and one where a key is still missing."""
        asked = set(wanted)
        places = {w for w in asked if isinstance(w, tuple) and w not in self.subjects}
        found: dict[UUID, bytes | None] = {}
        for model in {model for model, _pk in places}:
            for pk, subject, wrapped in _by_place(model, [p for m, p in places if m is model]):
                self.subjects[model, pk] = subject
                found[subject] = wrapped
        subjects = {subject for w in asked if (subject := self.subject(w)) is not None}
        if missing := subjects - set(self.keys) - set(found):
            rows = DataKey.objects.filter(subject__in=missing)
            found |= {s: bytes(w) for s, w in rows.values_list("subject", "wrapped")}
        for subject, wrapped in found.items():
            if wrapped is not None and subject not in self.keys:
                self._take(subject, wrapped)
        self.absent |= {s for w in asked if (s := self.subject(w)) is not None} - set(self.keys)

    def _take(self, subject: UUID, wrapped: bytes) -> None:
        """One that does not unwrap is missing to its owner, not to the others of a list."""
        try:
            self.keys[subject] = cipher.unwrap(wrapped, context(subject))
        except cipher.Unreadable as why:
            log.error("data key %s: %s", subject, why)


current_ring: ContextVar[Ring | None] = ContextVar("keys of this request", default=None)


@contextmanager
def kept() -> Iterator[Ring]:
    """Keys are cached until the block ends; within another such block, until that one ends."""
    there = current_ring.get()
    if there is not None:
        yield there
        return
    token = current_ring.set(ring := Ring())
    try:
        yield ring
    finally:
        current_ring.reset(token)


def context(subject: UUID) -> str:
    return f"accounts.datakey {subject}"


def _by_place(model: type[models.Model], ids: list[UUID]) -> Iterable[tuple]:
    """(id, subject, wrapped key or None) of rows through which others belong to somebody."""
    keys = DataKey.objects.filter(subject=OuterRef("whose_subject")).values("wrapped")
    rows = model._base_manager.filter(
        pk__in=ids
    ).annotate(
        whose_subject=model.DATA_SUBJECT,  # type: ignore[attr-defined]
        whose_key=Subquery(keys[:1]),
    )
    return rows.values_list("pk", "whose_subject", "whose_key")


def key_of(whose: Whose, beside: Iterable[Whose] = ()) -> tuple[UUID, bytes]:
    """The subject and its key; inside `kept()` those of the rows `beside` come along.

    No query for what is cached, else one. Raises Unreadable where there is no such key.
    """
    ring, cached = current_ring.get(), True
    if ring is None:
        ring, cached = Ring(), False
    subject = ring.subject(whose)
    if subject is None or not (subject in ring.keys or subject in ring.absent):
        ring.load({whose, *beside} if cached else {whose})
        subject = ring.subject(whose)
    if subject is None or subject not in ring.keys:
        raise cipher.Unreadable("its data key is not here")
    return subject, ring.keys[subject]


def subject_of(whose: Whose) -> UUID:
    """No query for what is cached, else one."""
    ring = current_ring.get() or Ring()
    if ring.subject(whose) is None:
        ring.load({whose})
    subject = ring.subject(whose)
    if subject is None:
        raise cipher.Unreadable("whose it is can't be told")
    return subject


def key_for_writing(subject: UUID) -> bytes:
    """The key of a subject, made where there is none: two processes at once agree on one.

    No query where the cached one is known to be stored, else one, or three to make it.
    """
    ring = current_ring.get() or Ring()
    made = ring.made.get(subject)
    if made and not made.stands:  # Its row went away with a savepoint.
        del ring.made[subject]
        ring.keys.pop(subject, None)
    if subject not in ring.keys:
        row = DataKey.objects.filter(subject=subject).first()
        if row is None:
            row, ring.made[subject] = _make(subject), Made()
        ring.keys[subject] = cipher.unwrap(row.wrapped, context(subject))
        ring.absent.discard(subject)
    return ring.keys[subject]


def _make(subject: UUID) -> DataKey:
    wrapped = cipher.wrap(cipher.new_key(), context(subject))
    # Who comes second waits here for the first one's transaction, and takes theirs.
    DataKey.objects.bulk_create([DataKey(subject=subject, wrapped=wrapped)], ignore_conflicts=True)
    return DataKey.objects.get(subject=subject)


def forget(subjects: Iterable[UUID]) -> int:
    """Deletes keys, after the rows that they encrypted; how many.

    A key that still encrypts something, of a living person above all, stays for everybody: by this
    condition, and by the database's own triggers.
    """
    gone = set(subjects)
    if ring := current_ring.get():
        for subject in gone:
            ring.keys.pop(subject, None)
            ring.made.pop(subject, None)
        ring.subjects = {p: subject for p, subject in ring.subjects.items() if subject not in gone}
    in_use = Func("subject", function="app_key_is_in_use", output_field=models.BooleanField())
    spent = DataKey.objects.filter(subject__in=gone).alias(in_use=in_use).filter(in_use=False)
    return spent.delete()[0]


def unopened(row: UUID, what: str, why: Exception) -> cipher.Unreadable:
    """Logs that something of a row does not open, without a word of it and once a request, and
    makes the exception to raise."""
    ring = current_ring.get()
    if ring is None or row not in ring.logged:
        log.error("%s can't be opened: %s", what, why)
    if ring is not None:
        ring.logged.add(row)
    return cipher.Unreadable(f"{what}: {why}")


def was_refused() -> None:
    """Something that does not open was asked for in earnest: this request must not go on."""
    if ring := current_ring.get():
        ring.refused = True
