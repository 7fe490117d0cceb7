"""Making, renewing and switching off the address of a therapist's calendar."""

import secrets

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from clients.audit_verbs import CareVerb
from clients.calendar.feed import hash_of
from clients.models import CalendarFeed

KEY_BYTES = 32


@transaction.atomic
def make(*, by: User, names: bool, request: HttpRequest | None = None) -> str:
    """Makes a key, which replaces the one before it, and returns it: nobody can read it later."""
    key = secrets.token_urlsafe(KEY_BYTES)
    values = {
        "key_hash": hash_of(key),
        "names": names,
        "created_at": timezone.now(),
        "recorded": "",
    }
    feed, _created = CalendarFeed.objects.update_or_create(therapist=by, defaults=values)
    verb = CareVerb.FEED_MADE_WITH_NAMES if names else CareVerb.FEED_MADE
    audit.record(verb, by=by, target=feed, request=request)
    return key


@transaction.atomic
def switch_off(*, by: User, request: HttpRequest | None = None) -> None:
    """The address opens nothing from now on. Without one, nothing changes."""
    if feed := CalendarFeed.objects.filter(therapist=by).first():
        audit.record(CareVerb.FEED_OFF, by=by, target=feed, request=request)
        feed.delete()
