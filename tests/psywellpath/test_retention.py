"""How long things are kept: a rule for every model, and a command that keeps to it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as SignIn
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import (
    AuditEvent,
    DataKey,
    EmailChange,
    Invitation,
    Mail,
    ParkedForm,
    RateCounter,
)
from articles.models import LinkReport, MissedSearch, OutsideReview, ReaderCount, Unsaved
from assessments.models import Attempt, Sitting
from assessments.taking import actions as assessments
from clients.models import Enquiry
from psywellpath import retention
from tests.support import cast as people
from tests.support.articles.factories import article
from tests.support.declarations import assert_complete

NOW = timezone.now()
MODELS = [model._meta.label for model in apps.get_models(include_auto_created=True)]


@pytest.mark.quick
@pytest.mark.parametrize("label", MODELS)
def test_every_model_has_a_rule(label):
    """A new model fails here until somebody decides how long its rows are kept."""
    question = "how long are its rows kept, and what ends them?"
    assert_complete(
        {label} & set(retention.RULES), {label}, file="psywellpath/retention.py", question=question
    )


@pytest.mark.quick
def test_no_rule_names_a_model_that_is_gone():
    known = set(MODELS) | set(retention.RULES)
    assert_complete(known, MODELS, file="psywellpath/retention.py", question="")


@pytest.mark.quick
@pytest.mark.parametrize("label", sorted(retention.RULES))
def test_a_rule_says_what_ends_it_and_why(label):
    rule = retention.RULES[label]
    assert rule.ended_by
    assert rule.why
    assert (rule.days is None) == (rule.overdue is None)
    assert ("tidy" in rule.ended_by) == (rule.days is not None)


def test_the_audit_log_is_never_tidied():
    assert not {"accounts.AuditEvent", "accounts.AuditLink"} & set(retention.timed())


def _sign_in(cast, at):
    SignIn.objects.create(session_key=uuid4().hex, session_data="", expire_date=at)


def _mail(cast, at):
    Mail.objects.create(kind="x/y", user=cast.asha.user, sent_at=at)
    Mail.objects.create(kind="x/y", user=cast.asha.user, given_up_at=at)


def _task(cast, at):
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, task_path="x", finished_at=at, backend_name="x",
        exception_class_path="", traceback="",
    )  # fmt: skip


def _log(cast, at):
    kind = ContentType.objects.get_for_model(Mail)
    LogEntry.objects.create(
        user=cast.manoj, content_type=kind, object_repr="x", action_flag=CHANGE, action_time=at
    )


def _unsaved(cast, at):
    unsaved = Unsaved.objects.create(by=people.person(f"{uuid4()}@example.org", "E"), content={})
    Unsaved.objects.filter(pk=unsaved.pk).update(at=at)


def _day(label, at):
    """Rows of whole days: before the time lies the day before it."""
    limit = timezone.now() - timedelta(days=retention.RULES[label].days)
    return timezone.localdate(at) - timedelta(days=at < limit)


def _reader_count(cast, at):
    day = _day("articles.ReaderCount", at)
    ReaderCount.objects.create(article=article(uuid4().hex), day=day)


def _missed_search(cast, at):
    day = _day("articles.MissedSearch", at)
    MissedSearch.objects.create(words=uuid4().hex, first_on=day, last_on=day)


def _outside_review(cast, at):
    OutsideReview.objects.create(
        article=article(uuid4().hex), reviewer="Leela", key_hash=uuid4().hex,
        asked_at=at - timedelta(days=7), ends_at=at,
    )  # fmt: skip


def _invitation(cast, at):
    user = people.person(f"{uuid4()}@example.org", "Somebody")
    Invitation.objects.create(user=user, token_hash=uuid4().hex, expires_at=at)


def _enquiry(cast, at):
    Enquiry.objects.create(name="S", email="s@example.org", consented_at=at, closed_at=at)


def _attempt(cast, at):
    attempt = assessments.start_attempt(
        version=people.questionnaire(), by=None, target=people.IN_GENERAL
    )
    Attempt.objects.filter(pk=attempt.pk).update(started_at=at)


def _sitting(cast, at):
    Sitting.objects.create(
        user=cast.asha.user, made_by=cast.meera, instrument=people.questionnaire().instrument,
        made_at=at, code_hash=uuid4().hex, expires_at=at,
    )  # fmt: skip


def _email_change(cast, at):
    user = people.person(f"{uuid4()}@example.org", "Somebody")
    EmailChange.objects.create(user=user, was=user.email, to="x@example.org", asked_at=at)


def _parked_form(cast, at):
    ParkedForm.objects.create(user=cast.manoj, at=at, ciphertext=b"")


def _rate_counter(cast, at):
    RateCounter.objects.create(key=uuid4().hex, until=at)


def _session(cast, at):
    session = UserSession.objects.create(
        user=cast.manoj, session_key=uuid4().hex, ip="127.0.0.1", user_agent=""
    )
    UserSession.objects.filter(pk=session.pk).update(last_seen_at=at)


MAKE = {
    "accounts.EmailChange": (EmailChange, _email_change),
    "accounts.ParkedForm": (ParkedForm, _parked_form),
    "accounts.RateCounter": (RateCounter, _rate_counter),
    "usersessions.UserSession": (UserSession, _session),
    "sessions.Session": (SignIn, _sign_in),
    "accounts.Mail": (Mail, _mail),
    "django_tasks_database.DBTaskResult": (DBTaskResult, _task),
    "admin.LogEntry": (LogEntry, _log),
    "articles.MissedSearch": (MissedSearch, _missed_search),
    "articles.OutsideReview": (OutsideReview, _outside_review),
    "articles.ReaderCount": (ReaderCount, _reader_count),
    "articles.Unsaved": (Unsaved, _unsaved),
    "articles.LinkReport": (
        LinkReport,
        lambda _cast, at: LinkReport.objects.create(at=at, checked=1, undecided=0),
    ),
    "accounts.Invitation": (Invitation, _invitation),
    "clients.Enquiry": (Enquiry, _enquiry),
    "assessments.Attempt": (Attempt, _attempt),
    "assessments.Sitting": (Sitting, _sitting),
}


@pytest.mark.quick
def test_every_timed_rule_is_tried():
    assert_complete(
        MAKE, retention.timed(), file="MAKE in tests/psywellpath/test_retention.py",
        question="how does a test make an old row of it and a young one?",
    )  # fmt: skip


@pytest.mark.parametrize("label", sorted(MAKE))
def test_tidy_does_what_the_rule_says(cast, label, capsys):
    """A minute past its time goes, a minute before stays; a dry run deletes nothing."""
    model, make = MAKE[label]
    limit = timezone.now() - timedelta(days=retention.RULES[label].days)
    make(cast, limit + timedelta(minutes=5))
    young = set(model.objects.values_list("pk", flat=True))
    make(cast, limit - timedelta(minutes=5))
    every = set(model.objects.values_list("pk", flat=True))
    call_command("tidy", dry_run=True)
    assert set(model.objects.values_list("pk", flat=True)) == every
    line = f"{label}: {len(every - young)} "
    assert f"{line}would be deleted" in capsys.readouterr().out
    call_command("tidy")
    assert set(model.objects.values_list("pk", flat=True)) == young
    assert f"{line}deleted" in capsys.readouterr().out
    assert AuditEvent.objects.filter(verb="old rows deleted", target__startswith=label).exists()
    call_command("tidy")
    assert f"{label}: 0 deleted" in capsys.readouterr().out


def test_the_key_of_what_is_tidied_goes_with_it(cast):
    old = timezone.now() - timedelta(days=4000)
    for about in ("why", "another"):
        one = Enquiry(name="S", email="s@example.org", consented_at=old, about=about)
        one.save()
    Enquiry.objects.filter(pk=one.pk).update(closed_at=old)
    call_command("tidy")
    assert not DataKey.objects.filter(subject=one.pk).exists()
    assert DataKey.objects.filter(subject__in=Enquiry.objects.values("pk")).count() == 1


def test_what_became_care_or_waits_is_not_tidied(cast):
    old = timezone.now() - timedelta(days=4000)
    became = Enquiry.objects.create(
        name="S", email="s@example.org", consented_at=old, closed_at=old, client=cast.asha
    )
    waits = Enquiry.objects.create(
        name="S", email="s@example.org", consented_at=old, created_at=old
    )
    mine = assessments.start_attempt(
        version=people.questionnaire(), by=cast.asha.user, target=people.IN_GENERAL
    )
    Attempt.objects.filter(pk=mine.pk).update(started_at=old)
    event = AuditEvent.objects.create(verb="signed in", at=old)
    call_command("tidy")
    assert Enquiry.objects.filter(pk__in=[became.pk, waits.pk]).count() == 2
    assert Attempt.objects.filter(pk=mine.pk).exists()
    assert AuditEvent.objects.filter(pk=event.pk).exists()


def test_the_privacy_page_quotes_the_table(client, db):
    page = " ".join(client.get("/privacy/").content.decode().split()).replace("> ", ">")
    for what, days in retention.for_readers():
        assert str(what) in page
        assert days == 0 or f">{days} day" in page
