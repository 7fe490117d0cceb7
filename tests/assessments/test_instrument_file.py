"""Instrument files: what is read, and that every fault is found with its pointer."""

import json
from fractions import Fraction

import pytest

from assessments.instruments.file import InstrumentFaults, digest, read_definition, read_instrument
from tests.support.assessments.files import SMALL, encoded, instrument, small


def faults(data: bytes) -> dict[str, str]:
    """Messages by pointer."""
    with pytest.raises(InstrumentFaults) as refused:
        read_instrument(data)
    return {problem.pointer: problem.message for problem in refused.value.problems}


def at(pointer: str, value: object) -> bytes:
    """The small file with the value at the pointer replaced."""
    definition = small()
    *parents, last = pointer.strip("/").split("/")
    node = definition
    for token in parents:
        node = node[int(token)] if isinstance(node, list) else node[token]
    node[int(last) if isinstance(node, list) else last] = value
    return encoded(definition)


def with_norms(**changes: object) -> bytes:
    norms = {"sample": "Students", "source": "A paper", "n": 10, "mean": 3.2, "sd": 1.1}
    return at("/scales/0/norms", norms | changes)


def with_reliability(**changes: object) -> bytes:
    reliability = {"kind": "alpha", "value": 0.9, "sd": 1.1, "source": "A paper"}
    return at("/scales/0/reliability", reliability | changes)


def test_reads_every_part():
    definition = json.loads(with_norms(percentiles={"50": 3.1, "5": 1.2, "97.5": 6}))
    definition["scales"][0]["reliability"] = {
        "kind": "retest",
        "value": 0.9,
        "sd": 1.1,
        "source": "A paper",
    }
    definition["targets"] = ["a partner", "my mother"]
    read = instrument(definition)
    scale = read.scales[0]
    assert [str(keyed) for keyed in scale.keyed] == ["q1", "-q2"]
    assert scale.norms.percentiles == (
        (Fraction(5), Fraction("1.2")),
        (Fraction(50), Fraction("3.1")),
        (Fraction("97.5"), Fraction(6)),
    )
    assert scale.reliability.value == Fraction("0.9")
    assert (read.response.low_label, read.response.high_label) == ("Not at all", "Very much")
    assert read.targets == ("a partner", "my mother")
    assert [len(page) for page in read.pages()] == [2, 2]


def test_missing_members_stay_missing():
    read = instrument(small(styles=None, page_size=None))
    assert read.cuts is None
    assert read.scales[0].norms is None
    assert read.scales[0].reliability is None
    assert read.page_size == 4


def test_a_byte_order_mark_is_ignored():
    assert read_instrument(b"\xef\xbb\xbf" + encoded(SMALL)).slug == "small"


def test_the_digest_does_not_depend_on_the_form_of_the_json():
    other = {key: SMALL[key] for key in reversed(SMALL)} | {
        "styles": {"avoidance": 4, "anxiety": 4}
    }
    assert digest(read_definition(encoded(other))) == digest(read_definition(encoded(SMALL)))
    assert digest(read_definition(encoded(small(title="Other")))) != digest(
        read_definition(encoded(SMALL))
    )


def test_ten_faults_in_one_file_are_all_listed():
    broken = small(
        format=2,
        slug="attempts",
        version=True,
        response={"min": 7, "max": 1, "labels": {"1": "a", "7": "b"}},
        items=[{"id": "q1", "text": ""}, {"id": "q1", "text": "again", "hint": "?"}],
        scales=[{"id": "style", "title": "x", "keyed": ["q1", "-q1", "q9"], "max_missing": 3}],
        styles={"anxiety": 4.0, "avoidance": 4.0},
        page_size=0,
    )
    assert set(faults(encoded(broken))) == {
        "/format",
        "/slug",
        "/version",
        "/response/max",
        "/items/0/text",
        "/items/1/id",
        "/items/1/hint",
        "/scales/0/id",
        "/scales/0/keyed/1",
        "/scales/0/keyed/2",
        "/scales/0/max_missing",
        "/styles/anxiety",
        "/styles/avoidance",
        "/page_size",
    }


@pytest.mark.parametrize("key", sorted(SMALL.keys() - {"styles", "page_size"}))
def test_each_required_member_is_reported_if_missing(key):
    assert faults(encoded(small(**{key: None})))[f"/{key}"] == "missing"


