"""Looking through typed IR without caring what it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.ir.types import DeclId


def nodes(tree: object) -> Iterator[object]:
    """The node and every one inside it; bindings and types are not gone into."""
    left = [tree]  # what comes first is last
    while left:
        tree = left.pop()
        kind: type = type(tree)
        if kind is tuple:
            left += tree[::-1]  # type: ignore[index]  # the line above
            continue
        inner = _inner(kind)
        if inner is not None:
            yield tree
            left += inner(tree)


@cache
def _inner(kind: type) -> Callable[[object], Iterable[object]] | None:
    """What the fields of a node hold, last first; none if it is no node."""
    if kind is e.Symbol or not dataclasses.is_dataclass(kind):
        return None
    names = [field.name for field in dataclasses.fields(kind)]
    inner = [name for name in names[::-1] if name not in ("span", "type")]
    if len(inner) > 1:
        return attrgetter(*inner)
    return lambda node: [getattr(node, name) for name in inner]


class Functions:
    """What is true of functions because of what they, or those they call, contain."""

    def __init__(self, program: Program, test: Callable[[object], bool]) -> None:
        self._program = program
        self._test = test
        self._known: dict[DeclId, bool] = {}

    def __call__(self, id_: DeclId) -> bool:
        """Whether something in the function, or in one it calls, passes the test."""
        known = self._known.get(id_)
        if known is not None:
            return known
        self._known[id_] = False  # while it is looked into: recursion adds nothing
        function = self._program.by_id.get(id_)
        if isinstance(function, d.Function):
            test = self._test
            for node in nodes(function.body):
                if test(node) or (isinstance(node, e.CallFunction) and self(node.id)):
                    self._known[id_] = True
                    return True
        return False
