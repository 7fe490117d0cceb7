"""Asking once more who it is, before something weighty."""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.allauth_internals import is_reauthentication_required
from accounts.sign_in import parked_forms


def asked_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like allauth's `reauthentication_required`, for forms in which people write.

    Theirs lays what was posted into the session as it is, a new password too. Here the words
    wait encrypted, and a password is typed again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_reauthentication_required(request, app=""):
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        if request.method == "POST" and (row := parked_forms.keep(request, request.user)):  # type: ignore[arg-type]
            back = reverse("parked-form", args=[row.pk])
        asked = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
        return redirect(f"{asked}?{urlencode({'next': back})}")

    return guarded
