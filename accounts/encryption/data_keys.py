"""Each person's data key: created when it is first needed, and cached in memory for one request.

Keys are cached inside `key_cache()` only: the middleware opens one for each request, a command for
its run. Elsewhere each use queries the database.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import models, router, transaction
from django.db.models import Func, OuterRef, Subquery

from accounts.encryption import cipher
from accounts.models.data_key import DataKey

# The owner of a row's key: a subject, or a row (model and id) whose subject has to be queried.
OwnerRow = tuple[type[models.Model], UUID]
KeyOwner = UUID | OwnerRow

log = logging.getLogger("accounts.encryption")


class NewKeyMarker:
    """Whether a key that was created here is still to be committed, stored, or rolled back."""

    def __init__(self) -> None:
        self.settled = False
        self.connection = transaction.get_connection(router.db_for_write(DataKey))
        self.connection.on_commit(self)

    def __call__(self) -> None:
        self.settled = True

    @property
    def is_valid(self) -> bool:
        return self.settled or any(hook[1] is self for hook in self.connection.run_on_commit)


@dataclass
class Ring:
    """Unwrapped keys by subject. `absent`: subjects without a usable key. `logged`: rows with a
    value that can't be decrypted; `refused`: whether one was needed for more than showing it."""

    keys: dict[UUID, bytes] = field(default_factory=dict)
    subjects: dict[OwnerRow, UUID] = field(default_factory=dict)
    new: dict[UUID, NewKeyMarker] = field(default_factory=dict)
    absent: set[UUID] = field(default_factory=set)
    logged: set[UUID] = field(default_factory=set)
    refused: bool = False

    def subject(self, owner: KeyOwner) -> UUID | None:
        return self.subjects.get(owner) if isinstance(owner, tuple) else owner

    def load(self, owners: Iterable[KeyOwner]) -> None:
        """One query for each model among new rows, and one more if keys are missing then."""
        owners = set(owners)
        rows = {
            owner for owner in owners if isinstance(owner, tuple) and owner not in self.subjects
        }
        loaded: dict[UUID, bytes | None] = {}
        for model in {model for model, _pk in rows}:
            for pk, subject, wrapped in keys_of_rows(model, [p for m, p in rows if m is model]):
                self.subjects[model, pk] = subject
                loaded[subject] = wrapped
        subjects = {subject for o in owners if (subject := self.subject(o)) is not None}
        if missing := subjects - set(self.keys) - set(loaded):
            data_keys = DataKey.objects.filter(subject__in=missing)
            loaded |= {s: bytes(w) for s, w in data_keys.values_list("subject", "wrapped")}
        self.keep(loaded)
        self.absent |= subjects - set(self.keys)

    def keep(self, loaded: Mapping[UUID, bytes | None]) -> None:
        for subject, wrapped in loaded.items():
            if wrapped is not None and subject not in self.keys:
                self._unwrap(subject, bytes(wrapped))

    def _unwrap(self, subject: UUID, wrapped: bytes) -> None:
        """A key that can't be unwrapped is missing for its subject, not for others in a list."""
        try:
            self.keys[subject] = cipher.unwrap(wrapped, context(subject))
        except cipher.Unreadable as why:
            log.error("data key %s: %s", subject, why)


current_ring: ContextVar[Ring | None] = ContextVar("keys of this request", default=None)


@contextmanager
def key_cache() -> Iterator[Ring]:
    """Caches keys until the block ends; if it is nested, until the outermost block ends."""
    outer = current_ring.get()
    if outer is not None:
        yield outer
        return
    token = current_ring.set(ring := Ring())
    try:
        yield ring
    finally:
        current_ring.reset(token)


def context(subject: UUID) -> str:
    return f"accounts.datakey {subject}"


def keys_of_rows(model: type[models.Model], ids: list[UUID]) -> models.QuerySet:
    """(id, subject, wrapped key or None) of the rows through which other rows have an owner."""
    keys = DataKey.objects.filter(subject=OuterRef("key_subject")).values("wrapped")
    rows = model._base_manager.filter(
        pk__in=ids
    ).annotate(
        key_subject=model.DATA_SUBJECT,  # type: ignore[attr-defined]
        wrapped_key=Subquery(keys[:1]),
    )
    return rows.values_list("pk", "key_subject", "wrapped_key")


