"""The client's own place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients import pages
from clients.loaders import clients_own
from clients.models import Client


@clients_own
@require_safe
def path(request: HttpRequest, client: Client) -> HttpResponse:
    return render(request, "clients/path.html", pages.own_path(client))
