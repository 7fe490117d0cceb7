"""Taking an assessment: the list, the introduction, the start, the item pages and the review."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public, require_form
from accounts.forms import FormError
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, MINUTE, Counts, RateLimit, rate_limited
from articles.models import Article
from assessments.access import at_the_practice, with_attempt, without_answers
from assessments.models import Answer, Attempt, Audience, InstrumentVersion, Sitting
from assessments.models.instrument import InstrumentVersionQuerySet
from assessments.sittings import actions as sittings
from assessments.taking import actions, item_pages
from assessments.taking.forms import PostedAnswers, StartForm, read_answers
from assessments.taking.labels import time_left


def _offered(versions: InstrumentVersionQuerySet) -> list[InstrumentVersion]:
    return versions.offered(get_language() or settings.LANGUAGE_CODE)


def version_of(slug: str, versions: InstrumentVersionQuerySet) -> InstrumentVersion | None:
    """The one of these versions that a new attempt of this instrument takes. One query."""
    return next(iter(_offered(versions.filter(instrument__slug=slug))), None)


def _is_published(slug: str) -> bool:
    """Whether the instrument is offered to anyone at all."""
    return InstrumentVersion.objects.published().filter(instrument__slug=slug).exists()


@public("anyone may see which self-assessments there are")
@require_safe
def assessment_list(request: HttpRequest) -> HttpResponse:
    versions = _offered(InstrumentVersion.objects.for_everyone())
    offers = [(version, item_pages.minutes(version.questionnaire)) for version in versions]
    return render(request, "assessments/taking/list.html", {"offers": offers})


@public("the introduction of a public self-assessment is public")
@require_safe
def intro(request: HttpRequest, slug: str) -> HttpResponse:
    """The introduction of an instrument that is for everyone. Others are introduced on their start
    page, to people who may take them."""
    version = version_of(slug, InstrumentVersion.objects.for_everyone())
    if version is None:
        if not _is_published(slug):
            raise Http404
        return redirect("assessment-start", slug)
    questionnaire = version.questionnaire
    context = {"questionnaire": questionnaire, "minutes": item_pages.minutes(questionnaire)}
    return render(request, "assessments/taking/intro.html", context)


# A whole school class may share one IP address.
@rate_limited(RateLimit(Counts.SUCCESSFUL, per_address=Rate(300, HOUR), shown_by_view=True))
@public("a self-assessment can be taken without an account", shared=False)
@require_form
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """A 404 if the instrument is not offered, or not to this person. A visitor, who may turn out to
    be in its audience, is sent to sign in."""
    version = version_of(slug, InstrumentVersion.objects.open_to(request.user))
    if version is None:
        if request.user.is_authenticated or not _is_published(slug):
            raise Http404
        return redirect_to_login(request.path)
    targets = version.questionnaire.targets
    form = StartForm(request.POST if request.method == "POST" else None, targets=targets)
    if "younger" in request.POST:
        context = {
            "contact": settings.DEFAULT_FROM_EMAIL,
            "questionnaire": version.questionnaire,
            "topics": Article.objects.published().topics(),
        }
        return render(request, "assessments/taking/younger.html", context)
    if rate_limits.refused(request):
        form.add_error(None, rate_limits.message(request))
    elif request.method == "POST" and form.is_valid():
        person = request.user if request.user.is_authenticated else None
        target = form.cleaned_data.get("target", "")
        begun = Attempt.objects.unfinished(request.user, slug).filter(target=target).first()
        if begun:
            return redirect(begun)
        return redirect(actions.start_attempt(version=version, by=person, target=target))
    context = {
        "form": form,
        "begun": Attempt.objects.unfinished(request.user, slug).first(),
        "questionnaire": version.questionnaire,
        "days": settings.ANONYMOUS_ATTEMPT_DAYS,
        "introduces": version.instrument.audience != Audience.EVERYONE,
    }
    return render(
        request, "assessments/taking/start.html", context, status=400 if form.errors else 200
    )


@rate_limited(
    RateLimit(
        Counts.ALL,
        per_address=Rate(6000, 10 * MINUTE),
        per_object=Rate(600, 10 * MINUTE),
        shown_by_view=True,
    )
)
@with_attempt
@at_the_practice
@require_form
def attempt(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if request.method == "POST":
        return _save_page(request, attempt)
    if attempt.submitted_at:
        return redirect("attempt-result", attempt.key)
    answers = attempt.choices
    number = item_pages.page_to_resume(attempt.questionnaire, answers)
    if "page" in request.GET:
        number = _page_number(request.GET["page"])
    return _item_page(request, attempt, number, answers)


def _page_number(text: str) -> int:
    """The page number in a URL or form; 0, which no page has, if it is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _posted_page(request: HttpRequest, attempt: Attempt) -> int:
    """The page of a form; the first if the number is wrong, so that no answers are lost."""
    number = _page_number(request.POST.get("page", ""))
    return number if 1 <= number <= item_pages.page_count(attempt.questionnaire) else 1


