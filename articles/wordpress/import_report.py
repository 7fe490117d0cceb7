"""What an import did with everything that the file holds: counts that agree, and names."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# How many names of each sort are printed; --verbosity 2 prints all.
NAMES = 12
KINDS = {
    "page": "pages", "attachment": "attachments", "nav_menu_item": "menu entries",
    "revision": "revisions", "custom_css": "custom styles", "wp_block": "reusable blocks",
    "wp_template": "templates", "wp_navigation": "menus", "customize_changeset": "change sets",
    "oembed_cache": "cached embeds", "wp_global_styles": "theme styles",
}  # fmt: skip


@dataclass
class Report:
    posts: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    comments: int = 0

    def leave_out(self, kind: str, name: str) -> None:
        self.left_out.setdefault(kind, []).append(name)

    def note(self, heading: str, what: str) -> None:
        told = self.notes.setdefault(heading, [])
        if what not in told:
            told.append(what)

    @property
    def items_out(self) -> int:
        """Everything that was given a place: imported, there already, or left out."""
        return sum(self.posts.values()) + sum(map(len, self.left_out.values()))

    def lines(self, items_in: int, *, every_name: bool) -> Iterator[str]:
        most = None if every_name else NAMES
        yield f"In the file: {items_in} items and {self.comments} comments on them."
        yield from _counts("Articles", self.posts)
        yield from _counts("Also new", self.made)
        yield "Left out:"
        if self.comments:
            yield f"  {self.comments} comments"
        for kind, names in sorted(self.left_out.items()):
            yield f"  {len(names)} {KINDS.get(kind, kind)}: {_named(names, most)}"
        yield from _counts("Taken from the texts", self.dropped)
        for heading, names in self.notes.items():
            yield f"To look at, {heading} ({len(names)}): {_named(names, most)}"
        yield f"Items in {items_in}, items out {self.items_out}."


def _counts(heading: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
        yield f"{heading}: {told}"


def _named(names: list[str], most: int | None) -> str:
    shown = ", ".join(" ".join(name.split()) for name in names[:most])
    more = len(names) - len(names[:most])
    return f"{shown} and {more} more" if more else shown
