"""Goals: the client's own pages, and the page on which a therapist writes one down with them."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale
from clients import after_writing
from clients.access import ALWAYS, client_record, clients_own
from clients.goals import actions, context, queries
from clients.goals.forms import GoalForm, RatingForm, RewordForm
from clients.models import Client, Goal


@clients_own
@require_form
def own(request: SignedIn, client: Client) -> HttpResponse:
    """The client's goals: rating them, or adding one (`add`)."""
    adds, posted = "add" in request.POST, request.POST or None
    open_ids = [goal.pk for goal in client.goals.open()]
    form = GoalForm(posted if adds else None)
    rating = RatingForm(None if adds else posted, goals=open_ids)
    try:
        if adds and form.is_valid():
            actions.add(client=client, by=request.user, request=request, **form.cleaned_data)
            return notices.back_to(request, "own-goals", "goals", after_writing.saved())
        if posted and not adds and rating.is_valid():
            actions.rate(client=client, by=request.user, values=rating.values, request=request)
            return notices.back_to(request, "own-goals", "goals", _("Your ratings are saved."))
    except ValidationError as error:
        (form if adds else rating).add_error(None, error)
    shown = context.own(client, rating) | {"form": form, "rating": rating}
    refused = bool(form.errors or rating.errors)
    return render(request, "clients/goals/own_goals.html", shown, status=422 if refused else 200)


@clients_own
@require_form
def one(request: SignedIn, client: Client, goal_id: UUID) -> HttpResponse:
    """Rewords a goal of the client, or ends it (`ending`)."""
    goal = get_object_or_404(client.goals, pk=goal_id)
    if request.method != "POST" and not goal.is_open:
        latest = actions.latest_wording(goal)
        return redirect("own-goal", latest.pk) if latest.is_open else redirect("own-goals")
    shown: dict[str, object] = {"goal": goal}
    if request.method != "POST" and goal.unreadable:  # It may be ended, but not overwritten.
        return render(request, "clients/goals/own_goal.html", shown)
    form = RewordForm(request.POST or None, initial={} if request.POST else {"text": goal.text})
    ending, status = request.POST.get("ending", ""), 200
    try:
        if ending in actions.ENDINGS:
            actions.end(goal=goal, by=request.user, ending=ending, request=request)
            return notices.back_to(request, "own-goals", "goals", _ended(ending))
        if request.method == "POST" and form.is_valid():
            actions.reword(goal=goal, by=request.user, request=request, **form.cleaned_data)
            return notices.back_to(request, "own-goals", "goals", after_writing.saved())
    except ValidationError as error:
        form.add_error(None, error)
    except Stale as stale:
        # What was typed is sent to the present words next time.
        shown |= {"stale": stale, "goal": stale.current}
        form, status = _again(request, stale.current), CONFLICT
    shown["form"] = form
    status = 422 if status == 200 and form.errors else status
    return render(request, "clients/goals/own_goal.html", shown, status=status)


def _again(request: SignedIn, current: Goal) -> RewordForm:
    """The form as it was typed; with the present words if nothing was."""
    return RewordForm(initial={"text": request.POST.get("text", "").strip() or current.text})


def _ended(ending: str) -> str:
    if ending == Goal.Ending.REACHED:
        return _("Noted as reached. It stays below, with how you rated it.")
    return _("Set aside. It stays below, and you can write it down again at any time.")


@require_form
@client_record(writes=ALWAYS)
def together(request: SignedIn, client: Client) -> HttpResponse:
    """A therapist writes a goal down together with the client."""
    form = GoalForm(request.POST or None, together=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(client=client, by=request.user, request=request, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            page = reverse("client-results", args=[client.pk])
            text = _("Written down. The client finds it on their path.")
            return notices.back_to(request, page, "goals", text)
    shown = {"client": client, "form": form, "goals": queries.of(client)}
    status = 422 if form.errors else 200
    return render(request, "clients/goals/together.html", shown, status=status)
