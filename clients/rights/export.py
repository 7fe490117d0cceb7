"""The export of everything that the practice keeps about one client.

It follows every foreign key that leads to the client or their account, so that a new model is
included automatically. Two tables below list what is withheld, and why; the export says so too.
"""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet

from accounts.audit.verbs import AccountVerb
from accounts.encryption import data_keys, unreadable
from accounts.models import AuditEvent, User
from clients.models import Client, Note, SafetyMark

# Foreign keys to the person who did something, not to the person whom the row is about. Following
# them would put one client's rows into the export of another person who cared for them.
ACTED = {
    "accounts.Invitation.invited_by",
    "admin.LogEntry.user",
    "articles.HandoutVersion.by",
    "articles.Image.uploaded_by",
    "articles.OutsideComment.done_by",
    "articles.OutsideReview.asked_by",
    "articles.PageVersion.by",
    "articles.Revision.by",
    "articles.SiteTexts.by",
    "articles.Unsaved.by",
    "assessments.ScaleFact.added_by",
    "assessments.Sitting.made_by",
    "clients.CalendarFeed.therapist",
    "clients.Callback.done_by",
    "clients.Callback.taken_by",
    "clients.CareLink.granted_by",
    "clients.CareLink.therapist",
    "clients.ChangeRequest.answered_by",
    "clients.Client.created_by",
    "clients.Enquiry.clinician",
    "clients.Enquiry.closed_by",
    "clients.EnquiryContact.made_by",
    "clients.ErasureRequest.decided_by",
    "clients.Goal.written_by",
    "clients.Note.author",
    "clients.NoteTemplate.changed_by",
    "clients.Rhythm.set_by",
    "clients.SafetyMark.by",
    "clients.ContactDetails.written_by",
    "clients.SafetyPlan.followed_up_by",
    "clients.SafetyPlan.written_by",
    "clients.Session.therapist",
    "clients.StepEvent.by",
    "clients.TalkingPoint.talked_by",
    "clients.Task.given_by",
    "clients.TaskIdea.changed_by",
}
ABOUT = {
    "account.EmailAddress.user",
    "accounts.Consent.user",
    "accounts.EmailChange.user",
    "accounts.Invitation.user",
    "accounts.Mail.user",
    "accounts.ParkedForm.user",
    "accounts.PracticeDetail.person",
    "accounts.User_groups.user",
    "accounts.User_user_permissions.user",
    "assessments.Assignment.user",
    "assessments.Attempt.user",
    "assessments.Sitting.user",
    "clients.Client.user",
    "mfa.Authenticator.user",
    "usersessions.UserSession.user",
}
WITHHELD_COLUMNS = {
    "accounts.User.password": "A secret that nobody can read, the practice included.",
    "accounts.Invitation.token_hash": "A secret that nobody can read, the practice included.",
    "account.EmailConfirmation.key": "A secret of your account.",
    "accounts.ParkedForm.ciphertext": (
        "Text that you have not sent yet. Sign in to see it for a day."
    ),
    "mfa.Authenticator.data": "A secret of your account.",
    "usersessions.UserSession.session_key": "A secret of your account.",
    "assessments.Attempt.key_hash": "A secret of your account.",
    "assessments.Sitting.code_hash": "A code that opens nothing any more.",
    "assessments.Sitting.token_hash": "A secret of a device of the practice.",
    "clients.Enquiry.phone_index": "A search index of the phone number, which is included.",
    **{
        f"clients.{name}.idempotency_key": "A random number that prevents saving a form twice."
        for name in (
            "TalkingPoint",
            "Enquiry",
            "EnquiryContact",
            "Goal",
            "Note",
            "Rhythm",
            "Task",
        )
    },
}
WITHHELD_ROWS: dict[type[Model], tuple[Q, str]] = {
    Note: (
        Q(audience=Note.Audience.PRIVATE.value) | Q(signed_at=None),
        "A therapist’s own working notes. You can ask the practice to read them with you.",
    ),
    SafetyMark: (
        Q(pk__isnull=False),
        "Ticks that remind your therapist what you have talked about. You can ask to see them.",
    ),
}

