"""What may be written in a row that somebody may see: the rules about columns."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts import emails
from accounts.database import row_security
from accounts.models import ConsentKind, DataKey
from accounts.people.actions import invite, open_account
from articles.models import Article
from assessments.taking import actions as assessments
from clients.models import Enquiry
from clients.notes import actions as notes
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.consents import agree
from tests.support.sql import ask, refused


@pytest.mark.trust
def test_no_request_deletes_a_key_that_is_in_use(scene, promise):
    """Not even a statement without a condition does: what people wrote would be lost for ever."""
    cast, tried = scene["cast"], 0
    subjects = set(DataKey.objects.values_list("subject", flat=True))
    assert {cast.asha.user_id, scene["enquiry"]} <= subjects
    for user in [*cast.users().values(), cast.neeshu, None]:
        with row_security.web_role():
            if user:
                row_security.set_actor(user)
            assert ask("DELETE FROM accounts_datakey") == [(0,)], user
            assert refused("UPDATE accounts_datakey SET wrapped = ''")
            tried += len(subjects)
    assert set(DataKey.objects.values_list("subject", flat=True)) == subjects
    promise(
        "row security", f"{len(subjects)} data keys, {tried} tried to be deleted by SQL, 0 gone"
    )


def test_the_key_of_an_attempt_goes_with_it(db, browser_of):
    """By the page: somebody who has its address deletes it."""
    attempt = assessments.start_attempt(
        version=people.questionnaire(), by=None, target=people.IN_GENERAL
    )
    assessments.save_answers(
        attempt=attempt, answers={item.id: 3 for item in attempt.questionnaire.items}
    )
    address = attempt.get_absolute_url()
    assert DataKey.objects.filter(subject=attempt.pk).exists()
    assert browser_of().post(f"{address}delete/").status_code in (200, 302)
    assert not DataKey.objects.filter(subject=attempt.pk).exists()


def test_the_key_of_an_attempt_goes_when_somebody_keeps_it(cast, browser_of):
    attempt = assessments.start_attempt(
        version=people.questionnaire(), by=None, target=people.IN_GENERAL
    )
    assessments.save_answers(
        attempt=attempt, answers={item.id: 3 for item in attempt.questionnaire.items}
    )
    assessments.submit(attempt=attempt)
    browser = browser_of(cast.asha.user)
    assert browser.post(f"{attempt.get_absolute_url()}keep/").status_code == 302
    attempt.refresh_from_db()
    assert attempt.user_id == cast.asha.user_id
    assert not DataKey.objects.filter(subject=attempt.pk).exists()


def test_the_key_of_a_request_goes_when_it_becomes_care(scene, browser_of):
    enquiry = Enquiry.objects.get(pk=scene["enquiry"])
    sent = {"name": enquiry.name, "email": enquiry.email, "therapist": str(scene["cast"].meera.pk)}
    answer = browser_of(scene["cast"].manoj).post(f"/practice/enquiries/{enquiry.pk}/", sent)
    assert answer.status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.client_id
    assert enquiry.about == "canary-enquiry"
    assert not DataKey.objects.filter(subject=enquiry.pk).exists()


# (actor, table, column, what they try to write)
NOT_THEIRS = [
    ("client", "clients_task", "title", "''"),
    ("client", "clients_task", "text", "''"),
    ("client", "clients_task", "due_on", "'2020-01-01'"),
    ("client", "clients_task", "step_id", "7"),
    ("client", "clients_task", "given_by_id", "(SELECT app_actor())"),
    ("client", "clients_task", "withdrawn_at", "now()"),
    ("client", "clients_task", "created_at", "now()"),
    ("client", "clients_erasurerequest", "asked_at", "now()"),
    ("client", "clients_erasurerequest", "words", "''"),
    ("client", "assessments_attempt", "target", "'somebody'"),
    ("client", "assessments_attempt", "started_at", "now()"),
    ("client", "accounts_consent", "given_at", "now()"),
    ("therapist", "clients_task", "reflection", "''"),
    ("therapist", "clients_task", "done_at", "now()"),
    ("therapist", "clients_task", "title", "''"),
    ("therapist", "clients_session", "at", "now()"),
    ("therapist", "clients_note", "created_at", "now()"),
    ("manager", "clients_erasurerequest", "taken_back_at", "now()"),
    ("manager", "clients_enquiry", "email", "'x@example.org'"),
    ("manager", "accounts_mail", "to", "'x@example.org'"),
    ("manager", "accounts_invitation", "expires_at", "now()"),
]
THEIRS = [
    ("client", "clients_task", "done_at", "now()"),
    ("client", "clients_erasurerequest", "taken_back_at", "now()"),
    ("client", "accounts_consent", "withdrawn_at", "now()"),
    ("therapist", "clients_task", "withdrawn_at", "now()"),
    ("therapist", "clients_session", "recorded_at", "nullif(recorded_at, NULL)"),
    ("therapist", "clients_note", "version", "2"),
    ("manager", "clients_erasurerequest", "words", "''"),
    ("manager", "clients_enquiry", "closed_at", "now()"),
    ("manager", "accounts_invitation", "withdrawn_at", "now()"),
]


@pytest.fixture
def drafted(scene):
    """The scene, with a draft, a consent, an invitation and a waiting email."""
    cast = scene["cast"]
    notes.keep_draft(client=cast.asha, by=cast.meera, text="x", audience="private", key=uuid4())
    agree(cast.asha.user, ConsentKind.DATA)
    invite(user=open_account(email="late@example.org", name="Late"), by=cast.manoj)
    emails.post(emails.PASSWORD_RESET, to="somebody@example.org")
    return {"client": cast.asha.user, "therapist": cast.meera, "manager": cast.manoj}


def written(user, table: str, column: str, value: str) -> int | str:
    """The number of rows written, or the SQLSTATE of the refusal; it is rolled back."""
    with row_security.web_role():
        row_security.set_actor(user)
        try:
            with transaction.atomic():
                ((rows,),) = ask(f'UPDATE {table} SET "{column}" = {value}')
                transaction.set_rollback(True)
                return rows
        except DatabaseError as error:
            return getattr(error.__cause__, "pgcode", None) or error.__cause__.sqlstate


@pytest.mark.trust
def test_each_person_writes_their_own_columns(drafted, promise):
    for who, *statement in THEIRS:
        rows = written(drafted[who], *statement)
        assert isinstance(rows, int), (who, statement, rows)
        assert rows > 0, (who, statement)
    refusals = [written(drafted[who], *statement) for who, *statement in NOT_THEIRS]
    wrong = [(one, r) for one, r in zip(NOT_THEIRS, refusals, strict=True) if r != "42501"]
    assert not wrong
    count = refusals.count("42501")
    promise(
        "row security", f"{len(refusals)} columns tried by hands they are not for, {count} refused"
    )


def test_a_session_names_who_plans_it(scene):
    cast = scene["cast"]
    sql = "INSERT INTO clients_session (id, client_id, therapist_id, at, state)"
    sql += " VALUES (gen_random_uuid(), %s, %s, now(), 'planned')"
    with row_security.web_role():
        row_security.set_actor(cast.meera)
        assert refused(sql, (cast.asha.pk, cast.vikram.pk))
        assert not refused(sql, (cast.asha.pk, cast.meera.pk))


def test_an_attached_result_goes_only_to_the_client_of_its_enquiry(scene):
    cast = scene["cast"]
    attempt = assessments.start_attempt(
        version=people.questionnaire(), by=None, target=people.IN_GENERAL
    )
    Enquiry.objects.filter(pk=scene["enquiry"]).delete()
    Enquiry.objects.create(
        name="x", email="x@example.org", consented_at=timezone.now(), attempt=attempt
    )
    with row_security.web_role():
        row_security.set_actor(cast.manoj)
        sql = "UPDATE assessments_attempt SET user_id = %s WHERE id = %s"
        assert refused(sql, (cast.rohan.user_id, attempt.pk))
        sql = "INSERT INTO clients_sharedresult (id, client_id, attempt_id, shared_at)"
        sql += " VALUES (gen_random_uuid(), %s, %s, now())"
        assert refused(sql, (cast.rohan.pk, attempt.pk))


def test_an_article_that_is_deleted_leaves_the_tasks_that_named_it(scene, browser_of):
    """The editor who deletes it, while it is a draft again, sees no task."""
    cast, read = scene["cast"], Article.objects.get()
    given = tasks.give_task(client=cast.asha, by=cast.meera, title="read", article=read)
    Article.objects.update(status="draft")
    answer = browser_of(cast.esha).post(
        f"/admin/articles/article/{read.pk}/delete/", {"post": "yes"}
    )
    assert answer.status_code == 302
    ask("SET CONSTRAINTS ALL IMMEDIATE")  # As at the end of the request.
    assert not Article.objects.exists()
    given.refresh_from_db()
    assert (given.article, given.title) == (None, "read")
