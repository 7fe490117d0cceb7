"""How hard the texts for clients are to read: `python -m tests.support.reading_level`, a stage of
`make check`.

Every text that a client reads must have a reading grade of 8 or lower (tests/support/
flesch_kincaid.py). A text that is above it may be listed in reading_level.toml with its grade. The
list can only shrink: an entry fails if its text is at grade 8 by now, is gone, or got harder.
"""

import ast
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.flesch_kincaid import grade, words

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).with_suffix(".toml")
HIGHEST = 8.0
# A text this long is judged alone; the shorter ones of a file are judged together.
LONG = 30
# In a file with fewer words there is nothing to read.
FEWEST = 15

# What clients read. Pages for staff and the articles, which are for readers, are not among it.
TEMPLATES = (
    "404.html", "429.html", "_not_monitored.html", "_stale.html", "_unreadable.html",
    "account/*.html", "accounts/mail/*.txt", "accounts/own_account/*.html",
    "accounts/people/*.html", "accounts/sign_in/*.html", "assessments/results/*.html",
    "assessments/taking/*.html", "clients/callbacks/_ask_for_call.html",
    "clients/callbacks/call_me.html", "clients/callbacks/saved.html",
    "clients/check_ins/*.html", "clients/goals/*.html",
    "clients/intake/enquiry*.html", "clients/portal/*.html", "clients/rights/*.html",
    "clients/safety_plan/*.html", "clients/sessions/_asked.html", "clients/sessions/_place.html",
    "clients/sessions/_short_notice.html", "clients/sessions/own_session.html",
    "clients/talking_points/*.html", "clients/tasks/*.html", "mfa/**/*.html",
    "psywellpath/*.html",
)  # fmt: skip
STAFF_TEMPLATES = {
    "accounts/people/_consent_text.html", "clients/intake/enquiry_answer.html",
    "clients/goals/_goals.html", "clients/goals/_written.html", "clients/goals/together.html",
    "clients/rights/erasure_decide.html", "clients/rights/erasures.html",
    "clients/rights/practice_consents.html", "clients/talking_points/_from_client.html",
    "clients/talking_points/_item_of_client.html",
    "psywellpath/styleguide.html",
}  # fmt: skip
# Mails to clients, and not to staff.
CLIENT_MAILS = (
    "answer_kept", "care_changed", "cover_announced", "cover_not_needed", "discreet_news",
    "discreet_time", "enquiry_closed", "enquiry_kept", "note_shared", "path_changed",
    "session_cancelled", "session_changed", "session_kept", "session_moved", "session_planned",
    "session_soon", "series_cancelled", "series_moved", "series_planned", "task_given",
    "text_renewed",
)  # fmt: skip
MODULES = ("assessments/results/texts.py", "assessments/results/change_texts.py",
           "clients/audit_log/labels.py", "clients/goals/labels.py", "clients/rights/labels.py",
           "clients/talking_points/labels.py")  # fmt: skip
