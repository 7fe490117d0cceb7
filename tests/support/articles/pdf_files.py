"""PDF files for tests, and files that no reader should get."""

import zlib

from accounts.models import User
from articles.handouts import actions
from articles.models import Handout, HandoutVersion
from tests.support.cast import person


def pdf(more: bytes = b"", *, version: bytes = b"1.7", tail: bytes = b"\n%%EOF\n") -> bytes:
    """One empty page; `more` are further objects."""
    return (
        b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n"
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type /Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"
        + more + b"trailer\n<</Root 1 0 R/Size 9>>\nstartxref\n0" + tail
    )  # fmt: skip


def stream(content: bytes, kind: bytes = b"") -> bytes:
    return b"7 0 obj\n<<" + kind + b"/Length 9>>\nstream\n" + content + b"\nendstream\nendobj\n"


def objects(content: bytes) -> bytes:
    """Objects within a compressed stream, where most programs write them."""
    return stream(zlib.compress(content), b"/Type/ObjStm/Filter/FlateDecode/N 1/First 4")


GOOD = {
    "plain": pdf(),
    "of 2020": pdf(version=b"2.0"),
    "with a picture": pdf(stream(b"binary /JS /Launch /Encrypt \x00\xff")),
    "with compressed objects": pdf(objects(b"9 0 <</Type/Font/BaseFont/JSMono>>")),
    "with a link": pdf(b"5 0 obj\n<</A<</S/URI/URI(https://example.org/JS)>>>>\nendobj\n"),
}
BAD = {
    "nothing": (b"", "not a PDF"),
    "html": (b"<!doctype html><script>alert(1)</script>", "not a PDF"),
    "html first": (b"<script>alert(1)</script>" + pdf(), "not a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "not a PDF"),
    "pdf in name only": (b"%PDF-1.7\n%%EOF\n", "not a PDF"),
    "cut off": (pdf()[:-8], "not a PDF"),
    "something behind it": (pdf() + b"PK\x03\x04" + bytes(2000), "not a PDF"),
    "a stream without an end": (
        pdf().replace(b"trailer", b"7 0 obj<<>>\nstream\n"), "not a PDF"
    ),
    "objects that cannot be read": (pdf(stream(b"noise", b"/Type/ObjStm")), "not a PDF"),
    "another version": (pdf(version=b"9.9"), "not a PDF"),
    "a script": (pdf(b"5 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj\n"), "active"),
    "a script in other letters": (pdf(b"5 0 obj\n<</S/#4aava#53cript>>\nendobj\n"), "active"),
    "a script among objects": (pdf(objects(b"9 0 <</S/JavaScript/J#53(x)>>")), "active"),
    "a script among hidden objects": (
        pdf(stream(zlib.compress(b"9 0 <</JS(x)>>"), b"/Type/Obj#53tm/Filter/FlateDecode")),
        "active",
    ),
    "a program": (pdf(b"5 0 obj\n<</S/Launch/F(calc.exe)>>\nendobj\n"), "active"),
    "another file": (pdf(b"5 0 obj\n<</Names<</EmbeddedFiles 6 0 R>>>>\nendobj\n"), "active"),
    "a form that is sent": (pdf(b"5 0 obj\n<</S/SubmitForm/F(https://e.example)>>\nendobj\n"),
                            "active"),
    "a password": (pdf(b"5 0 obj\n<</Encrypt 8 0 R>>\nendobj\n"), "encrypted"),
    "too much unpacked": (pdf(objects(bytes(41 * 1024 * 1024))), "too large"),
}  # fmt: skip


def handout(slug: str = "breathing") -> HandoutVersion:
    """A handout with a version; the one that exists if there is one."""
    it, _new = Handout.objects.get_or_create(slug=slug, defaults={"title": slug.capitalize()})
    return it.newest() or actions.add_version(
        handout=it, data=pdf(), by=User.objects.first() or person("esha@example.org", "Esha Das")
    )
