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


def shape(value: object) -> Any:
    """A tree as nested tuples, without spans: equal for the same program."""
    if isinstance(value, Span):
        return None
    if isinstance(value, tuple):
        return tuple(shape(item) for item in value)
    if is_dataclass(value):
        parts = (
            (field.name, shape(getattr(value, field.name)))
            for field in fields(value)
            if field.name not in ("span", "code_start", "raw")
        )
        return (type(value).__name__, *parts)
    return value


def renamed(value: object, old: str, new: str) -> object:
    """A shape with one name in place of another."""
    if isinstance(value, tuple):
        return tuple(renamed(item, old, new) for item in value)
    return new if value == old else value


def children(node: object) -> Iterator[Any]:
    """The nodes right below a node, in the order of its fields."""
    values = (getattr(node, f.name) for f in fields(cast("Any", node)))
    for value in values:
        yield from _nodes(value)


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
