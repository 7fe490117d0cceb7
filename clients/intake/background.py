"""What led to a client's invitation, as the page and the email of it say."""

from django.utils import timezone

from accounts.models import Invitation
from accounts.models.invitation import Background
from clients.models import CareLink, Client, Enquiry
from clients.rights.queries import values_for


def of(invitation: Invitation) -> Background | None:
    """The request that it answers, and the client's therapists. Seven queries at most."""
    client = Client.objects.filter(user=invitation.user_id).first()
    if client is None:
        return None
    enquiry = Enquiry.objects.filter(client=client).first()
    links = CareLink.objects.filter(client=client).going_on().of_therapists()
    therapists = [link.therapist for link in links.select_related("therapist")]
    return Background(
        asked_on=timezone.localdate(enquiry.created_at) if enquiry else None,
        colleagues=tuple(sorted({one.name for one in therapists})),
        by_colleague=invitation.invited_by_id in {one.pk for one in therapists},
        unnamed=enquiry is not None and enquiry.safe_contact.emails_unnamed,
        values=values_for(client),
    )
