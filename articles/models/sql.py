"""Columns that the database computes from an article's text: reading time and search vector."""

from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Ceil, Greatest

WORDS_A_MINUTE = 220
# The configuration of the generated column; a query must name the same one to use its index.
DICTIONARY = "english"


def _text(name: str, *arguments: object) -> Func:
    return Func(*arguments, function=name, output_field=models.TextField())


def without_markup(field: str) -> Func:
    return _text("regexp_replace", F(field), Value("<[^>]*>"), Value(" "), Value("g"))


def minutes_to_read(field: str) -> Greatest:
    """The number of words in an HTML column divided by the reading speed; at least one minute."""
    words = without_markup(field)
    count = Func(
        _text("btrim", words, Value(" \n\r\t")),
        Value(r"\s+"),
        template="cardinality(regexp_split_to_array(%(expressions)s))",
        output_field=models.FloatField(),
    )
    minutes = Ceil(count / Value(float(WORDS_A_MINUTE)), output_field=models.FloatField())
    return Greatest(Value(1.0), minutes, output_field=models.FloatField())


def search_vector() -> CombinedExpression:
    """The words of an article; those of the title weigh most."""
    return (
        SearchVector("title", weight="A", config=DICTIONARY)
        + SearchVector("excerpt", weight="B", config=DICTIONARY)
        + SearchVector(without_markup("body"), weight="C", config=DICTIONARY)
    )
