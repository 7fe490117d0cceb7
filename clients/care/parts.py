"""The sections of a client's care page: a form for each change that a manager can make, the
decisions that it needs first, and the change itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import SignedIn
from clients.care import actions, cover
from clients.care.forms import (
    CallOffForm,
    ClientCoverForm,
    EndForm,
    GiveForm,
    TellForm,
    TransferForm,
)
from clients.dates import start_of_day
from clients.endings import loose_ends
from clients.endings.forms import OutcomesForm
from clients.endings.loose_ends import Decided
from clients.endings.outcomes import Affected
from clients.labels import Text
from clients.models import CareLink, Client

TEXTS: dict[str, tuple[Text, Text, Text]] = {
    "give": (
        _("Assign a therapist"),
        _("This client has no therapist now. The therapist can open the record from that day on."),
        _("Assign this therapist"),
    ),
    "cover": (
        _("Cover"),
        _("For some days, another therapist can open the record too."),
        _("Arrange the cover"),
    ),
    "transfer": (
        _("Transfer"),
        _(
            "One therapist’s care ends and another’s begins at the same time. You will first see"
            " the sessions and tasks that this affects."
        ),
        _("Transfer the care"),
    ),
    "end": (
        _("End care"),
        _(
            "You will first see the sessions and tasks that this affects. To resume care later,"
            " assign a therapist again."
        ),
        _("End the care"),
    ),
    "tell": (
        _("Tell the client by email"),
        _(
            "For a change after which the client got no email. It names nobody: it says that who is"
            " there for them has changed, and where to see it."
        ),
        _("Send the email"),
    ),
    "call_off": (
        _("Cancel the cover"),
        _("The record stays closed to the covering therapist."),
        _("Cancel the cover"),
    ),
}


@dataclass
class Part:
    """One section. `outcomes` is set once sessions or tasks need a decision."""

    what: str
    form: Any
    outcomes: OutcomesForm | None = None

    @property
    def title(self) -> Text:
        return TEXTS[self.what][0]

    @property
    def about(self) -> Text:
        return TEXTS[self.what][1]

    @property
    def button(self) -> Text:
        return TEXTS[self.what][2]


def parts(request: SignedIn, client: Client) -> dict[str, Part]:
    """The sections for what can be done now. The submitted one keeps its data and comes first."""
    sent = request.POST.get("what", "")
    links = CareLink.objects.filter(client=client).select_related("therapist")
    cared, readable = links.current(), links.reading()

    def start(name: str) -> dict[str, Any]:
        return {"data": request.POST if sent == name else None, "prefix": name}

    forms_by_name: dict[str, Callable[[], Any]] = {
        "give": lambda: GiveForm(**start("give"), by=request.user),
        "cover": lambda: ClientCoverForm(**start("cover"), by=request.user),
        # Includes ended links, so that a repeated submission finds the link that it ended.
        "transfer": lambda: TransferForm(
            **start("transfer"),
            by=request.user,
            links=links.caring() if sent == "transfer" else cared,
        ),
        "end": lambda: EndForm(**start("end"), links=readable),
        "tell": lambda: TellForm(**start("tell")),
        "call_off": lambda: CallOffForm(request.POST, links=links.caring()),
    }
    shown = ["cover", *["transfer"] * cared.exists(), *["end"] * readable.exists()]
    if not cared.of_therapists().exists():
        shown = ["give", *shown]
    if client.user.is_active:
        shown = [*shown, "tell"]
    if sent in forms_by_name:
        shown = [sent, *(name for name in shown if name != sent)]
    return {name: Part(name, forms_by_name[name]()) for name in shown}


def act(part: Part, client: Client, request: SignedIn) -> bool:
    """Makes the change if the form is valid and every decision is made. Returns whether it was
    made.

    Otherwise the section holds the errors, or the form that asks for the decisions.
    """
    if not part.form.is_valid():
        return False
    cleaned = part.form.cleaned_data
    try:
        decided = _decided(part, _affected(part.what, client, cleaned), request)
        if decided is not None:
            _carry_out(part.what, client, request, cleaned, decided)
            return True
    except loose_ends.Undecided as error:
        part.outcomes = OutcomesForm(prefix=part.what, affected=error.affected)
        part.form.add_error(None, error)
    except ValidationError as error:
        part.form.add_error(None, error)
    return False


def saved(part: Part, client: Client) -> Text:
    """The confirmation: whether the client is told by email."""
    if part.what == "tell":
        return _("The email is on its way.")
    if "spoken" not in part.form.fields or not client.user.is_active:
        return _("Your change is saved.")
    if part.form.cleaned_data["spoken"]:
        return _("Your change is saved, and the client gets an email.")
    return _(
        "Your change is saved. The client got no email: please let a therapist speak with them"
        " first."
    )


def _decided(part: Part, affected: Affected | None, request: HttpRequest) -> Decided | None:
    """The decisions, or None if they still have to be asked for."""
    if affected is None or not affected.is_shown:
        return {}
    sent = request.POST if "confirm" in request.POST else None
    part.outcomes = OutcomesForm(sent, prefix=part.what, affected=affected)
    return part.outcomes.cleaned_data["decided"] if part.outcomes.is_valid() else None


def _affected(what: str, client: Client, cleaned: dict[str, Any]) -> Affected | None:
    """The sessions, tasks and covers that the change affects. None if there can be none, or if the
    action will refuse the change anyway."""
    if what == "transfer":
        at: datetime = start_of_day(cleaned["day"])
        old = actions.to_transfer(client, cleaned["link"].therapist, at)
        return loose_ends.on_care(old, at, to=cleaned["therapist"]) if old else None
    if what == "end":
        return loose_ends.on_care(cleaned["link"], start_of_day(cleaned["day"]))
    return loose_ends.on_plan([cleaned["link"]]) if what == "call_off" else None


def _carry_out(
    what: str, client: Client, request: SignedIn, cleaned: dict[str, Any], decided: Decided
) -> None:
    by = request.user
    if what == "give":
        at = start_of_day(cleaned["day"])
        if not client.care_links.filter(therapist=cleaned["therapist"]).going_on().exists():
            actions.start_care(
                client=client, therapist=cleaned["therapist"], by=by, starts_at=at,
                spoken=cleaned["spoken"],
            )  # fmt: skip
    elif what == "cover":
        cover.arrange(
            clients=[client], therapist=cleaned["therapist"], by=by, words=cleaned["words"],
            starts_at=cleaned["starts_at"], ends_at=cleaned["ends_at"],
        )  # fmt: skip
    elif what == "transfer":
        actions.transfer(
            client=client, by=by, decided=decided, spoken=cleaned["spoken"],
            from_therapist=cleaned["link"].therapist, to_therapist=cleaned["therapist"],
            at=start_of_day(cleaned["day"]),
        )  # fmt: skip
    elif what == "end":
        actions.set_end(
            link=cleaned["link"], by=by, at=start_of_day(cleaned["day"]), decided=decided,
            spoken=cleaned["spoken"],
        )  # fmt: skip
    elif what == "tell":
        actions.tell_of_change(client=client, by=by)
    else:
        cover.call_off(links=[cleaned["link"]], by=by, decided=decided)
