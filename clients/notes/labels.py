"""The labels of the audiences of a note."""

from django.utils.translation import gettext_lazy as _

from clients.labels import Text
from clients.models import Note

AUDIENCES: dict[str, Text] = {
    Note.Audience.PRIVATE: _("Therapists only"),
    Note.Audience.SHARED: _("Shared with the client"),
}
