"""An editor sees nothing clinical on any page, list, search or lookup of the admin."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from accounts.models import User
from articles.models import Article, Author, Image, Series, Topic
from articles.publishing import actions as editing
from clients.models import Client
from tests.support import cast as people
from tests.support.articles import factories as words
from tests.support.clients import records
from tests.support.clients.strangers import snapshot
from tests.support.routes import all_patterns
from tests.support.thorough import THOROUGH, some

OWN = (Article, Topic, Author, Image, Series)
PART = "zeb"  # What is searched for is not what is looked for: a page may repeat the former.
MARK = "zebra-7f3a"


@pytest.fixture
def record(cast) -> records.Record:
    cast.asha.user.name = f"{MARK}-name"
    cast.asha.user.email = f"{MARK}-sign-in@example.org"
    cast.asha.user.save()
    return records.fill(cast.asha, cast.meera, people.questionnaire(), MARK)


def objects_of(record: records.Record) -> dict[str, list[str]]:
    """Addresses' ids by model: one's own articles, and every clinical row."""
    ids = {records.table(m): [str(k) for k in m._base_manager.values_list("pk", flat=True)[:2]]
             for m in (*OWN, User)}  # fmt: skip
    for model in records.clinical_models():
        keys = model._base_manager.values_list("pk", flat=True)[:1]
        ids[records.table(model)] = [str(key) for key in keys]
    return ids


def pages(record: records.Record) -> Iterator[str]:
    """Every model's pages, registered or not, and every other route of the admin."""
    rows = objects_of(record)
    for model in records.all_models():
        base = f"/admin/{records.table(model)}/"
        yield from (base, f"{base}add/")
        for key in rows.get(records.table(model), []):
            yield from (f"{base}{key}/{end}" for end in ("", "change/", "history/", "delete/"))
    parts = (*(str(v) for v in record.rows.values()), "1", "articles")
    for name, _pattern in all_patterns():
        if name.startswith("admin:"):
            for args in ((), *((a,) for a in parts), *(("1", a) for a in parts[:3])):
                try:
                    yield reverse(name, args=args)
                except NoReverseMatch:
                    continue
    for label in apps.app_configs:
        yield f"/admin/{label}/"
    for kind in ContentType.objects.all():
        yield from (f"/admin/r/{kind.pk}/{key}/" for key in list(record.rows.values())[:3])


def look_ups(model: type) -> Iterator[str]:
    """Paths over any relation to a column with a clinical word, as many as the models allow."""
    yield from walk(model, "", 0)
    yield from ("password__startswith", "id__in", "pk__gt", "user__client__isnull")


def walk(model: type, prefix: str, depth: int) -> Iterator[str]:
    for field in model._meta.get_fields():  # type: ignore[attr-defined]
        if field.is_relation and field.related_model and depth < 3:
            if model in OWN or field.related_model not in OWN:
                yield f"{prefix}{field.name}__isnull"
                yield from walk(field.related_model, f"{prefix}{field.name}__", depth + 1)
        elif depth and field.name in {"text", "reason", "reflection", "email", "password", "name",
                                      "signs", "about", "title"}:  # fmt: skip
            yield f"{prefix}{field.name}__contains"


def forged(model: type) -> list[str]:
    base = f"/admin/{records.table(model)}/"
    return [f"{base}?{path}={PART}" for path in sorted(set(look_ups(model)))[:120]]


def registered(model: type) -> Any:
    return admin.site.get_model_admin(model) if admin.site.is_registered(model) else None


def lists(model: type) -> Iterator[str]:
    """Each thing that a list lets one ask, with what would find a client."""
    base = f"/admin/{records.table(model)}/"
    shown = registered(model)
    parameters: list[tuple[str, str]] = [("q", PART), ("q", MARK), ("o", "1"), ("o", "-1.2.3"),
             ("o", "99"), ("all", ""), ("p", "2"), ("e", "1"), ("_popup", "1"),
             ("_to_field", "id"), ("_facets", "True")]  # fmt: skip
    for entry in shown.list_filter if shown else ():
        name = entry[0] if isinstance(entry, tuple) else entry
        if isinstance(name, str):
            parameters += [(name, PART), (f"{name}__exact", "1"), (f"{name}__isnull", "True")]
        else:
            parameters.append((name.parameter_name, PART))
    yield from (f"{base}?{urlencode([pair])}" for pair in parameters)


