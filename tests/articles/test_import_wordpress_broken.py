"""Broken, hostile and interrupted WordPress exports change nothing and say why."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from articles.models import Image
from articles.wordpress import importing
from tests.support.articles import old_site
from tests.support.articles.factories import article
from tests.support.articles.old_site import everything, imported
from tests.support.articles.wxr import OLD, document, item, write
from tests.support.articles.xml_bombs import BOMBS, WHOLE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["../secret.png", "/etc/secret.png", "2019/../../secret.png",
                                  "%2e%2e/secret.png", "..\\secret.png"])  # fmt: skip
def test_nothing_outside_the_folder_is_taken(tmp_path, name):
    folder = old_site.pictures(tmp_path / "a" / "uploads")
    (tmp_path / "a" / "secret.png").write_bytes((folder / "2019/03/hills.png").read_bytes())
    (folder / "link").symlink_to(tmp_path / "a")
    for where in (name, "link/secret.png"):
        body = f'<p>x</p><img src="{OLD}/wp-content/uploads/{where}">'
        imported(write(tmp_path, item(where, body=body)), "--media", str(folder))
    assert not Image.objects.exists()


BROKEN = {
    "cut off in an item": WHOLE[: WHOLE.index("post-2") + 3].encode(),
    "cut off after the last item": WHOLE[: WHOLE.rindex("</channel>")].encode(),
    "empty": b"",
    "no XML": b"PK\x03\x04 not at all",
    "another feed": b'<rss version="2.0"><channel><title>x</title></channel></rss>',
    "another XML": b"<html><body/></html>",
    "a version to come": WHOLE.replace("1.2</wp:wxr", "2.0</wp:wxr").encode(),
    "another encoding than it says": WHOLE.replace("A post", "Caf\xe9").encode("latin-1"),
    "an encoding that nobody knows": document(item(1), encoding="klingon").encode(),
    "an entity that nobody declared": WHOLE.replace("Old Site", "Old&nbsp;Site").encode(),
    "depths": WHOLE.replace("<link>", "<x>" * 3000, 1).encode(),
    "control characters": WHOLE.replace("A post", "A\x08post").encode(),
}


def refused(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "broken.xml"
    path.write_bytes(data)
    article()
    before = everything()
    with pytest.raises(CommandError) as error:
        imported(path)
    assert error.value.returncode == 2
    assert everything() == before
    return str(error.value)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_changes_nothing_and_says_why(tmp_path, name):
    message = refused(tmp_path, BROKEN[name])
    assert message.startswith("broken.xml: it")
    assert message.endswith("Nothing was changed.")


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_and_external_entities_are_refused_at_once(tmp_path, name):
    text = WHOLE.replace("<rss", f"{BOMBS[name]}<rss", 1).replace("A post", "A &l9; post")
    text = text.replace("<![CDATA[A &l9; post]]>", "&l9;")
    assert "document type or entities" in refused(tmp_path, text.encode())


def test_an_error_half_way_rolls_back_rows_and_pictures(tmp_path, monkeypatch):
    folder = old_site.pictures(tmp_path / "uploads")
    before, real = everything(), importing.Importer.process

    def fail_late(self, item):
        real(self, item)
        if Image.objects.count() == 2:
            raise RuntimeError

    monkeypatch.setattr(importing.Importer, "process", fail_late)
    with pytest.raises(RuntimeError):
        imported(old_site.export(tmp_path), "--media", str(folder))
    assert everything() == before


@pytest.mark.parametrize("arguments", [["--media", "nowhere"], ["--zone", "Nowhere/Else"]])
def test_wrong_options_are_named(tmp_path, arguments):
    with pytest.raises(CommandError) as error:
        imported(write(tmp_path, item(1)), *arguments)
    assert error.value.returncode == 2


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.xml"):
        imported(tmp_path / "nothing.xml")
