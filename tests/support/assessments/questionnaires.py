"""Any questionnaire, with some answers to it."""

from fractions import Fraction

from hypothesis import strategies as st

from assessments.instruments.definition import Cuts, Instrument, Item, Keyed, Response, Scale


@st.composite
def questionnaires(draw: st.DrawFn) -> tuple[Instrument, dict[str, int]]:
    """Any instrument with up to three scales, items shared between them, and some answers."""
    low = draw(st.integers(-5, 5))
    high = low + draw(st.integers(1, 10))
    ids = [f"i{n}" for n in range(draw(st.integers(1, 8)))]
    scales = []
    for scale_id in ("anxiety", "avoidance", "third"):
        members = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
        keyed = tuple(Keyed(item, draw(st.booleans())) for item in members)
        scales.append(Scale(scale_id, "x", keyed, draw(st.integers(0, len(keyed) - 1))))
    cuts = Cuts(*(Fraction(draw(st.integers(low * 4, high * 4)), 4) for _ in range(2)))
    answers = draw(st.dictionaries(st.sampled_from(ids), st.integers(low, high)))
    questionnaire = Instrument(
        slug="x", version="1", language="en", title="x", purpose="", instructions="",
        licence="x", citation="", response=Response(low, high, ((low, "a"), (high, "b"))),
        items=tuple(Item(item, "x") for item in ids), scales=tuple(scales), cuts=cuts,
    )  # fmt: skip
    return questionnaire, answers
