"""Row-level security alone: what PostgreSQL shows and lets be written, whatever the querysets
and the access policy of the application ask."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts import access
from accounts.database import row_security
from accounts.models import AuditEvent, ParkedForm
from assessments.models import Instrument
from clients.models import (
    CareLink,
    Client,
    Enquiry,
    EnquiryContact,
    ErasureRequest,
    Note,
    ReliableChange,
    Session,
    SharedResult,
    StepEvent,
)
from clients.path import actions as path_actions
from tests.support import routes
from tests.support.declarations import assert_complete
from tests.support.matrix import CANARIES, address, cells, declared, subject
from tests.support.protected_tables import CLOSED, LIBRARY, OPEN, PROTECTED, RULED
from tests.support.routes import ACTORS, VISITOR
from tests.support.sql import ask, refused, tables
from tests.support.thorough import THOROUGH

CLINICAL = {m._meta.db_table: m for m in apps.get_models() if m._meta.db_table in PROTECTED}
# Of a person, and open all the same.
WHY_OPEN = {
    "account_emailaddress": "that an address was confirmed; signing in asks before anybody acts",
    "accounts_emailchange": "the link of a mail is its key, and opens it before anybody acts",
    "accounts_invitation": "the link of a mail is its key, and opens it before anybody acts",
    "accounts_user_user_permissions": "read with the person, and written by nobody here",
    "django_admin_log": "what staff changed in the admin, by number",
}
PEOPLE = {"accounts_user", "clients_client", "assessments_attempt", "clients_note"}


@pytest.mark.quick
def test_every_table_has_row_level_security_or_a_reason(db):
    existing = tables()
    groups = (PROTECTED, RULED, LIBRARY, CLOSED, OPEN)
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert_complete(
        set().union(*groups), existing, file="tests/support/protected_tables.py",
        question="who may see its rows?",
    )  # fmt: skip


@pytest.mark.quick
def test_every_table_with_a_person_has_row_level_security_or_a_reason():
    open_tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if getattr(field, "many_to_one", False) or (field.one_to_one and field.concrete)
        if field.related_model._meta.db_table in PEOPLE
    }
    assert len(open_tables) > 25
    assert_complete(
        WHY_OPEN, open_tables - PROTECTED - RULED - LIBRARY,
        file="WHY_OPEN in tests/accounts/test_row_security.py",
        question="it leads to a person; why is it open all the same?",
    )  # fmt: skip


@pytest.fixture
def full(scene):
    """The scene, with a row in the tables that it otherwise leaves empty."""
    asha = scene["cast"].asha
    instrument = Instrument.objects.get(slug=scene["instrument"])
    ReliableChange.objects.create(
        client=asha, instrument=instrument, scale="anxiety", title="Anxiety", at=timezone.now(),
        since_first="higher",
    )  # fmt: skip
    ParkedForm.objects.create(user=asha.user, ciphertext=b"")
    EnquiryContact.objects.create(
        enquiry_id=scene["enquiry"], outcome="spoke", made_by=scene["cast"].manoj
    )
    return scene


def test_without_an_actor_no_row_is_visible(full):
    for model in CLINICAL.values():
        assert model._base_manager.exists(), f"the scene has no {model}"
    with row_security.web_role():
        counts = {t: m._base_manager.count() for t, m in CLINICAL.items()}
    assert not any(counts.values()), counts


def clients_seen(model) -> set:
    """The clients of whom rows of this model are visible."""
    if model is Client:
        return set(model._base_manager.values_list("pk", flat=True))
    if model is AuditEvent:
        return set(AuditEvent.objects.exclude(client=None).values_list("client", flat=True))
    path = {
        "assessments_assignment": "user__client",
        "assessments_attempt": "user__client",
        "assessments_sitting": "user__client",
        "assessments_answer": "attempt__user__client",
        "assessments_result": "attempt__user__client",
        "accounts_parkedform": "user__client",
        "clients_enquirycontact": "enquiry__client",
    }
    field = path.get(model._meta.db_table, "client")
    clients = model._base_manager.exclude(**{field: None}).values_list(field, flat=True)
    return set(clients)


def test_each_person_sees_their_own_rows_and_those_of_their_clients(full):
    cast = full["cast"]
    asha, rohan = cast.asha.pk, cast.rohan.pk
    sees = {cast.asha.user: asha, cast.rohan.user: rohan, cast.meera: asha, cast.vikram: rohan}
    tried = 0
    for user in [*cast.users().values(), cast.neeshu]:
        for table, model in CLINICAL.items():
            with row_security.web_role():
                row_security.set_actor(user)
                seen = clients_seen(model)
            allowed = {sees[user]} if user in sees else set()
            if user in (cast.manoj, cast.neeshu) and table in (
                "clients_client", "clients_carelink", "clients_erasurerequest",
                "accounts_auditevent", "clients_enquiry", "clients_session", "clients_callback",
                "clients_enquirycontact",
            ):  # fmt: skip
                allowed = {asha, rohan}
            if table == "clients_carelink" and user == cast.farah:
                allowed = {asha}  # Former therapists may know that they once cared for a client.
            if table == "accounts_auditevent":
                continue  # Everybody sees what they did themselves.
            assert seen <= allowed, (user.email, table)
            tried += 1
    assert tried > 100


def test_a_link_opens_nothing_before_its_start(full):
    """Nor after its end; while it lasts, it opens every table that a therapist reads."""
    cast, now = full["cast"], timezone.now()
    asha, soon = cast.asha.pk, now + timedelta(minutes=5)
    link = CareLink.objects.create(client=cast.asha, therapist=cast.vikram, starts_at=soon)

    def opened() -> set[str]:
        with row_security.web_role():
            row_security.set_actor(cast.vikram)
            return {
                table for table, model in CLINICAL.items()
                if table != "clients_carelink" and asha in clients_seen(model)
            }  # fmt: skip

    assert opened() == set(), "five minutes before"
    CareLink.objects.filter(pk=link.pk).update(starts_at=now - timedelta(hours=1))
    assert len(opened()) >= 12, "while it lasts"
    CareLink.objects.filter(pk=link.pk).update(ends_at=now - timedelta(minutes=1))
    assert opened() == set(), "after its end"


def test_a_private_note_and_a_draft_are_invisible_to_the_client(scene):
    cast = scene["cast"]
    Note.objects.create(client=cast.asha, author=cast.meera, audience="shared", text="draft")
    with row_security.web_role():
        row_security.set_actor(cast.asha.user)
        assert {(n.audience, n.signed_at is None) for n in Note.objects.all()} == {
            ("shared", False)
        }


def test_the_wrong_hands_write_nothing(scene):
    cast, tried = scene["cast"], 0
    client, links = str(cast.asha.pk), cast.asha.care_links.count()
    for user in (cast.vikram, cast.farah, cast.esha, cast.manoj, cast.rohan.user, None):
        with row_security.web_role():
            if user:
                row_security.set_actor(user)
            for table in sorted(PROTECTED):
                column = {"clients_client": "id", "accounts_auditevent": "client"}.get(table)
                column = column or "client_id"
                if table.startswith(("assessments_", "accounts_parkedform")):
                    continue  # They name no client.
                if user == cast.manoj and "audit" in table:
                    continue
                if user == cast.manoj and table in (
                    "clients_callback", "clients_carelink", "clients_erasurerequest"
                ):  # fmt: skip
                    continue  # Managing them is a manager's work.
                sql = f"UPDATE {table} SET {column} = {column} WHERE {column} = %s"
                fine = refused(sql, (client,)) or ask(sql, (client,)) == [(0,)]
                assert fine, (user, table)
                sql = f"DELETE FROM {table} WHERE {column} = %s"
                fine = refused(sql, (client,)) or ask(sql, (client,)) == [(0,)]
                assert fine, (user, table)
                tried += 2
            me = str(user.pk) if user else None
            link = "INSERT INTO clients_carelink (id, client_id, therapist_id, starts_at,"
            link += " granted_by_id) VALUES (gen_random_uuid(), %s, %s, now(), %s)"
            assert refused(link, (client, me, me)), user
            tried += 1
    assert tried > 100
    assert CareLink.objects.filter(client=cast.asha).count() == links


WORK = [
    "CREATE TABLE mine (id int)",
    "ALTER TABLE clients_note DISABLE ROW LEVEL SECURITY",
    "DROP POLICY web_select ON clients_note",
    "CREATE POLICY mine ON clients_note USING (true)",
    "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER",
    "TRUNCATE clients_note",
    "DROP TABLE clients_note",
    "CREATE OR REPLACE FUNCTION app_actor() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "ALTER TABLE clients_note OWNER TO CURRENT_USER",
    "UPDATE clients_stepevent SET reason = reason",
    "UPDATE clients_client SET created_at = now()",
    "DELETE FROM clients_erasure",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
    "SET session_replication_role = replica",
    "COPY clients_note TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
]


@pytest.mark.parametrize("sql", WORK)
def test_the_web_role_owns_nothing(scene, sql):
    with row_security.web_role():
        row_security.set_actor(scene["cast"].meera)
        assert refused(sql), sql


def test_the_web_role_cannot_bypass_policies(db):
    assert row_security.fault() == ""
    row = ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
        " FROM pg_roles WHERE rolname = %s", (settings.WEB_ROLE,),
    )  # fmt: skip
    assert row == [(False,) * 5]
    assert not ask("SELECT relname FROM pg_class WHERE relforcerowsecurity")
    protected = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert protected == PROTECTED | RULED | LIBRARY


def test_a_fault_of_row_level_security_is_named(db):
    with transaction.atomic():
        ask(f"GRANT CREATE ON SCHEMA public TO {settings.WEB_ROLE}")
        ask(f"ALTER TABLE clients_taskidea OWNER TO {settings.WEB_ROLE}")
        assert "owns tables" in row_security.fault()
        transaction.set_rollback(True)
    settings_role = "psywellpath_never_made"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "WEB_ROLE", settings_role)
        assert settings_role in row_security.fault()


def identity() -> tuple:
    names = ("person", "now", "proof", "key", "purpose")
    identity = ", ".join(f"coalesce(current_setting('psywellpath.{n}', true), '')" for n in names)
    return ask(f"SELECT current_user <> '{settings.WEB_ROLE}', {identity}")[0]


@pytest.mark.parametrize("path", ["/", "/caseload/", "/caseload/nothing/", "/articles/none/"])
def test_the_actor_does_not_outlive_the_request(cast, browser_of, path):
    browser_of(cast.meera).get(path)
    assert identity() == (True, "", "", "", "", "")


@pytest.mark.django_db(transaction=True)
def test_the_actor_does_not_outlive_a_real_transaction(cast, browser_of):
    assert browser_of(cast.meera).get("/caseload/").status_code == 200
    assert identity() == (True, "", "", "", "", "")


def test_a_temporary_actor_is_reset_at_once(cast):
    """Right after each block, not only at the end of the request."""
    with row_security.web_role():
        row_security.set_actor(cast.esha)
        before = identity()
        with row_security.acting_as(cast.asha.user):
            assert Client.objects.get() == cast.asha
        assert identity() == before
        assert not Client.objects.exists()
        row_security.set_actor(cast.manoj)
        before = identity()
        with row_security.for_purpose(row_security.STATISTICS):
            assert StepEvent.objects.exists()
        assert identity() == before
        assert not StepEvent.objects.exists()


def test_a_view_that_fails_leaves_nothing_behind(cast, browser_of, monkeypatch):
    def fail(*args, **kwargs):
        StepEvent.objects.create(client=cast.asha, sequence=2, step_id=2, by=cast.meera)
        raise RuntimeError("in the middle")

    monkeypatch.setattr(path_actions, "move", fail)
    browser = browser_of(cast.meera, raise_request_exception=False)
    answer = browser.post(f"/clients/{cast.asha.pk}/move/", {"to": 2, "seen": 1})
    assert answer.status_code == 500
    assert cast.asha.step_events.count() == 1


def allow_everything(monkeypatch) -> None:
    """Switches the access policy off: everybody has every role and may see every row."""
    everything = lambda user: frozenset(access.Role) if user.is_authenticated else frozenset()  # noqa: E731
    monkeypatch.setattr(access, "roles", everything)
    for model in (Client, Enquiry, ErasureRequest):
        kind = type(model._default_manager.all())
        for name in ("visible_to", "listed_to"):
            if hasattr(kind, name):
                monkeypatch.setattr(kind, name, lambda self, *a, **k: self.all())


@pytest.mark.trust
@pytest.mark.parametrize("actor", sorted(set(ACTORS) - {routes.OWNER} - routes.READERS))
def test_the_matrix_with_the_access_policy_switched_off(
    scene, actors, browser_of, monkeypatch, promise, refusals_unlogged, actor
):
    """What the database alone still refuses."""
    allow_everything(monkeypatch)
    user, tried, opened, let_in, failed, leaks = actors[actor], 0, 0, 0, [], []
    for name, methods in cells(actor):
        if "POST" not in methods:
            continue  # A third of the routes will do, if not THOROUGH.
        route, model = declared(name)
        if model and not name.endswith(("_changelist", "_add")):
            route = routes.Route(route.may, route.hidden_from, lambda s, m=model: subject(m, s))
        where = address(name, route, scene)
        browser = browser_of(user, raise_request_exception=False)
        for method in methods:
            tried += 1
            answer = browser.generic(method, where)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            refusable = actor not in route.may
            opened += refusable and answer.status_code == 200 and method == "GET"
            # A page of a row that the database hides is not found, and no longer forbidden.
            forbidden = refusable and route.refusal(actor) == 403
            let_in += forbidden and answer.status_code in (200, 404) and method == "GET"
            failed += [f"{actor} {method} {where}"] * (answer.status_code >= 500)
            leaks += [f"{actor} {method} {where} {w!r}" for w in CANARIES if w in body]
            if name.startswith("account_"):
                browser = browser_of(user, raise_request_exception=False)
    promise(
        "row security",
        f"{tried} cells with the policy room off: {opened} pages opened that it would have refused,"
        f" {len(leaks)} with a clinical word",
        summed=True,
    )
    least = 5 if THOROUGH else 1
    assert actor == VISITOR or let_in > least, f"{let_in}: the access policy was still on"
    assert not failed, "\n".join(failed[:40])
    assert not leaks, "\n".join(leaks[:40])


def test_a_client_shares_and_takes_back_their_own_result_alone(scene, browser_of):
    """With row-level security: the page does, and a row about another's attempt does not go in."""
    cast = scene["cast"]
    asha, attempt = browser_of(cast.asha.user), scene["attempt"]
    address = f"/path/results/{attempt}/share/"
    assert asha.post(address, {"share": "no"}).status_code == 302
    assert not SharedResult.objects.exists()
    assert asha.post(address, {"share": "yes"}).status_code == 302
    assert SharedResult.objects.get().client == cast.asha
    SharedResult.objects.all().delete()
    with row_security.web_role():
        row_security.set_actor(cast.rohan.user)
        sql = "INSERT INTO clients_sharedresult (id, client_id, attempt_id, shared_at)"
        sql += " VALUES (gen_random_uuid(), %s, %s, now())"
        assert refused(sql, (str(cast.rohan.pk), str(attempt)))


