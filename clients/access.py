"""Loads each protected object in one place, with the permission check. A stranger gets a 404."""

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
    """The client, if the signed-in person may read the whole record now. Two queries, with the
    path."""
    clients = Client.objects.visible_to(request.user).with_path()
    return get_object_or_404(clients, pk=client_id)


def load_shared_attempt(client: Client, attempt_id: UUID) -> Attempt:
    """A result that this client has shared. Four queries."""
    shared = Attempt.objects.filter(sharing__client=client).for_reading()
    return get_object_or_404(shared, pk=attempt_id)


def load_shared_family(client: Client, slug: str) -> list[Attempt]:
    """The results of one instrument that this client shared, oldest first. Raises Http404 if there
    are none. Four queries."""
    shared = list(Attempt.objects.filter(sharing__client=client).of_family(slug).for_reading())
    if not shared:
        raise Http404
    return shared


def clients_own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Passes the signed-in client's own record to the view; everyone else gets a 403."""

    @wraps(view)
    def guarded(request: SignedIn, *args, **kwargs) -> HttpResponse:
        client = Client.objects.with_path().of(request.user)
        if client is None:
            raise PermissionDenied
        return view(request, client, *args, **kwargs)

    guarded.clients_own = True  # type: ignore[attr-defined]
    return guarded


def lock_record(client: Client, by: User) -> Client:
    """Locks the client's row until the transaction ends. Raises PermissionDenied unless `by` is one
    of their current therapists."""
    if not Client.objects.visible_to(by).filter(pk=client.pk).exists():
        raise PermissionDenied
    return Client.objects.select_for_update(of=("self",)).get(pk=client.pk)


def therapists():
    """Active accounts with the therapist role."""
    group = Group.objects.filter(name=Role.THERAPIST.value)
    return User.objects.filter(is_active=True, groups__in=group)
