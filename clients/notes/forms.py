"""Forms for notes."""

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.forms import KeyedForm
from clients.models import Client, Note, Session
from clients.models.session import SessionQuerySet

SESSIONS = 12  # The latest that a new note can be about.


class SessionChoice(forms.ModelChoiceField):
    """One of a client's sessions. Offers the latest, and the one that is chosen already."""

    def label_from_instance(self, session: Session) -> str:
        return f"{session.when()} ({session.get_state_display()})"

    def offer(self, client: Client, latest: Iterable[Session], chosen: object) -> None:
        """`latest` are those of `latest_sessions`. One more query if another one is chosen."""
        self.queryset = client.sessions.all()
        offered = list(latest)
        if chosen and str(chosen) not in {str(session.pk) for session in offered}:
            with suppress(forms.ValidationError):
                offered.append(self.clean(chosen))
        labels = [(session.pk, self.label_from_instance(session)) for session in offered]
        self.choices = [("", self.empty_label), *labels]


def latest_sessions(client: Client, now: datetime) -> SessionQuerySet:
    """Those that a new note can be about."""
    return client.sessions.for_notes(now)[:SESSIONS]


class NoteForm(KeyedForm, VersionedForm, forms.ModelForm):
    """A note to sign, or to save as a draft. `seen` is the draft's version on the page.

    It is about a session, or about a day: today, if neither is said. The button that signs the note
    chooses its readers; until then a draft is private.
    """

    session = SessionChoice(
        label=_("About"), queryset=Session.objects.none(), required=False,
        empty_label=_("a day, not a session:"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    class Meta:
        model = Note
        fields = ["text", "audience", "session", "about"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 7}),
            "about": forms.DateInput(
                attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
            ),
        }

    def __init__(self, *args, client: Client, offered: Iterable[Session] | None = None, **kwargs):
        """`offered`: the `latest_sessions`, if they are loaded already."""
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        is_saved = not self.instance._state.adding
        self.fields["key"].initial = self.instance.idempotency_key if is_saved else uuid.uuid4
        self.fields["seen"].initial = self.instance.version if is_saved else 0
        self.fields["audience"].required = False
        self.fields["about"].initial = timezone.localdate
        latest = latest_sessions(client, timezone.now()) if offered is None else offered
        choice = cast(SessionChoice, self.fields["session"])
        choice.offer(client, latest, self["session"].value())

    def clean_audience(self) -> str:
        return self.cleaned_data["audience"] or Note.Audience.PRIVATE

    def clean_about(self) -> date | None:
        """None if a session is chosen, whose day counts."""
        if self.cleaned_data.get("session"):
            return None
        today = timezone.localdate()
        about = self.cleaned_data["about"] or today
        if about > today:
            raise forms.ValidationError(_("This day is in the future."))
        return about


class AmendForm(KeyedForm):
    """An addition to a signed note."""

    text = forms.CharField(
        label=_("Add to this note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4
