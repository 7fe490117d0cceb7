"""A client's current contact details, and their emergency contact."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.contact_details import phone_numbers
from accounts.encryption.fields import readable
from accounts.encryption.unreadable import Placeholder
from clients.contact_details.labels import MAY_CALL
from clients.labels import Text
from clients.models import Client, ContactDetails, SafetyPlan


def current(client: Client) -> ContactDetails | None:
    """One query."""
    return newest(client).first()


def newest(client: Client) -> QuerySet[ContactDetails]:
    """At most one row, the details that are in force."""
    return client.contact_details.select_related("written_by")[:1]


def readable_copy(details: ContactDetails) -> ContactDetails:
    """An unsaved copy without what cannot be decrypted, to write the next version."""
    return ContactDetails(
        version=details.version, may_call_contact=details.may_call_contact, **readable(details)
    )


@dataclass(frozen=True)
class EmergencyContact:
    """Whom to call for a client, and whether that is allowed; who wrote that down, and when."""

    name: str
    relation: str
    phone: str
    permission: Text
    allowed: bool
    written_by: str
    written_at: datetime
    from_plan: bool = False

    @property
    def dialled(self) -> str:
        """As of `ContactDetails`."""
        return "" if isinstance(self.phone, Placeholder) else phone_numbers.dialled(self.phone)


def emergency_contact(
    details: ContactDetails | None, plan: SafetyPlan | None
) -> EmergencyContact | None:
    """The contact that the details name, otherwise the one of the safety plan."""
    if details and (details.contact_name or details.contact_phone):
        may = ContactDetails.MayCall(details.may_call_contact)
        return EmergencyContact(
            details.contact_name, details.contact_relation, details.contact_phone,
            MAY_CALL[may], may != may.NO, details.written_by.name, details.written_at,
        )  # fmt: skip
    return contact_of_plan(plan)


def contact_of_plan(plan: SafetyPlan | None) -> EmergencyContact | None:
    if plan and (plan.contact_name or plan.contact_phone):
        agreed = bool(plan.contact_agreed)
        may = ContactDetails.MayCall.IN_DANGER if agreed else ContactDetails.MayCall.NO
        return EmergencyContact(
            plan.contact_name, plan.contact_relation, plan.contact_phone, MAY_CALL[may], agreed,
            plan.written_by.name, plan.written_at, from_plan=True,
        )  # fmt: skip
    return None
