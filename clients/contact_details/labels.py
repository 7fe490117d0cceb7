"""What staff read about the permission to call an emergency contact."""

from django.utils.translation import gettext_lazy as _

from clients.labels import Text
from clients.models import ContactDetails

MAY_CALL: dict[str, Text] = {
    ContactDetails.MayCall.YES: _("You may call them"),
    ContactDetails.MayCall.IN_DANGER: _("Call them only if you fear for the client’s safety"),
    ContactDetails.MayCall.NO: _(
        "No permission to call them; in serious danger you may still have to tell someone"
    ),
}
