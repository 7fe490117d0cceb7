"""Which callbacks a person of the practice sees, and which of them they may answer."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts.database.together import Loader, alone, side_by_side
from accounts.models import User
from clients.access import load_keys
from clients.models import Callback, Client
from clients.models.callback import CallbackQuerySet

# A call that is done stays on the list for so long, so that it can be put back.
SHOWN_WHEN_DONE = timedelta(hours=24)


def in_care_of(user: User) -> CallbackQuerySet:
    """Those of the clients whom a therapist cares for."""
    return Callback.objects.filter(client__in=Client.objects.visible_to(user))


def of_the_practice(user: User) -> CallbackQuerySet:
    """All of them, for managers, who see to it that somebody calls; but never their own."""
    clients = Client.objects.listed_to(user).exclude(user=user)
    return Callback.objects.filter(client__in=clients)


def answerable_by(user: User) -> CallbackQuerySet:
    """Those that a person may take on, mark as done and put back."""
    cared_for = Client.objects.writable_by(user).values("pk")
    listed = Client.objects.listed_to(user).exclude(user=user).values("pk")
    return Callback.objects.filter(client__in=cared_for.union(listed))


def load(user: User, callback_id: UUID) -> Callback:
    try:
        return answerable_by(user).select_related("client__user").get(pk=callback_id)
    except Callback.DoesNotExist:
        raise Http404 from None


def listed(callbacks: CallbackQuerySet, user: User) -> Loader[dict[str, list[Callback]]]:
    """The lists of a page, with the request that each client came by, if any: it says how they can
    be reached safely. Two queries."""
    rows = callbacks.select_related("client__user", "client__enquiry", "taken_by", "done_by")
    found = yield from alone(rows.waiting_or_done_since(timezone.now() - SHOWN_WHEN_DONE))
    shown = {
        "calls_waiting": [row for row in found if row.done_at is None],
        "calls_done": [row for row in found if row.done_at][::-1],
    }
    if not found:
        return shown
    clients = {row.client_id for row in found}
    answerable = answerable_by(user).filter(pk__in=[row.pk for row in found]).order_by()
    writable, _keys = yield from side_by_side(
        alone(answerable.values_list("pk", flat=True)), load_keys(clients)
    )
    answers = set(writable)
    for row in found:
        row.may_answer = row.pk in answers
    return shown


def own(client: Client) -> Callback | None:
    """The client's callback that waits. One query."""
    waiting = Callback.objects.waiting().filter(client=client)
    return waiting.select_related("taken_by").first()


def last_number(client: Client) -> str:
    """The number that the client named the last time; "" if there is none."""
    last = Callback.objects.filter(client=client).order_by("-asked_at").first()
    return "" if last is None or last.unreadable else last.number
