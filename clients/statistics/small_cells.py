"""Small groups are not shown, nor what would give them away. Pure."""

from collections.abc import Sequence

FEWEST = 5


def hide(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The counts of groups whose sum may be known; None where one is not shown.

    A group of 1 to 4 is hidden. Where what is hidden adds up to less than 5, or is one group
    alone, the smallest group that is left goes with it: a sum would tell it else.
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < FEWEST}
    while hidden and (len(hidden) < 2 or sum(counts[at] for at in hidden) < FEWEST):
        left = [at for at, count in enumerate(counts) if at not in hidden and count]
        if not left:
            return tuple(None if count else 0 for count in counts)
        hidden.add(min(left, key=lambda at: (counts[at], at)))
    return tuple(None if at in hidden else count for at, count in enumerate(counts))