def test_a_client_does_not_grant_their_own_erasure(scene):
    cast = scene["cast"]
    with row_security.web_role():
        row_security.set_actor(cast.asha.user)
        sql = "UPDATE clients_erasurerequest SET decided_at = now(), granted = true"
        assert refused(sql)


def test_the_page_of_an_erasure_request_shows_the_date_of_the_last_session(scene, browser_of):
    cast = scene["cast"]
    day = timezone.now()  # Later than the scene's.
    Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=day, state="held", recorded_at=day
    )
    page = browser_of(cast.manoj).get(f"/practice/erasures/{scene['erasure']}/").content.decode()
    assert date_format(timezone.localtime(day), "j F Y") in page
    with row_security.web_role():
        row_security.set_actor(cast.manoj)
        assert {s.client for s in Session.objects.all()} == {cast.asha}


def test_a_trigger_is_not_led_to_another_table(scene):
    """The web role creates none; here the owner left one, and the session looks there first."""
    cast = scene["cast"]
    columns = "id uuid, user_id uuid, submitted_at timestamptz"
    ask(f"CREATE TEMP TABLE assessments_attempt ({columns})")
    ask(f"GRANT ALL ON pg_temp.assessments_attempt TO {settings.WEB_ROLE}")
    with row_security.web_role():
        row_security.set_actor(cast.asha.user)
        ask("SET LOCAL search_path = pg_temp, public")
        assert ask("SELECT count(*) FROM assessments_attempt") == [(0,)]
        assert refused("UPDATE public.assessments_answer SET sequence = 99")
    ask("DROP TABLE pg_temp.assessments_attempt")


