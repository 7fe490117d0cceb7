"""No row of a client changes its owner: every column that names the owner is tried."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from accounts.database import row_security
from accounts.models import ParkedForm, User
from accounts.own_account import address_change
from accounts.people.actions import invite, open_account
from assessments.models import Answer, Attempt, GroupTotals, Instrument, ScaleFact
from assessments.taking import actions as assessments
from clients.models import (
    CalendarFeed,
    CareLink,
    Client,
    Enquiry,
    EnquiryContact,
    ErasureRequest,
    Note,
    SafetyPlan,
    Session,
)
from tests.support import cast as people
from tests.support.clients import records
from tests.support.sql import ask, refused, written
from tests.support.thorough import some

PARENTS = (User, Client, Attempt, Note)
OURS = {"accounts", "assessments", "clients"}
# These say who does a piece of the practice's work, which somebody else may do in the end.
HANDED_ON = {
    ("clients_talkingpoint", "talked_by_id"), ("clients_callback", "taken_by_id"),
    ("clients_callback", "done_by_id"), ("clients_changerequest", "answered_by_id"),
    ("clients_enquiry", "clinician_id"), ("clients_rhythm", "set_by_id"),
    ("clients_taskidea", "changed_by_id"), ("clients_notetemplate", "changed_by_id"),
}  # fmt: skip


KEYED_BY_CLIENT = {"clients_caseloadindex", "clients_readmark"}


def rules() -> list[tuple[str, str]]:
    """Table and column of each trigger that keeps columns as they are."""
    triggers = ask(
        "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger"
        " WHERE tgfoid = 'app_keep_columns'::regproc AND right(tgname, 14) = '_keeps_columns'"
        " ORDER BY 1"
    )
    return [
        (table, column.rstrip("?-"))
        for table, arguments in triggers
        for column in arguments.split("\\000")
        if column
    ]


def test_each_column_that_names_a_person_has_a_trigger(db):
    """A new table needs a trigger in its SQL file, so that its rows keep their owner."""
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model in PARENTS
    }
    assert len(columns) > 25
    assert columns - set(rules()) == HANDED_ON


@pytest.fixture
def two(cast):
    """Both clients with one of everything, in the care of the same therapist."""
    CareLink.objects.create(client=cast.rohan, therapist=cast.meera, granted_by=cast.manoj)
    version = people.questionnaire()
    for client in (cast.asha, cast.rohan):
        records.fill(client, cast.meera, version, client.user.name.split()[0].lower())
        ParkedForm.objects.create(user=client.user, ciphertext=b"")
        address_change.ask(to=f"new-{client.user.email}", by=client.user)
    for user in (cast.asha.user, cast.rohan.user):
        begun = assessments.start_attempt(version=version, by=user, target=people.IN_GENERAL)
        assessments.save_answers(attempt=begun, answers={begun.questionnaire.items[0].id: 4})
    invite(user=open_account(email="late@example.org", name="Late"), by=cast.manoj)
    Instrument.objects.create(slug="another")
    Enquiry.objects.update(closed_by=cast.manoj)
    EnquiryContact.objects.create(
        enquiry=Enquiry.objects.first(), outcome="spoke", made_by=cast.manoj
    )
    SafetyPlan.objects.update(followed_up_by=cast.meera, followed_up_at=timezone.now())
    ErasureRequest.objects.update(decided_by=cast.manoj)
    ScaleFact.objects.create(
        version=version, scale_id="anxiety", kind="retest", sample="x", source="x", numbers={},
        added_by=cast.manoj,
    )  # fmt: skip
    GroupTotals.objects.create(version=version)
    CalendarFeed.objects.create(therapist=cast.meera, key_hash="x")
    return cast


def row_and_other(table: str, column: str) -> tuple:
    """A row's key, and another value that its column could have if it were free to change."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    rows = model._base_manager.order_by(models.F(column).desc(nulls_last=True))
    if model is Answer:
        rows = rows.filter(attempt__submitted_at=None)  # Those of a submitted attempt never change.
    row = rows.first()
    assert row, f"no row in {table}"
    present = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.exclude(pk=present)
        others = others.filter(submitted_at=None) if field.related_model is Attempt else others
        return row.pk, others.values_list("pk", flat=True).first()
    if isinstance(field, models.UUIDField):
        return row.pk, uuid4()
    if isinstance(field, models.DateField):
        return row.pk, present + timedelta(days=1)
    return row.pk, 7007 if isinstance(field, models.IntegerField) else "elsewhere"


def moved(table: str, column: str, value, key=None) -> str:
    """The result: "moved", "no row", or the SQLSTATE of the refusal."""
    sql = f"UPDATE {table} SET {column} = %s WHERE {column} IS DISTINCT FROM %s"
    if key:
        sql += f" AND {'client_id' if table in KEYED_BY_CLIENT else 'id'} = %s"
    try:
        with transaction.atomic():
            ((rows,),) = ask(sql, (value, value, *([key] if key else [])))
            return "moved" if rows else "no row"
    except DatabaseError as error:
        return getattr(error.__cause__, "pgcode", None) or error.__cause__.sqlstate


REFUSED = "42501"


