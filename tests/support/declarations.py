"""What a declaration says, held against what it ought to speak of; in words, where they differ."""

from collections.abc import Iterable


def complete(declared: Iterable[str], wanted: Iterable[str], *, file: str, question: str) -> None:
    """Fails with the names that are missing from the file, and the question that each answers
    there; and with the names in it that nothing goes by any more."""
    undeclared, gone = set(wanted) - set(declared), set(declared) - set(wanted)
    assert not undeclared, f"{names(undeclared)}: {question} Say so in {file}."
    assert not gone, f"{names(gone)}: there is no such thing any more. Remove it from {file}."


def names(of: Iterable[str]) -> str:
    return ", ".join(sorted(of))
