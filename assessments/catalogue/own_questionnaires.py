"""The questionnaires that come with the project, whose wording anyone may read."""

from functools import cache
from pathlib import Path

from assessments.instruments.file import digest, read_definition

FILES = Path(__file__).parent.parent / "questionnaires"


@cache
def digests() -> frozenset[str]:
    """The SHA-256 digests of their definitions. Reads the files once per process."""
    return frozenset(digest(read_definition(file.read_bytes())) for file in FILES.glob("*.json"))
