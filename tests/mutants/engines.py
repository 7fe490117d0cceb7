"""The engines, and the tests that should notice any change to one."""

from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
# The percentage of changes to each engine that tests have to notice.
ENOUGH = 95


@dataclass(frozen=True)
class Engine:
    name: str
    path: str
    tests: tuple[str, ...]
    # Pure engines are tested only by tests that need no database.
    pure: bool = True
    # Slow tests, which would run for every survivor; the others have to notice without them.
    without: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")


ENGINES = [
    Engine(
        "blanks of pages",
        "articles/publishing/unfilled.py",
        ("articles/test_unfilled.py",),
    ),
    Engine("passages", "articles/outside_review/passages.py", ("articles/test_passages.py",)),
    Engine("time of a check-in", "clients/check_ins/window.py", ("clients/test_check_ins.py",)),
    Engine("goals over time", "clients/goals/over_time.py", ("clients/test_goals.py",)),
    Engine("who can add a goal", "clients/goals/allowance.py", ("clients/test_goals.py",)),
    Engine("since the last session", "clients/agenda/since.py", ("clients/test_agenda_since.py",)),
    Engine("scoring", "assessments/scoring/engine.py", ("assessments/test_scoring.py",)),
    Engine("row scoring", "assessments/scoring/bulk.py", ("assessments/test_row_scoring.py",)),
    Engine(
        "measurement",
        "assessments/statistics/measurement_error.py",
        ("assessments/test_measurement.py",),
        without=("test_against_scipy_and_numpy",),
    ),
    Engine(
        "reliable change",
        "assessments/statistics/reliable_change.py",
        ("assessments/test_measurement.py",),
        without=("test_against_scipy_and_numpy",),
    ),
    Engine(
        "interpretation",
        "assessments/results/interpretation.py",
        ("assessments/test_interpretation.py", "assessments/test_scoring.py"),
    ),
    Engine(
        "group statistics",
        "assessments/statistics/groups.py",
        ("assessments/test_group_statistics.py",),
    ),
    Engine(
        "totals of groups",
        "assessments/statistics/totals.py",
        ("assessments/test_totals.py",),
    ),
    Engine(
        "intervals",
        "assessments/statistics/intervals.py",
        ("assessments/test_intervals.py",),
        without=("test_against_scipy",),
    ),
    Engine(
        "answer quality",
        "assessments/results/answer_quality.py",
        ("assessments/test_answer_quality.py",),
    ),
    Engine("journey", "clients/journey.py", ("clients/test_journey.py",)),
    Engine("flags", "clients/flags.py", ("clients/test_flags.py",)),
    Engine("working days", "clients/working_days.py", ("clients/test_working_days.py",)),
    Engine(
        "phone numbers",
        "accounts/contact_details/phone_numbers.py",
        ("accounts/test_phone_numbers.py",),
    ),
    Engine(
        "loose ends",
        "clients/endings/outcomes.py",
        ("clients/test_endings.py",),
    ),
    Engine(
        "talking points", "clients/talking_points/refusals.py", ("clients/test_talking_points.py",)
    ),
    Engine(
        "safe contact",
        "clients/first_contact/safe_contact.py",
        ("clients/test_safe_contact.py",),
    ),
    Engine(
        "first days",
        "clients/first_days/welcome.py",
        ("clients/test_first_days.py",),
        pure=False,
    ),
    Engine("cells of a CSV file", "clients/audit_log/csv_cells.py", ("clients/test_csv_cells.py",)),
    Engine("small groups", "clients/statistics/small_cells.py", ("clients/test_small_cells.py",)),
    Engine("retest", "clients/results/retest.py", ("clients/test_retest.py",)),
    Engine("blanks", "accounts/consent_texts/blanks.py", ("accounts/test_blanks.py",)),
    Engine("access", "accounts/access.py", ("accounts/test_access.py",)),
    Engine(
        "chain of the audit log",
        "accounts/audit/chain.py",
        ("accounts/test_audit_chain.py",),
        pure=False,
    ),
    Engine("cipher", "accounts/encryption/cipher.py", ("accounts/test_cipher.py",)),
    Engine(
        "rate limits",
        "accounts/rate_limits/counters.py",
        ("accounts/test_limits_counting.py",),
        pure=False,
    ),
    Engine(
        "searches that speak of danger",
        "articles/reading/help_phrases.py",
        ("articles/test_help_phrases.py",),
    ),
    Engine(
        "content of handouts",
        "articles/handouts/pdf.py",
        ("articles/test_handouts.py",),
        pure=False,
    ),
    Engine(
        "notes of a text",
        "articles/text_parts/notes.py",
        ("articles/test_notes.py",),
        pure=False,
    ),
    Engine(
        "videos",
        "articles/text_parts/videos.py",
        ("articles/test_videos.py",),
        pure=False,
        without=("test_nothing_is_loaded_from_elsewhere_before_the_press",),
    ),
    Engine(
        "searches that are kept",
        "articles/readership/missed_searches.py",
        ("articles/test_readership.py",),
        pure=False,
    ),
    Engine("workflow", "articles/publishing/workflow.py", ("articles/test_moves.py",), pure=False),
    Engine(
        "publishing checks",
        "articles/publishing/checks.py",
        ("articles/test_checks.py",),
        pure=False,
    ),
    Engine("recurrence", "clients/sessions/recurrence.py", ("clients/test_series_times.py",)),
]
# Modules that say they are pure and are not tried, and why.
NOT_YET = "Its tests were written without small changes in mind, and nobody has counted yet."
UNTRIED: dict[str, str] = {
    "articles/phone_links.py": NOT_YET,
    "assessments/instruments/building.py": NOT_YET,
    "assessments/instruments/definition.py": NOT_YET,
    "assessments/instruments/file.py": NOT_YET,
    "assessments/results/charts.py": "It draws; the pictures are looked at.",
    "assessments/results/plane.py": "It draws; the pictures are looked at.",
    "assessments/scoring/response_file.py": NOT_YET,
    "assessments/statistics/attempt_comparison.py": NOT_YET,
    "assessments/taking/item_pages.py": NOT_YET,
    "clients/agenda/days.py": NOT_YET,
    "clients/audit_log/equal_acts.py": NOT_YET,
    "clients/notes/text_search.py": NOT_YET,
    "clients/rhythm/occasions.py": (
        "Its random histories are too slow to run for each change, and the examples beside them"
        " have not been counted since the last ones were added."
    ),
}
