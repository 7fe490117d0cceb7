"""How long the rows of each model are kept, what deletes them, and why: one rule for each model.

A test checks that every model has a rule, including those of other packages. Rows with a number of
days are deleted by `manage.py tidy`; the practice decides the numbers, and the privacy page quotes
them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as SignIn
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.models import EmailChange, Invitation, Mail, ParkedForm, RateCounter
from articles.models import LinkReport, MissedSearch, OutsideReview, ReaderCount, Unsaved
from assessments.models import Attempt, Sitting
from clients.models import Enquiry

# What deletes a row, besides `manage.py tidy`.
ERASURE = "manage.py erase, after a manager granted it"
WITH_CLIENT = "with the client: manage.py erase"
WITH_OWNER = "with the row it belongs to"
NEVER = "nothing"
ADMIN = "people who may delete it in the admin"
CODE = "a new version of the software"


@dataclass(frozen=True)
class Rule:
    """`overdue`: the rows to delete, given the time `days` days ago. `on_privacy_page`: what the
    privacy page calls them."""

    ended_by: str
    why: str
    days: int | None = None
    overdue: Callable[[datetime], QuerySet] | None = None
    on_privacy_page: Promise | None = None


def _before(model: Any, **condition: Any) -> Callable[[datetime], QuerySet]:
    """The rows that meet the condition and whose time, in the one column named, lies before."""
    ((column, extra),) = condition.items()
    return lambda time: model.objects.filter(extra, **{f"{column}__lt": time})


TIDY = "manage.py tidy"
RECORD = "the record of care; the practice's legal duty to keep it comes before erasure"
PUBLISHED = "what the practice publishes; no data about readers"
ANY = Q()

RULES: dict[str, Rule] = {
    # The record of care.
    "clients.Client": Rule(ERASURE, RECORD),
    "clients.CareLink": Rule(WITH_CLIENT, RECORD),
    "clients.StepEvent": Rule(WITH_CLIENT, RECORD),
    "clients.Session": Rule(WITH_CLIENT, RECORD),
    "clients.Task": Rule(WITH_CLIENT, RECORD),
    "clients.Note": Rule("its author, while it is a draft; otherwise with the client", RECORD),
    "clients.SafetyPlan": Rule(WITH_CLIENT, RECORD),
    "clients.Callback": Rule(WITH_CLIENT, RECORD),
    "clients.TalkingPoint": Rule(
        "the client, until it was talked about; otherwise with the client", RECORD
    ),
    "clients.ReadMark": Rule(WITH_CLIENT, "what is new for the client, for the client alone"),
    "clients.CalendarFeed": Rule(
        "until the therapist switches it off", "the secret address of a therapist’s calendar"
    ),
    "clients.ChangeRequest": Rule(WITH_CLIENT, RECORD),
    "clients.ContactDetails": Rule(WITH_CLIENT, RECORD),
    "clients.Nomination": Rule(WITH_CLIENT, "whom the client chose to act for them"),
    "clients.SafetyMark": Rule(
        "its author, who marked by mistake; otherwise with the client", RECORD
    ),
    "clients.SharedResult": Rule("the client, by withdrawing it", "the client's own decision"),
    "clients.ErasureRequest": Rule(WITH_CLIENT, "how the practice answered"),
    "clients.Erasure": Rule(NEVER, "ids that lead nowhere: a restored backup erases them again"),
    "clients.AnonymousStatistic": Rule(NEVER, "bare numbers that identify nobody"),
    "clients.Enquiry": Rule(
        TIDY, "answered, and led to no care: no reason to keep it longer",
        365, _before(Enquiry, closed_at=Q(client=None)),
        _("A first-session request that did not become care, after it was answered"),
    ),
    "clients.EnquiryContact": Rule(WITH_OWNER, "how the request was answered"),
    "clients.CaseloadIndex": Rule(WITH_CLIENT, "an index of the path, kept up to date by triggers"),
    "clients.ReliableChange": Rule(WITH_CLIENT, RECORD),
    "clients.CheckIn": Rule(WITH_CLIENT, RECORD),
    "clients.Goal": Rule(WITH_CLIENT, RECORD),
    "clients.GoalRating": Rule(WITH_CLIENT, RECORD),
    "clients.Rhythm": Rule(WITH_CLIENT, RECORD),
    "clients.Asking": Rule(WITH_CLIENT, RECORD),
    # Measurement.
    "assessments.Attempt": Rule(
        "manage.py expire_attempts and tidy, the person who took it, or with the client",
        "a visitor's: so that they can come back to it; a client's: the record of care",
        settings.ANONYMOUS_ATTEMPT_DAYS, _before(Attempt, started_at=Q(user=None)),
        _("A self-assessment without an account, after it was begun"),
    ),
    "assessments.Answer": Rule(WITH_OWNER, "part of an attempt"),
    "assessments.Result": Rule(WITH_OWNER, "part of an attempt"),
    "assessments.Assignment": Rule(
        "the therapist, by withdrawing the task; otherwise with the client", RECORD
    ),
    "assessments.Sitting": Rule(
        TIDY, "a code that opens nothing any more; the audit log says who made it",
        30, _before(Sitting, made_at=ANY),
    ),
    "assessments.Instrument": Rule(NEVER, "results refer to it; it holds no personal data"),
    "assessments.InstrumentVersion": Rule(NEVER, "results refer to it"),
    "assessments.GroupTotals": Rule(NEVER, "totals of ten people and more that identify nobody"),
    "assessments.ScaleFact": Rule(NEVER, "readings refer to it"),
    # People.
    "accounts.User": Rule(ERASURE, "who acted in a record stays known; accounts are closed"),
    "accounts.User_groups": Rule("a manager, by taking the role away", "what a person may do now"),
    "accounts.User_user_permissions": Rule(WITH_OWNER, "not used here"),
    "account.EmailAddress": Rule(WITH_OWNER, "to sign in with"),
    "accounts.Consent": Rule(WITH_CLIENT, "proof of what was agreed to, and when it was withdrawn"),
    "accounts.ConsentText": Rule(NEVER, "consents refer to it"),
    "accounts.PracticeDetail": Rule("a manager, by changing it", "the practice's own texts"),
    "accounts.Invitation": Rule(
        TIDY, "a link that no longer opens anything",
        90, _before(Invitation, expires_at=Q(accepted_at=None)),
        _("An invitation that nobody accepted, after it ended"),
    ),
    "accounts.AuditEvent": Rule(
        NEVER, "access logs are kept a year at least (DPDP Rules 2025); the database refuses to"
        " delete one, and after an erasure it holds ids that lead nowhere",
    ),
    "accounts.AuditLink": Rule(NEVER, "the proof that the audit log is complete"),
    "accounts.DataKey": Rule(
        "the deletion of what it decrypts, in the same transaction",
        "what a person wrote stays readable for as long as it is kept",
    ),
    "accounts.EmailChange": Rule(
        TIDY, "a request to sign in with another address, after it expired",
        90, _before(EmailChange, asked_at=ANY),
    ),
    "mfa.Authenticator": Rule("its person, or manage.py forget_factors", "to sign in with"),
    # Traces of use.
    "accounts.ParkedForm": Rule(
        TIDY, "text sent after a sign-in had ended, for its author to send again",
        1, _before(ParkedForm, at=ANY),
        _("What you sent after your session had ended"),
    ),
    "accounts.RateCounter": Rule(
        TIDY, "how often something was tried, and the addresses and devices that an account knows",
        0, _before(RateCounter, until=ANY),
    ),
    "usersessions.UserSession": Rule(
        TIDY, "where a person was signed in, for their own list",
        30, _before(UserSession, last_seen_at=ANY),
    ),
    "sessions.Session": Rule(
        TIDY, "a sign-in that ended", 0, _before(SignIn, expire_date=ANY),
        _("A sign-in, after it ended"),
    ),
    "account.EmailConfirmation": Rule(WITH_OWNER, "a link to confirm an address; not used here"),
    "accounts.Mail": Rule(
        TIDY, "to answer “did you write to me?”; it holds no text",
        90, lambda time: Mail.objects.filter(Q(sent_at__lt=time) | Q(given_up_at__lt=time)),
        _("That an email was sent to you, after it went out"),
    ),
    "django_tasks_database.DBTaskResult": Rule(
        TIDY, "to see why an email was late", 30, _before(DBTaskResult, finished_at=ANY),
    ),
    "admin.LogEntry": Rule(
        TIDY, "a convenience of the admin; the audit log is the record",
        365, _before(LogEntry, action_time=ANY),
    ),
    # The practice's texts.
    "articles.ReaderCount": Rule(
        TIDY, "how often an article was read on a day; nothing about who read it",
        730, _before(ReaderCount, day=ANY),
    ),
    "articles.MissedSearch": Rule(
        TIDY, "what readers look for and do not find; nothing about who looked",
        90, _before(MissedSearch, last_on=ANY),
        _("The words of a search that found nothing, without anything about who searched"),
    ),
    "articles.PublicVersion": Rule("nothing: one row, which every change rewrites", PUBLISHED),
    "articles.OutsideReview": Rule(
        TIDY, "its comments have been worked in, or never will be; sooner with the article",
        365, _before(OutsideReview, ends_at=ANY),
        _("What somebody from outside wrote about an article, with their name"),
    ),
    "articles.OutsideComment": Rule(WITH_OWNER, "part of a review from outside"),
    "articles.Unsaved": Rule(TIDY, "forgotten drafts", 180, _before(Unsaved, at=ANY)),
    "articles.LinkReport": Rule(
        TIDY, "the next check replaces it; no data about readers",
        90, _before(LinkReport, at=ANY),
    ),
    **{
        f"articles.{name}": Rule(ADMIN, PUBLISHED)
        for name in ("Article", "Article_more_topics", "Author", "Handout", "HandoutVersion",
                     "Image", "OldAddress",
                     "OldPageAddress", "OldTopicAddress", "Origin", "Page", "PageVersion",
                     "Revision", "Series", "SiteTexts", "Topic", "Word")
    },
    **{
        f"clients.{name}": Rule(ADMIN, "the practice's own texts")
        for name in ("Step", "StepReading", "TaskIdea", "NoteTemplate")
    },
    "assessments.RegionReading": Rule(ADMIN, "the practice's own texts"),
    "auth.Group": Rule(CODE, "the roles"),
    "auth.Permission": Rule(CODE, "what the roles may do in the admin"),
    "auth.Group_permissions": Rule(CODE, "what the roles may do in the admin"),
    "contenttypes.ContentType": Rule(CODE, "the kinds of rows"),
}  # fmt: skip


def overdue(label: str, now: datetime) -> QuerySet:
    """The rows of one model whose retention period is over."""
    rule = RULES[label]
    if rule.days is None or rule.overdue is None:
        return apps.get_model(label)._base_manager.none()
    return rule.overdue(now - timedelta(days=rule.days))


def timed() -> list[str]:
    """The models whose rows `manage.py tidy` deletes."""
    return [label for label, rule in RULES.items() if rule.days is not None]


def for_readers() -> list[tuple[Promise, int]]:
    """(what, days) of each rule that the privacy page shows."""
    return [
        (rule.on_privacy_page, rule.days)
        for rule in RULES.values()
        if rule.on_privacy_page is not None and rule.days is not None
    ]
