"""The safety plan that is in force, and what a new version of it begins with."""

from accounts.encryption.fields import readable
from clients.models import Client, SafetyPlan


def current(client: Client) -> SafetyPlan | None:
    """The plan that is in force. One query."""
    return (
        SafetyPlan.objects.filter(client=client)
        .select_related("written_by")
        .order_by("-version")
        .first()
    )


def what_opens(plan: SafetyPlan) -> SafetyPlan:
    """A basis for the next version if parts of this one cannot be decrypted."""
    begun = SafetyPlan(version=plan.version, contact_agreed=plan.contact_agreed)
    for name, text in readable(plan).items():
        setattr(begun, name, text)
    return begun