def keep_keys_of_rows(model: type[models.Model], rows: Iterable[tuple]) -> None:
    """Keeps what `keys_of_rows` found, if keys are cached."""
    if ring := current_ring.get():
        found = list(rows)
        ring.subjects |= {(model, pk): subject for pk, subject, _wrapped in found}
        ring.keep({subject: wrapped for _pk, subject, wrapped in found})
        # One that cannot be unwrapped. One that does not exist is asked for again: until the
        # record is locked, another request may create it.
        stored = {subject for _pk, subject, wrapped in found if wrapped is not None}
        ring.absent |= stored - set(ring.keys)


def key_of(owner: KeyOwner, beside: Iterable[KeyOwner] = ()) -> tuple[UUID, bytes]:
    """The subject and its key; inside `key_cache()` the keys of the owners `beside` are loaded too.

    No query if it is cached, otherwise one. Raises Unreadable if there is no such key.
    """
    shared = current_ring.get()
    ring = shared or Ring()
    subject = ring.subject(owner)
    if subject is None or not (subject in ring.keys or subject in ring.absent):
        ring.load({owner, *beside} if shared else {owner})
        subject = ring.subject(owner)
    if subject is None or subject not in ring.keys:
        raise cipher.Unreadable("its data key is missing")
    return subject, ring.keys[subject]


def subject_of(owner: KeyOwner) -> UUID:
    """No query if it is cached, otherwise one."""
    ring = current_ring.get() or Ring()
    if ring.subject(owner) is None:
        ring.load({owner})
    subject = ring.subject(owner)
    if subject is None:
        raise cipher.Unreadable("its owner can't be determined")
    return subject


def key_for_writing(subject: UUID) -> bytes:
    """The key of a subject, created if there is none; two processes at once agree on one.

    No query if the cached one is known to be stored, otherwise one, or three to create it.
    """
    ring = current_ring.get() or Ring()
    new = ring.new.get(subject)
    if new and not new.is_valid:  # Its row was rolled back with a savepoint.
        del ring.new[subject]
        ring.keys.pop(subject, None)
    if subject not in ring.keys:
        row = DataKey.objects.filter(subject=subject).first()
        if row is None:
            row = _create(subject)
            ring.new[subject] = NewKeyMarker()
        ring.keys[subject] = cipher.unwrap(row.wrapped, context(subject))
        ring.absent.discard(subject)
    return ring.keys[subject]


def _create(subject: UUID) -> DataKey:
    wrapped = cipher.wrap(cipher.new_key(), context(subject))
    # The second of two processes waits here for the first one's commit, and takes its key.
    DataKey.objects.bulk_create([DataKey(subject=subject, wrapped=wrapped)], ignore_conflicts=True)
    return DataKey.objects.get(subject=subject)


def forget(subjects: Iterable[UUID]) -> int:
    """Deletes the keys of subjects whose rows were deleted; returns how many.

    A key with which anything is still encrypted stays: this condition and the database's triggers
    see to it.
    """
    forgotten = set(subjects)
    if ring := current_ring.get():
        for subject in forgotten:
            ring.keys.pop(subject, None)
            ring.new.pop(subject, None)
        ring.subjects = {row: s for row, s in ring.subjects.items() if s not in forgotten}
    in_use = Func("subject", function="app_key_is_in_use", output_field=models.BooleanField())
    keys = DataKey.objects.filter(subject__in=forgotten).alias(in_use=in_use)
    return keys.filter(in_use=False).delete()[0]


def unopened(row: UUID, what: str, why: Exception) -> cipher.Unreadable:
    """Logs, without any words and once a request for each row, that a value can't be decrypted.
    Returns the exception to raise."""
    ring = current_ring.get()
    if ring is None or row not in ring.logged:
        log.error("%s can't be opened: %s", what, why)
    if ring is not None:
        ring.logged.add(row)
    return cipher.Unreadable(f"{what}: {why}")


def refuse_request() -> None:
    """A value that can't be decrypted was needed, not only shown: the request must fail."""
    if ring := current_ring.get():
        ring.refused = True
