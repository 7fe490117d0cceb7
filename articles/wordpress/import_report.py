"""What an import did with each item of the file: counts that agree, and names."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# The number of names printed under each heading; --verbosity 2 prints all.
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
    created: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    comments: int = 0

    def leave_out(self, kind: str, name: str) -> None:
        self.left_out.setdefault(kind, []).append(name)

    def note(self, heading: str, name: str) -> None:
        names = self.notes.setdefault(heading, [])
        if name not in names:
            names.append(name)

    @property
    def items_out(self) -> int:
        """The number of items accounted for: imported, imported before, or left out."""
        return sum(self.posts.values()) + sum(map(len, self.left_out.values()))

    def lines(self, items_in: int, *, every_name: bool) -> Iterator[str]:
        most = None if every_name else NAMES
        yield f"In the file: {items_in} items and {self.comments} comments on them."
        yield from _counts("Articles", self.posts)
        yield from _counts("Also new", self.created)
        yield "Left out:"
        if self.comments:
            yield f"  {self.comments} comments"
        for kind, names in sorted(self.left_out.items()):
            yield f"  {len(names)} {KINDS.get(kind, kind)}: {_named(names, most)}"
        yield from _counts("Removed from the texts", self.dropped)
        for heading, names in self.notes.items():
            yield f"Please check: {heading} ({len(names)}): {_named(names, most)}"
        yield f"Items in {items_in}, items out {self.items_out}."


def _counts(heading: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        listed = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
        yield f"{heading}: {listed}"


def _named(names: list[str], most: int | None) -> str:
    shown = ", ".join(" ".join(name.split()) for name in names[:most])
    more = len(names) - len(names[:most])
    return f"{shown} and {more} more" if more else shown
