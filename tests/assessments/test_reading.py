"""Result pages: the text of each region, which style is named, and nothing that is not known."""

import re
from itertools import product
from xml.etree import ElementTree

import pytest

from assessments.catalogue import actions as catalogue
from assessments.models import Instrument
from assessments.results import texts
from assessments.results.context import read
from assessments.results.interpretation import Level
from assessments.results.plane import SIDE
from clients.results.sharing import share_result
from tests.support import cast as people
from tests.support.assessments.attempts import ANXIOUS, published, started, submitted
from tests.support.assessments.files import RELIABLE, measured, small
from tests.support.page_parts import main, section

# Two items, of which the second is reverse-keyed: scores of 2, 4 and 6, and of 3 and 5.
MARKED = {Level.LOW: (1, 5), Level.NEAR: (3, 3), Level.HIGH: (7, 3)}
SLIGHT = {Level.LOW: (2, 4), Level.NEAR: (4, 4), Level.HIGH: (6, 4)}


@pytest.fixture
def version(db):
    return published()


def answers(anxiety: tuple[int, int], avoidance: tuple[int, int]) -> dict[str, int]:
    return dict(zip(("q1", "q2", "q3", "q4"), anxiety + avoidance, strict=True))


@pytest.mark.parametrize(("anxiety", "avoidance"), list(product(Level, Level)))
def test_each_region_has_its_texts(version, anxiety, avoidance):
    region = texts.REGIONS[anxiety, avoidance]
    for pairs, headline in ((MARKED, region.marked), (SLIGHT, region.headline)):
        reading = read(submitted(version, answers=answers(pairs[anxiety], pairs[avoidance])))
        if anxiety is avoidance is Level.NEAR:
            # With these answers, near on both means one answer throughout.
            middle = pairs is SLIGHT
            expected = texts.MIDDLE_ANSWER if middle else texts.SAME_ANSWER
            assert reading.headline == expected.headline
            assert (texts.CONTRADICTION in reading.head.meaning) != middle
            continue
        assert reading.headline == headline
        assert reading.head.helps == region.helps
        assert reading.head.meaning[0] == region.meaning
        slight = tuple(pairs is SLIGHT and side is not Level.NEAR for side in (anxiety, avoidance))
        assert reading.head.meaning[1:] == ((texts.SLIGHT[slight],) if any(slight) else ())


def test_one_slight_score_is_enough_for_the_milder_texts(version):
    both = answers(MARKED[Level.HIGH], SLIGHT[Level.HIGH])
    head = read(submitted(version, answers=both)).head
    assert head.headline == texts.REGIONS[Level.HIGH, Level.HIGH].headline
    assert head.meaning[1] == texts.SLIGHT[False, True]


def test_no_two_texts_are_the_same():
    assert len(texts.REGIONS) == 9
    heads = [str(head) for r in texts.REGIONS.values() for head in (r.headline, r.marked)]
    assert len(set(heads)) == 17, "the middle has one headline, every other region two"
    assert len({str(region.meaning) for region in texts.REGIONS.values()}) == 9
    amounts = [str(text) for of in texts.AMOUNTS.values() for text in of.values()]
    assert len(set(amounts)) == len(amounts) == 10


def page(browser_of, attempt) -> str:
    return browser_of().get(attempt.get_result_url()).content.decode()


def naming(browser_of, attempt) -> str:
    return section(page(browser_of, attempt), "naming")


def test_no_style_where_both_scores_are_near(version, browser_of):
    attempt = submitted(version, answers={"q1": 4, "q2": 3, "q3": 4, "q4": 5})
    assert attempt.result.style == "anxious"
    shown = naming(browser_of, attempt)
    assert "both scores lie near" in shown
    assert "closest to" not in shown
    assert "landmarks" not in shown


def test_no_style_if_every_answer_is_the_same(version, browser_of):
    shown = page(browser_of, submitted(version, answers=dict.fromkeys(ANXIOUS, 5)))
    assert "every answer is the same" in shown
    assert "contradicts itself" in shown
    assert "closest to" not in shown
    assert "Your answers describe" not in shown


@pytest.mark.parametrize("value", [1, 4, 7])
def test_a_pattern_of_answers_has_no_point_and_no_number(version, browser_of, value):
    attempt = submitted(version, answers=dict.fromkeys(ANXIOUS, value))
    reading = read(attempt)
    assert reading.plane is None
    assert [(one.score, one.at, one.sentences) for one in reading.dimensions] == [
        (None, None, ()), (None, None, ()),
    ]  # fmt: skip
    shown = main(page(browser_of, attempt))
    assert shown.count("not scored") == 2
    assert "so we show no" in " ".join(map(str, reading.head.meaning))
    for never in ("4.0", "on a scale from", 'class="point"', 'class="ruler"'):
        assert never not in shown, never


