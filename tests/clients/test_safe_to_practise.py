"""Texts that could harm somebody carry a caution, and steps say when to hold back.

The practice may edit the rows; these are the texts with which it starts.
"""

import tomllib
from pathlib import Path

import pytest

from articles.models import Article
from clients.models import NoteTemplate, Step, StepReading, TaskIdea
from psywellpath.demonstration.load import reading
from tests.support import cast as people

HARM = "frightens, controls or hurts you"
STEPS, TASKS, TEMPLATES = (
    tomllib.loads(Path(f"clients/{name}.toml").read_text(encoding="utf-8"))[rows]
    for name, rows in (("steps", "step"), ("library", "task"), ("note_templates", "template"))
)
EVERY_STEP = {row["slug"] for row in TEMPLATES if "step" not in row}


@pytest.mark.django_db
def test_the_cautions_are_in_the_texts():
    for slug in ("a-repair", "the-same-old-dance"):
        text = TaskIdea.objects.get(slug=slug).text
        for words in (HARM, "112", "181", "with whom it is safe to"):
            assert words in text, (slug, words)
    for slug in ("who-is-safe", "a-safe-no", "what-i-expect", "the-second-message"):
        text = TaskIdea.objects.get(slug=slug).text
        assert HARM in text or "afraid" in text or "punish" in text, slug
    step = Step.objects.get(number=6)
    assert f"getting closer to someone who {HARM}" in step.client_involves
    assert "181" in step.client_involves
    assert "safe to mend" in step.client_signs
    assert "made up after a quarrel" not in step.client_signs
    assert "with the client alone" in step.therapist_involves
    assert "seen alone first" in step.therapist_involves
    assert "written rule" in step.therapist_involves


def test_the_first_step_asks_about_every_danger():
    involves = " ".join(STEPS[0]["therapist_involves"].lower().split())
    for danger in (
        "suicide and self-harm", "violence", "with the client alone", "drugs", "psychosis",
        "mania", "dissociation", "a medical cause", "a child is at risk", "psychiatrist",
    ):  # fmt: skip
        assert danger in involves, danger


def test_every_step_says_when_to_hold_back_and_what_if_it_gets_no_better():
    for row in STEPS:
        holds = row["therapist_holds"]
        assert "Worse or unchanged after four to six sessions:" in holds, row["number"]
    for number in (1, 2, 3):
        holds = STEPS[number - 1]["therapist_holds"]
        for state in (
            "suicidal intent", "violence", "mania or psychosis", "severe withdrawal", "dissociation"
        ):  # fmt: skip
            assert state in holds, (number, state)


@pytest.mark.django_db
def test_a_painful_task_comes_after_a_trial_and_settling_before_the_past():
    steps = dict(TaskIdea.objects.values_list("slug", "step"))
    settling = ("ten-breaths", "five-senses", "a-stop-signal", "what-helps-me-settle")
    assert {steps[slug] for slug in settling} == {2}
    breaths = TaskIdea.objects.get(slug="ten-breaths")
    assert "You can keep your eyes open. If it makes you uneasy, stop" in breaths.text
    comfort = TaskIdea.objects.get(slug="when-i-needed-comfort")
    assert comfort.step_id == 3
    assert "only after you have tried it together" in comfort.caution
    assert "settling task" in comfort.caution


@pytest.mark.django_db
def test_every_note_template_asks_about_safety():
    line = "Safety (self, others, from others, children): asked / said / agreed:"
    for row in TEMPLATES:
        if row["slug"] == "risk":
            for part in ("Self (", "Others (", "From others (", "Children "):
                assert part in row["text"]
            continue
        assert line in row["text"], row["slug"]
    for row in TEMPLATES:
        if "step" in row:
            assert "Setting (in person or online; if online:" in row["text"], row["slug"]
            assert "What I did, and how they responded" in row["text"], row["slug"]
    assert {"risk", "contact", "closing", "when-little-changes"} == EVERY_STEP
    for step in range(1, 8):
        offered = NoteTemplate.objects.offered_on(step).values_list("slug", flat=True)
        assert set(offered) > EVERY_STEP


def test_the_caution_before_a_task_is_for_therapists(cast, browser_of):
    caution = next(row["caution"] for row in TASKS if row["slug"] == "people-around-me")
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/tasks/").content.decode()
    assert caution in page
    text = TaskIdea.objects.get(slug="people-around-me").text
    filled = browser_of(cast.meera).get(
        f"/clients/{cast.asha.pk}/tasks/?idea=people-around-me"
    ).context["form"].initial  # fmt: skip
    assert filled["text"] == text
    assert caution not in filled["text"]


def test_a_client_reads_on_every_step_what_to_do_if_it_gets_no_better(cast, browser_of):
    page = browser_of(cast.asha.user).get("/path/").content.decode()
    assert "If you feel worse, or no different, after four to six meetings" in page


@pytest.mark.django_db
def test_samples_about_danger_are_on_no_step():
    """What a person is given to read is an editor's choice, never a match of words."""
    people.articles()
    reading()
    slugs = ("abnormal-behaviour", "abnormal-psychology")
    assert Article.objects.filter(slug__in=slugs).count() == 2
    assert not StepReading.objects.filter(article__slug__in=slugs).exists()
