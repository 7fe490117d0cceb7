"""What a spreadsheet would take for a formula, made plain text."""

RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet runs: a leading apostrophe where it might."""
    return f"'{text}" if text.startswith(RISKY) else text
