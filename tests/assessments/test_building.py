"""`build_instrument`: a published key and the practice's own wording make an instrument file."""

import pytest
from django.core.management import CommandError, call_command

from assessments.instruments.file import read_instrument
from assessments.instruments.scoring_keys import KEYS

# The published keys, written out: (anxiety, avoidance), reverse-keyed items with a minus.
KEYED = {
    "ecr": (
        "2 4 6 8 10 12 14 16 18 20 -22 24 26 28 30 32 34 36",
        "1 -3 5 7 9 11 13 -15 17 -19 21 23 -25 -27 -29 -31 -33 -35",
    ),
    "ecr-r": (
        "1 2 3 4 5 6 7 8 -9 10 -11 12 13 14 15 16 17 18",
        "19 -20 21 -22 23 24 25 -26 -27 -28 -29 -30 -31 32 -33 -34 -35 -36",
    ),
    "ecr-rs": ("7 8 9", "-1 -2 -3 -4 5 6"),
    "ecr-s": ("2 4 6 -8 10 12", "-1 3 -5 7 -9 11"),
}


@pytest.fixture
def wording(tmp_path):
    def write(data: bytes) -> str:
        (tmp_path / "wording.txt").write_bytes(data)
        return str(tmp_path / "wording.txt")

    return write


@pytest.fixture
def instructions(tmp_path) -> str:
    (tmp_path / "instructions.txt").write_text("\nThink of someone.\n", encoding="utf-8")
    return str(tmp_path / "instructions.txt")


def lines(count: int) -> bytes:
    return "".join(f"Placeholder {n}\n" for n in range(1, count + 1)).encode()


@pytest.mark.parametrize("name", sorted(KEYED))
def test_each_key(name, wording, instructions, capsys):
    path = wording(b"\xef\xbb\xbf" + lines(KEYS[name].items) + b"\r\n\n")
    call_command(
        "build_instrument", name, path, "--instructions", instructions,
        "--licence", "By permission", "--cuts",
    )  # fmt: skip
    built = read_instrument(capsys.readouterr().out.encode())
    keyed = tuple(" ".join(map(str, scale.keyed)) for scale in built.scales)
    assert keyed == KEYED[name]
    assert built.items[0].text == "Placeholder 1"
    assert (built.cuts.anxiety, built.cuts.avoidance) == (4, 4)
    assert built.licence == "By permission"
    assert built.instructions == "Think of someone."


def test_cuts_and_relationships_only_on_request(wording, instructions, capsys):
    path = wording(lines(9))
    call_command(
        "build_instrument", "ecr-rs", path, "--instructions", instructions, "--licence", "x",
        "--target", "a partner", "--language", "hi", "--edition", "2",
    )  # fmt: skip
    built = read_instrument(capsys.readouterr().out.encode())
    assert built.cuts is None
    assert (built.targets, built.language, built.version) == (("a partner",), "hi", "2")


@pytest.mark.parametrize(
    ("data", "options", "problems"),
    [
        (lines(8), [], ["line 8: the key has 9 items, but the file has 8 lines"]),
        (b"a\n\n" + lines(8), [], ["line 2: blank", "line 10: the key has 9 items"]),
        (b"a\n\xff" + lines(8), [], ["line 2: not UTF-8"]),
        (lines(9), ["--licence", " "], ["/licence: must not be blank"]),
        (lines(9), ["--language", "?"], ['/language: "?" is not a language']),
    ],
)
def test_wording_that_does_not_fit_the_key_is_refused(
    wording, instructions, capsys, data, options, problems
):
    with pytest.raises(SystemExit) as exit_info:
        call_command(
            "build_instrument", "ecr-rs", wording(data), "--instructions", instructions,
            "--licence", "x", *options,
        )  # fmt: skip
    assert exit_info.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for line, expected in zip(printed.err.splitlines(), problems, strict=True):
        assert line.startswith(expected)


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b" \n", "instructions: blank"), (b"\xff", "instructions: not UTF-8"), (None, "No such file")],
)
def test_the_authors_instructions_are_required(wording, tmp_path, capsys, data, problem):
    """Other instructions would make it another measure, so nothing stands in for them."""
    path = wording(lines(9))
    with pytest.raises(CommandError, match="--instructions"):
        call_command("build_instrument", "ecr-rs", path, "--licence", "x")
    file = tmp_path / "own.txt"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(SystemExit):
        call_command(
            "build_instrument", "ecr-rs", path, "--instructions", str(file), "--licence", "x"
        )
    assert problem in capsys.readouterr().err
