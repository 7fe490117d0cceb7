"""A text with its fields above it, in YAML between two lines of ---."""

from typing import Any

import yaml

MARK = "---\n"
# YAML reads them as the end of a line like any other; written with a backslash they stay.
OTHER_LINE_ENDS = set("\x85\u2028\u2029")


class RefusedError(Exception):
    """Everything that is wrong with a folder, a line each: nothing of it was taken."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """Plain values alone: no aliases, with which a few lines could stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not used here")
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if set(text) & OTHER_LINE_ENDS:
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(values: dict[str, Any]) -> str:
    return yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def load(text: str) -> dict[str, Any]:
    """Raises ValueError, in words for the person who wrote the file."""
    try:
        values = yaml.load(text, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(f"its fields are no YAML that can be read: {error}") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise ValueError("its fields are no list of names and values")
    return values


def join(values: dict[str, Any], text: str) -> str:
    return f"{MARK}{dump(values)}{MARK}\n{text}\n"


def split(whole: str) -> tuple[dict[str, Any], str]:
    """The fields and the text. Raises ValueError."""
    fields, end, text = whole.removeprefix(MARK).partition("\n" + MARK)
    if not whole.startswith(MARK) or not end:
        raise ValueError("it does not begin with fields between two lines of ---")
    return load(fields + "\n"), text.removeprefix("\n")