def autocompletes() -> Iterator[str]:
    for model in records.all_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                parameters = {"app_label": model._meta.app_label, "field_name": field.name,
                        "model_name": str(model._meta.model_name)}  # fmt: skip
                yield from (
                    f"/admin/autocomplete/?{urlencode(parameters | {'term': t})}"
                    for t in ("", PART)
                )


class Reader:
    """Requests pages as one user, and records the clinical words in the answers."""

    def __init__(self, browser, record: records.Record) -> None:
        self.browser, self.requests = browser, 0
        self.leaks: list[str] = []
        words = "|".join(map(re.escape, sorted(records.ids(record) | {f"{MARK}-", f"{MARK}@"})))
        self.clinical = re.compile(words)

    def ask(self, address: str, method: str = "get", data: dict | None = None) -> int:
        answer = getattr(self.browser, method)(address, data or {})
        self.requests += 1
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = f"{body.decode(errors='replace')} {answer.headers}"
        sent = f"{address} {data}"
        leaks = {word for word in self.clinical.findall(text) if word not in sent}
        self.leaks += [f"{method} {address}: {word}" for word in leaks]
        if answer.status_code >= 500:
            self.leaks.append(f"{method} {address}: {answer.status_code}")
        return answer.status_code


@pytest.mark.trust
def test_an_editor_finds_no_clinical_word(record, cast, browser_of, promise):
    assert not records.unmarked(record), "the record lacks a row of these"
    article = words.article(body=f"<p>{PART}</p>")
    Series.objects.create(title="Series")
    editing.keep_first(article)
    reader = Reader(browser_of(cast.esha, raise_request_exception=False), record)
    for address in some(pages(record), 5):
        reader.ask(address)
    looked_at: list[Any] = [*OWN, User, *records.clinical_models()]
    for number, model in enumerate(looked_at):
        for address in some(lists(model), 3, start=number):
            reader.ask(address)
    for address in some(autocompletes(), 3):
        reader.ask(address)
    assert not reader.leaks, "\n".join(reader.leaks[:40])
    assert reader.requests > (500 if THOROUGH else 150)
    promise("editors", f"{reader.requests} pages, lists and choices in the admin, 0 canaries")


@pytest.mark.trust
def test_an_editor_gets_no_answer_to_a_forged_look_up(record, cast, browser_of, promise):
    """Not even a yes or no: a filter that is answered can be asked letter by letter."""
    words.article()
    reader = Reader(browser_of(cast.esha, raise_request_exception=False), record)
    answered = [
        address
        for model in OWN
        for address in some(forged(model), 4)
        if reader.ask(address) == 200 and "__isnull" not in address
    ]
    assert not answered
    assert not reader.leaks, "\n".join(reader.leaks[:40])
    assert reader.requests > (100 if THOROUGH else 25)
    promise("editors", f"{reader.requests} forged look-ups, 0 answered")


@pytest.mark.trust
def test_an_editor_changes_nothing_clinical(record, cast, browser_of, promise):
    reader = Reader(browser_of(cast.esha, raise_request_exception=False), record)
    before = snapshot()
    rows, done = objects_of(record), {}
    for model in records.clinical_models():
        base = f"/admin/{records.table(model)}/"
        shown = registered(model)
        for action in ("delete_selected", "end_now", *(shown.actions or () if shown else ())):
            chosen = {"action": str(action), "_selected_action": rows[records.table(model)],
                      "post": "yes", "select_across": "1"}  # fmt: skip
            done[f"{base} {action}"] = reader.ask(base, "post", chosen)
        for key in rows[records.table(model)]:
            for end in ("change/", "delete/", *(["move/"] if model is Client else [])):
                sent = {"post": "yes", "to": "3"}
                done[f"{base}{key}/{end}"] = reader.ask(f"{base}{key}/{end}", "post", sent)
        sent = {"client": str(record.client.pk)}
        done[f"{base}add/"] = reader.ask(f"{base}add/", "post", sent)
    assert not {where: status for where, status in done.items() if status not in (403, 404)}
    assert not reader.leaks, "\n".join(reader.leaks[:40])
    after = snapshot()
    assert before == after
    promise("editors", f"{reader.requests} actions and changes sent, 0 done")
