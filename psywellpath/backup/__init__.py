"""Backups: one dated folder each, beside files of which only the newest version is kept.

    BACKUPS/20261125T031500Z/data.dump      everything but keys, sign-ins and the cache
                             manifest.json  rows and hashes of every table, versions, pictures
                             media/         the pictures; unchanged ones are hard links
    BACKUPS/keys.dump, keys.json            everyone's data keys, as they are now
    BACKUPS/erasures.txt                    the ids of all clients ever erased

A data key that is deleted disappears from all backups with the next one: what it encrypted can then
no longer be read.
"""

KEYS_TABLE = "accounts_datakey"
# A stolen backup must not contain a valid session; after a restore everyone signs in again.
LEFT_OUT = (
    "django_session", "usersessions_usersession", "psywellpath_cache", "accounts_identitykey",
)  # fmt: skip

DATA, MANIFEST, MEDIA = "data.dump", "manifest.json", "media"
KEYS, KEY_LIST, ERASURES = "keys.dump", "keys.json", "erasures.txt"
