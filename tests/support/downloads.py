"""The download of a client's data, fetched as their browser does it."""

from io import BytesIO
from zipfile import ZipFile

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse


def fetched(browser: Browser, **extra: str) -> HttpResponse:
    """Asks for the file and fetches it. The client has just confirmed who they are."""
    browser.post(reverse("data"), **extra)
    return browser.get(reverse("my-data"), **extra)


def my_data(browser: Browser, **extra: str) -> dict[str, str]:
    """The texts of the archive, by file name."""
    with ZipFile(BytesIO(fetched(browser, **extra).content)) as folder:
        assert folder.testzip() is None
        return {name.rpartition("/")[2]: folder.read(name).decode() for name in folder.namelist()}
