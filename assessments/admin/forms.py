"""Admin forms for managers: instrument files, audiences, and norms and reliabilities."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.instruments.file import InstrumentFaults, read_definition
from assessments.instruments.json_node import MISSING
from assessments.instruments.strict_json import Problem
from assessments.models import Audience, Instrument, InstrumentVersion, ScaleFact
from assessments.models.instrument import LONGEST_RETEST
from assessments.models.scale_fact import fact_faults

# A questionnaire of a thousand items takes about a tenth of this.
LARGEST_FILE = 1_000_000


class UploadForm(forms.Form):
    """An instrument file. `problems` lists every fault in it, each with its JSON pointer."""

    file = forms.FileField(
        label=gettext_lazy("Instrument file (JSON)"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    problems: tuple[Problem, ...] = ()

    def clean_file(self) -> dict[str, Any] | None:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            self.problems = (Problem("", _("the file is larger than a megabyte")),)
            return None
        try:
            return read_definition(file.read())
        except InstrumentFaults as faults:
            self.problems = faults.problems
        return None

    def report_difference(self) -> None:
        text = _("this version is already stored with different content; use a new version number")
        self.problems = (Problem("/version", text),)


class AudienceForm(forms.Form):
    """Who may take an instrument. Opening it to everyone must be confirmed, because it shows the
    wording in public."""

    audience = forms.ChoiceField(
        label=gettext_lazy("Who may take it"), choices=Audience.choices, widget=forms.RadioSelect
    )
    permitted = forms.BooleanField(
        label=gettext_lazy("The authors or the licence allow the wording to be shown to everyone."),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, instrument: Instrument) -> None:
        super().__init__(data, initial={"audience": instrument.audience})
        self.audience_now = instrument.audience

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        widens = cleaned.get("audience") == Audience.EVERYONE != self.audience_now
        if widens and not cleaned.get("permitted"):
            self.add_error(
                "permitted", _("Please confirm this before everyone can see it on the public page.")
            )
        return cleaned


class StyleNamesForm(forms.Form):
    """Whether results name a style."""

    named = forms.TypedChoiceField(
        label=gettext_lazy("What a result names"),
        choices=[
            (False, gettext_lazy("no style: the two scores and what they describe")),
            (True, gettext_lazy("the closest style as well, called a landmark")),
        ],
        coerce=lambda value: value == "True",
        empty_value=None,
        widget=forms.RadioSelect,
    )


class RetestForm(forms.Form):
    """How soon the instrument can be repeated."""

    days = forms.IntegerField(
        label=gettext_lazy("Days until it can be repeated"), min_value=0, max_value=LONGEST_RETEST
    )


# What a reliability lacks, in words.
LACKING = {
    "value": gettext_lazy("A reliability needs its coefficient."),
    "sd": gettext_lazy("A reliability needs a standard deviation."),
}


class FactForm(forms.ModelForm):
    """Checks the numbers by the rules of the instrument file. A scale is chosen by its title, among
    those of every version."""

    versions: Iterable[InstrumentVersion] = ()

    scale = forms.ChoiceField(label=gettext_lazy("Scale"))
    value = forms.DecimalField(
        label=gettext_lazy("Coefficient"),
        required=False,
        help_text=gettext_lazy("For a reliability only: from 0 to 1."),
    )
    n = forms.IntegerField(label=gettext_lazy("People in the sample"), required=False)
    mean = forms.DecimalField(label=gettext_lazy("Mean"), required=False)
    sd = forms.DecimalField(label=gettext_lazy("Standard deviation"), required=False)
    percentiles = forms.CharField(
        label=gettext_lazy("Percentiles"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One per line: the percentile, a colon and the score, such as 50: 3.1"
        ),
    )

    class Meta:
        model = ScaleFact
        fields = ["kind", "sample", "source"]
        widgets = {
            "sample": forms.Textarea(attrs={"rows": 2}),
            "source": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "sample": gettext_lazy("Who was measured. People see this beside their result."),
            "source": gettext_lazy("Where the numbers are published."),
            "kind": gettext_lazy("Leave every number below empty to revoke the entry added last."),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "scale" not in self.fields:  # The page that shows a fact has no fields to fill in.
            return
        groups = [
            (
                f"{version.definition['title']}, {version.version} ({version.language})",
                [(f"{version.pk}/{s['id']}", s["title"]) for s in version.definition["scales"]],
            )
            for version in self.versions
        ]
        scale = cast(forms.ChoiceField, self.fields["scale"])
        scale.choices = [("", gettext_lazy("Choose …")), *groups]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"kind", "scale"} <= cleaned.keys():
            version_key, _slash, cleaned["scale_id"] = cleaned["scale"].partition("/")
            version = next(v for v in self.versions if str(v.pk) == version_key)
            cleaned["version"] = version
            cleaned["numbers"] = self._numbers(cleaned)
            named = (cleaned.get("sample", ""), cleaned.get("source", ""))
            for problem in fact_faults(
                version.questionnaire, cleaned["scale_id"], cleaned["kind"], *named,
                cleaned["numbers"],
            ):  # fmt: skip
                self._report(problem)
        return cleaned

    def _numbers(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """In the format of the instrument file, without the fields left empty."""
        norms = cleaned["kind"] == ScaleFact.Kind.NORMS
        names = ("n", "mean", "sd") if norms else ("value", "sd")
        numbers = {name: cleaned[name] for name in names if cleaned.get(name) is not None}
        if norms and cleaned.get("percentiles"):
            numbers["percentiles"] = self._percentiles(cleaned["percentiles"])
        if not norms and numbers:
            numbers["kind"] = "retest" if cleaned["kind"] == ScaleFact.Kind.RETEST else "alpha"
        return numbers

    def _percentiles(self, text: str) -> dict[str, Any]:
        percentiles: dict[str, Any] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            rank, _colon, score = line.partition(":")
            try:
                percentiles[rank.strip()] = forms.DecimalField().clean(score)
            except forms.ValidationError:
                self.add_error(
                    "percentiles", _("This line cannot be read: %(line)s") % {"line": line[:40]}
                )
        return percentiles

    def _report(self, problem: Problem) -> None:
        name = problem.pointer.split("/")[1] if problem.pointer else ""
        field = name if name in self.fields else None
        # Django has already reported an empty required field.
        if not (field and field in self.errors):
            self.add_error(field, self._words(problem, name, field))

    def _words(self, problem: Problem, name: str, field: str | None) -> str:
        if problem.message == MISSING.reason and name in LACKING:
            return str(LACKING[name])
        return str(problem) if field in (None, "percentiles") else problem.message
