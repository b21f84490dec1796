"""Looking through typed IR without caring what it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.ir.types import DeclId


def nodes(tree: object) -> Iterator[object]:
    """The node and every one inside it; bindings and types are not gone into."""
    if isinstance(tree, tuple):
        for item in tree:
            yield from nodes(item)
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, e.Symbol):
        yield tree
        for field in dataclasses.fields(tree):
            if field.name not in ("span", "type"):
                yield from nodes(getattr(tree, field.name))


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
        found = isinstance(function, d.Function) and any(
            self._test(node) or (isinstance(node, e.CallFunction) and self(node.id))
            for node in nodes((function.body,))
        )
        self._known[id_] = found
        return found
