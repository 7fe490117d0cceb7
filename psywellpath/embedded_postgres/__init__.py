"""A PostgreSQL server that lives in the project's own folder, as a Django database backend.

Settings: ``ENGINE = "psywellpath.embedded_postgres"``; ``HOST`` is the data folder.
docs/decisions/0001-embedded-postgres.md says why it is built this way.
"""