GETTEXT = {"_", "gettext", "gettext_lazy"}
BLOCK = re.compile(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
TRANSLATE = re.compile(r"{%\s*translate\s+(?:\"([^\"]*)\"|'([^']*)')")
PLURAL = re.compile(r"{%\s*plural\s*%}")
FILLED_IN = re.compile(r"{{.*?}}|%\(\w+\)s|{\w*}")


@dataclass(frozen=True)
class Passage:
    """A text, or the short texts of one file together. `name` is the file, followed by the first
    words of a long text."""

    name: str
    text: str

    @property
    def grade(self) -> float:
        return round(grade(self.text), 1)


def passages(texts: Iterable[tuple[str, str]]) -> Iterator[Passage]:
    """From (file, text): each long text alone, and the sentences among the short ones together."""
    short = defaultdict(list)
    for file, text in texts:
        plain = " ".join(FILLED_IN.sub("it", text).split())
        if len(words(plain)) >= LONG:
            yield Passage(f"{file}: {' '.join(plain.split()[:6])}", plain)
        elif re.search(r"[.!?:][”’)]?$", plain):
            short[file].append(plain)
    for file, together in short.items():
        text = " ".join(together)
        if len(words(text)) >= FEWEST:
            yield Passage(file, text)


def all_texts() -> Iterator[tuple[str, str]]:
    yield from _of_templates()
    for name in MODULES:
        for text in _of_module((ROOT / name).read_text()):
            yield name, text
    for name in ("clients/steps.toml", "clients/library.toml"):
        yield from _of_toml(name)
    yield from _of_consent_texts()
    for file in sorted((ROOT / "accounts" / "consent_texts").glob("*.txt")):
        for paragraph in file.read_text().splitlines():
            yield str(file.relative_to(ROOT)), paragraph
    yield from _of_questionnaire()


def _of_consent_texts() -> Iterator[tuple[str, str]]:
    """Paragraph by paragraph. Each line of a list is a sentence."""
    for file in sorted((ROOT / "accounts" / "consent_texts").glob("*.txt")):
        for paragraph in file.read_text().split("\n\n"):
            yield str(file.relative_to(ROOT)), _as_sentences(paragraph.replace("• ", ""))


def _of_templates() -> Iterator[tuple[str, str]]:
    folder = ROOT / "templates"
    files = {file for pattern in TEMPLATES for file in folder.glob(pattern)}
    files |= {folder / "clients" / "mail" / f"{name}.txt" for name in CLIENT_MAILS}
    for file in sorted(files):
        if str(file.relative_to(folder)) not in STAFF_TEMPLATES:
            for text in of_template(file.read_text()):
                yield str(file.relative_to(ROOT)), text


def of_template(source: str) -> Iterator[str]:
    """The translatable strings of a template; of a plural, the singular."""
    for block in BLOCK.finditer(source):
        yield PLURAL.split(block[1])[0]
    for double, single in TRANSLATE.findall(source):
        yield double or single


def _of_module(source: str) -> Iterator[str]:
    """The strings that a module marks for translation."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            text = node.args[0]
            if node.func.id in GETTEXT and isinstance(text, ast.Constant):
                yield str(text.value)


def _of_toml(name: str) -> Iterator[tuple[str, str]]:
    """What steps say to clients, and the ideas for tasks."""
    for rows in tomllib.loads((ROOT / name).read_text()).values():
        for row in rows:
            key = row.get("slug") or row["number"]
            for field, text in row.items():
                if field in ("text", "summary") or field.startswith("client_"):
                    yield f"{name} {key}", _as_sentences(text)


def _as_sentences(text: str) -> str:
    """Each line of a list is a sentence."""
    lines = (line.strip() for line in text.strip().splitlines())
    return " ".join(line if line[-1:] in ".!?:" else f"{line}." for line in lines if line)


def _of_questionnaire() -> Iterator[tuple[str, str]]:
    """Of the newest version of the project's own questionnaire."""
    folder = ROOT / "assessments" / "questionnaires"
    files = {file: json.loads(file.read_text()) for file in folder.glob("*.json")}
    file, newest = max(files.items(), key=lambda pair: pair[1]["version"])
    name = str(file.relative_to(ROOT))
    yield name, newest["purpose"]
    yield name, newest["instructions"]
    for item in newest["items"]:
        yield name, item["text"]


def faults(found: Iterable[Passage], listed: dict[str, float]) -> Iterator[str]:
    """What is wrong, given the grades that are listed as still too high."""
    grades = {passage.name: passage.grade for passage in found}
    for name, now in grades.items():
        if name not in listed and now > HIGHEST:
            yield f"{name}: grade {now}, and 8 is the highest"
        elif now > listed.get(name, HIGHEST):
            yield f"{name}: grade {now}, harder than the {listed[name]} that is listed"
    for name in listed:
        if name not in grades:
            yield f"{name}: is listed, and there is no such text any more"
        elif grades[name] <= HIGHEST:
            yield f"{name}: is at grade {grades[name]} by now; remove it from the list"


def read_listed() -> dict[str, float]:
    rows = tomllib.loads(LISTED.read_text()).get("above", [])
    return {row["text"]: row["grade"] for row in rows}


def main() -> int:
    found, listed = list(passages(all_texts())), read_listed()
    wrong = list(faults(found, listed))
    print(*wrong, sep="\n", file=sys.stderr)
    counted = sum(len(words(passage.text)) for passage in found)
    print(f"{len(found)} texts for clients, {counted} words, {len(listed)} above grade 8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
