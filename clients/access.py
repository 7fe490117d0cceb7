"""Loads each protected object in one place, with the permission check. A stranger gets a 404."""

from collections.abc import Callable, Iterable
from functools import wraps
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import Permission, Role, SignedIn, requires
from accounts.audit import recording as audit
from accounts.audit.verbs import Verb
from accounts.database.together import Loader, attach, first, read_together
from accounts.encryption import data_keys
from accounts.models import User
from accounts.models.data_key import DataKey
from assessments.models import Attempt
from clients.audit_verbs import CareVerb
from clients.models import Client, StepEvent

# The methods by which a view writes in the record.
NEVER: frozenset[str] = frozenset()
ON_POST = frozenset({"POST"})
ALWAYS = frozenset({"GET", "HEAD", "POST"})


def client_record(
    *, writes: frozenset[str], verb: Verb | None = CareVerb.RECORD_OPENED
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Passes the client that the URL names to the view of a therapist, and records the reading.

    Without the role it answers 403, to a stranger 404, and to someone who may only read the record
    403 for each of the methods in `writes`. A page that was shown is written to the audit log once,
    as `verb`; a redirect shows nothing. None: the view writes the event itself, with its target, or
    shows nothing of the record. Decorators that restrict methods go above this one.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: SignedIn, client_id: UUID, **kwargs) -> HttpResponse:
            client = load_client(request.user, client_id)
            if request.method in writes and not client.may_write:
                raise PermissionDenied
            response = view(request, client, **kwargs)
            if verb and not 300 <= response.status_code < 400:
                audit.record(verb, by=request.user, client=client.pk, request=request)
            return response

        guarded.record_writes = writes  # type: ignore[attr-defined]
        return requires(Permission.SEE_CASELOAD)(guarded)

    return decorate


def load_client(user: User, client_id: UUID) -> Client:
    """The client, if this person may read the whole record now, with `may_write` and the path.
    One query, which loads the data key and the reader's own record, too."""
    found = Client.objects.visible_to(user).filter(pk=client_id).select_related("user").order_by()
    writable = Client.objects.writable_by(user).filter(pk=client_id).order_by().values("pk")
    events = StepEvent.objects.filter(client=client_id).order_by("sequence")
    own, keys = own_records(user), data_keys.keys_of_rows(Client, [client_id])
    read_together(found, writable, events, own, keys)
    keep_own_record(user, own)
    if not (found and events):  # As `with_path`: nothing can be said about a client without it.
        raise Http404
    attach(found, "step_events", events)
    data_keys.keep_keys_of_rows(Client, keys)
    found[0].may_write = bool(writable)
    return found[0]


def own_record(user: User | AnonymousUser) -> Client | None:
    """The person's own record, if they are a client. One query a request, none for a visitor."""
    if isinstance(user, AnonymousUser):
        return None
    if not hasattr(user, "_own_record"):
        keep_own_record(user, own_records(user))
    return user._own_record  # type: ignore[attr-defined]


def own_records(user: User) -> QuerySet[Client]:
    """At most one record."""
    return Client.objects.filter(user=user).order_by()


def load_own_record(user: User) -> Loader[None]:
    """Reads what `own_record` returns together with other rows: the menu of each page asks for
    it."""
    own = own_records(user)
    yield (own,)
    keep_own_record(user, own)


def load_keys(clients: Iterable[UUID]) -> Loader[None]:
    """Reads the data keys of these clients, under which their notes and results are encrypted."""
    keys = data_keys.keys_of_rows(Client, list(clients))
    yield (keys,)
    data_keys.keep_keys_of_rows(Client, keys)


def keep_own_record(user: User, own: Iterable[Client]) -> None:
    """For the rest of the request this is the person's own record."""
    user._own_record = next(iter(own), None)  # type: ignore[attr-defined]


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
        client = _load_own(request.user)
        if client is None:
            raise PermissionDenied
        return view(request, client, *args, **kwargs)

    guarded.clients_own = True  # type: ignore[attr-defined]
    return guarded


def _load_own(user: User) -> Client | None:
    """The person's own record with its path, and their data key. One query."""
    own, of_user = own_records(user).select_related("user"), {"client__user": user}
    events = StepEvent.objects.filter(**of_user).order_by("sequence")
    wrapped = DataKey.objects.filter(subject=user.pk).values_list("wrapped", flat=True)
    read_together(own, events, wrapped)
    if not (own and events):
        return None
    attach(own, "step_events", events)
    data_keys.keep_keys_of_rows(Client, [(own[0].pk, user.pk, first(wrapped))])
    keep_own_record(user, own)
    return own[0]


def lock_record(client: Client, by: User) -> Client:
    """Locks the client's row until the transaction ends. Raises PermissionDenied unless `by` may
    write in the record."""
    if not Client.objects.writable_by(by).filter(pk=client.pk).exists():
        raise PermissionDenied
    locked = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    locked.may_write = True
    return locked


def therapists() -> QuerySet[User]:
    """Active accounts with the therapist role."""
    group = Group.objects.filter(name=Role.THERAPIST.value)
    return User.objects.filter(is_active=True, groups__in=group)