@pytest.mark.trust
def test_no_row_is_moved_to_another_person(two, promise):
    """As the owner, whom no policy restricts; then as each person who sees such rows."""
    tried, owner, failures = 0, 0, []
    for number, (table, column) in enumerate(rules()):
        key, value = row_and_other(table, column)
        result = moved(table, column, value, key)
        owner += result == REFUSED
        failures += [(table, column, "as owner", result)] if result != REFUSED else []
        users = (two.asha.user, two.meera, two.manoj, two.neeshu, None)
        for user in some(users, 2, start=number):
            with row_security.web_role():
                if user:
                    row_security.set_actor(user)
                for to in (value, None):
                    result = moved(table, column, to)
                    failures += [(table, column, user, to)] if result == "moved" else []
                    tried += 1
    assert not failures, failures
    promise(
        "row security",
        f"{len(rules())} columns that say whose a row is: {owner} refused to the owner,"
        f" {tried} tries of others, {len(failures)} moved",
    )


@pytest.mark.parametrize("column", ["taken_by_id", "done_by_id"])
def test_nobody_answers_a_call_in_another_persons_name(two, column):
    at = column.replace("by_id", "at")
    sql = f"UPDATE clients_callback SET {column} = %s, {at} = now()"
    for user in (two.asha.user, two.meera, two.manoj, two.neeshu):
        with row_security.web_role():
            row_security.set_actor(user)
            assert written(sql, (two.vikram.pk,)) in (0, REFUSED), user
    with row_security.web_role():
        row_security.set_actor(two.meera)
        assert written(sql, (two.meera.pk,)) == 2, "in her own name she can"


@pytest.mark.parametrize(
    ("table", "answer"),
    [
        ("clients_talkingpoint", "talked_by_id = %s, talked_on = current_date"),
        ("clients_changerequest", "answered_by_id = %s, answered_at = now(), answer = 'kept'"),
    ],
)
def test_nobody_answers_a_client_in_another_persons_name(two, table, answer):
    sql = f"UPDATE {table} SET {answer}"
    for user in (two.asha.user, two.meera, two.manoj):
        with row_security.web_role():
            row_security.set_actor(user)
            assert written(sql, (two.vikram.pk,)) in (0, REFUSED), user
    with row_security.web_role():
        row_security.set_actor(two.meera)
        assert written(sql, (two.meera.pk,)) in range(1, 5), "in her own name she can"


def test_nobody_ends_a_call_as_taken_on_by_another_person(two):
    """Their own name beside it makes it no better."""
    sql = (
        "UPDATE clients_callback SET taken_by_id = %s, taken_at = now(),"
        " done_by_id = %s, done_at = now()"
    )
    for user in (two.meera, two.manoj):
        with row_security.web_role():
            row_security.set_actor(user)
            assert written(sql, (two.vikram.pk, user.pk)) == REFUSED, user


def test_only_a_manager_asks_a_clinician_to_look_at_a_request(two):
    sql = "UPDATE clients_enquiry SET clinician_id = %s"
    Enquiry.objects.update(clinician=two.meera, closed_at=None, closed_by=None, client=None)
    for user in (two.asha.user, two.meera, two.vikram):
        with row_security.web_role():
            row_security.set_actor(user)
            assert written(sql, (two.vikram.pk,)) in (0, REFUSED), user
    with row_security.web_role():
        row_security.set_actor(two.manoj)
        assert written(sql, (two.vikram.pk,)) == 2


def test_a_session_stays_with_its_client(two):
    """Even if the therapist cares for both."""
    session = Session.objects.filter(client=two.asha)[0]
    with row_security.web_role():
        row_security.set_actor(two.meera)
        result = moved("clients_session", "client_id", two.rohan.pk, session.pk)
        assert result == REFUSED
        rows = ask("UPDATE clients_session SET state = state WHERE id = %s", (session.pk,))
        assert rows == [(1,)]


def test_an_account_can_be_deleted_after_writing(two):
    """Deleting an account leaves what it wrote for others; only the owner can do it."""
    for model, field in ((CareLink, "granted_by"), (Enquiry, "closed_by")):
        done = model.objects.filter(**{field: two.manoj})
        assert done.exists()
        with row_security.web_role():
            row_security.set_actor(two.manoj)
            assert moved(model._meta.db_table, f"{field}_id", None) == REFUSED
        done.update(**{field: None})
        assert not done.exists()


def test_an_addition_is_to_a_note_of_the_same_client_and_readers(two):
    notes = Note.objects.filter(amends=None).exclude(signed_at=None)
    private = {n.client_id: n.pk for n in notes if n.audience == "private"}
    sql = "INSERT INTO clients_note (id, idempotency_key, client_id, author_id, audience, text,"
    sql += " created_at, signed_at, version, amends_id) VALUES (gen_random_uuid(),"
    sql += " gen_random_uuid(), %s, %s, %s, 'x', now(), now(), 1, %s)"
    asha, meera = two.asha.pk, two.meera.pk
    draft = Note.objects.get(client=two.asha, signed_at=None).pk
    with row_security.web_role():
        row_security.set_actor(two.meera)
        assert not refused(sql, (asha, meera, "private", private[asha]))
        assert refused(sql, (asha, meera, "private", private[two.rohan.pk])), "another client's"
        assert refused(sql, (asha, meera, "shared", private[asha])), "for other readers"
        assert refused(sql, (asha, meera, "private", draft)), "not signed yet"
