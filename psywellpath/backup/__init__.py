"""Backups: one dated folder each, and beside them the files of which only the newest is kept.

    BACKUPS/20261125T031500Z/data.dump      everything but keys, sign-ins and the cache
                             manifest.json  rows and hashes of every table, versions, pictures
                             media/         the pictures; unchanged ones are hard links
    BACKUPS/keys.dump, keys.json            the people's data keys, of now
    BACKUPS/erasures.txt                    everybody who was erased, ever

A key that is deleted is thereby gone from all backups, which makes what it encrypted unreadable.
"""

KEYS_TABLE = "accounts_datakey"
# A stolen backup must not contain a valid session; after a restore everybody signs in again.
LEFT_OUT = (
    "django_session", "usersessions_usersession", "psywellpath_cache", "accounts_identitykey",
)  # fmt: skip

DATA, MANIFEST, MEDIA = "data.dump", "manifest.json", "media"
KEYS, KEY_LIST, ERASURES = "keys.dump", "keys.json", "erasures.txt"
