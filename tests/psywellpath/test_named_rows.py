"""What a visitor sends names no row: each field of each form, set to the ids of others' rows.

After each form the erasure that a client asked for is carried out and everything is tidied away:
that is when a row whose id somebody had chosen would take another person's data key with it.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import DataKey, RateCounter
from assessments.models import InstrumentVersion
from clients.models import Enquiry, ErasureRequest
from clients.rights import export
from tests.support import posted_forms
from tests.support.clients.erasing import granted
from tests.support.routes import ADMIN, ADMIN_MODELS, EDITOR, MANAGER, MINE, OWNER, ROUTES, VISITOR
from tests.support.thorough import THOROUGH, some

# What no form of ours has, and a row may.
HIDDEN = (
    "id", "pk", "subject", "client", "client_id", "user", "user_id", "author", "attempt",
    "attempt_id", "amends", "idempotency_key", "key_hash", "closed_by", "given_by",
)  # fmt: skip
LIMIT = timedelta(days=4000)


def ids_of(record) -> dict[str, str]:
    """An id of each kind of row of this person's."""
    ids = {"data key subject": str(record.client.user_id)}
    for model, keys in export.linked(record.client).items():
        ids[model._meta.label] = str(min(keys, key=str))
    version = InstrumentVersion.objects.first()
    return ids | {"version": str(version.pk), "attempt key": record.rows["attempt_key"]}


def table_rows(record) -> dict[str, dict[str, str]]:
    """Every row about a person, byte for byte, by table and id."""
    tables = {}
    for model, keys in export.linked(record.client).items():
        if model._meta.app_label not in ("clients", "assessments") and model._meta.label not in (
            "accounts.User",
            "accounts.Consent",
        ):
            continue
        table, key = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT "{key}"::text, t::text FROM {table} t WHERE "{key}"::text = ANY(%s)',
                [[str(pk) for pk in keys]],
            )
            tables[table] = dict(cursor.fetchall())
    return tables


def named(ids: dict[str, str]) -> set[tuple[str, str]]:
    """(model, id) of the rows that have one of these ids for their own."""
    uuids = [value for value in ids.values() if len(value) == 36]
    return {
        (model._meta.label, str(pk))
        for model in apps.get_models()
        if model._meta.pk.get_internal_type() == "UUIDField"
        for pk in model._base_manager.filter(pk__in=uuids).values_list("pk", flat=True)
    }


def keys_of(*people) -> dict:
    rows = DataKey.objects.filter(subject__in=[p.client.user_id for p in people])
    return {subject: bytes(wrapped) for subject, wrapped in rows.values_list("subject", "wrapped")}


def everything_is_carried_out(cast) -> None:
    """Asha is erased as she wished, and all that can be tidied is old enough for it."""
    old = timezone.now() - LIMIT
    Enquiry.objects.filter(client=None).update(created_at=old, closed_at=old)
    table = "assessments_attempt"
    with connection.cursor() as cursor:
        for sql in (
            "SET CONSTRAINTS ALL IMMEDIATE",
            f"ALTER TABLE {table} DISABLE TRIGGER USER",
            f"UPDATE {table} SET started_at = '{old}' WHERE user_id IS NULL",
            "SET CONSTRAINTS ALL IMMEDIATE",
            f"ALTER TABLE {table} ENABLE TRIGGER USER",
            "SET CONSTRAINTS ALL DEFERRED",
        ):
            cursor.execute(sql)
    call_command("expire_attempts", verbosity=0)
    call_command("tidy", verbosity=0)
    # A manager may have given her a role, and nobody who works here is erased.
    cast.asha.user.groups.clear()
    if not ErasureRequest.objects.granted().filter(client=cast.asha).exists():
        granted(cast.asha, cast.manoj)
    call_command("erase", verbosity=0)


def addresses(role: str, scene: dict) -> list[str]:
    table = [(name, route) for name, route in ROUTES.items()]
    table += [(f"admin:{name}", route) for name, route in ADMIN.items()]
    paths = []
    for name, route in table:
        if role in route.may and not name.startswith(("admin:(", "media")):
            try:
                paths.append(reverse(name, args=route.args(scene)))
            except (KeyError, LookupError, NoReverseMatch):
                continue
    for model, (roles, allowed) in ADMIN_MODELS.items():
        if role in roles:
            paths.append(reverse(f"admin:{model}_changelist"))
            paths += [reverse(f"admin:{model}_add")] if "add" in allowed else []
            rows = apps.get_model(model.replace("_", ".", 1))._base_manager
            # Asha's own, since a manager may well change Rohan on his page.
            own = rows.filter(pk__in=[scene["client"], scene["user"]])
            row = own.first() or rows.order_by("pk").first()
            if row and "change" in allowed:
                paths.append(reverse(f"admin:{model}_change", args=[row.pk]))
    return paths


