"""Walking the typed IR without knowing each kind of node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache

from pfc.ir import types
from pfc.ir.expressions import Symbol
from pfc.span import Span

_LEAVES = (Symbol, Span, str, bytes, int, float, type(None))


def nodes(*roots: object) -> Iterator[object]:
    """Every node below the roots, each before its parts, in the order of evaluation."""
    pending = list(reversed(roots))
    while pending:
        node = pending.pop()
        if isinstance(node, _LEAVES):
            continue
        if isinstance(node, tuple | list):
            pending.extend(reversed(node))
        elif is_dataclass(node) and not isinstance(node, type):
            if type(node).__module__ == types.__name__:
                continue
            yield node
            names = _names(type(node))
            pending.extend(getattr(node, name) for name in reversed(names))


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
