"""A PostgreSQL server that lives in the project's own folder, as a Django database backend.

``ENGINE = "psywellpath.embedded_postgres"``, and ``HOST`` is the folder of the data.
docs/decisions/0001-embedded-postgres.md says why it is built this way.
"""
