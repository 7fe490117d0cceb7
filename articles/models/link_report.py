"""What a check of all links found: one row for each check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import sources as source_texts
from articles.models.article import Article
from articles.models.page import Page
from articles.models.publication import Publication

_ADDRESS = re.compile(r'<(?:a [^>]*?href|img [^>]*?src)="([^"]*)"')


class Problem(models.TextChoices):
    INSIDE = "inside", _("leads nowhere on this site")
    PICTURE = "picture", _("the picture’s file is missing")
    GONE = "gone", _("the other site says that there is no such page")
    MALFORMED = "malformed", _("is no complete web address")
    PRIVATE = "private", _("leads into a private network, where readers cannot follow")
    SERVER = "server", _("the other site reports a fault of its own")
    SILENT = "silent", _("no answer")
    CERTIFICATE = "certificate", _("the other site’s certificate is not valid")
    LOOP = "loop", _("leads from one address to the next without end")


# What may be over tomorrow: listed once two checks in a row have found it.
PASSING = {Problem.SERVER, Problem.SILENT, Problem.CERTIFICATE, Problem.LOOP}


def addresses_in(text: Publication) -> list[str]:
    """The addresses of its links, pictures and sources, each once, in their order."""
    found = [unescape(match) for match in _ADDRESS.findall(text.body)]
    listed = source_texts.parse(text.sources) if isinstance(text, Article) else []
    return list(dict.fromkeys([*found, *(source.url for source in listed if source.url)]))


@dataclass(frozen=True)
class BrokenLink:
    address: str
    problem: Problem
    since: date
    texts: list[Publication]


class LinkReportQuerySet(models.QuerySet["LinkReport"]):
    def newest(self) -> "LinkReport | None":
        return self.order_by("-at").first()


class LinkReport(models.Model):
    at = models.DateTimeField(_("when"), default=timezone.now)
    checked = models.PositiveIntegerField(_("links checked"))
    # Other sites that want a sign-in, or no program: nobody knows whether the page is there.
    undecided = models.PositiveIntegerField(_("links that could not be checked"))
    # Of each: address, problem, since, twice, and texts as pairs of the model's name and the key.
    broken = models.JSONField(_("broken links"), default=list)

    objects = LinkReportQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("check of links"), _("checks of links")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.at.isoformat()

    def still_there(self) -> list[BrokenLink]:
        """The broken links that public texts still have: what an editor has mended since is left
        out. Two queries."""
        texts = self._texts()
        rows = (self._link(row, texts) for row in self._listed())
        return [link for link in rows if link.texts]

    def _listed(self) -> Iterator[dict[str, Any]]:
        return (row for row in self.broken if row["twice"] or row["problem"] not in PASSING)

    def _texts(self) -> dict[tuple[str, int], tuple[Publication, set[str]]]:
        wanted = {(kind, pk) for row in self._listed() for kind, pk in row["texts"]}
        texts: dict[tuple[str, int], tuple[Publication, set[str]]] = {}
        for kind, model in (("article", Article), ("page", Page)):
            pks = [pk for name, pk in wanted if name == kind]
            rows: Any = model._default_manager.published().filter(pk__in=pks)
            for text in rows.defer("search") if kind == "article" else rows:
                texts[kind, text.pk] = (text, set(addresses_in(text)))
        return texts

    def _link(
        self, row: dict[str, Any], texts: dict[tuple[str, int], tuple[Publication, set[str]]]
    ) -> BrokenLink:
        known = [texts[kind, pk] for kind, pk in row["texts"] if (kind, pk) in texts]
        having = [text for text, addresses in known if row["address"] in addresses]
        since = date.fromisoformat(row["since"])
        return BrokenLink(row["address"], Problem(row["problem"]), since, having)
