"""Compares a declaration with the names that it should cover, and explains any difference."""

from collections.abc import Iterable


def assert_complete(
    declared: Iterable[str], expected: Iterable[str], *, file: str, question: str
) -> None:
    """Fails with the names missing from the file and the question to answer there for each, or
    with the names in the file that no longer exist."""
    undeclared, gone = set(expected) - set(declared), set(declared) - set(expected)
    assert not undeclared, f"{names(undeclared)}: {question} Say so in {file}."
    assert not gone, f"{names(gone)} no longer exists. Remove it from {file}."


def names(of: Iterable[str]) -> str:
    return ", ".join(sorted(of))
