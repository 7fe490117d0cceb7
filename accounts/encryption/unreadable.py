"""What a page shows in place of an encrypted value that can't be decrypted.

While something is only shown, such a value is a `Placeholder`: while any template is rendered, and
inside `showing()`. Everywhere else (an action, a score, an export) reading it raises Unreadable. A
placeholder is not a person's text: it can't be stored, computed with or exported, and it becomes
its sentence only where something is shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from django.template.backends.django import DjangoTemplates, Template
from django.utils.translation import gettext

from accounts.encryption.cipher import Unreadable

_showing: ContextVar[bool] = ContextVar("only shown", default=False)


@contextmanager
def showing() -> Iterator[None]:
    """Declares that what is read inside the block is only shown."""
    token = _showing.set(True)
    try:
        yield
    finally:
        _showing.reset(token)


def is_showing() -> bool:
    return _showing.get()


def sentence() -> str:
    return gettext("This can’t be shown. The practice has been told.")


class Placeholder:
    """Takes a value's place on a page. It is true, so that templates don't leave it out."""

    __slots__ = ()

    def __str__(self) -> str:
        if not is_showing():
            self._refuse()
        return sentence()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return "<unreadable>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python and Django look for these on any object.
            raise AttributeError(name)
        self._refuse()

    def _refuse(self, *_: object) -> NoReturn:
        raise Unreadable("a placeholder can only be shown")

    # What templates call on a text before they show it.
    def strip(self) -> "Placeholder":
        return self

    def splitlines(self) -> "list[Placeholder]":
        return [self]

    __iter__ = __len__ = __contains__ = __int__ = __float__ = __index__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = _refuse
    __truediv__ = __rtruediv__ = __lt__ = __le__ = __gt__ = __ge__ = __reduce__ = _refuse

    def __bool__(self) -> bool:
        return True


class _Shown(Template):
    def render(self, context: Any = None, request: Any = None) -> Any:
        with showing():
            return super().render(context, request)


class Templates(DjangoTemplates):
    """Django's template engine, except that it renders inside `showing()`."""

    def from_string(self, template_code: str) -> Template:
        return _Shown(super().from_string(template_code).template, self)

    def get_template(self, template_name: str) -> Template:
        return _Shown(super().get_template(template_name).template, self)
