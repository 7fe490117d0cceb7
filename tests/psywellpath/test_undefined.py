"""A variable that a template shows and nobody gives it fails the test that opens the page."""

import pytest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

from tests.support.undefined import UndefinedVariable

FIELD = {"name": "q", "label": "Find", "type": "search", "value": ""}


def test_what_a_template_needs_is_given():
    assert 'id="q"' in render_to_string("_filter_field.html", FIELD)


@pytest.mark.parametrize("missing", FIELD)
def test_a_renamed_variable_is_an_error(missing):
    given = {name: value for name, value in FIELD.items() if name != missing}
    with pytest.raises(UndefinedVariable, match=f"templates/_filter_field.html: .*“{missing}”"):
        render_to_string("_filter_field.html", given)


def test_a_variable_in_a_translated_sentence_is_one_too():
    """`blocktranslate` looks its variables up by itself."""
    ours = get_template("_filter_field.html").template
    text = "{% load i18n %}{% blocktranslate %}Dear {{ name }}{% endblocktranslate %}"
    template = Template(text, origin=ours.origin, engine=ours.engine)
    assert template.render(Context({"name": "Asha"})) == "Dear Asha"
    with pytest.raises(UndefinedVariable, match="“name”"):
        template.render(Context())


def test_what_a_default_stands_for_may_be_missing():
    ours = get_template("_filter_field.html").template
    template = Template('{{ name|default:"–" }}', origin=ours.origin, engine=ours.engine)
    assert template.render(Context()) == "–"


def test_the_templates_of_libraries_are_their_own_affair():
    assert Template("[{{ name }}]").render(Context()) == "[]"