class Attack:
    """Rohan's rows, and Tara's key, must be what they were, whatever is sent."""

    def __init__(self, three, cast) -> None:
        self.three, self.cast, self.tries, self.taken = three, cast, 0, 0
        self.rohan, self.tara = three["rohan"], three["tara"]
        self.ids = ids_of(self.rohan)
        self.rows, self.keys = table_rows(self.rohan), keys_of(self.rohan, self.tara)
        self.named = named(self.ids)
        self.pks = {str(pk) for rows in self.rows.values() for pk in rows}

    def is_about_rohan(self, address: str) -> bool:
        """Whether a manager meets him by this address, on a list of everyone."""
        return not self.pks.isdisjoint(address.split("/"))

    def send(self, browser, address: str, data: dict) -> None:
        RateCounter.objects.all().delete()
        status = browser.post(address, data).status_code
        assert status < 500, (address, data)
        self.tries += 1
        self.taken += status in (200, 302)

    def look(self, what: str, chosen: bool) -> None:
        """`chosen`: a manager may well choose Rohan from a list, which adds a row about him."""
        now = table_rows(self.rohan)
        for table, rows in self.rows.items():
            for pk, row in rows.items():
                assert now[table].get(pk) == row, (what, table)
            assert chosen or set(now[table]) == set(rows), (what, table)
        assert named(self.ids) == self.named, what
        everything_is_carried_out(self.cast)
        assert keys_of(self.rohan, self.tara) == self.keys, what
        for note in self.rohan.client.notes.all():
            assert note.text

    def kinds(self, number: int, few: int) -> list[str]:
        """All of the ids, or a few in turn where a form is long."""
        kinds = sorted(self.ids)
        return [self.ids[kinds[(number + n) % len(kinds)]] for n in range(few)]


def scene_of(three) -> dict:
    rows = three["asha"].rows
    return rows | {
        "version": InstrumentVersion.objects.first().pk, "attempt_key": rows["attempt_key"],
        "user": three["asha"].client.user_id,
    }  # fmt: skip


@pytest.fixture
def people(cast):
    return {VISITOR: None, OWNER: cast.asha.user, MINE: cast.meera, MANAGER: cast.manoj,
            EDITOR: cast.esha}  # fmt: skip


@pytest.mark.trust
def test_no_field_of_any_form_reaches_anothers_row(three, cast, people, browser_of, promise):
    attack, scene, forms, seen = Attack(three, cast), scene_of(three), 0, 0
    every = len(attack.ids) if THOROUGH else 2
    for role, person in people.items():
        browser, shown = browser_of(person), {}
        for page in some(addresses(role, scene), 20):
            seen += 1
            for form in posted_forms.on(browser, page):
                if role != MANAGER or not attack.is_about_rohan(form.action):
                    shown.setdefault((form.action, *form.names), form)
        for form in some(shown.values(), 6):
            with transaction.atomic():
                browser = browser_of(person)
                for number, name in enumerate(form.names):
                    # In words that somebody types, an id is a word: two of them will do.
                    for value in attack.kinds(number, every if name in form.chosen else 2):
                        attack.send(browser, form.action, form.with_changes(**{name: value}))
                for value in attack.kinds(0, every):
                    hidden = dict.fromkeys(HIDDEN, value)
                    attack.send(browser, form.action, form.with_changes(**hidden))
                attack.look(f"{role}: {form.action} on {form.page}", chosen=role == MANAGER)
                transaction.set_rollback(True)
            forms += 1
    promise(
        "named",
        f"{forms} forms on {seen} pages of {len(people)} roles, {attack.tries} tries,"
        f" {attack.taken} taken: 0 rows of others changed, 0 data keys gone",
    )


@pytest.mark.trust
def test_no_address_takes_an_id_for_a_row(three, cast, people, browser_of, promise):
    """Each route, also those without a page (drafts kept by a script, one button): every name that
    a form has, and those that none has, all set to one id at once."""
    attack, scene, count = Attack(three, cast), scene_of(three), 0
    names = {*HIDDEN, "key", "seen", "attempt_key", "link", "therapist", "to"}
    good = {"name": "Sana", "email": "sana@example.org", "about": "x", "consent": "on",
            "text": "x", "audience": "private", "title": "x", "signs": "x"}  # fmt: skip
    few = len(attack.ids) if THOROUGH else 3
    for role, person in people.items():
        for address in some(addresses(role, scene), 50):
            with transaction.atomic():
                browser = browser_of(person)
                for value in attack.kinds(len(address), few):
                    attack.send(browser, address, dict.fromkeys(names, value) | good)
                attack.look(f"{role}: {address}", chosen=role == MANAGER)
                transaction.set_rollback(True)
            count += 1
    promise(
        "named",
        f"{count} addresses of {len(people)} roles, {attack.tries} tries with an id in every field,"
        f" {attack.taken} taken: 0 rows of others changed, 0 data keys gone",
    )


@pytest.mark.trust
def test_the_test_would_notice(three, cast, browser_of):
    """An enquiry whose id somebody chose, as it once could be, is found."""
    attack = Attack(three, cast)
    with transaction.atomic():
        Enquiry.objects.create(
            pk=UUID(attack.ids["data key subject"]), name="x", email="x@example.org", about="x",
            consented_at=timezone.now(),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_datakey DISABLE TRIGGER USER")
        everything_is_carried_out(cast)
        DataKey.objects.filter(subject=attack.ids["data key subject"]).delete()
        assert keys_of(attack.rohan, attack.tara) != attack.keys
        transaction.set_rollback(True)
