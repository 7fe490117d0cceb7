"""Columns that the database holds encrypted: text, a number, JSON.

Each value is encrypted under the data key of the person its row belongs to, and bound to its
model, column and primary key. It is decrypted when it is first read from its row. What can't be
decrypted raises Unreadable when it is read, when it is set and when its row is saved; so it is
neither shown nor written over. Where it would only be shown, a placeholder stands in for it
(`unreadable.py`). SQL can ask of these columns only whether they are NULL (`__isnull`).
"""

import json
import struct
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Value
from django.db.models.query_utils import DeferredAttribute

from accounts.encryption import cipher, data_keys, unreadable
from accounts.encryption.cipher import Unreadable

# Lengths tell: a style from its number of letters, a short "yes" from a long story.
PAD = 64
END = b"\x80"


class Closed:
    """An encrypted value as the database holds it; it has no words. Its row opens it."""

    __slots__ = ("data",)

    def __init__(self, data: bytes | None):
        self.data = data

    def __str__(self) -> str:
        raise Unreadable("an encrypted value is read from its row alone")

    def __repr__(self) -> str:
        return "<encrypted>"


class EncryptedAttribute(DeferredAttribute):
    """Opens on reading; on setting, too, so that nobody writes over what does not open."""

    field: Any

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        try:
            return self.opened(instance)
        except Unreadable:
            if unreadable.is_showing():
                return unreadable.Placeholder()
            data_keys.was_refused()
            raise

    def __set__(self, instance: Any, value: Any) -> None:
        if not instance._state.adding:
            self.opened(instance)
        instance.__dict__[self.field.attname] = value

    def opened(self, instance: Any) -> Any:
        """Raises Unreadable, whatever it is read for."""
        held, name = instance.__dict__, self.field.attname
        if name not in held:
            held[name] = self._fetch(instance)
        if isinstance(held[name], Closed):
            held[name] = self.field.open(instance, held[name])
        return held[name]

    def _fetch(self, instance: Any) -> Any:
        """A deferred column. One query."""
        rows = type(instance)._base_manager.using(instance._state.db).filter(pk=instance.pk)
        return rows.only(self.field.attname).get().__dict__[self.field.attname]


class EncryptedField(models.Field):
    """What the fields have in common; `nothing` is what an empty column (NULL) means."""

    descriptor_class = EncryptedAttribute
    nothing: Any = None

    def db_type(self, connection) -> str:
        return connection.data_types["BinaryField"]

    def encode(self, value: Any) -> bytes:
        raise NotImplementedError

    def decode(self, plain: bytes) -> Any:
        raise NotImplementedError

    def context(self, instance: models.Model) -> str:
        return f"{instance._meta.label_lower}.{self.attname} {instance.pk}"

    def open(self, instance: Any, closed: Closed) -> Any:
        """Raises Unreadable, and logs which row and column it was: once a request for a row."""
        try:
            beside = getattr(instance._state, "beside", ())
            subject, key = data_keys.key_of(instance.belongs_to(), beside)
            plain = cipher.decrypt(key, closed.data or b"", self.context(instance))
            value = self.decode(plain)
        except (Unreadable, ValueError, struct.error) as why:
            raise data_keys.unopened(instance.pk, self.context(instance), why) from None
        _seen(instance)[self.attname] = (plain, instance.pk, subject), closed
        return value

    def pre_save(self, model_instance: Any, add: bool) -> Closed:
        """What is unchanged since it was read goes back as it was, byte for byte."""
        value = getattr(type(model_instance), self.attname).opened(model_instance)
        if isinstance(value, unreadable.Placeholder):
            raise Unreadable("nobody wrote this")
        if value is None or value == self.nothing:
            return Closed(None)
        plain, pk = self.encode(value), model_instance.pk
        subject = data_keys.subject_of(model_instance.belongs_to())
        said, closed = _seen(model_instance).get(self.attname, (None, None))
        if closed is not None and said == (plain, pk, subject):
            return closed
        key = data_keys.key_for_writing(subject)
        return Closed(cipher.encrypt(key, plain, self.context(model_instance)))

    def from_db_value(self, value, expression, connection) -> Any:
        return self.nothing if value is None else Closed(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection, prepared: bool = False) -> Any:
        """Only what `pre_save` encrypted; so `update()`, filters and raw fixtures are refused."""
        if not isinstance(value, Closed):
            raise FieldError(f"{self} is encrypted row by row: only a row's save() writes it.")
        return None if value.data is None else connection.Database.Binary(value.data)

    def get_db_prep_save(self, value: Any, connection) -> Any:
        return self.get_db_prep_value(value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self} is encrypted: the database can't look for it ({lookup_name})."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is encrypted: the database can't look into it ({lookup_name}).")


