"""Nobody deletes the data key of a living person: no role, no statement, no command."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.database import row_security
from accounts.encryption import data_keys
from accounts.models import DataKey, User
from assessments.models import Attempt
from assessments.taking import actions as assessments
from clients.models import Enquiry, Erasure, ErasureRequest
from clients.rights import erasure
from tests.support.cast import IN_GENERAL
from tests.support.clients.erasing import granted

# By anybody, whatever they set beforehand; each about one person.
STATEMENTS = [
    "DELETE FROM accounts_datakey WHERE subject = %(user)s",
    "DELETE FROM accounts_datakey",
    "UPDATE accounts_datakey SET subject = gen_random_uuid() WHERE subject = %(user)s",
    "TRUNCATE accounts_datakey",
    "TRUNCATE accounts_user CASCADE",
    "UPDATE accounts_user SET id = gen_random_uuid() WHERE id = %(user)s",
    "DELETE FROM accounts_user WHERE id = %(user)s",
    "WITH gone AS (DELETE FROM accounts_user WHERE id = %(user)s RETURNING id)"
    " DELETE FROM accounts_datakey USING gone WHERE subject = gone.id",
    'INSERT INTO clients_erasure (client, "user", at) VALUES (%(client)s, %(user)s, now());'
    " DELETE FROM accounts_user WHERE id = %(user)s",
    'INSERT INTO clients_erasure (client, "user", at) VALUES (%(other)s, %(user)s, now());'
    " DELETE FROM accounts_user WHERE id = %(user)s",
    'UPDATE clients_erasure SET "user" = %(user)s; DELETE FROM accounts_user WHERE id = %(user)s',
    "SELECT set_config('psywellpath.erasing', %(user)s, true);"
    " DELETE FROM accounts_datakey WHERE subject = %(user)s",
    "SELECT set_config('psywellpath.replay', %(other)s || ' ' || %(user)s, true);"
    " DELETE FROM accounts_datakey WHERE subject = %(user)s",
    "COPY accounts_datakey (subject, wrapped, made_at) FROM PROGRAM 'true';"
    " DELETE FROM accounts_datakey WHERE subject = %(user)s",
]
COMMANDS = [
    ("erase",), ("tidy",), ("expire_attempts",), ("rotate_keys",), ("recount",), ("remind",),
    ("recompute_results",), ("link_audit_log",), ("send_mails",),
]  # fmt: skip


def keys() -> dict:
    rows = DataKey.objects.values_list("subject", "wrapped")
    return {subject: bytes(wrapped) for subject, wrapped in rows}


def tried(sql: str, parameters: dict) -> None:
    """It does not matter whether it is refused, only what is left."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return


@pytest.mark.trust
def test_no_statement_deletes_it(three, cast, promise):
    """Asha's erasure is granted, which allows the deletion of her key and of no other."""
    Erasure.objects.all().delete()
    ErasureRequest.objects.all().delete()
    before, count = keys(), 0
    living = [three[name].client for name in ("asha", "rohan", "tara")]
    assert {client.user_id for client in living} <= set(before)
    roles = [None, cast.manoj, cast.meera, "owner"]
    for client in living:
        parameters = {
            "user": str(client.user_id), "client": str(client.pk), "other": str(living[0].pk),
        }  # fmt: skip
        for by in (*roles, client.user):
            for sql in STATEMENTS:
                if by == "owner":
                    tried(sql, parameters)
                else:
                    with row_security.web_role():
                        if by:
                            row_security.set_actor(by)
                        tried(sql, parameters)
                assert keys() == before, (sql, by)
                count += 1
        granted(living[0], cast.manoj) if client is living[0] else None
    assert User.objects.filter(pk__in=[c.user_id for c in living]).count() == len(living)
    promise("living key", f"{count} statements as visitor, client, therapist, manager and the"
                          f" tables' owner about {len(living)} people: {len(before) - len(keys())}"
                          " data keys gone")  # fmt: skip


@pytest.mark.trust
def test_no_command_deletes_it(three, cast, promise, tmp_path, capsys):
    """Also if an old enquiry, from a time when a form could name its id, has the id of a person."""
    asha, rohan, tara = (three[name].client for name in ("asha", "rohan", "tara"))
    ErasureRequest.objects.all().delete()
    old = timezone.now() - timedelta(days=4000)
    for victim in (rohan, tara):
        Enquiry.objects.create(
            pk=victim.user_id, name="x", email=asha.user.email, about="x",
            consented_at=old, created_at=old, closed_at=old,
        )  # fmt: skip
    before = keys()
    wrong = tmp_path / "wrong.txt"
    pairs = [(rohan.pk, asha.user_id), (asha.pk, rohan.user_id), (uuid4(), tara.user_id)]
    wrong.write_text("\n".join(f"{client} {user}" for client, user in pairs))
    count = 0
    for name, *arguments in [*COMMANDS, ("erase", f"--replay={wrong}")]:
        call_command(name, *arguments)
        assert {c.user_id for c in (asha, rohan, tara)} <= set(keys()), name
        count += 1
    # Asha is erased, at her own request, and the planted enquiries have her address.
    for victim in (rohan, tara):
        Enquiry.objects.create(
            pk=victim.user_id, name="x", email=asha.user.email, about="x", consented_at=old
        )
    granted(asha, cast.manoj)
    call_command("erase")
    gone = set(before) - set(keys())
    assert asha.user_id in gone
    assert {rohan.user_id, tara.user_id} <= set(keys())
    assert all(note.text for client in (rohan, tara) for note in client.notes.all())
    promise("living key", f"{count + 1} commands, with requests that have people's ids in them and"
                          " with wrong lists: 0 data keys of living people gone")  # fmt: skip


def test_an_erasure_that_nobody_granted_is_refused(three, cast):
    ErasureRequest.objects.all().delete()
    client, before = three["asha"].client, keys()
    with pytest.raises(DatabaseError, match="nobody granted"), transaction.atomic():
        erasure.erase(client=client)
    request = erasure.ask(client=client, by=client.user)
    with pytest.raises(DatabaseError, match="nobody granted"), transaction.atomic():
        erasure.erase(client=client)
    erasure.decide(erasure_request=request, by=cast.manoj, granted=False, words="Not now.")
    with pytest.raises(DatabaseError, match="nobody granted"), transaction.atomic():
        erasure.erase(client=client)
    assert keys() == before


def test_a_key_without_an_owner_is_deleted_after_its_rows(three):
    version = Attempt.objects.first().version
    attempt = assessments.start_attempt(version=version, by=None, target=IN_GENERAL)
    assessments.save_answers(attempt=attempt, answers={attempt.questionnaire.items[0].id: 4})
    assert data_keys.forget([attempt.pk]) == 0
    with pytest.raises(DatabaseError, match="while it is in use"), transaction.atomic():
        DataKey.objects.filter(subject=attempt.pk).delete()
    later = timezone.now() + timedelta(days=400)
    assert assessments.expire(before=later).attempts == 1
    assert not DataKey.objects.filter(subject=attempt.pk).exists()
