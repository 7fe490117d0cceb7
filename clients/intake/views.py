"""Asking for a first session, and the manager's answer."""

import uuid
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, allows, public, require_form, requires
from accounts.audit import recording as audit
from accounts.database import row_security
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
    ContactForm,
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
    waits = mine.waiting().select_related("clinician").with_contacts()
    shown = {"waiting": list(waits), "answered": list(lately)}
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
    enquiry = _load(request, enquiry_id)
    form = _invite_form(enquiry, request, request.POST or None)
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
    status = 422 if form.errors else 200
    return _answer_page(request, enquiry, status=status, form=form)


def _load(request: SignedIn, enquiry_id: UUID) -> Enquiry:
    return get_object_or_404(
        Enquiry.objects.visible_to(request.user).with_contacts(), pk=enquiry_id
    )


def _invite_form(enquiry: Enquiry, request: SignedIn, sent: QueryDict | None = None) -> InviteForm:
    start = {"name": enquiry.name, "email": enquiry.email}
    return InviteForm(sent, by=request.user, initial=start)


def _answer_page(
    request: SignedIn, enquiry: Enquiry, *, status: int, **shown: forms.Form
) -> HttpResponse:
    """The request with every form for it; `shown` are those that were sent."""
    audit.record(
        CareVerb.ENQUIRY_OPENED,
        by=request.user,
        client=enquiry.client_id,
        target=enquiry,
        request=request,
    )
    start = {"clinician": enquiry.clinician_id}
    every: dict[str, object] = {"enquiry": enquiry, "clinician_form": ClinicianForm(initial=start)}
    if "form" not in shown:
        every["form"] = _invite_form(enquiry, request)
    if "contact_form" not in shown:
        every["contact_form"] = ContactForm(initial={"key": uuid.uuid4()})
    if enquiry.clinician_id == request.user.pk:  # A manager who is a therapist advises at once.
        every["advice_form"] = AdviceForm(initial={"advice": enquiry.advice})
    page = "clients/intake/enquiry_answer.html"
    return render(request, page, every | shown, status=status)


@requires(Permission.MANAGE_PRACTICE)
@require_form
def contact(request: SignedIn, enquiry_id: UUID) -> HttpResponse:
    """Notes a call or a letter, and what comes next."""
    enquiry = _load(request, enquiry_id)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enquiries.note_contact(enquiry=enquiry, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Noted."))
    if not form.errors:
        return redirect(enquiry)
    return _answer_page(request, enquiry, status=422, contact_form=form)


@requires(Permission.MANAGE_PRACTICE)
@require_form
def ask_clinician(request: SignedIn, enquiry_id: UUID) -> HttpResponse:
    enquiry = get_object_or_404(
        Enquiry.objects.visible_to(request.user).waiting().with_contacts(), pk=enquiry_id
    )
    form = ClinicianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        enquiries.ask_clinician(enquiry=enquiry, by=request.user, **form.cleaned_data)
        messages.success(request, _("The clinician has been asked."))
    if not form.errors:
        return redirect(enquiry)
    return _answer_page(request, enquiry, status=422, clinician_form=form)


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
