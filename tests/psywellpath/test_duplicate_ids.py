"""An id that a page has twice fails the test that opens the page."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.support.duplicate_ids import DuplicateId, NoDuplicateIds


def opened(page: str, kind: str = "text/html; charset=utf-8") -> HttpResponse:
    shown = NoDuplicateIds(lambda _request: HttpResponse(page, content_type=kind))
    return shown(RequestFactory().get("/somewhere/"))


def test_two_forms_with_one_field_are_an_error():
    field = '<label for="id_text">Text</label><textarea id="id_text"></textarea>'
    assert opened(f"<form>{field}</form>").status_code == 200
    with pytest.raises(DuplicateId, match="/somewhere/ has the id “id_text” 2 times: a field"):
        opened(f"<form>{field}</form><form>{field}</form>")


def test_the_template_that_writes_it_is_named():
    with pytest.raises(DuplicateId, match=r"templates/clients/care/care\.html"):
        opened('<p id="now"></p><p class="x" id="now"></p>')


def test_other_attributes_and_other_files_may_say_it_twice():
    assert opened('<a data-id="x"></a><a data-id="x"></a>').status_code == 200
    assert opened('<p id="x"></p><p id="x"></p>', "text/plain").status_code == 200


def test_it_looks_at_every_page_of_the_tests(settings):
    assert settings.MIDDLEWARE[-1] == f"{NoDuplicateIds.__module__}.{NoDuplicateIds.__name__}"
