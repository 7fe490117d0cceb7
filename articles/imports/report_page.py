"""The report of an import as one HTML file, with a box to tick for each text that needs a look.

The file needs nothing else: it can be sent and opened anywhere. The browser keeps what was ticked.
Every name in it comes from the old site, and is escaped.
"""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from articles.imports.import_report import KINDS, Entry, Report

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>What came in</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
li { margin: .5rem 0; overflow-wrap: anywhere; }
.texts, .left { list-style: none; padding: 0; }
.texts > li { border-top: 1px solid; padding-top: .5rem; }
label { display: flex; gap: .6rem; font-weight: 600; }
:has(> label input:checked) { opacity: .55; }
summary { font-weight: 600; margin: 1rem 0; }
</style>
</head>
<body>
<h1>What came in</h1>
"""
_TAIL = """<script>
for (const box of document.querySelectorAll("input")) {
  const key = "import " + document.title + " " + box.value;
  try {
    box.checked = localStorage.getItem(key) === "yes";
    box.addEventListener("change", () => localStorage.setItem(key, box.checked ? "yes" : ""));
  } catch (error) { /* The browser keeps nothing for this file. */ }
}
</script>
</body>
</html>
"""


def page(report: Report, items_in: int, site: str, *, dry_run: bool) -> str:
    return "".join(_parts(report, items_in, site, dry_run))


def _parts(report: Report, items_in: int, site: str, dry_run: bool) -> Iterator[str]:
    yield _HEAD
    if dry_run:
        yield "<p><strong>A dry run: nothing was changed.</strong></p>\n"
    yield f"<p>Items in {items_in}, items out {report.items_out}.</p>\n"
    counts = {"Articles": report.posts, "Pages": report.pages, "Pictures": report.pictures,
              "Also new": report.created, "Removed from the texts": report.dropped}  # fmt: skip
    for heading, numbers in counts.items():
        if numbers:
            listed = ", ".join(f"{number} {name}" for name, number in sorted(numbers.items()))
            yield f"<p>{heading}: {escape(listed)}</p>\n"
    look = [entry for entry in report.entries if entry.checks]
    fine = [entry for entry in report.entries if not entry.checks]
    yield f"<h2>Texts to look at ({len(look)})</h2>\n<ul class='texts'>\n"
    yield from (_entry(entry, site) for entry in look)
    yield f"</ul>\n<details><summary>Texts without a remark ({len(fine)})</summary>"
    yield "<ul class='texts'>\n"
    yield from (_entry(entry, site) for entry in fine)
    yield "</ul></details>\n<h2>Left out</h2>\n"
    if report.comments:
        yield f"<p>{report.comments} comments</p>\n"
    yield from _lists({KINDS.get(kind, kind): names for kind, names in report.left_out.items()})
    yield "<h2>Everything to check, by kind</h2>\n"
    yield from _lists({heading: [*names] for heading, names in report.notes.items()})
    yield _TAIL


def _entry(entry: Entry, site: str) -> str:
    links = [_link(entry.old, "before"), _link(f"{site}{entry.new}", "now")]
    checks = "".join(f"<li>{escape(check)}</li>" for check in entry.checks)
    return (
        f"<li>{_box(entry.new, entry.name)}{escape(entry.kind)}, {escape(entry.state)}: "
        f"{', '.join(filter(None, links))}<ul>{checks}</ul></li>\n"
    )


def _box(value: str, name: str) -> str:
    return f'<label><input type="checkbox" value="{escape(value)}"> {escape(name)}</label>'


def _link(address: str, name: str) -> str:
    """Only an address of the web becomes a link: the old ones come from the file."""
    try:
        web = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        web = False
    return f'<a rel="noopener noreferrer" href="{escape(address)}">{name}</a>' if web else ""


def _lists(lists: dict[str, list[str]]) -> Iterator[str]:
    for heading, names in sorted(lists.items()):
        yield f"<details><summary>{escape(heading)} ({len(names)})</summary><ul class='left'>\n"
        yield from (f"<li>{_box(f'{heading} {name}', name)}</li>\n" for name in names)
        yield "</ul></details>\n"
