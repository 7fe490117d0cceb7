"""The safety plan that is in force, and what a new version of it starts from."""

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


def readable_copy(plan: SafetyPlan) -> SafetyPlan:
    """An unsaved copy without the parts that cannot be decrypted, to write the next version."""
    copy = SafetyPlan(version=plan.version, contact_agreed=plan.contact_agreed)
    for name, text in readable(plan).items():
        setattr(copy, name, text)
    return copy
