"""People, invitations and consent texts in the admin, for managers."""

from accounts.admin.people import ConsentTextAdmin, InvitationAdmin, UserAdmin

__all__ = ["ConsentTextAdmin", "InvitationAdmin", "UserAdmin"]
