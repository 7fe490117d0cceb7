"""Statements that somebody could send who runs their own SQL as the web process, by subject."""

from tests.support.hostile_sql.expected import NO_ROWS, REFUSED, Hostile
from tests.support.hostile_sql.functions import ELSEWHERE, FUNCTIONS
from tests.support.hostile_sql.people import IDENTITY, PEOPLE, SIGN_INS
from tests.support.hostile_sql.records import AUDIT_LOG, CARE, LIBRARY
from tests.support.hostile_sql.server import FILES, GROUND, ROLES

__all__ = ["NO_ROWS", "REFUSED", "WRITTEN", "Hostile"]

WRITTEN = [*GROUND, *ROLES, *FILES, *IDENTITY, *PEOPLE, *SIGN_INS, *CARE, *AUDIT_LOG, *LIBRARY,
           *FUNCTIONS, *ELSEWHERE]  # fmt: skip
