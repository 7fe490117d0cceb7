"""The practice's consent texts: what they say about the practice, and what is still blank."""

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.consent_texts import blanks
from accounts.consent_texts.blanks import Blank
from accounts.labels import blank_label
from accounts.models import ConsentKind, ConsentText, FilledText, User
from accounts.models.consent import NEEDED, agreed_to, paragraphs
from accounts.optimistic_lock import CONFLICT, Stale
from accounts.people import practice_details
from accounts.people.queries import (
    REGISTRATION,
    fingerprint,
    of_practice,
    practice_values,
    registrations,
    unregistered,
)
from clients.access import therapists
from clients.labels import Text
from clients.models import Client
from clients.rights.forms import PracticeDetailsForm, RegistrationsForm
from clients.rights.labels import CONSENTS

DETAILS, REGISTRATIONS = "details", "registrations"


class PracticeText(NamedTuple):
    """One of the texts as the practice sees it: with its blanks, if there are any."""

    text: ConsentText
    title: Text
    blank: list[Text]
    paragraphs: list[tuple[str, str]]
    agreed: int | None  # None where nobody but the client may know: statistics.


@requires(Permission.MANAGE_PRACTICE)
@require_form
def consent_texts(request: SignedIn) -> HttpResponse:
    """A POST saves the details of the practice, or the registrations of the therapists."""
    people, stored = list(therapists().order_by("name", "pk")), of_practice()
    details, numbers = _forms(request, people, stored)
    stale = None
    try:
        if _save(request, details, numbers):
            messages.success(request, _("Saved. The texts on this page show it."))
            return redirect("practice-consents")
    except Stale as error:
        stale = error
    shown = {
        "details": details,
        "registrations": numbers,
        "stored": [(blank_label(n), stored[n]) for n in blanks.FILLED_BY_PRACTICE if stored.get(n)]
        if stale
        else None,
        "seen": fingerprint(stored, blanks.FILLED_BY_PRACTICE),
        "consent_texts": _texts(people, request.user),
        "clients": Client.objects.listed_to(request.user).filter(user__is_active=True).count(),
        "unregistered": unregistered(people),
    }
    faulty = details.errors or numbers.errors
    status = CONFLICT if stale else 422 if faulty else 200
    return render(request, "clients/rights/practice_consents.html", shown, status=status)


def _forms(
    request: SignedIn, people: list[User], stored: dict[str, str]
) -> tuple[PracticeDetailsForm, RegistrationsForm]:
    posted = {request.POST.get("what", ""): request.POST}
    known = registrations()
    initial = {f"registration_{pk}": value for pk, value in known.items()}
    return (
        PracticeDetailsForm(posted.get(DETAILS), initial=stored),
        RegistrationsForm(posted.get(REGISTRATIONS), therapists=people, initial=initial),
    )


def _save(request: SignedIn, details: PracticeDetailsForm, numbers: RegistrationsForm) -> bool:
    """Whether something was submitted and could be saved. Raises Stale."""
    if details.is_bound and details.is_valid():
        practice_details.save(
            values={str(blank): details.cleaned_data[blank] for blank in blanks.FILLED_BY_PRACTICE},
            by=request.user,
            seen=request.POST.get("seen", ""),
            request=request,
        )
        return True
    if not (numbers.is_bound and numbers.is_valid()):
        return False
    for person, registration in numbers.registrations():
        values = {REGISTRATION: registration}
        practice_details.save(values=values, by=request.user, person=person, request=request)
    return True


def _texts(people: list[User], user: User) -> list[PracticeText]:
    """The present texts, with the first therapist as an example, and how many clients agree. Four
    queries."""
    known = registrations()
    example = next((f"{p.name} ({known[p.pk]})" for p in people if known.get(p.pk)), "")
    values = practice_values() | {Blank.THERAPIST: example}
    filled = {name: value for name, value in values.items() if blanks.is_filled(value)}
    texts = ConsentText.all_current()
    agree = _agreed([text for text in texts if text.kind in NEEDED], user)
    return [
        PracticeText(
            text,
            CONSENTS[ConsentKind(text.kind)].title,
            [blank_label(name) for name in FilledText(text, filled).missing],
            paragraphs(blanks.fill_known(text.text, filled)),
            agree.get(text.kind),
        )
        for text in texts
    ]


def _agreed(texts: list[ConsentText], user: User) -> dict[str, int]:
    """How many clients with an account agree to each of these versions. One query."""
    listed = Client.objects.listed_to(user).filter(user__is_active=True)
    return listed.aggregate(
        **{text.kind: Count("pk", filter=Q(agreed_to(text, "user"))) for text in texts}
    )
