"""Result pages: the text of each region, when no style is named, and nothing that is not known."""

from itertools import product
from xml.etree import ElementTree

import pytest

from assessments.results import texts
from assessments.results.context import read
from assessments.results.interpretation import Level
from assessments.results.plane import SIDE
from clients.results.sharing import share_result
from tests.support.assessments.attempts import ANXIOUS, published, submitted
from tests.support.assessments.files import RELIABLE, measured, small
from tests.support.page_parts import main, section

# Scores of 2, 4 and 6 by two items, of which the second is reverse-keyed.
PAIRS = {Level.LOW: (1, 5), Level.NEAR: (3, 3), Level.HIGH: (7, 3)}


@pytest.fixture
def version(db):
    return published()


def answers(anxiety: Level, avoidance: Level) -> dict[str, int]:
    return dict(zip(("q1", "q2", "q3", "q4"), PAIRS[anxiety] + PAIRS[avoidance], strict=True))


@pytest.mark.parametrize(("anxiety", "avoidance"), list(product(Level, Level)))
def test_each_region_has_its_text(version, anxiety, avoidance):
    reading = read(submitted(version, answers=answers(anxiety, avoidance)))
    region = texts.REGIONS[anxiety, avoidance]
    if (anxiety, avoidance) == (Level.NEAR, Level.NEAR):
        # With these answers, near on both means 3 throughout.
        region = texts.SAME_ANSWER
    assert reading.headline == region.headline
    assert reading.region.helps
    assert (reading.style is None) == (anxiety is avoidance is Level.NEAR)


def test_no_two_regions_have_the_same_text():
    assert len(texts.REGIONS) == 9
    for part in ("headline", "meaning"):
        assert len({str(getattr(region, part)) for region in texts.REGIONS.values()}) == 9


def page(browser_of, attempt) -> str:
    return browser_of().get(attempt.get_result_url()).content.decode()


def test_no_style_where_both_scores_are_near(version, browser_of):
    attempt = submitted(version, answers={"q1": 4, "q2": 3, "q3": 4, "q4": 5})
    assert attempt.result.style == "anxious"
    shown = page(browser_of, attempt)
    assert "both scores lie near" in shown
    assert "Nearest:" not in shown


def test_no_style_if_every_answer_is_the_same(version, browser_of):
    shown = page(browser_of, submitted(version, answers=dict.fromkeys(ANXIOUS, 5)))
    assert "every answer is the same" in shown
    assert "Nearest:" not in shown
    assert "Sometimes at ease" not in shown


def test_a_missing_score_shows_no_plane_and_no_number(version, browser_of):
    shown = page(browser_of, submitted(version, answers={"q1": 6, "q2": 3, "q3": 2}))
    assert "a score is missing" in shown
    assert 'class="plane"' not in shown
    assert "1 of its statements was left open" in shown
    assert "Not worked out" in shown


def test_a_score_near_one_line_is_named_with_a_note(version, browser_of):
    shown = page(browser_of, submitted(version, answers={"q1": 4, "q2": 3, "q3": 1, "q4": 7}))
    assert "Nearest: anxious" in shown
    assert "Your anxiety score lies near its line" in shown


def test_fearful_avoidant_is_named_with_care(version, browser_of):
    attempt = submitted(version, answers={"q1": 7, "q2": 2, "q3": 6, "q4": 1})
    assert "Nearest: fearful-avoidant, sometimes called disorganized" in page(browser_of, attempt)


@pytest.mark.parametrize("given", [ANXIOUS, dict.fromkeys(ANXIOUS, 3), {"q1": 2}])
def test_what_every_result_page_says(version, browser_of, given):
    shown = page(browser_of, submitted(version, answers=given))
    limits, caution = section(shown, "limits"), section(shown, "caution")
    assert "not a diagnosis" in limits
    assert "does not show whether you are in danger" in limits
    for part in ("frightens you, controls you or hurts you", "not meant for that", "tel:112",
                 "tel:181"):  # fmt: skip
        assert part in caution, part
    for part in ("How this was worked out", "version 1.0", "−q2", "convention of the practice",
                 "No reliability is known", "no norms"):  # fmt: skip
        assert part in main(shown), part
    for never in ("style=", 'class="band"', "percentile"):
        assert never not in shown, never


def test_the_caution_is_on_the_owners_result_and_on_what_the_therapist_sees(
    version, browser_of, cast
):
    attempt = submitted(version, by=cast.asha.user)
    share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    for user, address in (
        (cast.asha.user, f"/assessments/attempts/{attempt.pk}/result/"),
        (cast.meera, f"/clients/{cast.asha.pk}/results/{attempt.pk}/"),
    ):
        shown = browser_of(user).get(address)
        assert "tel:181" in section(shown, "caution"), address
        assert "not a diagnosis" in section(shown, "limits"), address


def test_the_plane_in_numbers(version):
    """Anxiety 5.5 is 3/4 of the way up, avoidance 1.5 is 1/12 of the way across."""
    plane = read(submitted(version)).plane
    assert plane.x == f"{SIDE / 12:.2f}"
    assert plane.y == f"{SIDE / 4:.2f}"
    assert plane.cut_x == f"{SIDE / 2:.2f}"
    assert plane.ellipse is None


