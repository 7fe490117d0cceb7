"""A text file that begins with fields in YAML, between two lines of ---."""

from typing import Any

import yaml

MARK = "---\n"
# YAML reads these as line ends too; a double-quoted string escapes them.
OTHER_LINE_ENDS = set("\x85\u2028\u2029")


class RefusedError(Exception):
    """Every problem of a folder that was refused as a whole, one per line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """Plain values without aliases: with those, a few lines could expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if set(text) & OTHER_LINE_ENDS:
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(values: dict[str, Any]) -> str:
    return yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def load(text: str) -> dict[str, Any]:
    """Raises ValueError with a message for the person who wrote the file."""
    try:
        values = yaml.load(text, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(f"its fields are not valid YAML: {error}") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise ValueError("its fields are not a list of names and values")
    return values


def join(values: dict[str, Any], text: str) -> str:
    return f"{MARK}{dump(values)}{MARK}\n{text}\n"


def split(content: str) -> tuple[dict[str, Any], str]:
    """Returns the fields and the text. Raises ValueError."""
    fields, end, text = content.removeprefix(MARK).partition("\n" + MARK)
    if not content.startswith(MARK) or not end:
        raise ValueError("it does not begin with fields between two lines of ---")
    return load(fields + "\n"), text.removeprefix("\n")
