"""Walking the typed IR without knowing each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from pfc.ir import types
from pfc.ir.expressions import Symbol
from pfc.span import Span

_LEAVES = (Symbol, Span, str, bytes, int, float, type(None), type)


def nodes(*roots: object) -> Iterator[object]:
    """Every node below the roots, each before its parts, in the order of evaluation."""
    pending = list(reversed(roots))
    known = _PARTS
    while pending:
        node = pending.pop()
        kind = node.__class__
        parts = known[kind] if kind in known else known.setdefault(kind, _parts(kind))
        if parts is not None:
            if parts is not _last_first:
                yield node
            pending.extend(parts(node))


_Parts = Callable[[Any], Iterable[object]]
_PARTS: Final[dict[type, _Parts | None]] = {}


def _parts(kind: type) -> _Parts | None:
    """Gives the parts of a node, the last one first; none if they are of no interest.

    A sequence, which is no node itself, has `_last_first`.
    """
    if issubclass(kind, _LEAVES):
        return None
    if issubclass(kind, tuple | list):
        return _last_first
    if not is_dataclass(kind) or kind.__module__ == types.__name__:
        return None
    names = tuple(reversed(_names(kind)))
    if len(names) > 1:
        return attrgetter(*names)
    return lambda node: [getattr(node, name) for name in names]


def _last_first(sequence: Sequence[object]) -> Iterable[object]:
    return reversed(sequence)


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
