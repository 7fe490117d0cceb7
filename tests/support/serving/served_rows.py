"""Creates or reads rows in the database of a served site, by one of the verbs below:
`python -m tests.support.serving.served_rows acknowledged`.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.serving.served")
django.setup()

from django.core.cache import cache  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.allauth_internals import RecoveryCodes  # noqa: E402
from accounts.models import AuditEvent, Mail, ParkedForm, User  # noqa: E402
from accounts.models.consent import ASKED  # noqa: E402
from assessments.models import Answer, Attempt  # noqa: E402
from assessments.taking import actions as taking  # noqa: E402
from clients.goals import actions as goals  # noqa: E402
from clients.models import CareLink, Client, Enquiry, Note  # noqa: E402
from clients.notes import actions as notes  # noqa: E402
from clients.rights import erasure  # noqa: E402
from tests.support import cast  # noqa: E402
from tests.support.consents import agree  # noqa: E402
from tests.support.signing_in import session_of  # noqa: E402


def signed_in(user: User) -> str:
    """The key of a session after a complete sign-in, with a second factor."""
    return str(session_of(user))


def prepare() -> dict[str, Any]:
    """The cast, the questionnaire, and what a test needs to know about them."""
    version = cast.questionnaire()
    people = cast.make()
    return {
        "slug": version.instrument.slug,
        "items": [item.id for item in version.questionnaire.items],
        "targets": list(version.questionnaire.targets),
        "client": str(people.asha.pk),
        "therapist": signed_in(people.meera),
    }


def fill() -> dict[str, Any]:
    """A small practice with clinical rows of two clients."""
    prepared = prepare()
    asha, rohan = (User.objects.get(email=f"{n}@example.org").client for n in ("asha", "rohan"))
    for client in (asha, rohan):
        by = client.care_links.get(ends_at=None).therapist
        for number in range(3):
            note = {"text": f"note {number} of {client.pk} – ठीक है", "audience": "private"}
            notes.write_note(client=client, by=by, **note)
        attempt = taking.start_attempt(
            version=cast.questionnaire(), by=client.user, target=cast.IN_GENERAL
        )
        taking.save_answers(attempt=attempt, answers=dict.fromkeys(prepared["items"], 5))
        taking.submit(attempt=attempt)
    Enquiry.objects.create(
        name="Somebody", phone="+91 98000 00000", about="sleep", consented_at=timezone.now()
    )
    return prepared | {"rohan": str(rohan.pk)}


def erase() -> dict[str, Any]:
    """Erases Rohan at his request."""
    rohan = User.objects.get(email="rohan@example.org").client
    request = erasure.ask(client=rohan, by=rohan.user)
    manager = User.objects.get(email="manoj@example.org")
    erasure.decide(erasure_request=request, by=manager, granted=True, words="As you wish.")
    return {"rows": erasure.erase(client=rohan)}


def acknowledged() -> dict[str, Any]:
    """All rows whose storage the site may have acknowledged, and half-written ones."""
    drafted = {event.target for event in AuditEvent.objects.filter(verb="note begun")}
    signed = {event.target for event in AuditEvent.objects.filter(verb="note signed")}
    written = list(Note.objects.all())
    finished = Attempt.objects.exclude(submitted_at=None)
    half = [str(a.pk) for a in finished.filter(results=None)]
    half += [str(n.pk) for n in written if f"clients.note {n.pk}" not in drafted | signed]
    half += [str(n.pk) for n in written if n.signed_at and f"clients.note {n.pk}" not in signed]
    return {
        "enquiries": {str(e.idempotency_key): e.about for e in Enquiry.objects.all()},
        "answers": {
            f"{a.attempt.key_hash} {a.item_id}": a.value
            for a in Answer.objects.select_related("attempt")
        },
        "submitted": [a.key_hash for a in finished],
        "notes": {str(n.idempotency_key): n.text for n in written},
        "signed": [str(n.idempotency_key) for n in written if n.signed_at],
        "half": half,
        "clients": [str(c.pk) for c in Client.objects.all()],
    }


def guarded() -> dict[str, Any]:
    """`fill`, and the ids and keys that somebody with SQL of their own would look for."""
    filled = fill()
    people = {u.email.split("@")[0]: u for u in User.objects.all()}
    asha, now = people["asha"].client, timezone.now()
    agree(asha.user, *ASKED)
    signed_in(people["vikram"])
    RecoveryCodes.activate(people["meera"])
    Mail.objects.create(kind="accounts/notice", user=people["meera"], facts={"what": "codes_made"})
    Mail.objects.create(kind="accounts/password_unknown", to="somebody@example.org")
    ParkedForm.objects.create(user=asha.user, ciphertext=b"x")
    cache.add("factors.used:somebody:123456", 1, timeout=3600)
    cast.articles()
    ends = {"over": now - timedelta(days=1), "runs": now + timedelta(days=1)}
    links = {
        name: CareLink.objects.create(
            client=people[whose].client, therapist=people["neeshu"], ends_at=at,
            starts_at=now - timedelta(days=9), granted_by=people["manoj"],
        )
        for name, at, whose in (("over", ends["over"], "asha"), ("runs", ends["runs"], "rohan"))
    }  # fmt: skip
    attempt = Attempt.objects.get(user=asha.user)
    goal = goals.add(client=asha, by=asha.user, text="x")
    return (
        {name: str(user.pk) for name, user in people.items()}
        | {f"link_{name}": str(link.pk) for name, link in links.items()}
        | {
            "client": filled["client"], "other": filled["rohan"], "session": filled["therapist"],
            "attempt": str(attempt.pk), "note": str(asha.notes.first().pk),
            "goal": str(goal.pk),
        }
    )  # fmt: skip


if __name__ == "__main__":
    verbs = {f.__name__: f for f in (prepare, fill, erase, acknowledged, guarded)}
    json.dump(verbs[sys.argv[1]](), sys.stdout)
