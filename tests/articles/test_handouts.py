"""Handouts: judged by their content, kept with every version, and nothing but a download."""

from contextlib import suppress

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from articles.handouts import pdf
from articles.models import Handout, HandoutVersion
from tests.support.articles import pdf_files
from tests.support.articles.factories import article


@pytest.mark.parametrize("name", pdf_files.GOOD)
def test_what_programs_write_is_taken(name):
    sheet = pdf.read(pdf_files.GOOD[name])
    assert (sheet.data, sheet.pages) == (pdf_files.GOOD[name], 1)


@pytest.mark.parametrize("name", pdf_files.BAD)
def test_what_no_reader_should_get_is_refused(name):
    data, fault = pdf_files.BAD[name]
    with pytest.raises(pdf.Refused) as refused:
        pdf.read(data)
    assert refused.value.fault == fault


def test_the_limit_is_the_files_size():
    room = pdf.MAX_BYTES - len(pdf_files.pdf(pdf_files.stream(b"")))
    assert pdf.read(pdf_files.pdf(pdf_files.stream(bytes(room))))
    with pytest.raises(pdf.Refused, match="too large"):
        pdf.read(pdf_files.pdf(pdf_files.stream(bytes(room + 1))))


@given(st.binary(max_size=200), st.integers(0, 200))
def test_damage_is_refused_and_never_an_error(noise, at):
    whole = pdf_files.pdf(pdf_files.objects(b"9 0 <</Type/Font>>"))
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    with suppress(pdf.Refused):
        assert pdf.read(damaged).pages == 1


def sent(esha, address: str, data: bytes, **more):
    values = {"title": "Breathing", "slug": "breathing"} | more
    upload = SimpleUploadedFile("Asha's sheet<script>.pdf.html", data, "text/html")
    return esha.post(address, values | {"file": upload}, follow=True)


def test_an_editor_adds_a_sheet_and_then_a_better_one(cast, browser_of, client):
    esha = browser_of(cast.esha)
    add = "/admin/articles/handout/add/"
    refused = sent(esha, add, pdf_files.BAD["a script"][0])
    assert "contains scripts" in refused.content.decode()
    assert not Handout.objects.exists()
    sent(esha, add, pdf_files.GOOD["plain"])
    it = Handout.objects.get()
    first = client.get("/articles/handouts/breathing.pdf")
    assert b"".join(first.streaming_content) == pdf_files.GOOD["plain"]
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == 'attachment; filename="breathing.pdf"'
    assert first["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in first["Content-Security-Policy"]
    assert not first.cookies

    change = f"/admin/articles/handout/{it.pk}/change/"
    sent(esha, change, pdf_files.GOOD["with a link"], slug="elsewhere")
    newest = client.get("/articles/handouts/breathing.pdf")
    assert b"".join(newest.streaming_content) == pdf_files.GOOD["with a link"]
    assert client.get("/articles/handouts/elsewhere.pdf").status_code == 404
    kept = esha.get(f"/admin/articles/handout/{it.pk}/versions/1/")
    assert b"".join(kept.streaming_content) == pdf_files.GOOD["plain"]
    page = esha.get(change).content.decode()
    assert "Esha Das" in page
    # The file has a name of ours, and no address of its own.
    files = [version.file.name for version in HandoutVersion.objects.all()]
    assert not any("asha" in name.lower() for name in files)
    assert client.get(f"/media/{files[0]}").status_code == 404

    found = esha.get("/admin/articles/article/links/?q=breath").json()["articles"]
    assert found == [{"title": "Breathing", "url": "/articles/handouts/breathing.pdf"}]


def test_a_sheet_goes_with_its_files_unless_a_text_leads_to_it(
    cast, browser_of, django_capture_on_commit_callbacks
):
    esha, version = browser_of(cast.esha), pdf_files.handout()
    address = f"/admin/articles/handout/{version.handout_id}/delete/"
    it = article(body=f'<p><a href="{version.handout.get_absolute_url()}">Keep it</a></p>')
    assert esha.post(address, {"post": "yes"}).status_code == 403
    it.body = "<p>Without.</p>"
    it.save()
    with django_capture_on_commit_callbacks(execute=True):
        esha.post(address, {"post": "yes"})
    assert not Handout.objects.exists()
    assert not default_storage.exists(version.file.name)