def test_a_pattern_is_recognised_without_cuts_and_beside_a_missing_score(db):
    """Published keys come without cuts. Where nothing is reversed, one answer may be meant."""
    same = dict.fromkeys(ANXIOUS, 7)
    assert read(submitted(published(styles=None), answers=same)).plane is None
    missing = {key: value for key, value in same.items() if key != "q4"}
    reading = read(submitted(published(version="2"), answers=missing))
    assert reading.headline == texts.SAME_ANSWER.headline
    scales = [{"id": "calm", "title": "Calm", "keyed": ["q1", "q2"], "max_missing": 0}]
    plain = published(version="3", scales=scales, styles=None)
    assert read(submitted(plain, answers={"q1": 7, "q2": 7})).dimensions[0].score == "7.0"


def test_without_any_score_the_result_says_so(version):
    assert read(submitted(version, answers={"q3": 5})).head == texts.NOTHING
    assert read(submitted(version, answers={"q1": 2, "q2": 5, "q3": 5})).head == texts.MISSING


def test_each_dimension_is_explained_at_its_score(version, browser_of):
    shown = main(page(browser_of, submitted(version))).partition('class="dimension"')[2]
    for explained, score in (
        (texts.ABOUT["anxiety"], "5.5 on"),
        (texts.ABOUT["avoidance"], "1.5 on"),
    ):
        assert "(low)" in explained
        assert "(high)" in explained
        assert abs(shown.index(str(explained)) - shown.index(score)) < 400
    assert "no band is drawn" not in shown


@pytest.mark.parametrize("target", ["My mother", ""])
def test_a_result_about_one_relationship_says_nothing_of_others(db, browser_of, target):
    version = published(**({"targets": [target]} if target else {}))
    shown = main(page(browser_of, submitted(version)))
    assert ("With someone else it may be different" in shown) == bool(target)


def test_texts_do_not_claim_evenness_where_a_score_is_only_too_close_to_call():
    """With an error of 0.84, 4.8 is near its line and yet more worry than calm."""
    for (anxiety, avoidance), region in texts.REGIONS.items():
        for head in (region.headline, region.marked):
            assert "about as much" not in str(head), (anxiety, avoidance)


def test_paper_says_where_a_result_comes_from(version, browser_of):
    shown = main(page(browser_of, submitted(version)))
    head = re.search(r'<p class="printed-head">(.*?)</p>', shown, re.DOTALL).group(1)
    for part in ("Psywellpath", "testserver", version.questionnaire.title, "version 1.0", "202"):
        assert part in head, part


def test_keys_and_formulas_are_behind_a_fold_of_their_own(version, browser_of):
    shown = main(page(browser_of, submitted(version)))
    words, codes = shown.split("The keys and formulas")
    words = words[words.index("How this was worked out") :]
    for code in ("−q2", "engine"):
        assert code not in words, code
        assert code in codes, code
    assert "average of your answers" in words


def test_the_same_answer_contradicts_itself_only_with_reversed_statements(db):
    scales = [
        {"id": "anxiety", "title": "Anxiety", "keyed": ["q1", "q2"], "max_missing": 0},
        {"id": "avoidance", "title": "Avoidance", "keyed": ["q3", "q4"], "max_missing": 0},
    ]
    reading = read(submitted(published(scales=scales), answers=dict.fromkeys(ANXIOUS, 5)))
    assert reading.head == texts.SAME_ANSWER


def test_a_missing_score_shows_no_plane_and_no_number(version, browser_of):
    shown = page(browser_of, submitted(version, answers={"q1": 6, "q2": 3, "q3": 2}))
    assert "a score is missing" in shown
    assert 'class="plane"' not in shown
    assert "1 of its statements has no answer" in shown
    assert "not scored" in shown
    assert "There are not enough answers to score this" in shown


def test_a_score_near_one_line_lies_between_two_styles(version, browser_of):
    shown = naming(browser_of, submitted(version, answers={"q1": 4, "q2": 3, "q3": 1, "q4": 7}))
    assert "between “secure” and “anxious”. No single name fits." in shown
    assert "closest to" not in shown


def test_the_closest_style_is_a_landmark_and_all_four_are_explained(version, browser_of):
    attempt = submitted(version, answers={"q1": 7, "q2": 2, "q3": 6, "q4": 1})
    shown = naming(browser_of, attempt)
    assert "Of the four names on this map, your answers are closest to “fearful-avoidant”." in shown
    assert "not kinds of people" in shown
    for name in ("Secure", "Anxious", "Avoidant", "Fearful-avoidant"):
        assert f"<dt>{name}</dt>" in shown
    assert "Some call it disorganized" in shown