def test_a_policy_is_not_led_to_another_table(scene):
    """The functions that policies call are inlined, and look for tables by the session's path."""
    cast = scene["cast"]
    ask("CREATE TEMP TABLE clients_carelink (LIKE public.clients_carelink)")
    ask(
        "INSERT INTO pg_temp.clients_carelink SELECT * FROM public.clients_carelink"
        " WHERE therapist_id = %s", (cast.meera.pk,),
    )  # fmt: skip
    ask("UPDATE pg_temp.clients_carelink SET therapist_id = %s", (cast.vikram.pk,))
    ask(f"GRANT ALL ON pg_temp.clients_carelink TO {settings.WEB_ROLE}")
    with row_security.web_role():
        row_security.set_actor(cast.vikram)
        ask("SET LOCAL search_path = pg_temp, public")
        assert ask("SELECT client_id FROM clients_carelink") == [(cast.asha.pk,)]
        assert ask("SELECT client_id FROM app_readable_clients()") == [(cast.rohan.pk,)]
        assert ask("SELECT count(*) FROM clients_note") == [(0,)]
    ask("DROP TABLE pg_temp.clients_carelink")


def test_an_enquiry_takes_no_attempt_of_somebody_else_along(scene):
    sql = "INSERT INTO clients_enquiry (id, idempotency_key, name, email, attempt_id,"
    sql += " consented_at, created_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'x',"
    sql += " 'x@example.org', %s, now(), now())"
    with row_security.web_role():
        assert refused(sql, (str(scene["attempt"]),))
        assert not refused(sql, (None,))
