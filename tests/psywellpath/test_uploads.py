"""Files that people send: pictures and questionnaires, judged by their content; and how they are
handed out again."""

import json
import os
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from articles.models import Image
from assessments.admin.forms import LARGEST_FILE
from assessments.models import Instrument
from tests.support.articles.image_files import NOT_PICTURES, SVG, chunk, encoded, moving, png
from tests.support.assessments.files import encoded as questionnaire
from tests.support.assessments.files import small
from tests.support.thorough import some

ADD = "/admin/articles/image/add/"
UPLOAD = "/admin/assessments/instrumentversion/add/"
CANARY = b"<script>canary()</script>"
GPS = 0x8825


def with_chunk(name: bytes, data: bytes) -> bytes:
    """A good PNG with one more chunk after its header."""
    png = encoded("PNG")
    return png[:33] + chunk(name, data) + png[33:]


def spoken() -> bytes:
    comments = PngInfo()
    comments.add_text("Comment", CANARY.decode())
    comments.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return encoded("PNG", pnginfo=comments)


def placed(kind: str) -> bytes:
    exif = Pillow.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(GPS)[1] = "N"
    return encoded(kind, exif=exif)


# Pictures that are something else as well: each is a picture, and nothing else, afterwards.
POLYGLOTS = {
    "a page after a png": encoded("PNG") + CANARY,
    "a page after a jpeg": encoded("JPEG") + CANARY,
    "an archive after a jpeg": encoded("JPEG") + b"PK\x03\x04" + CANARY,
    "a drawing after a webp": encoded("WEBP") + SVG + CANARY,
    "a page in a jpeg's comment": encoded("JPEG", comment=CANARY),
    "a page in a png's texts": spoken(),
    "a page in a private chunk": with_chunk(b"scRp", CANARY),
    "a place in a jpeg": placed("JPEG"),
    "a place in a png": placed("PNG"),
    "a place in a webp": placed("WEBP"),
    "a profile of its own": encoded("JPEG", icc_profile=CANARY * 20),
}


def bombs() -> dict[str, tuple[bytes, str]]:
    """Small files that would become large, and the word that explains each refusal. Making them
    takes a second."""
    zeros = zlib.compress(bytes(80_000_000), 1)
    return {
        "pixels": (png(60_000, 60_000, lines=1), "pixels"),
        "a long line": (png(2_000_000_000, 1, lines=0), "pixels"),
        "more than ours": (png(6_000, 5_001), "pixels"),
        "a moving png": (moving("PNG"), "Animated"),
        "a moving webp": (moving("WEBP"), "Animated"),
        "a text": (with_chunk(b"zTXt", b"Comment\0\0" + zeros), "read"),
        "a profile": (with_chunk(b"iCCP", b"x\0\0" + zeros), "read"),
    }


def send(browser, data: bytes, name: str = "hills.png", kind: str = "image/png"):
    return browser.post(ADD, {"file": SimpleUploadedFile(name, data, kind), "alt": "Hills"})


@pytest.fixture
def editor(cast, browser_of):
    return browser_of(cast.esha)


@pytest.mark.trust
def test_a_file_that_does_not_match_its_extension_is_refused(editor, promise):
    """Uploads whose content is not their extension."""
    names = some(("a.png", "a.jpg", "a.webp", "a.svg", "a.html", "a.png.html"), 3)
    for name, data in NOT_PICTURES.items():
        for called in names:
            answer = send(editor, data, called)
            why = "not a picture that can be read" if data else "file is empty"
            assert why in str(answer.context["errors"]), (name, called)
    assert not Image.objects.exists()
    media = Path(settings.MEDIA_ROOT)
    assert not [p for p in media.rglob("*") if p.is_file()] if media.exists() else True
    promise(
        "mistakes",
        f"uploads that are not their extension: {len(NOT_PICTURES) * len(names)} refused",
    )


@pytest.mark.trust
def test_polyglots_are_encoded_again(editor, promise):
    for name, data in POLYGLOTS.items():
        assert send(editor, data, "../../x.html", "text/html").status_code == 302, name
    files = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
    assert Image.objects.count() == len(POLYGLOTS)
    for path in files:
        data = path.read_bytes()
        assert path.suffix in (".png", ".jpg", ".webp")
        assert b"canary" not in data, path
        assert b"PK\x03\x04" not in data
        picture = Pillow.open(path)
        assert not picture.getexif()
        assert not {"comment", "Comment", "xmp", "icc_profile"} & set(picture.info), picture.info
        assert getattr(picture, "n_frames", 1) == 1
    promise("mistakes", f"polyglots and hidden data: {len(POLYGLOTS)} redrawn, 0 bytes kept")