Rows = dict[type[Model], set]


def links() -> dict[type[Model], list[ForeignKey]]:
    """The foreign keys to follow, by the model that they refer to."""
    followed = defaultdict(list)
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and label(model, field.name) not in ACTED:
                followed[field.remote_field.model].append(field)
    return followed


def label(model: type[Model], column: str) -> str:
    return f"{model._meta.label}.{column}"


def linked(client: Client) -> Rows:
    """The primary keys of every row about this client, by model. One query for each foreign key and
    round."""
    rows: Rows = defaultdict(set, {User: {client.user_id}, Client: {client.pk}})
    follow, fresh = links(), [(User, {client.user_id}), (Client, {client.pk})]
    while fresh:
        parent, keys = fresh.pop()
        for field in follow[parent]:
            model = field.model
            children = model._base_manager.filter(**{f"{field.name}__in": keys})
            new = set(children.values_list("pk", flat=True)) - rows[model]
            if new:
                rows[model] |= new
                fresh.append((model, new))
    own = Q(client=client.pk) | Q(actor=client.user_id, client=None)
    rows[AuditEvent] = set(AuditEvent.objects.filter(own).values_list("pk", flat=True))
    return {model: keys for model, keys in rows.items() if keys}


def exported(model: type[Model], keys: set) -> QuerySet:
    """The rows of one model that are exported, without those withheld."""
    rows = model._base_manager.filter(pk__in=keys)
    hidden = WITHHELD_ROWS.get(model)
    related = [f.name for f in model._meta.concrete_fields if isinstance(f, ForeignKey)]
    return (rows.exclude(hidden[0]) if hidden else rows).select_related(*related).order_by("pk")


def columns(model: type[Model]) -> list:
    return [f for f in model._meta.concrete_fields if label(model, f.name) not in WITHHELD_COLUMNS]


@data_keys.key_cache()
def gather(client: Client) -> dict[str, list[dict[str, Any]]]:
    """The export: for each model its rows, each a mapping of columns to values.

    A foreign key is exported as an id; if it leads out of the export, with the name of its target;
    if it refers to another person, as their name alone. A value that cannot be decrypted becomes
    `{"unreadable": …}`.
    """
    rows = linked(client)
    ordered = sorted(rows.items(), key=lambda item: item[0]._meta.label)
    data = {
        model._meta.label: [_row(row, client, rows) for row in exported(model, keys)]
        for model, keys in ordered
    }
    _name_actors(data.get(AuditEvent._meta.label, []), client)
    return data


def _name_actors(events: list[dict[str, Any]], client: Client) -> None:
    """Says who did what, and without addresses. Who was refused stays unnamed: that may be another
    client. One query."""
    others = [event for event in events if event["actor"] != client.user_id]
    names = dict(User.objects.filter(pk__in={e["actor"] for e in others}).values_list("pk", "name"))
    for event in others:
        seen = event["verb"] != AccountVerb.REFUSED and event["actor"] in names
        event["actor"] = {"name": names[event["actor"]]} if seen else None
        event["address"] = None


def _row(row: Model, client: Client, inside: Rows) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in columns(type(row)):
        with unreadable.showing():
            key = field.value_from_object(row)
            if isinstance(key, unreadable.Placeholder):
                key = {"unreadable": str(key)}
        if not isinstance(field, ForeignKey) or key is None:
            values[field.name] = key
        elif key in inside.get(field.remote_field.model, ()):
            values[field.name] = {"id": key}
        elif field.remote_field.model is User:
            values[field.name] = {"name": getattr(row, field.name).name}
        else:
            values[field.name] = {"id": key, "name": str(getattr(row, field.name))}
    return values


def withheld() -> list[tuple[str, str]]:
    """What the export leaves out, as (what, reason)."""
    rows = [
        (str(model._meta.verbose_name_plural), reason)
        for model, (_hidden, reason) in WITHHELD_ROWS.items()
    ]
    return [*rows, *WITHHELD_COLUMNS.items()]
