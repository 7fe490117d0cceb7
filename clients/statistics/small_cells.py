"""Small-cell suppression (disclosure control). Pure."""

from collections.abc import Sequence

FEWEST = 5


def hide(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The counts of groups whose total may be known; None where a count is suppressed.

    A count of 1 to 4 is suppressed. If the suppressed counts add up to less than 5, or only one is
    suppressed, the smallest remaining count is suppressed too: otherwise the total would reveal it.
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < FEWEST}
    while hidden and (len(hidden) < 2 or sum(counts[at] for at in hidden) < FEWEST):
        left = [at for at, count in enumerate(counts) if at not in hidden and count]
        if not left:
            return tuple(None if count else 0 for count in counts)
        hidden.add(min(left, key=lambda at: (counts[at], at)))
    return tuple(None if at in hidden else count for at, count in enumerate(counts))