def test_a_practice_leaves_the_names_out(version, browser_of, cast):
    attempt = submitted(version, by=cast.asha.user)
    submitted(version, by=cast.asha.user)
    share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    pages = {
        cast.asha.user: (attempt.get_result_url(), "/assessments/small/over-time/"),
        cast.meera: (f"/clients/{cast.asha.pk}/results/{attempt.pk}/",
                     f"/clients/{cast.asha.pk}/over-time/small/"),
    }  # fmt: skip
    named = [main(browser_of(user).get(a)) for user, both in pages.items() for a in both]
    assert all("Fearful-avoidant" in shown for shown in named)
    catalogue.set_style_names(instrument=version.instrument, named=False)
    for user, addresses in pages.items():
        for address in addresses:
            shown = main(browser_of(user).get(address))
            assert 'class="plane"' in shown, address
            for name in ("Fearful-avoidant", "closest to", "Secure", "“anxious”"):
                assert name not in shown, (address, name)
    assert "leaves the names out until" in main(browser_of(cast.meera).get(pages[cast.meera][0]))


def test_a_manager_chooses_whether_results_name_a_style(version, browser_of, cast):
    address = f"/admin/assessments/instrumentversion/{version.pk}/names/"
    manager = browser_of(cast.manoj)
    shown = manager.get(address).content.decode()
    assert "A careful clinician leaves the names out" in shown
    change = manager.get(address.replace("names/", "change/"))
    assert "What a result names" in change.content.decode()
    for chosen in ("False", "True"):
        assert manager.post(address, {"named": chosen}).status_code == 302
        assert str(Instrument.objects.get().names_styles) == chosen
    assert manager.post(address, {"named": "x"}).status_code == 200
    assert manager.post(address, {}).status_code == 200
    assert Instrument.objects.get().names_styles
    for other in (cast.esha, cast.meera, cast.asha.user):
        assert browser_of(other).post(address, {"named": "False"}).status_code in (302, 403, 404)
    assert Instrument.objects.get().names_styles


def test_how_well_a_questionnaire_is_tested_is_in_sight(db, browser_of):
    own = people.questionnaire()
    shown = main(page(browser_of, submitted(own, answers=dict.fromkeys(("w01", "d01"), 3))))
    assert "not yet tested in research" in shown.split("result-body")[0]
    assert "no record here of how exact" in page(browser_of, submitted(published()))
    known = published(version="2", **measured())
    shown = page(browser_of, submitted(known))
    assert "no record here" not in shown
    assert "not yet tested" not in shown


@pytest.mark.parametrize("given", [ANXIOUS, dict.fromkeys(ANXIOUS, 3), {"q1": 2}])
def test_what_every_result_page_says(version, browser_of, given):
    shown = page(browser_of, submitted(version, answers=given))
    limits, caution = section(shown, "limits"), section(shown, "caution")
    assert "tel:14416" in section(shown, "if-hard")
    assert "not a diagnosis" in limits
    assert "does not show whether you are in danger" in limits
    assert "not in court, not about children, and not about work" in limits
    for part in ("frightens you, controls you or hurts you", "not meant for that", "tel:112",
                 "tel:181"):  # fmt: skip
        assert part in caution, part
    for part in ("How this was worked out", "version 1.0", "−q2", "convention of the practice",
                 "Nobody has measured yet how exact", "no norms"):  # fmt: skip
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
    titles = {scale.id: scale.title for scale in version.questionnaire.scales}
    assert (plane.across, plane.upwards) == (titles["avoidance"], titles["anxiety"])


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
    assert "from 4.5 to 6.5 (95 %)" in shown
    assert "Higher than about 80 of 100 people in this sample: 500 students." in shown
    # Avoidance 1.5 lies below the listed percentiles, and its band ends at the lowest score.
    assert "from 1.0 to 2.5 (95 %)" in shown
    assert "Lower than at least 90 of 100 people in this sample" in shown
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


def test_chip_sentence_and_rule_agree_on_what_is_near(db, browser_of):
    """Anxiety 5 is 1.0 away from its line, just outside an error of 1.96 * 0.5 = 0.98."""
    given = {"q1": 5, "q2": 3, "q3": 1, "q4": 7}
    far = read(submitted(published(**measured()), answers=given))
    assert "closest to “anxious”" in far.naming
    assert far.dimensions[0].sentences[1] == texts.LEVELS[Level.HIGH]
    wide = published(version="2", **measured(reliability=RELIABLE | {"value": 0.7}))
    # The standard error is sqrt(0.3) = 0.548, so the error reaches 1.07 and crosses the line.
    near = read(submitted(wide, answers=given))
    assert "between “secure” and “anxious”" in near.naming
    assert near.dimensions[0].sentences[1] == texts.LEVELS[Level.NEAR]
    assert near.headline == texts.REGIONS[Level.NEAR, Level.LOW].marked
    rules = dict(near.provenance)["Our own display rules"]
    assert rules.startswith("A score whose error band reaches its line is called near")
    unknown = read(submitted(published(version="3"), answers=given))
    rules = dict(unknown.provenance)["Our own display rules"]
    assert rules.startswith("A score within 0.5 of its line is called near.")


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
    with pytest.raises(ValueError, match="no result"):
        read(started(version))