def _save_page(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    posted = read_answers(attempt.questionnaire, request.POST)
    if attempt.submitted_at:
        return _already_submitted(request, attempt)
    if rate_limits.refused(request):
        posted.problems.append(("", rate_limits.message(request)))
    if posted.problems:
        return _refused(request, attempt, posted)
    try:
        sequence = actions.save_answers(
            attempt=attempt, answers=posted.values, sequences=posted.sequences
        )
    except actions.AlreadySubmitted:
        return _already_submitted(request, attempt)
    if _wants_json(request):
        return _saved(request, attempt, sequence)
    return redirect(_next_address(request, attempt))


def _next_address(request: HttpRequest, attempt: Attempt) -> str:
    """Where the pressed button leads; the review comes after the last page."""
    here = _posted_page(request, attempt)
    target = here - 1 if request.POST.get("go") == "back" else here + 1
    if target > item_pages.page_count(attempt.questionnaire):
        return f"{attempt.get_absolute_url()}review/"
    return f"{attempt.get_absolute_url()}?page={max(target, 1)}"


def _item_page(
    request: HttpRequest,
    attempt: Attempt,
    number: int,
    answers: dict[str, int | None],
    problems: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    questionnaire = attempt.questionnaire
    try:
        page = item_pages.item_page(questionnaire, number, answers, dict(problems or []))
    except IndexError as error:
        raise Http404 from error
    context = {
        "attempt": attempt,
        "questionnaire": questionnaire,
        "page": page,
        **_progress(attempt, attempt.choices),
        "address": request.build_absolute_uri(attempt.get_absolute_url()),
        "problems": _form_errors(page, problems or []),
        "sitting": getattr(request, "sitting", None),
    }
    return render(
        request, "assessments/taking/items.html", context, status=400 if problems else 200
    )


def _form_errors(page: item_pages.ItemPage, problems: list[tuple[str, str]]) -> list[FormError]:
    """What the page lists at its top; a question of this page is linked."""
    numbers = {question.item.id: question.number for question in page.questions}
    return [
        FormError(_("Question %(n)s: %(text)s") % {"n": numbers[item], "text": text}, item)
        if item in numbers
        else FormError(text, "")
        for item, text in problems
    ]


def _refused(request: HttpRequest, attempt: Attempt, posted: PostedAnswers) -> HttpResponse:
    """A 400 with every problem. Nothing is stored, and the form is shown as it was filled in."""
    if _wants_json(request):
        problems = dict(posted.problems)
        return JsonResponse({"error": " ".join(problems.values()), "items": problems}, status=400)
    answers = attempt.choices | posted.values
    return _item_page(request, attempt, _posted_page(request, attempt), answers, posted.problems)


def _saved(request: HttpRequest, attempt: Attempt, sequence: int) -> JsonResponse:
    """The progress, the sequence number from which the script counts on, and the next page."""
    stored = {a.item_id: a.value for a in Answer.objects.filter(attempt=attempt)}
    progress = item_pages.progress(attempt.questionnaire, stored)
    return JsonResponse(
        {
            "answered": progress.answered,
            "done": progress.done,
            "total": progress.total,
            "left": time_left(progress),
            "sequence": sequence,
            "next": _next_address(request, attempt),
        }
    )


def _progress(attempt: Attempt, answers: dict[str, int | None]) -> dict[str, object]:
    progress = item_pages.progress(attempt.questionnaire, answers)
    return {"progress": progress, "left": time_left(progress)}


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _already_submitted(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if _wants_json(request):
        message = _("These answers have already been submitted and stay as they are.")
        return JsonResponse({"error": message}, status=409)
    return render(request, "assessments/taking/submitted.html", {"attempt": attempt}, status=409)


@with_attempt
@at_the_practice
@require_form
def review(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Shows which items are still open before the answers become final. A POST submits."""
    error = ""
    if request.method == "POST":
        try:
            actions.submit(attempt=attempt)
        except actions.NothingAnswered:
            error = _("There is nothing to work out yet, because no statement is answered.")
    sitting: Sitting | None = getattr(request, "sitting", None)
    if attempt.submitted_at or (request.method == "POST" and not error):
        if sitting is None:
            return redirect("attempt-result", attempt.key)
        sittings.finish(sitting=sitting)
        return redirect("assessment-here-done")
    questionnaire, choices = attempt.questionnaire, attempt.choices
    short = item_pages.scales_without_score(questionnaire, attempt.answers_by_item)
    context = {
        "attempt": attempt,
        "questionnaire": questionnaire,
        **_progress(attempt, choices),
        "open": item_pages.unanswered(questionnaire, choices),
        "skipped": item_pages.skipped_items(questionnaire, choices),
        "short": short,
        "more": sum(scale.more for scale in short),
        "some_scored": len(short) < len(questionnaire.scales),
        "last_page": item_pages.page_count(questionnaire),
        "error": error,
        "sitting": sitting,
    }
    return render(request, "assessments/taking/review.html", context, status=400 if error else 200)


@with_attempt
@require_POST
def keep(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("attempt", attempt.key)
    actions.keep(attempt=attempt, by=request.user)
    messages.success(request, _("This is now kept in your account. The link opens for you alone."))
    return redirect("attempt", attempt.key)


@with_attempt
@without_answers
@require_form
def delete(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Deletes an anonymous attempt. Others are part of a person's record and get a 404."""
    if attempt.user_id is not None:
        raise Http404
    if request.method == "POST":
        actions.delete(attempt=attempt)
        return render(request, "assessments/taking/deleted.html")
    return render(request, "assessments/taking/delete.html", {"attempt": attempt})
