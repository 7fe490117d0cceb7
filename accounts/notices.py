"""Confirmations and errors, shown where the person arrives: in the section that they acted on.

A message whose extra tag names a section is shown by that section of the page, every other one at
the head of the page (`templates/_messages.html`).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.functional import Promise


def say(
    request: HttpRequest, text: str | Promise, *, section: str, level: int = messages.SUCCESS
) -> None:
    messages.add_message(request, level, str(text), extra_tags=section)


def back_to(
    request: HttpRequest,
    page: Any,
    section: str,
    text: str | Promise,
    *,
    level: int = messages.SUCCESS,
) -> HttpResponseRedirect:
    """Redirects to a section of a page, which shows the message."""
    say(request, text, section=section, level=level)
    return redirect(f"{resolve_url(page)}#{section}")
