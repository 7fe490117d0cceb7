"""Who a person is: users, invitations, consents; what is kept for them; and the audit log."""

from accounts.models.account import EmailChange, ParkedForm
from accounts.models.audit_event import AuditEvent, AuditLink
from accounts.models.consent import Consent, ConsentKind, ConsentText, FilledText, PracticeDetail
from accounts.models.data_key import DataKey
from accounts.models.invitation import Invitation
from accounts.models.mail import Mail
from accounts.models.people import User, UserManager
from accounts.models.rate_counter import RateCounter

__all__ = [
    "AuditEvent",
    "AuditLink",
    "Consent",
    "ConsentKind",
    "ConsentText",
    "DataKey",
    "EmailChange",
    "FilledText",
    "Invitation",
    "Mail",
    "ParkedForm",
    "PracticeDetail",
    "RateCounter",
    "User",
    "UserManager",
]
