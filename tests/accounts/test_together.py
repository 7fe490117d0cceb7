"""Querysets that are read together are what they are alone."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Count, F, Value
from django.test.utils import CaptureQueriesContext

from accounts.database.together import (
    Counted,
    Selected,
    attach,
    load,
    read_together,
    rows,
    side_by_side,
)
from accounts.encryption.fields import Closed
from accounts.models import User
from clients.models import Client, Note, StepEvent
from tests.support.cast import questionnaire
from tests.support.clients.records import fill

OWN_APPS = ("accounts", "articles", "assessments", "clients")


@pytest.fixture
def everything(cast):
    fill(cast.asha, cast.meera, questionnaire(), "everything")


def stored(row: models.Model) -> dict[str, object]:
    """What was loaded, with ciphertexts as bytes."""
    loaded = {f.attname: row.__dict__.get(f.attname) for f in row._meta.concrete_fields}
    plain = {name: v.data if isinstance(v, Closed) else v for name, v in loaded.items()}
    return {name: bytes(v) if isinstance(v, memoryview) else v for name, v in plain.items()}


def test_each_model_is_read_as_it_is_alone(everything):
    alone = [
        model._base_manager.order_by("pk")
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS
    ]
    together = [queryset.all() for queryset in alone]
    with CaptureQueriesContext(connection) as queries:
        read_together(*together)
    assert len(queries) == 1
    assert sum(bool(queryset) for queryset in alone) > 25
    for one, other in zip(alone, together, strict=True):
        for row, same in zip(one, other, strict=True):
            assert stored(row) == stored(same), one.model


def test_all_shapes_of_a_queryset(everything, cast):
    def shapes() -> list[models.QuerySet]:
        notes = Note.objects.order_by("created_at", "pk")
        return [
            notes.select_related("author", "client__user")[:2],
            notes.annotate(when=F("signed_at")).values_list("when", "pk"),
            notes.values("audience").annotate(n=Count("pk")).order_by("audience"),
            notes.values_list("audience", flat=True)[:0],
            notes.none(),
            User.objects.filter(pk__in=[]),
            Client.objects.with_path().order_by("pk"),
            notes.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")),
            notes.order_by().values_list("pk").union(StepEvent.objects.values_list("pk")),
        ]

    together, alone = shapes(), shapes()
    counted = Counted(Note.objects.all())
    kinds = ["timestamp with time zone", "uuid"]
    selected = Selected("SELECT now(), %s::uuid", [cast.asha.pk], kinds)
    read_together(*together, counted, selected)
    for one, other in zip(alone[:-1], together[:-1], strict=True):
        assert list(one) == list(other)
    assert set(alone[-1]) == set(together[-1])
    assert counted.n == Note.objects.count() > 0
    assert selected.rows[0][1] == cast.asha.pk
    assert selected.rows[0][0].tzinfo
    assert together[-1].count() == len(together[-1]), "it asks for itself again"
    with pytest.raises(TypeError, match="interval"):
        Selected("SELECT '1 day'::interval", [], ["interval"])


def test_loaders_share_a_statement(everything, cast, django_assert_num_queries):
    def with_events(clients):
        yield (clients,)
        events = StepEvent.objects.filter(client__in=[one.pk for one in clients])
        yield (events,)
        attach(clients, "step_events", events)
        return [len(one.step_events.all()) for one in clients]

    clients = Client.objects.order_by("pk")
    expected = [one.step_events.count() for one in Client.objects.order_by("pk")]
    with django_assert_num_queries(2):
        found, (notes,) = load(side_by_side(with_events(clients), rows(Note.objects.all())))
        assert found == expected
        assert list(notes)
