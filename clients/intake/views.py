"""Asking for a first session, and the manager's answer."""

import uuid
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, allows, public, require_form, requires
from accounts.audit import recording as audit
from accounts.database import row_security
from accounts.models import User
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, Counts, RateLimit, rate_limited
from assessments.models import Attempt, hash_of
from clients.audit_verbs import CareVerb
from clients.emails import email_invitation
from clients.first_days import queries as first_days
from clients.intake import enquiries
from clients.intake.forms import (
    AdviceForm,
    ClinicianForm,
    EnquiryForm,
    EnquirySearch,
    InviteForm,
)
from clients.intake.labels import LANGUAGES
from clients.models import Client, Enquiry

open_to_visitors = public("visitors who ask for a first session have no account yet", shared=False)


def _attempt(request: HttpRequest, key: str) -> Attempt | None:
    """The submitted attempt with this key, if it is anonymous or the person's own."""
    if not key:
        return None
    row_security.set_attempt_key(hash_of(key))
    attempt = Attempt.objects.opened_by(key, request.user).submitted().first()
    if attempt is None or attempt.user_id not in (None, request.user.pk):
        return None
    attempt.key = key
    return attempt


# People ask for help here: a class of thirty may do so in the same hour.
@rate_limited(RateLimit(Counts.SUCCESSFUL, per_address=Rate(60, HOUR), shown_by_view=True))
@open_to_visitors
@require_form
def ask(request: HttpRequest) -> HttpResponse:
    came_from = request.POST.get("from_result", "")
    attempt = _attempt(request, came_from or request.POST.get("attempt_key", ""))
    sent = request.POST if request.method == "POST" and not came_from else None
    start = {"key": uuid.uuid4(), "attempt_key": attempt.key if attempt else ""}
    languages = first_days.languages() or LANGUAGES
    form = EnquiryForm(sent, attempt=attempt, languages=languages, initial=start)
    if sent is not None and rate_limits.refused(request):
        form.add_error(None, rate_limits.message(request))
    elif sent is not None and form.is_valid():
        enquiries.ask(**form.values)
        return redirect("enquiry-thanks")
    shown = {"form": form, "is_client": Client.objects.of(request.user) is not None}
    status = 422 if form.errors else 200
    return render(request, "clients/intake/enquiry.html", shown, status=status)


@public("the page is the same for everyone")
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "clients/intake/enquiry_thanks.html")


@requires(Permission.MANAGE_PRACTICE)
@require_form
def waiting(request: SignedIn) -> HttpResponse:
    """Open requests and those answered recently. A POST searches all of them."""
    mine = Enquiry.objects.visible_to(request.user)
    lately = mine.exclude(closed_at=None).order_by("-closed_at")[:20].select_related("client__user")
    shown = {"waiting": list(mine.waiting().select_related("clinician")), "answered": list(lately)}
    form = EnquirySearch(request.POST or None)
    if form.is_valid() and (sought := form.cleaned_data["q"]):
        shown["found"] = list(mine.named(sought).order_by("-created_at")[:20])
    about = {one.pk: (one.client_id, one) for rows in shown.values() for one in rows}
    audit.record_each(
        CareVerb.ENQUIRIES_LISTED, by=request.user, about=list(about.values()), request=request
    )
    return render(request, "clients/intake/enquiries.html", shown | {"search": form})


@requires(Permission.MANAGE_PRACTICE)
@require_form
def read(request: SignedIn, enquiry_id: UUID) -> HttpResponse:
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), pk=enquiry_id)
    start = {"name": enquiry.name, "email": enquiry.email}
    form = InviteForm(request.POST or None, by=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _client, invitation, _token = enquiries.accept(
                enquiry=enquiry, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            email_invitation(request, invitation)
            return redirect("enquiries")
    audit.record(
        CareVerb.ENQUIRY_OPENED,
        by=request.user,
        client=enquiry.client_id,
        target=enquiry,
        request=request,
    )
    shown = {"enquiry": enquiry, "form": form, **_clinician_forms(enquiry, request.user)}
    return render(request, "clients/intake/enquiry_answer.html", shown)


def _clinician_forms(enquiry: Enquiry, user: User) -> dict[str, forms.Form]:
    """The manager asks a clinician; one who is a therapist, too, can advise at once."""
    shown: dict[str, forms.Form] = {
        "clinician_form": ClinicianForm(initial={"clinician": enquiry.clinician_id})
    }
    if enquiry.clinician_id == user.pk:
        shown["advice_form"] = AdviceForm(initial={"advice": enquiry.advice})
    return shown


@requires(Permission.MANAGE_PRACTICE)
@require_form
def ask_clinician(request: SignedIn, enquiry_id: UUID) -> HttpResponse:
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).waiting(), pk=enquiry_id)
    form = ClinicianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        enquiries.ask_clinician(enquiry=enquiry, by=request.user, **form.cleaned_data)
        messages.success(request, _("The clinician has been asked."))
    if not form.errors:
        return redirect(enquiry)
    audit.record(
        CareVerb.ENQUIRY_OPENED,
        by=request.user,
        client=enquiry.client_id,
        target=enquiry,
        request=request,
    )
    start = {"name": enquiry.name, "email": enquiry.email}
    shown = {
        "enquiry": enquiry,
        "form": InviteForm(by=request.user, initial=start),
        **_clinician_forms(enquiry, request.user),
        "clinician_form": form,
    }
    return render(request, "clients/intake/enquiry_answer.html", shown, status=422)


@requires(Permission.SEE_CASELOAD)
@require_form
def look(request: SignedIn, enquiry_id: UUID) -> HttpResponse:
    """A therapist reads a request that a manager asked them to look at, and advises."""
    mine = Enquiry.objects.with_clinician(request.user)
    enquiry = get_object_or_404(mine, pk=enquiry_id)
    form = AdviceForm(request.POST or None, initial={"advice": enquiry.advice})
    if request.method == "POST" and form.is_valid():
        enquiries.advise(enquiry=enquiry, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your advice is saved. The practice sees it."))
        manages = allows(request.user, Permission.MANAGE_PRACTICE)
        return redirect(enquiry if manages else "caseload")
    audit.record(CareVerb.ENQUIRY_OPENED, by=request.user, target=enquiry, request=request)
    shown = {"enquiry": enquiry, "advice_form": form}
    status = 422 if form.errors else 200
    return render(request, "clients/intake/enquiry_look.html", shown, status=status)


@requires(Permission.MANAGE_PRACTICE)
@require_form
def close(request: SignedIn, enquiry_id: UUID) -> HttpResponse:
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), pk=enquiry_id)
    if request.method != "POST":  # For example after reauthentication.
        return redirect(enquiry)
    signposts = "silently" not in request.POST
    enquiries.close_enquiry(enquiry=enquiry, by=request.user, signposts=signposts)
    if signposts and enquiry.takes_email:
        text = _("The request is closed, and an email says where else they can turn.")
    else:
        text = _("The request is closed.")
    messages.success(request, text)
    return redirect("enquiries")
