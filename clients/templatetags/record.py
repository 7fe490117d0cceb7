"""The tabs on each page of a client's record."""

from django import template

from clients.models import Client
from clients.record import head

register = template.Library()


@register.inclusion_tag("clients/record/_tabs.html")
def record_tabs(client: Client, tab: str, below: bool = False) -> dict[str, object]:
    return {"tabs": head.tabs(client, tab, below=below)}
