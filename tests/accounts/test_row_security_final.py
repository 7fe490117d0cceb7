"""What has ended is final, the actor is proved, and a sign-in reveals nobody else's."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from django.utils import timezone

from accounts import emails
from accounts.database import row_security
from accounts.models import AuditEvent, Mail
from clients.models import CareLink, Client, Note
from tests.support.cast import PASSWORD
from tests.support.sql import ask, refused, written

HOUR = timedelta(hours=1)
REFUSED = "42501"


@pytest.fixture
def links(cast):
    """Care links of a manager who is a therapist, too: one that has ended, one until tomorrow."""
    now, by = timezone.now(), cast.manoj
    over = CareLink.objects.create(
        client=cast.asha, therapist=cast.neeshu, granted_by=by,
        starts_at=now - 9 * HOUR, ends_at=now - HOUR,
    )  # fmt: skip
    runs = CareLink.objects.create(
        client=cast.rohan, therapist=cast.neeshu, granted_by=by,
        starts_at=now - 9 * HOUR, ends_at=now + 24 * HOUR,
    )  # fmt: skip
    return over, runs


def test_an_ended_link_is_final_and_nobody_extends_their_own(cast, links):
    over, runs = links
    change = "UPDATE clients_carelink SET ends_at = {} WHERE id = %s"
    for acting in (cast.neeshu, cast.manoj):
        with row_security.web_role():
            row_security.set_actor(acting)
            for value in ("NULL", "now()", "ends_at + interval '1 day'"):
                assert written(change.format(value), (over.pk,)) == REFUSED, (acting, value)
    assert written(change.format("NULL"), (over.pk,)) == REFUSED, "the owner, too"
    with row_security.web_role():
        row_security.set_actor(cast.neeshu)
        for value in ("NULL", "ends_at + interval '1 s'"):
            assert written(change.format(value), (runs.pk,)) == REFUSED
        assert written(change.format("ends_at - interval '1 hour'"), (runs.pk,)) == 1
        row_security.set_actor(cast.manoj)
        assert written(change.format("NULL"), (runs.pk,)) == 1


def test_yesterday_is_not_now(cast, links):
    """A time that a statement makes up opens no record whose care link has ended."""
    with row_security.web_role():
        row_security.set_actor(cast.neeshu)
        assert ask("SELECT count(*) FROM app_clients_in_care()") == [(1,)]
        ask("SELECT set_config('psywellpath.now', (now() - interval '2 hours')::text, true)")
        assert ask("SELECT count(*) FROM app_clients_in_care()") == [(0,)]
        assert ask("SELECT app_now() > now() - interval '1 minute'") == [(True,)]


def test_naming_another_actor_proves_nothing(cast):
    with row_security.web_role():
        row_security.set_actor(cast.rohan.user)
        assert Client.objects.get() == cast.rohan
        for person in (cast.asha.user_id, cast.manoj.pk, "", "nonsense"):
            ask("SELECT set_config('psywellpath.actor', %s, true)", (str(person),))
            assert ask("SELECT app_actor()") == [(None,)]
            assert not Client.objects.exists()
            assert not Note.objects.exists()
        row_security.set_actor(cast.rohan.user)
        assert Client.objects.get() == cast.rohan
        assert refused("SELECT * FROM accounts_identitykey")


def test_another_secret_key_is_not_ready(db, settings):
    settings.SECRET_KEY = "quite another one " * 5
    assert "SECRET_KEY" in row_security.fault()


def test_an_audit_event_is_dated_now_and_about_a_related_client(cast):
    sql = "INSERT INTO accounts_auditevent (id, at, verb, actor, client, target, route)"
    sql += " VALUES (gen_random_uuid(), {}, %s, %s, %s, '', '')"
    me, other = cast.asha.user_id, cast.rohan.pk
    with row_security.web_role():
        row_security.set_actor(cast.asha.user)
        for at in ("'2020-01-01'", "'2099-01-01'", "now() - interval '1 hour'"):
            assert written(sql.format(at), ("record opened", me, cast.asha.pk)) == 1
            ask(sql.format(at), ("record opened", me, cast.asha.pk))
        assert written(sql.format("now()"), ("record opened", me, other)) == REFUSED
        assert written(sql.format("now()"), ("refused", me, other)) == 1
        for acting in (cast.vikram, cast.farah, cast.manoj):
            row_security.set_actor(acting)
            result = written(sql.format("now()"), ("record opened", acting.pk, cast.asha.pk))
            assert result == (REFUSED if acting == cast.vikram else 1), acting
    near = timezone.now() - timedelta(minutes=2), timezone.now() + timedelta(minutes=1)
    assert AuditEvent.objects.exclude(at__range=near).count() == 0


def test_sessions_and_emails_cannot_be_listed(cast, browser_of):
    signed_in = browser_of(cast.meera)
    emails.post(emails.NOTICE, user=cast.meera, what="codes_made")
    emails.post(emails.PASSWORD_RESET, to="somebody@example.org")
    for acting in (None, cast.manoj, cast.asha.user):
        with row_security.web_role():
            if acting:
                row_security.set_actor(acting)
            assert refused("SELECT session_key FROM django_session")
            assert ask("SELECT session_key FROM usersessions_usersession") == []
            assert ask("SELECT id FROM accounts_mail") == []
            assert refused("UPDATE accounts_mail SET tries = 9")
    with row_security.web_role():
        row_security.set_actor(cast.meera)
        assert Mail.objects.count() == 1
        assert ask("SELECT session_key FROM usersessions_usersession") != []
    assert signed_in.get("/caseload/").status_code == 200


def test_an_old_hash_is_renewed_at_sign_in(cast, settings):
    """By its person: without an actor, no password is written."""
    older = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, older]
    old = make_password(PASSWORD, hasher="pbkdf2_sha256")
    type(cast.asha.user).objects.filter(pk=cast.asha.user_id).update(password=old)
    browser = Browser()
    answer = browser.post("/accounts/login/", {"login": cast.asha.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    cast.asha.user.refresh_from_db()
    assert cast.asha.user.password.startswith("md5$")
    assert browser.get("/path/").status_code == 200


@pytest.mark.parametrize(
    ("table", "column", "writers"),
    [
        ("articles_article", "title", "esha"), ("articles_topic", "title", "esha"),
        ("accounts_consenttext", "text", None), ("clients_step", "name", "manoj"),
        ("clients_taskidea", "title", "meera vikram farah manoj"),
        ("clients_notetemplate", "text", "meera vikram farah manoj"),
        ("assessments_instrument", "slug", "manoj"),
    ],
)  # fmt: skip
def test_shared_tables_are_written_by_their_roles_only(cast, table, column, writers):
    from tests.support import cast as people

    people.questionnaire()
    people.articles()
    for name, acting in {**vars(cast), "nobody": None}.items():
        if name == "neeshu":
            continue
        with row_security.web_role():
            if acting:
                row_security.set_actor(getattr(acting, "user", acting))
            result = written(f"UPDATE {table} SET {column} = {column}")
            assert (result != REFUSED) == (name in (writers or "").split()), (name, result)
