"""Reading the samples on disk, and trees without their spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, cast

from pfc.span import Source, Span
from pfc.syntax.parser import Parsed, parse

CASES = Path(__file__).parents[1] / "cases" / "syntax"


def source(path: Path) -> Source:
    """The sample at `path`, under its own name."""
    return Source(path.name, path.read_text("utf-8"))


def read(text: str, path: str = "sample.pf") -> Parsed:
    """The tree of a text."""
    return parse(Source(path, text))


_PLACES = ("span", "code_start")


def shape(value: object, *, without: tuple[str, ...] = ()) -> Any:
    """A tree as nested tuples and lists, without spans: equal for the same program."""
    if isinstance(value, Span):
        return None
    if isinstance(value, tuple):
        return [shape(item, without=without) for item in value]
    if is_dataclass(value):
        parts = (
            (field.name, shape(getattr(value, field.name), without=without))
            for field in fields(value)
            if field.name not in (*_PLACES, *without)
        )
        return (type(value).__name__, *parts)
    return value


def renamed(value: object, old: str, new: str) -> object:
    """A shape with one name in place of another."""
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    if isinstance(value, tuple):
        return tuple(renamed(item, old, new) for item in value)
    return new if value == old else value


def children(node: object) -> Iterator[Any]:
    """The nodes with a span right below a node, in the order of its fields."""
    values = (getattr(node, f.name) for f in fields(cast("Any", node)))
    for value in values:
        for found in _nodes(value):
            if hasattr(found, "span"):
                yield found
            else:
                yield from children(found)


def _nodes(value: object) -> Iterator[Any]:
    if isinstance(value, Span):
        return
    if isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
    elif is_dataclass(value):
        yield value


def walk(node: object) -> Iterator[Any]:
    """A node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


_WIDTH = 88


def outline(value: Any, indent: str = "") -> str:
    """A shape as text: one line if it fits, else a line for each part that says anything."""
    line = f"{indent}{_line(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list | tuple):
        return line
    if isinstance(value, list):
        return "\n".join(outline(item, indent) for item in value)
    head, *parts = value
    inside = (outline(part, f"{indent}  ") for part in parts if _says(part))
    return "\n".join([f"{indent}{head}", *inside])


def _says(part: Any) -> bool:
    """Whether a field holds anything."""
    empty: tuple[object, ...] = (None, [], False, 0)
    return not (isinstance(part, tuple) and len(part) == 2 and part[1] in empty)


def _line(value: Any) -> str:
    match value:
        case ("Name", ("text", text)):
            return str(text)
        case ("Dotted", ("parts", parts)):
            return ".".join(map(_line, parts))
        case list():
            return ", ".join(map(_line, value))
        case tuple():
            return f"{value[0]}({', '.join(map(_line, filter(_says, value[1:])))})"
        case _:
            return repr(value)
