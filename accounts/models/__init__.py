"""Who a person is: users, invitations, consents; what is kept for them; and the audit trail."""

from accounts.models.account import EmailChange, Unsent
from accounts.models.consent import Consent, ConsentText
from accounts.models.data_key import DataKey
from accounts.models.invitation import Invitation
from accounts.models.mail import Mail
from accounts.models.people import User, UserManager
from accounts.models.tally import Tally
from accounts.models.trail import AuditEvent, TrailSeal

__all__ = [
    "AuditEvent",
    "Consent",
    "ConsentText",
    "DataKey",
    "EmailChange",
    "Invitation",
    "Mail",
    "Tally",
    "TrailSeal",
    "Unsent",
    "User",
    "UserManager",
]
