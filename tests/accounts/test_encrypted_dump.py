"""A stolen dump reveals nothing of what people wrote; and of erased clients, not even later."""

import base64
import uuid

import pytest

from accounts.encryption import cipher, data_keys
from accounts.encryption.cipher import Unreadable
from assessments.models import Answer, Result
from clients.rights import erasure
from tests.support.clients import encrypted
from tests.support.clients.erasing import granted
from tests.support.serving import dumps

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
KEYS = "accounts_datakey"


def forms(word: str) -> set[bytes]:
    """A word as it might appear in a file: plain, hex, UTF-16, base64 at each of three offsets."""
    plain = word.encode()
    wide = {word.encode("utf-16-le"), word.encode("utf-16-be")}
    encodings = {plain, *wide, *(part.hex().encode() for part in (plain, *wide))}
    for shift in range(3):
        inner = base64.b64encode(b"." * shift + plain)
        encodings.add(inner[4 if shift else 0 : -4])
    return encodings


def test_a_dump_contains_no_plain_text(cast, browser_of, promise):
    written = encrypted.write(cast, browser_of)
    written |= {
        f"digits of {k}": v[-11:].replace(" ", "") for k, v in written.items() if "phone" in k
    }
    dump = dumps.dump()
    assert b"asha@example.org" in dump, "names and addresses stay plain"
    legible = [key for key, word in written.items() if any(form in dump for form in forms(word))]
    assert legible == []
    rows = [
        *((Answer, "value", row.pk, str(row.value)) for row in Answer.objects.all()),
        *((Result, "style", row.pk, row.style) for row in Result.objects.all()),
        *((Result, "scores", row.pk, '"total"') for row in Result.objects.all()),
    ]
    for model, column, pk, word in rows:
        raw = encrypted.stored(model, column, pk)
        assert raw[:1] == cipher.FORMAT
        assert len(word) < 3 or word.encode() not in raw
    lengths = {len(encrypted.stored(Answer, "value", row.pk)) for row in Answer.objects.all()}
    assert len(lengths) == 1, "a length reveals nothing about an answer"
    promise(
        "dump",
        f"{len(written)} words and {len(rows)} answers and scores in {len(encrypted.columns())}"
        f" columns, looked for in 4 forms in {len(dump) // 1024} KiB: {len(legible)} found",
    )


def opened(cursor) -> dict[str, int]:
    """How many encrypted values of a database any of its keys can decrypt, by column."""
    cursor.execute(f"SELECT subject, wrapped FROM {KEYS}")
    keys = [
        cipher.unwrap(wrapped, data_keys.context(uuid.UUID(str(subject))))
        for subject, wrapped in cursor.fetchall()
    ]
    counts: dict[str, int] = {}
    for model, field in encrypted.columns():
        table, column = model._meta.db_table, field.name
        cursor.execute(f'SELECT id, "{column}" FROM {table} WHERE "{column}" IS NOT NULL')
        for pk, data in cursor.fetchall():
            context = f"{model._meta.label_lower}.{column} {pk}"
            counts[f"{model._meta.label}.{column}"] = counts.get(
                f"{model._meta.label}.{column}", 0
            ) + any(_opens(key, bytes(data), context) for key in keys)
    return counts


def _opens(key: bytes, data: bytes, context: str) -> bool:
    try:
        cipher.decrypt(key, data, context)
    except Unreadable:
        return False
    return True


def test_an_erased_client_is_unreadable_in_older_dumps_too(cast, browser_of, promise):
    encrypted.write(cast, browser_of)
    old_rows = dumps.dump(f"--exclude-table-data={KEYS}")
    old_keys = dumps.dump("--data-only", f"--table={KEYS}")
    # Her enquiry came from another address; it is another subject.
    with dumps.restored(old_rows, old_keys) as cursor:
        before = opened(cursor)
    assert set(before) == {f"{m._meta.label}.{f.name}" for m, f in encrypted.columns()}
    granted(cast.asha, cast.manoj)
    erasure.erase(client=cast.asha)
    new_keys = dumps.dump("--data-only", f"--table={KEYS}")
    with dumps.restored(old_rows, new_keys) as cursor:
        after = opened(cursor)
        cursor.execute(
            "SELECT count(*) FROM clients_note n JOIN clients_client c ON c.id = n.client_id"
            " WHERE c.user_id = %s",
            [str(cast.asha.user_id)],
        )
        assert cursor.fetchone() == (1,), "her rows are in the old dump"
    enquiries = {f"clients.Enquiry.{name}" for name in ("phone", "about", "contact")}
    left = {
        name: count - before[name] // 2 for name, count in after.items() if name not in enquiries
    }
    assert set(left.values()) == {0}, "half of what opened was hers, and the other half is his"
    assert all(after[name] == before[name] for name in enquiries)
    gone = sum(before.values()) - sum(after.values())
    promise(
        "dump",
        f"dump from before an erasure, keys from after it: {gone} values of the erased"
        f" client, {sum(left.values())} readable; {sum(after.values())} of others readable",
    )
