"""`Code`: Python source text that is known to be safe to put into a generated file."""

from __future__ import annotations

from collections.abc import Iterable


class UnfilteredValue(TypeError):
    """A value reached generated text without passing a filter that makes it code."""

    def __init__(self, value: object, where: str = "") -> None:
        shown = repr(value)
        if len(shown) > 60:
            shown = shown[:57] + "..."
        place = where or "generated code"
        super().__init__(
            f"{place}: {shown} ({type(value).__name__}) is not Code;"
            " pass it through a filter (string, docstring, comment, ...)"
        )
        self.value = value


class Code(str):
    """Python source text, made by a filter or written in a template.

    Only the modules of `pfc.emit` make it from plain text. Everything else puts
    pieces together with `splice`, which refuses plain strings.
    """

    __slots__ = ()


def checked(value: object) -> Code:
    """The value, if it is Code. Raises UnfilteredValue otherwise."""
    if type(value) is not Code:
        raise UnfilteredValue(value)
    return value


def splice(pattern: str, /, *parts: Code, **named: Code) -> Code:
    """`pattern.format(...)` for Code: `splice("{} = {}", target, value)`.

    The pattern is written in the compiler, never taken from a program. Braces of
    its own are doubled. Raises UnfilteredValue for a part that is not Code.
    """
    for part in parts:
        checked(part)
    for part in named.values():
        checked(part)
    return Code(pattern.format(*parts, **named))


def join(separator: str, parts: Iterable[Code]) -> Code:
    """`separator.join(parts)` for Code. Raises UnfilteredValue for a plain string."""
    return Code(separator.join([checked(part) for part in parts]))
