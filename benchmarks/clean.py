"""Cleaning hostile rich text: the cost of a kilobyte in a text of 400 kB, beside one in 10 kB.

Prints one row for each shape: measurement, time, peer time, ratio (limit 2). Takes the best of
several alternating runs, in processor time, which a busy machine hardly changes.
"""

import time

SMALL, LARGE, RUNS = 10_000, 400_000, 3
# Each is repeated up to the length of the text; `#` is the number of the repetition.
HOSTILE_SHAPES = {
    "empty paragraphs at the end": "<p></p>",
    "breaks in empty headings": "<h2> &nbsp;<br></h2>\n",
    "end tags alone": "</p>",
    "paragraphs never closed": "<p>x",
    "lists within lists": "<ul><li>",
    "quotations within quotations": "<blockquote>",
    "tables within tables": "<table><tr><td>",
    "formatting left open": '<p><abbr title="#"><b></p>',
    "links within links": "<a href='/x/'><b>",
    "ends across a cell": "<ul><table><td></ul></td></table>",
    "less-than signs": "<",
    "quotation marks never closed": '<a title="',
}


def hostile(name: str, size: int) -> str:
    shape = HOSTILE_SHAPES[name]
    return "".join(shape.replace("#", f"{n:05}") for n in range(size // len(shape)))


def _timed(html: str) -> float:
    from articles.richtext import clean

    start = time.process_time()
    clean(html)
    return time.process_time() - start


def main() -> None:
    for name in HOSTILE_SHAPES:
        small, large = hostile(name, SMALL), hostile(name, LARGE)
        pairs = [(_timed(small), _timed(large)) for _ in range(RUNS)]
        peer, ours = (min(times) for times in zip(*pairs, strict=True))
        peer, ours = peer / len(small) * 1e9, ours / len(large) * 1e9
        times = f"{ours:.0f} µs a kB  10 kB {peer:.0f} µs a kB  {ours / peer:.2f} x"
        print(f"clean 400 kB, {name}  {times}")
