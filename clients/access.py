"""One loader for each protected thing: what exists but is not yours is a 404."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import Role, SignedIn
from accounts.models import User
from assessments.models import Attempt
from clients.models import Client


def load_client(request: SignedIn, client_id: UUID) -> Client:
    """A client whose whole record this person may see now. Two queries, path included."""
    clients = Client.objects.visible_to(request.user).with_path()
    return get_object_or_404(clients, pk=client_id)


def load_shared_attempt(client: Client, attempt_id: UUID) -> Attempt:
    """A result that this very client shared. Four queries."""
    shared = Attempt.objects.filter(sharing__client=client).for_reading()
    return get_object_or_404(shared, pk=attempt_id)


def load_shared_family(client: Client, slug: str) -> list[Attempt]:
    """What this client shared of one instrument, oldest first; 404 for none. Four queries."""
    shared = list(Attempt.objects.filter(sharing__client=client).of_family(slug).for_reading())
    if not shared:
        raise Http404
    return shared


def clients_own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the client's own pages: hands their record to the view, or says 403."""

    @wraps(view)
    def guarded(request: SignedIn, *args, **kwargs) -> HttpResponse:
        client = Client.objects.with_path().of(request.user)
        if client is None:
            raise PermissionDenied
        return view(request, client, *args, **kwargs)

    guarded.clients_own = True  # type: ignore[attr-defined]
    return guarded


def record_of(client: Client, by: User) -> Client:
    """The client, locked until the transaction ends; refused unless `by` cares for them now."""
    if not Client.objects.visible_to(by).filter(pk=client.pk).exists():
        raise PermissionDenied
    return Client.objects.select_for_update(of=("self",)).get(pk=client.pk)


def therapists():
    """Active people who hold the role now."""
    group = Group.objects.filter(name=Role.THERAPIST.value)
    return User.objects.filter(is_active=True, groups__in=group)
