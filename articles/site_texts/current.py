"""The site's texts as pages show them: what the practice has written, otherwise ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from articles.models import Image, SiteTexts
from articles.public_version.remembered import Remembered
from articles.richtext import Prose, render
from articles.site_texts.wording import TEXTS


@dataclass(frozen=True)
class Written:
    """What the practice has written: texts by name, and the picture of shared links."""

    texts: Mapping[str, str]
    picture: Image | None = None
    is_preview: bool = False


NOTHING = Written({})


def _written() -> Written:
    newest = SiteTexts.objects.newest()
    return Written(newest.texts, newest.share_picture) if newest else NOTHING


stored = Remembered(_written)
_previewed: ContextVar[Written | None] = ContextVar("previewed site texts", default=None)


@contextmanager
def previewing(written: Written) -> Iterator[None]:
    """Pages that are rendered inside show these texts instead of the stored ones."""
    token = _previewed.set(written)
    try:
        yield
    finally:
        _previewed.reset(token)


def written() -> Written:
    return _previewed.get() or stored.get()


def chosen_name() -> str:
    return written().texts.get("site_name", "")


def ours(name: str, site_name: str) -> str:
    """The words that come with the site. KeyError: there is no such text."""
    text = str(TEXTS[name].default)
    if name == "site_name":
        return settings.SITE_NAME
    return text % {"site_name": site_name} if "%(site_name)s" in text else text


class Texts:
    """`texts.home_title` in a template; a name, a notice and a picture of its own."""

    def __init__(self, of: Written) -> None:
        self._of = of
        self.is_preview = of.is_preview

    def __getitem__(self, name: str) -> str:
        return self._of.texts[name] if name in self._of.texts else ours(name, self.name)

    @cached_property
    def name(self) -> str:
        return self._of.texts.get("site_name") or settings.SITE_NAME

    @cached_property
    def notice(self) -> Prose | None:
        """The practice's own notice; None while ours is shown."""
        own = self._of.texts.get("privacy_notice", "")
        return render(own) if own else None

    @property
    def picture(self) -> Image | None:
        return self._of.picture


def shown() -> Texts:
    return Texts(written())
