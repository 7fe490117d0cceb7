"""Checks every link of the public texts, inside and outside, and stores one report."""

from collections.abc import Callable, Iterable
from itertools import chain, zip_longest
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from articles.models import Article, LinkReport, Page, Problem, Publication
from articles.models.link_report import addresses_in
from articles.publishing import checks
from articles.upkeep.links_here import own_path
from articles.upkeep.one_link import Asker

NOT_OF_THE_WEB = ("mailto:", "tel:")
Progress = Callable[[list[str]], Iterable[str]]
Found = dict[str, tuple[Problem | None, bool]]


def run(asker: Asker, *, progress: Progress = lambda addresses: addresses) -> LinkReport:
    """Asks each address once, whatever number of texts link to it."""
    texts: dict[str, list[Publication]] = {}
    found: Found = {}
    public = (Article.objects.published().defer("search"), Page.objects.published())
    for text in chain.from_iterable(rows.iterator(200) for rows in public):
        dead = set(checks.dead_links(text))
        for address in addresses_in(text):
            if address.startswith(NOT_OF_THE_WEB):
                continue
            if inside(address):
                # A fragment means another place in each text.
                found[address] = (_inside(address, dead), True)
                if not found[address][0]:
                    continue
            texts.setdefault(address, []).append(text)
    outside = by_turns([address for address in texts if not inside(address)])
    for address in progress(outside):
        found[address] = asker.problem_of(address)
    return _stored(texts, found, checked=len(found))


def inside(address: str) -> bool:
    return address.startswith("#") or bool(own_path(address))


def _inside(address: str, dead: set[str]) -> Problem | None:
    if address.startswith(settings.MEDIA_URL):
        name = address.removeprefix(settings.MEDIA_URL)
        return None if default_storage.exists(name) else Problem.PICTURE
    return Problem.INSIDE if address in dead else None


def by_turns(addresses: list[str]) -> list[str]:
    """One address of each host after another, so that no host is asked twice in a row as long as
    there are others."""
    hosts: dict[str, list[str]] = {}
    for address in addresses:
        hosts.setdefault(_host(address), []).append(address)
    return [address for row in zip_longest(*hosts.values()) for address in row if address]


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@transaction.atomic
def _stored(texts: dict[str, list[Publication]], found: Found, checked: int) -> LinkReport:
    before = LinkReport.objects.newest()
    known = {row["address"]: row for row in before.broken} if before else {}
    broken = [
        _row(address, problem, texts[address], known.get(address))
        for address, (problem, _decided) in found.items()
        if problem and address in texts
    ]
    undecided = sum(not decided for _problem, decided in found.values())
    return LinkReport.objects.create(checked=checked, undecided=undecided, broken=broken)


def _row(
    address: str, problem: Problem, texts: list[Publication], before: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "address": address,
        "problem": problem.value,
        "since": before["since"] if before else timezone.localdate().isoformat(),
        "twice": before is not None,
        "texts": [[str(text._meta.model_name), text.pk] for text in texts],
    }
