"""Reauthentication: proving again who one is, before something sensitive."""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.allauth_internals import is_reauthentication_required
from accounts.sign_in import parked_forms


def requires_reauthentication(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like allauth's `reauthentication_required`, for forms in which people write.

    allauth's stores what was posted in the session as plain text, a new password included. Here
    the form is parked, encrypted, and a password has to be typed again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_reauthentication_required(request, app=""):
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        if request.method == "POST" and (row := parked_forms.park(request, request.user)):  # type: ignore[arg-type]
            back = reverse("parked-form", args=[row.pk])
        url = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
        return redirect(f"{url}?{urlencode({'next': back})}")

    return guarded