def _seen(instance: Any) -> dict[str, Any]:
    return instance._state.__dict__.setdefault("opened", {})


class _Words(EncryptedField):
    """Text; an empty one is stored as NULL."""

    nothing = ""

    def __init__(self, *args: Any, **kwargs: Any):
        if kwargs.get("blank"):
            kwargs = {"null": True, "default": ""} | kwargs
        super().__init__(*args, **kwargs)

    def encode(self, value: Any) -> bytes:
        text = str(value).encode() + END
        return text + bytes(-len(text) % PAD)

    def decode(self, plain: bytes) -> str:
        text = plain.rstrip(b"\0")
        if not text.endswith(END):
            raise ValueError("no end")
        return text[: -len(END)].decode()


class EncryptedText(_Words, models.TextField):
    """Words of any length."""


class EncryptedLine(_Words, models.CharField):
    """Words on one line."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"empty_value": ""} | kwargs)


class EncryptedInteger(EncryptedField, models.IntegerField):
    def encode(self, value: Any) -> bytes:
        return struct.pack(">q", int(value))

    def decode(self, plain: bytes) -> int:
        return struct.unpack(">q", plain)[0]


class EncryptedJSON(EncryptedField):
    """Lists and mappings of plain values."""

    def encode(self, value: Any) -> bytes:
        text = json.dumps(value, separators=(",", ":")).encode()
        return text + b" " * (-len(text) % PAD)

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain)


Row = TypeVar("Row", bound=models.Model, covariant=True)


class EncryptedQuerySet(models.QuerySet[Row]):
    """Rows that were fetched together find their keys together: one query for all of them."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh:
            rows = [row for row in self._result_cache or () if isinstance(row, EncryptedModel)]
            beside = {row.belongs_to() for row in rows if row.knows_its_owner()}
            for row in rows:
                row._state.beside = beside  # type: ignore[attr-defined]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """A row that is there keeps its id: only by its id may it be written over."""
        if kwargs.get("update_conflicts") and set(kwargs.get("unique_fields") or ()) != {"id"}:
            raise FieldError("Encrypted values are bound to their row's id: unique_fields=['id'].")
        with data_keys.kept():
            return super().bulk_create(objs, *args, **kwargs)


class EncryptedModel(models.Model):
    """A row with encrypted columns.

    It belongs to whom the row behind `SEALED_THROUGH` belongs to; that model has `DATA_SUBJECT`,
    an expression, and `data_subject`, the same in Python.
    """

    SEALED_THROUGH: ClassVar[str] = "client"

    class Meta:
        abstract = True

    def belongs_to(self) -> data_keys.Whose:
        """No query."""
        through: Any = self._meta.get_field(self.SEALED_THROUGH)
        parent = through.get_cached_value(self, default=None)
        if parent is not None:
            return parent.data_subject
        return through.related_model, getattr(self, through.attname)

    @property
    def unreadable(self) -> bool:
        """Whether something that was loaded of this row does not open; to be asked by pages."""
        names = {field.attname for field in encrypted_fields(type(self))} & self.__dict__.keys()
        with unreadable.showing():
            return any(isinstance(getattr(self, n), unreadable.Placeholder) for n in names)

    def knows_its_owner(self) -> bool:
        through: Any = self._meta.get_field(self.SEALED_THROUGH)
        return through.attname in self.__dict__

    def refresh_from_db(self, using=None, fields=None, from_queryset=None) -> None:
        """Encrypted columns are fetched again when they are next read: the values may be stale."""
        names = {field.attname for field in encrypted_fields(type(self))}
        for name in names if fields is None else names & set(fields):
            self.__dict__.pop(name, None)
        rest = None if fields is None else [name for name in fields if name not in names]
        if rest is None or rest:
            super().refresh_from_db(using, rest, from_queryset)

    def _get_field_expression_map(self, meta, exclude=None) -> dict:
        """For constraints that are checked before saving: empty is NULL there too."""
        told = super()._get_field_expression_map(meta, exclude)  # type: ignore[misc]
        for field in encrypted_fields(type(self)):
            if field.name in told and getattr(self, field.attname) == field.nothing:
                told[field.name] = Value(None, field)
        return told


def encrypted_fields(model: type[models.Model]) -> list[EncryptedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]


def readable(row: models.Model) -> dict[str, Any]:
    """What opens of a row's encrypted columns, by name."""
    with unreadable.showing():
        told = {field.attname: getattr(row, field.attname) for field in encrypted_fields(type(row))}
    return {n: said for n, said in told.items() if not isinstance(said, unreadable.Placeholder)}


def open_all(*rows: models.Model) -> None:
    """Opens every encrypted column of rows, before they change hands. Raises Unreadable."""
    for row in rows:
        for field in encrypted_fields(type(row)):
            getattr(row, field.attname)
