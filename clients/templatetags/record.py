"""The tabs on each page of a client's record."""

from django import template
from django.template import Context
from django.utils import timezone

from accounts.database.together import load
from clients.models import Client, SharedResult
from clients.path.queries import undoable
from clients.record import head
from clients.results.context import Scores, in_lines

register = template.Library()


@register.inclusion_tag("clients/record/_tabs.html")
def record_tabs(client: Client, tab: str, below: bool = False) -> dict[str, object]:
    return {"tabs": load(head.tabs(client, tab, below=below))}


@register.inclusion_tag("clients/path/_undo_move.html", takes_context=True)
def undo_move(context: Context, client: Client) -> dict[str, object]:
    """The button that undoes the last move, for its author, as long as that is possible."""
    may = client.may_write and undoable(client, context["user"], timezone.now())
    return {"client": client, "undoable": may, "csrf_token": context["csrf_token"]}


@register.filter
def scores(shared: SharedResult) -> Scores:
    """The numbers of one result. No query if its attempt was loaded `for_reading`."""
    return in_lines([shared])[0]