@pytest.mark.trust
def test_pixel_bombs_do_not_go_off(editor, promise):
    files = bombs()
    for name, (data, why) in files.items():
        answer = send(editor, data)
        assert [why in error for error in answer.context["errors"].data[0]] == [True], name
    assert not Image.objects.exists()
    promise("mistakes", f"pixel bombs: {len(files)} refused")


def test_every_way_to_store_a_picture_encodes_it_again():
    """Nothing but `Image.take` puts a file under the media address, and it wants a `Picture`. The
    address shows pictures alone; a handout is judged and sent by `articles.handouts`."""
    lines = [
        f"{path}: {line.strip()}"
        for app in ("accounts", "articles", "assessments", "clients", "psywellpath")
        for path in Path(app).rglob("*.py")
        for line in path.read_text().splitlines()
        if "migrations" not in path.parts
        if "storage.save(" in line or "upload_to=" in line or "ImageField(" in line
        # Its pictures are drawn here, and nobody uploads a part of them.
        if path != Path("articles/share_pictures.py")
    ]
    where = [line.split(":")[0] for line in lines]
    assert set(where) == {"articles/models/library.py", "articles/models/handouts.py"}
    assert where.count("articles/models/handouts.py") == 1


@pytest.fixture
def picture(editor) -> str:
    send(editor, encoded("PNG"))
    return Image.objects.get().file.url


def test_a_picture_is_served_as_a_picture(picture, browser_of):
    answer = browser_of().get(picture)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.png.html", "x.js", "x", ".hidden.png",
                                  "x.pdf", "x.PNG.svg"])  # fmt: skip
def test_other_files_in_the_folder_have_no_address(db, browser_of, name):
    folder = Path(settings.MEDIA_ROOT) / "pictures"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(SVG)
    assert browser_of().get(f"/media/pictures/{name}").status_code == 404


def test_a_page_that_is_called_a_picture_stays_one(db, browser_of):
    """Should one ever get there: its type is fixed, and nothing in it may run."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True)
    (folder / "x.png").write_bytes(b"<!doctype html>" + CANARY)
    answer = browser_of().get("/media/x.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


WAYS_OUT = ["../secret.png", "%2e%2e/secret.png", "..%2fsecret.png", "%2e%2e%2fsecret.png",
            "pictures/../../secret.png", "..\\secret.png", "%5c..%5csecret.png", "//etc/secret.png",
            "/secret.png", "....//secret.png", "%252e%252e/secret.png", ".", "", "pictures/",
            "pictures/..;/secret.png", "pictures%00.png"]  # fmt: skip


@pytest.mark.trust
def test_there_is_no_way_out_of_the_folder_and_no_list_of_it(db, browser_of, promise):
    folder = Path(settings.MEDIA_ROOT)
    (folder / "pictures").mkdir(parents=True)
    (folder.parent / "secret.png").write_bytes(CANARY)
    for way in WAYS_OUT:
        answer = browser_of().get(f"/media/{way}", follow=True)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in (400, 404), way
        assert CANARY not in body, way
    promise("mistakes", f"ways out of the pictures' folder: {len(WAYS_OUT)} tried, 0 found")


DEEP = 200_000
HOSTILE = {
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep in a good file": questionnaire(small()).replace(
        b'"For tests."', b"[" * DEEP + b"]" * DEEP, 1
    ),
    "too large": b" " * (LARGEST_FILE + 1),
    "a huge number": b'{"format": 1' + b"0" * 500_000 + b"}",
    "a huge exponent": b'{"format": 1e999999999}',
    "not a number": b'{"format": NaN}',
    "a picture": encoded("PNG"),
    "markup": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x/>",
    "nulls": json.dumps(small(title="a\0b")).encode(),
    "utf-16": json.dumps(small()).encode("utf-16"),
    "random": os.urandom(2_000),
}


@pytest.mark.trust
def test_hostile_questionnaires_are_refused_with_a_message(cast, browser_of, promise):
    browser = browser_of(cast.manoj)
    for name, data in HOSTILE.items():
        file = SimpleUploadedFile("x.json", data, "application/json")
        answer = browser.post(UPLOAD, {"file": file})
        assert answer.status_code == 200, name
        assert answer.context["form"].problems, name
    assert not Instrument.objects.exists()
    promise("mistakes", f"hostile questionnaire files: {len(HOSTILE)} refused in words")
