"""The picture of docs/architecture.md, drawn from the imports: `make picture` writes it.

Each app is a band, its features lie on their floors, and an arrow says that one app imports from
another. A feature that is a single module has no fill. Colours follow light and dark mode.
"""

from dataclasses import dataclass, field
from html import escape

from tests.support.layout import FILES, FLOORS, ORDER, ROOT, feature_of, imported

PATH = ROOT / "docs" / "pictures" / "architecture.svg"
WHAT = {
    "psywellpath": "the site: settings, home page, backup, demonstration",
    "clients": "the path, records, notes, the practice",
    "assessments": "questionnaires, scoring, results",
    "articles": "writing, publishing, reading",
    "accounts": "people, access, encryption, audit log",
}
# Every app has these; a reader of the picture expects them.
PLUMBING = {"__init__", "apps", "management", "templatetags", "urls", "wsgi"}

# Pixels. LETTER is the width of an average letter in a chip.
WIDTH, MARGIN, LEFT, RIGHT = 920, 20, 176, 70
LETTER, CHIP, GAP, FLOOR_GAP, BAND_GAP, PADDING, LINE = 6.7, 24, 8, 10, 30, 14, 15
STYLE = """
  svg { --paper: #ffffff; --band: #f3f6f4; --edge: #c9d5ce; --chip: #ffffff; --ink: #1f2d27;
        --quiet: #5b6b63; --arrow: #4f7a68; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #12181a; --band: #1a2326; --edge: #3a4a4c; --chip: #243134; --ink: #e4ece8;
          --quiet: #a3b3ab; --arrow: #8fc3ac; } }
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
  .name { font-size: 15px; font-weight: 600; }
  .quiet { fill: var(--quiet); }
  .paper { fill: var(--paper); }
  .band { fill: var(--band); stroke: var(--edge); }
  .package { fill: var(--chip); stroke: var(--edge); }
  .module { fill: none; stroke: var(--edge); stroke-dasharray: 3 3; }
  .arrow { fill: none; stroke: var(--arrow); stroke-width: 1.5; }
  .head { fill: var(--arrow); }
"""


@dataclass
class Band:
    """An app: its rows of features, from the top floor down, and where it lies."""

    app: str
    rows: list[list[str]]
    top: float
    out: int = field(default=0)
    into: int = field(default=0)

    @property
    def height(self) -> float:
        rows = len(self.rows) * CHIP + (len(self.rows) - 1) * FLOOR_GAP
        return 2 * PADDING + max(rows, 26 + LINE * len(wrapped(WHAT[self.app])))

    @property
    def bottom(self) -> float:
        return self.top + self.height


def packages(app: str) -> set[str]:
    return {feature_of(path) for path in FILES if path.parent.parent == ROOT / app}


def floors(app: str) -> list[set[str]]:
    """From the ground up. The top app has none: only its packages are shown."""
    return FLOORS.get(app) or [packages(app)]


def rows(app: str) -> list[list[str]]:
    """One row a floor, top floor first; a floor that is too wide goes on in the next row."""
    lines: list[list[str]] = []
    for floor in reversed(floors(app)):
        line: list[str] = []
        for name in sorted(floor - PLUMBING):
            if line and width(*line, name) > WIDTH - LEFT - RIGHT - 2 * MARGIN:
                lines.append(line)
                line = []
            line.append(name)
        lines += [line] if line else []
    return lines


def width(*names: str) -> float:
    return sum(len(name) * LETTER + 20 for name in names) + GAP * (len(names) - 1)


def arrows() -> list[tuple[str, str]]:
    """(app, app that it imports), nearest first."""
    pairs = {
        (path.relative_to(ROOT).parts[0], name.split(".")[0])
        for path in FILES
        for name in imported(path)
        if name.split(".")[0] in ORDER
    }
    return sorted(
        ((a, b) for a, b in pairs if a != b),
        key=lambda pair: (ORDER.index(pair[1]) - ORDER.index(pair[0]), ORDER.index(pair[0])),
    )


def bands() -> dict[str, Band]:
    result: dict[str, Band] = {}
    top: float = MARGIN
    for app in ORDER:
        result[app] = Band(app, rows(app), top)
        top = result[app].bottom + BAND_GAP
    return result


def svg() -> str:
    shown = bands()
    height = shown[ORDER[-1]].bottom + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}"'
        f' width="{WIDTH}" height="{height:g}" role="img" aria-labelledby="title">',
        '<title id="title">The five apps, their features, and which app imports which</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height:g}" rx="8"/>',
        *(line for band in shown.values() for line in draw(band)),
        *(line for lane, pair in enumerate(arrows()) for line in arrow(shown, *pair, lane)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def draw(band: Band) -> list[str]:
    x, right = MARGIN, WIDTH - RIGHT
    parts = [
        f'<rect class="band" x="{x}" y="{band.top:g}" width="{right - x}"'
        f' height="{band.height:g}" rx="8"/>',
        text(x + PADDING, band.top + PADDING + 16, band.app, "name"),
    ]
    parts += [
        text(x + PADDING, band.top + PADDING + 34 + LINE * n, line, "quiet")
        for n, line in enumerate(wrapped(WHAT[band.app]))
    ]
    for number, line in enumerate(band.rows):
        at, y = float(LEFT + MARGIN), band.top + PADDING + number * (CHIP + FLOOR_GAP)
        for name in line:
            kind = "package" if name in packages(band.app) else "module"
            parts += [
                f'<rect class="{kind}" x="{at:g}" y="{y:g}" width="{width(name):g}"'
                f' height="{CHIP}" rx="5"/>',
                text(at + width(name) / 2, y + 16, name, "", anchor="middle"),
            ]
            at += width(name) + GAP
    return parts


def wrapped(words: str, letters: int = 24) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<text{kind} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def arrow(shown: dict[str, Band], above: str, below: str, lane: int) -> list[str]:
    """Straight down to the next app; past other apps in a lane of its own on the right."""
    start, end = shown[above], shown[below]
    title = f"<title>{above} imports from {below}</title>"
    if ORDER.index(below) == ORDER.index(above) + 1:
        x, y = MARGIN + (WIDTH - RIGHT - MARGIN) / 2, end.top
        line = f"M{x:g} {start.bottom:g}V{y - 7:g}"
        head = f"M{x - 5:g} {y - 8:g}h10l-5 8z"
    else:
        right, out = WIDTH - RIGHT, WIDTH - RIGHT + 8 * (lane - 2)
        leaves, y = start.bottom - PADDING - 8 * start.out, end.top + PADDING + 8 * end.into
        start.out, end.into = start.out + 1, end.into + 1
        line = f"M{right} {leaves:g}H{out - 6:g}q6 0 6 6V{y - 6:g}q0 6 -6 6H{right + 7}"
        head = f"M{right + 8} {y - 5:g}v10l-8 -5z"
    return [f'<g>{title}<path class="arrow" d="{line}"/><path class="head" d="{head}"/></g>']


if __name__ == "__main__":
    PATH.write_text(svg(), encoding="utf-8")