def test_the_plane_has_a_text_alternative(version, browser_of):
    shown = page(browser_of, submitted(version))
    start = shown.index('<svg class="plane"')
    end = shown.rindex("</svg>", start, shown.index('<p class="region', start)) + len("</svg>")
    svg = ElementTree.fromstring(shown[start:end])
    assert svg.get("role") == "img"
    assert "Anxiety: 5.5 on a scale from 1 to 7." in " ".join((svg.find("desc").text or "").split())


def test_an_ellipse_only_where_the_reliability_is_known(db):
    scales = [scale | {"reliability": RELIABLE} for scale in small()["scales"]]
    version = published(scales=scales)
    # The standard error is 1.0 * sqrt(1 - 0.75) = 0.5; the 95 % ellipse 0.5 * 2.4477 = 1.2239
    # answers wide, of which six make a side.
    ellipse = read(submitted(version)).plane.ellipse
    assert ellipse.rx == ellipse.ry == f"{0.5 * 2.4477 * SIDE / 6:.2f}"
    incomplete = {key: value for key, value in ANXIOUS.items() if key != "q2"}
    assert read(submitted(version, answers=incomplete)).plane.ellipse is None


def test_a_band_and_a_percentile_where_they_are_known(db, browser_of):
    shown = page(browser_of, submitted(published(**measured())))
    # Anxiety 5.5: 1.96 * 0.5 to each side; seven eighths of the way from 2 (10) to 6 (90).
    assert "probably between 4.5 and 6.5 (95 %)" in shown
    assert "Percentile 80 of the sample: 500 students." in shown
    # Avoidance 1.5 lies below the listed percentiles, and its band ends at the lowest score.
    assert "probably between 1.0 and 2.5 (95 %)" in shown
    assert "Below percentile 10 of the sample" in shown
    assert shown.count('class="error-band"') == 2
    assert "Reliability (alpha) 0.75, standard deviation 1.00; source: A paper." in shown


@pytest.mark.parametrize("missing", ["q1", "q2"])
def test_an_attempt_with_missing_items_has_no_band(db, browser_of, missing):
    given = {key: value for key, value in ANXIOUS.items() if key != missing}
    attempt = submitted(published(**measured()), answers=given)
    anxiety, avoidance = read(attempt).dimensions
    assert anxiety.score is not None
    assert anxiety.band is None
    assert avoidance.band is not None
    shown = page(browser_of, attempt)
    assert shown.count('class="error-band"') == 1
    assert 'class="band"' not in shown


def test_a_score_within_its_error_of_the_line_says_so(db, browser_of):
    """Anxiety 5 is 1.0 away from its line, just outside an error of 1.96 * 0.5 = 0.98."""
    version = published(**measured())
    far = read(submitted(version, answers={"q1": 5, "q2": 3, "q3": 1, "q4": 7}))
    assert (far.style, far.notes) == ("anxious", ())
    wide = published(version="2", **measured(reliability=RELIABLE | {"value": 0.7}))
    # The standard error is sqrt(0.3) = 0.548, so the error reaches 1.07 and crosses the line.
    near = read(submitted(wide, answers={"q1": 5, "q2": 3, "q3": 1, "q4": 7}))
    assert near.style == "anxious"
    assert "near its line" in str(near.notes[0])


def test_without_cuts_no_lines_and_no_styles(db, browser_of):
    version = published(styles=None)
    shown = page(browser_of, submitted(version))
    assert "no style is named" in shown
    assert 'class="cut"' not in shown
    assert "Fearful-avoidant" not in shown


def test_scales_of_another_kind(db, browser_of):
    scales = [
        {"id": "trust", "title": "Trust", "keyed": ["q1", "-q2", "q3"], "max_missing": 0},
        {"id": "calm", "title": "Calm", "keyed": ["-q1", "q4"], "max_missing": 0},
    ]
    shown = page(browser_of, submitted(published(scales=scales, styles=None)))
    # Trust (6 + 5 + 2) / 3 = 4.33; calm (2 + 7) / 2 = 4.5.
    assert "4.3 on a scale from 1 to 7" in shown
    assert "4.5 on a scale from 1 to 7" in shown
    assert 'class="plane"' not in shown


def test_texts_of_an_instrument_are_escaped(db, browser_of):
    version = published(title="<script>alert(1)</script>", licence="<img src=x>")
    shown = page(browser_of, submitted(version))
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown


def test_scores_and_bars_as_shown(version):
    reading = read(submitted(version))
    assert [dimension.score for dimension in reading.dimensions] == ["5.5", "1.5"]
    assert [dimension.at for dimension in reading.dimensions] == ["75.0", "8.3"]


def test_an_attempt_that_is_not_submitted_has_no_reading(version):
    from tests.support.assessments.attempts import started

    with pytest.raises(ValueError, match="no result"):
        read(started(version))
