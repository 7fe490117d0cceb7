"""The picture in docs/architecture.md shows the imports as they are."""

from xml.etree import ElementTree

import pytest

from tests.support import architecture
from tests.support.layout import ORDER

pytestmark = pytest.mark.quick


def test_the_picture_is_up_to_date():
    committed = architecture.PATH.read_text(encoding="utf-8")
    assert committed == architecture.svg(), "Run `make picture`, and commit what it draws."


def test_every_app_and_feature_is_in_the_picture():
    names = {node.text for node in ElementTree.fromstring(architecture.svg()).iter()}
    expected = {name for app in ORDER for row in architecture.rows(app) for name in row}
    assert {*ORDER, *expected} <= names


def test_every_arrow_points_down():
    assert all(ORDER.index(above) < ORDER.index(below) for above, below in architecture.arrows())
