"""Run beside a served site, on its database: `python -m tests.served_rows prepare | kept`."""

import json
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.served")
django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from accounts.models import AuditEvent, User  # noqa: E402
from assessments.models import Answer, Attempt  # noqa: E402
from clients.models import Enquiry, Note  # noqa: E402
from tests import cast  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: User) -> str:
    """The key of a session as a whole sign-in leaves it, with a second factor."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    now = time.time()
    session["account_authentication_methods"] = [
        {"method": "password", "at": now, "email": user.email},
        {"method": "mfa", "at": now, "type": "totp", "id": second_factor(user)},
    ]
    session.create()
    return str(session.session_key)


def second_factor(user: User) -> int | None:
    if not apps.is_installed("allauth.mfa"):
        return None
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    kept = Authenticator.objects.filter(user=user, type="totp").first()
    return kept.pk if kept else TOTP.activate(user, generate_totp_secret()).instance.pk


def prepare() -> dict[str, Any]:
    """The cast, the questionnaire, and what a visitor of them has to know."""
    version = cast.questionnaire()
    people = cast.make()
    return {
        "slug": version.instrument.slug,
        "items": [item.id for item in version.questionnaire.items],
        "targets": list(version.questionnaire.targets),
        "client": str(people.asha.pk),
        "therapist": signed_in(people.meera),
    }


def kept() -> dict[str, Any]:
    """Everything that visitors may have been told is kept, and halves that should not be."""
    drafted = {event.target for event in AuditEvent.objects.filter(verb="note begun")}
    signed = {event.target for event in AuditEvent.objects.filter(verb="note signed")}
    notes = list(Note.objects.all())
    finished = Attempt.objects.exclude(submitted_at=None)
    half = [str(a.pk) for a in finished.filter(results=None)]
    half += [str(n.pk) for n in notes if f"clients.note {n.pk}" not in drafted | signed]
    half += [str(n.pk) for n in notes if n.signed_at and f"clients.note {n.pk}" not in signed]
    return {
        "enquiries": {str(e.pk): e.about for e in Enquiry.objects.all()},
        "answers": {
            f"{a.attempt.key} {a.item_id}": a.value
            for a in Answer.objects.select_related("attempt")
        },
        "submitted": [a.key for a in finished],
        "notes": {str(n.pk): n.text for n in notes},
        "signed": [str(n.pk) for n in notes if n.signed_at],
        "half": half,
    }


if __name__ == "__main__":
    json.dump({"prepare": prepare, "kept": kept}[sys.argv[1]](), sys.stdout)
