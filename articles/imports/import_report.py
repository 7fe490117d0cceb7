"""What an import did with each item of the file: counts that agree, and names."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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
class Entry:
    """One text that came in, and what an editor should look at in it."""

    name: str
    kind: str = "article"
    old: str = ""  # Its address on the old site.
    new: str = ""  # Its path here.
    state: str = ""
    checks: list[str] = field(default_factory=list)


@dataclass
class Report:
    posts: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    pictures: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)
    created: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    entries: list[Entry] = field(default_factory=list)
    _current: Entry | None = None

    @contextmanager
    def about(self, entry: Entry) -> Iterator[Entry]:
        """What is noted meanwhile is about this text."""
        self.entries.append(entry)
        self._current = entry
        try:
            yield entry
        finally:
            self._current = None

    def leave_out(self, kind: str, name: str) -> None:
        self.left_out.setdefault(kind, []).append(name)

    def note(self, heading: str, name: str) -> None:
        self.notes.setdefault(heading, {})[name] = None
        if self._current:
            text = heading if name == self._current.name else f"{heading}: {name}"
            self._current.checks += [text] if text not in self._current.checks else []

    def drop(self, dropped: Counter[str]) -> None:
        """Counts what was removed from the text that is being read."""
        self.dropped.update(dropped)
        if self._current and dropped:
            listed = ", ".join(f"{number} {name}" for name, number in sorted(dropped.items()))
            self._current.checks.append(f"removed from the text: {listed}")

    @property
    def items_out(self) -> int:
        """The number of items accounted for: imported, imported before, or left out."""
        came = sum(sum(kind.values()) for kind in (self.posts, self.pages, self.pictures))
        return came + sum(map(len, self.left_out.values()))

    def lines(self, items_in: int, *, every_name: bool) -> Iterator[str]:
        most = None if every_name else NAMES
        yield f"In the file: {items_in} items and {self.comments} comments on them."
        yield from _counts("Articles", self.posts)
        yield from _counts("Pages", self.pages)
        yield from _counts("Pictures", self.pictures)
        yield from _counts("Also new", self.created)
        yield "Left out:"
        if self.comments:
            yield f"  {self.comments} comments"
        for kind, names in sorted(self.left_out.items()):
            yield f"  {len(names)} {KINDS.get(kind, kind)}: {_named(names, most)}"
        yield from _counts("Removed from the texts", self.dropped)
        for heading, noted in self.notes.items():
            yield f"Please check: {heading} ({len(noted)}): {_named([*noted], most)}"
        yield f"Items in {items_in}, items out {self.items_out}."


def _counts(heading: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        listed = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
        yield f"{heading}: {listed}"


def _named(names: list[str], most: int | None) -> str:
    shown = ", ".join(" ".join(name.split()) for name in names[:most])
    more = len(names) - len(names[:most])
    return f"{shown} and {more} more" if more else shown
