"""The safety plan that is in force, and what a new version of it starts from."""

from django.conf import settings
from django.db.models import QuerySet

from accounts.encryption.fields import readable
from clients.models import CareLink, Client, SafetyPlan
from clients.models.safety_plan import ProfessionalKind


def current(client: Client) -> SafetyPlan | None:
    """The plan that is in force. One query."""
    return newest(client).first()


def newest(client: Client) -> QuerySet[SafetyPlan]:
    """At most one row, the plan that is in force."""
    plans = SafetyPlan.objects.filter(client=client).select_related("written_by")
    return plans.order_by("-version")[:1]


def readable_copy(plan: SafetyPlan) -> SafetyPlan:
    """An unsaved copy without the parts that cannot be decrypted, to write the next version."""
    copy = SafetyPlan(
        version=plan.version, contact_agreed=plan.contact_agreed, review_on=plan.review_on
    )
    for name, text in readable(plan).items():
        setattr(copy, name, text)
    return copy


def first_draft(client: Client) -> SafetyPlan:
    """An unsaved plan that names the client's therapist, to write the first version. One query."""
    link = CareLink.objects.current().filter(client=client).select_related("therapist").first()
    hours = settings.PRACTICE_CONTACT.get("HOURS", "")
    kind = ProfessionalKind.THERAPIST.value
    return SafetyPlan(professionals=[[kind, link.therapist.name, "", hours]] if link else [])