@pytest.mark.parametrize(
    ("pointer", "value", "message"),
    [
        ("/format", True, "integer"),
        ("/format", 1.0, "integer"),
        ("/slug", "white space", "slug"),
        ("/slug", "slug\n", "slug"),
        ("/slug", "दो", "slug"),
        ("/slug", "Attempts", "reserved"),
        ("/language", "english!", "language"),
        ("/title", " ", "blank"),
        ("/title", 5, "text"),
        ("/title", "\ud800", "not text"),
        ("/purpose", "nul \0", "not text"),
        ("/response", [], "object"),
        ("/response/min", True, "integer"),
        ("/response/min", 1.5, "integer"),
        ("/response/max", 1, "greater"),
        ("/response/max", 10**30, "too large"),
        ("/response/labels/8", "above", "not an answer"),
        ("/response/labels/x", "word", "integer"),
        ("/response/labels/01", "again", "integer"),
        ("/response/labels/1", "", "blank"),
        ("/items", [], "at least one"),
        ("/items", {}, "list"),
        ("/items/0", "q1", "object"),
        ("/items/1/id", "q1", "twice"),
        ("/items/0/id", "a b", "not an id"),
        ("/items/0/id", "x" * 41, "not an id"),
        ("/items/0/id", "q१", "not an id"),
        ("/items/0/text", None, "text"),
        ("/scales/0/id", "row", "column"),
        ("/scales/1/id", "anxiety", "twice"),
        ("/scales/0/keyed", [], "at least one"),
        ("/scales/0/keyed/0", "--q1", "not an item id"),
        ("/scales/0/keyed/0", 1, "text"),
        ("/scales/0/keyed/0", "-q2", None),
        ("/scales/0/max_missing", -1, "from 0"),
        ("/scales/0/max_missing", 2, "less than"),
        ("/scales/0/max_missing", False, "integer"),
        ("/styles/anxiety", 7.5, "at most 7"),
        ("/styles/anxiety", 0.5, "at least 1"),
        ("/styles/anxiety", "4", "number"),
        ("/styles/anxiety", True, "number"),
        ("/styles/other", 4, "unknown"),
        ("/page_size", 0, "from 1"),
        ("/targets", [], "at least one"),
        ("/note~a/b", 1, None),
    ],
)
def test_each_fault_has_its_pointer(pointer, value, message):
    if pointer == "/note~a/b":
        data, pointer, message = encoded(small(**{"note~a/b": 1})), "/note~0a~1b", "unknown"
    elif message is None:
        data, pointer, message = at(pointer, value), "/scales/0/keyed/1", "twice"
    else:
        data = at(pointer, value)
    assert message in faults(data)[pointer]


@pytest.mark.parametrize(
    ("data", "pointer", "message"),
    [
        (with_norms(sample=""), "norms/sample", "blank"),
        (with_norms(source=None), "norms/source", "text"),
        (with_norms(n=1.5), "norms/n", "integer"),
        (with_norms(sd=-1), "norms/sd", "at least"),
        (with_norms(median=3), "norms/median", "unknown"),
        (with_norms(percentiles={"101": 3}), "norms/percentiles/101", "0 to 100"),
        (with_norms(percentiles={"-5": 3}), "norms/percentiles/-5", "0 to 100"),
        (with_norms(percentiles={"50": 9}), "norms/percentiles/50", "at most"),
        (with_norms(percentiles={"50": True}), "norms/percentiles/50", "number"),
        (with_norms(percentiles={"50": 3, "75": 2}), "norms/percentiles/75", "at least"),
        (with_norms(percentiles={"50": 3, "50.0": 3}), "norms/percentiles/50.0", "twice"),
        (with_reliability(value=1.2), "reliability/value", "at most"),
        (with_reliability(sd=0), "reliability/sd", "greater"),
        (with_reliability(kind=""), "reliability/kind", "blank"),
    ],
)
def test_norms_and_reliability(data, pointer, message):
    assert message in faults(data)[f"/scales/0/{pointer}"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "object"),
        (b"null", "object"),
        (b"[" * 200_000, "deep"),
        (b'{"a":' * 200_000, "deep"),
    ],
)
def test_what_is_not_an_instrument_at_all(data, message):
    assert message in faults(data)[""]


def test_repeated_keys_nan_and_huge_numbers():
    text = encoded(SMALL).decode()
    again = text.replace('"slug": "small"', '"slug": "a", "slug": "small", "slug": "b"')
    assert faults(again.encode()) == {"/slug": "key given twice"}
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "1e99999999999", "9" * 5000):
        broken = text.replace('"anxiety": 4.0', f'"anxiety": {number}')
        assert set(faults(broken.encode())) == {"/styles/anxiety"}


def test_a_problem_prints_on_one_line():
    with pytest.raises(InstrumentFaults) as refused:
        read_instrument(encoded(small(**{"new\nline": 1})))
    assert str(refused.value) == "/new\\nline: unknown key"
    with pytest.raises(InstrumentFaults) as refused:
        read_instrument(b"[]")
    assert str(refused.value) == "/: must be an object"
