"""Names that a template asks for and nobody gives it.

Django shows nothing in their place, so that a link to a renamed variable would have no text. In
tests each of them is an error, in every page that any test opens.
"""

import inspect
from pathlib import Path
from types import FrameType

from django.template.base import FilterExpression, Node

TEMPLATES = Path(__file__).parents[2] / "templates"
# These filters say what is shown without a value.
OPTIONAL = {"default", "default_if_none"}


class UndefinedVariable(AssertionError):
    """A template of ours shows a variable that its context does not have."""


class ErrorIfInvalid(str):
    """The engine's `string_if_invalid`: empty, as in production.

    At each variable that it does not find, Django asks whether this is empty; in `blocktranslate`,
    whether it has a place for the variable's name.
    """

    def __bool__(self) -> bool:
        frame = caller()
        expression = frame.f_locals.get("self")
        if isinstance(expression, FilterExpression) and not is_optional(expression):
            report(frame, expression)
        return False

    def __contains__(self, part: object) -> bool:
        frame = caller()
        if frame.f_code.co_name == "render_value":
            report(frame, frame.f_locals["key"])
        return False


def caller() -> FrameType:
    """The frame that called the method in which this is called."""
    here = inspect.currentframe()
    method = here.f_back if here else None
    if method is None or method.f_back is None:
        raise RuntimeError("this Python has no frames")
    return method.f_back


def report(frame: FrameType, variable: object) -> None:
    template = shown_by(frame)
    if template.is_relative_to(TEMPLATES):
        name = template.relative_to(TEMPLATES)
        raise UndefinedVariable(f"templates/{name}: nothing gives it “{variable}”")


def is_optional(expression: FilterExpression) -> bool:
    return any(function.__name__ in OPTIONAL for function, _args in expression.filters)


def shown_by(frame: FrameType | None) -> Path:
    """The template whose node is being rendered."""
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and hasattr(node, "origin"):
            return Path(node.origin.name)
        frame = frame.f_back
    return Path()
