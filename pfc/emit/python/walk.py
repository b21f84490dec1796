"""Walking the typed IR without knowing each kind of node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from typing import Final, cast

from pfc.ir import types
from pfc.ir.expressions import Symbol
from pfc.span import Span

_LEAVES = (Symbol, Span, str, bytes, int, float, type(None), type)


def nodes(*roots: object) -> Iterator[object]:
    """Every node below the roots, each before its parts, in the order of evaluation."""
    pending = list(reversed(roots))
    while pending:
        node = pending.pop()
        parts = _parts(cast("type", type(node)))
        if parts is None:
            continue
        if parts is _SEQUENCE:
            pending.extend(reversed(node))  # type: ignore[call-overload]  # a sequence
            continue
        yield node
        for name in parts:
            pending.append(getattr(node, name))


_SEQUENCE: Final[tuple[str, ...]] = ("",)


@cache
def _parts(kind: type) -> tuple[str, ...] | None:
    """The fields to walk, the last one first; none for what has no parts of interest."""
    if issubclass(kind, _LEAVES):
        return None
    if issubclass(kind, tuple | list):
        return _SEQUENCE
    if not is_dataclass(kind) or kind.__module__ == types.__name__:
        return None
    return tuple(reversed(_names(kind)))


@lru_cache(maxsize=256)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def types_in(root: types.Type) -> Iterator[types.Type]:
    """A type and all types inside it."""
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(reversed(node))
        elif is_dataclass(node) and not isinstance(node, type):
            yield node  # type: ignore[misc]  # only types stand inside types
            parts = [getattr(node, name) for name in _names(type(node))]
            pending.extend(reversed([p for p in parts if not isinstance(p, str)]))


def uses(kinds: type | tuple[type, ...], *roots: object) -> bool:
    """Whether a node of one of the kinds stands below the roots."""
    return any(isinstance(node, kinds) for node in nodes(*roots))
