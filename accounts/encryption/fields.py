"""Columns that are encrypted in the database: text, a number, JSON.

Each value is encrypted under the data key of the person to whom its row belongs, and bound to its
model, column and primary key. It is decrypted when it is first read from its row. A value that
can't be decrypted raises Unreadable when it is read, when it is set and when its row is saved; so
it is neither shown nor overwritten. Where it would only be shown, a placeholder takes its place
(`unreadable.py`). SQL can only ask whether these columns are NULL (`__isnull`).
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

# Padded to 64 bytes: the ciphertext's length would reveal a style, or a short answer.
PAD = 64
END = b"\x80"


class Closed:
    """An encrypted value as it is stored; only its row can decrypt it."""

    __slots__ = ("data",)

    def __init__(self, data: bytes | None):
        self.data = data

    def __str__(self) -> str:
        raise Unreadable("an encrypted value is read from its row alone")

    def __repr__(self) -> str:
        return "<encrypted>"


class EncryptedAttribute(DeferredAttribute):
    """Decrypts on reading, and on setting, so that nothing unreadable is overwritten."""

    field: Any

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        try:
            return self.opened(instance)
        except Unreadable:
            if unreadable.is_showing():
                return unreadable.Placeholder()
            data_keys.refuse_request()
            raise

    def __set__(self, instance: Any, value: Any) -> None:
        if not instance._state.adding:
            self.opened(instance)
        instance.__dict__[self.field.attname] = value

    def opened(self, instance: Any) -> Any:
        """Raises Unreadable, even if the value would only be shown."""
        values = instance.__dict__
        name = self.field.attname
        if name not in values:
            values[name] = self._fetch(instance)
        if isinstance(values[name], Closed):
            values[name] = self.field.open(instance, values[name])
        return values[name]

    def _fetch(self, instance: Any) -> Any:
        """Loads a deferred column. One query."""
        rows = type(instance)._base_manager.using(instance._state.db).filter(pk=instance.pk)
        return rows.only(self.field.attname).get().__dict__[self.field.attname]


class EncryptedField(models.Field):
    """The base of the fields; `nothing` is the value of an empty column (NULL)."""

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

    def open(self, instance: Any, ciphertext: Closed) -> Any:
        """Decrypts a value. Raises Unreadable, and logs row and column (once a request and row)."""
        try:
            beside = getattr(instance._state, "beside", ())
            subject, key = data_keys.key_of(instance.belongs_to(), beside)
            plain = cipher.decrypt(key, ciphertext.data or b"", self.context(instance))
            value = self.decode(plain)
        except (Unreadable, ValueError, struct.error) as why:
            raise data_keys.unopened(instance.pk, self.context(instance), why) from None
        _opened(instance)[self.attname] = (plain, instance.pk, subject), ciphertext
        return value

    def pre_save(self, model_instance: Any, add: bool) -> Closed:
        """A value that is unchanged since it was read is stored as it was, byte for byte."""
        value = getattr(type(model_instance), self.attname).opened(model_instance)
        if isinstance(value, unreadable.Placeholder):
            raise Unreadable("a placeholder can't be saved")
        if value is None or value == self.nothing:
            return Closed(None)
        plain, pk = self.encode(value), model_instance.pk
        subject = data_keys.subject_of(model_instance.belongs_to())
        was, ciphertext = _opened(model_instance).get(self.attname, (None, None))
        if ciphertext is not None and was == (plain, pk, subject):
            return ciphertext
        key = data_keys.key_for_writing(subject)
        return Closed(cipher.encrypt(key, plain, self.context(model_instance)))

    def from_db_value(self, value, expression, connection) -> Any:
        return self.nothing if value is None else Closed(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection, prepared: bool = False) -> Any:
        """Only for what `pre_save` encrypted: `update()`, filters and raw fixtures are refused."""
        if not isinstance(value, Closed):
            raise FieldError(f"{self} is encrypted row by row: only a row's save() writes it.")
        return None if value.data is None else connection.Database.Binary(value.data)

    def get_db_prep_save(self, value: Any, connection) -> Any:
        """NULL for an empty value, which is the default of a column that a migration adds."""
        if value == self.nothing:
            return None
        return self.get_db_prep_value(value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self} is encrypted: the database can't look for it ({lookup_name})."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is encrypted: the database can't look into it ({lookup_name}).")


def _opened(instance: Any) -> dict[str, Any]:
    return instance._state.__dict__.setdefault("opened", {})


class _Text(EncryptedField):
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
            raise ValueError("no end marker")
        return text[: -len(END)].decode()


class EncryptedText(_Text, models.TextField):
    """Text of any length."""


class EncryptedLine(_Text, models.CharField):
    """Text on one line."""

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
    """Rows that were fetched together load their keys together, in one query."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh:
            rows = [row for row in self._result_cache or () if isinstance(row, EncryptedModel)]
            beside = {row.belongs_to() for row in rows if row.knows_its_owner()}
            for row in rows:
                row._state.beside = beside  # type: ignore[attr-defined]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """An existing row keeps its id, to which its values are bound: only its id may match it."""
        if kwargs.get("update_conflicts") and set(kwargs.get("unique_fields") or ()) != {"id"}:
            raise FieldError("Encrypted values are bound to their row's id: unique_fields=['id'].")
        with data_keys.key_cache():
            return super().bulk_create(objs, *args, **kwargs)


class EncryptedModel(models.Model):
    """A row with encrypted columns.

    Its owner is the owner of the row to which the foreign key `OWNED_THROUGH` points; that model
    has `DATA_SUBJECT`, an expression, and `data_subject`, the same in Python.
    """

    OWNED_THROUGH: ClassVar[str] = "client"

    class Meta:
        abstract = True

    def belongs_to(self) -> data_keys.KeyOwner:
        """Under whose data key the row is encrypted. No query."""
        through: Any = self._meta.get_field(self.OWNED_THROUGH)
        parent = through.get_cached_value(self, default=None)
        if parent is not None:
            return parent.data_subject
        return through.related_model, getattr(self, through.attname)

    @property
    def unreadable(self) -> bool:
        """Whether one of the values loaded from this row can't be decrypted; for templates."""
        names = {field.attname for field in encrypted_fields(type(self))} & self.__dict__.keys()
        with unreadable.showing():
            return any(isinstance(getattr(self, n), unreadable.Placeholder) for n in names)

    def knows_its_owner(self) -> bool:
        through: Any = self._meta.get_field(self.OWNED_THROUGH)
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
        """For constraints that are checked before saving: an empty value is NULL for them, too."""
        expressions = super()._get_field_expression_map(meta, exclude)  # type: ignore[misc]
        for field in encrypted_fields(type(self)):
            if field.name in expressions and getattr(self, field.attname) == field.nothing:
                expressions[field.name] = Value(None, field)
        return expressions


def encrypted_fields(model: type[models.Model]) -> list[EncryptedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]


def readable(row: models.Model) -> dict[str, Any]:
    """The values of a row's encrypted columns that can be decrypted, by name."""
    with unreadable.showing():
        values = {f.attname: getattr(row, f.attname) for f in encrypted_fields(type(row))}
    return {n: v for n, v in values.items() if not isinstance(v, unreadable.Placeholder)}


def open_all(*rows: models.Model) -> None:
    """Decrypts every encrypted column of rows, before their owner changes. Raises Unreadable."""
    for row in rows:
        for field in encrypted_fields(type(row)):
            getattr(row, field.attname)
