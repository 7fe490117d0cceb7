import gc
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test import TransactionTestCase

from articles.pages import menu
from articles.public_version.looker import looker
from articles.site_texts import current as site_texts
from tests.support import cast as people
from tests.support import databases, initial_rows
from tests.support.browsing import (  # noqa: F401  (fixtures)
    chromium_browser,
    open_page,
    pages_are_kept,
)
from tests.support.clients.strangers import three  # noqa: F401  (a fixture)
from tests.support.committing import commits_with_the_outermost_block
from tests.support.distribution import (  # noqa: F401  (hooks)
    pytest_collection_modifyitems,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)
from tests.support.matrix import actors, reader, refusals_unlogged, scene  # noqa: F401  (fixtures)
from tests.support.promises import Figures, promise  # noqa: F401  (a fixture)
from tests.support.signing_in import session_of

# Playwright's event loop runs in the test's thread, where Django would refuse to query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Figures(), "figures")


def pytest_collection_finish() -> None:
    """Modules imported by now stay: the garbage collector need not scan them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


TransactionTestCase._fixture_teardown = initial_rows.restore  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings, django_db_keepdb, django_db_blocker, worker_id, run_folder
) -> Iterator[None]:
    if django_db_keepdb:
        yield
        return
    test, is_own = connection.settings_dict["TEST"], False
    with django_db_blocker.unblock():
        databases.drop_what_killed_runs_left()
        if worker_id != "master":
            test["TEMPLATE"], is_own = databases.migrated(run_folder)
    test["NAME"] = databases.name_for_this_run(worker_id)
    yield
    if is_own:
        with django_db_blocker.unblock():
            databases.drop(test["TEMPLATE"])


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory, worker_id) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        initial_rows.remember()
    yield
    with django_db_blocker.unblock():
        initial_rows.disconnect_others()


@pytest.fixture(autouse=True)
def _fresh(request: pytest.FixtureRequest, settings, tmp_path_factory) -> None:
    # Otherwise one request in five seconds would take more queries than the others.
    looker.forget()
    menu.public.hold([])
    site_texts.stored.hold(site_texts.NOTHING)
    # A folder that few tests create; `tmp_path` would create one for each of them.
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"media-{uuid4()}"
    if {"db", "transactional_db", "cast"} & set(request.fixturenames):
        request.getfixturevalue("db")
        cache.clear()
    if "django_capture_on_commit_callbacks" not in request.fixturenames:
        commits_with_the_outermost_block(request.getfixturevalue("monkeypatch"))


@pytest.fixture
def read_each_time(_fresh, monkeypatch) -> None:
    """The menu and the site's texts are not remembered."""
    monkeypatch.setattr("articles.public_version.remembered.SECONDS", 0)
    menu.public.forget()
    site_texts.stored.forget()


@pytest.fixture
def cast(db) -> people.Cast:
    return people.make()


@pytest.fixture
def browser_of():
    """A Django test client, signed in as a user (None: a visitor), staff with a second factor.

    The clients of one test share their middleware: each whitenoise would scan every static file.
    """
    shared = Browser().handler

    def sign_in(user=None, **kwargs) -> Browser:
        browser = Browser(**kwargs)
        if not browser.handler.enforce_csrf_checks:
            browser.handler = shared
        if user is not None:
            browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        return browser

    return sign_in
