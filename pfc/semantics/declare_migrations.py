"""`migrate` clauses: Python from what an earlier program kept to what a later one keeps."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pfc.diagnostics import Label
from pfc.ir.declarations import Python
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import reactors

if TYPE_CHECKING:
    from pfc.semantics.declare_behaviour import BehaviourDeclarations


class MigrationDeclarations:
    """Reads the migrations of reactors, from the source of their Python (PF268)."""

    def __init__(self, declarations: BehaviourDeclarations) -> None:
        self._embedded = declarations.embedded
        self._checker = declarations.checker

    def migrations(self, node: reactors.Reactor, entity: Entity) -> tuple[Python, ...]:
        """The migrations of a reactor, in their order."""
        made: dict[str, Python] = {}
        for clause in node.migrations:
            found, definition = self._embedded.looked_up(clause.linked)
            before = made.get(found.function)
            why = _misfit(definition)
            related: list[Label] = []
            if node.journal is None:
                why = f"`{entity.name}` has no `journal`, so it keeps nothing"
            elif before is not None:
                why = (
                    f"another one is named `{found.function}` too, and a store "
                    "remembers by name which ones it has seen"
                )
                related.append(Label(before.span, "the other one stands here"))
            if why is not None:
                self._report(clause.linked.span, found, entity, why, related)
            made.setdefault(found.function, found)
        return tuple(made.values())

    def _report(
        self, span: Span, found: Python, entity: Entity, why: str, related: list[Label]
    ) -> None:
        target = f"{found.module}:{found.function}"
        self._checker.report(
            "PF268",
            span,
            related=related,
            target=target,
            reactor=entity.name,
            why=why,
        )


def _misfit(definition: ast.stmt | None) -> str | None:
    """Why a function cannot be called with a state; none if it can, or nobody can tell."""
    if isinstance(definition, ast.AsyncFunctionDef):
        return (
            "it is `async`, and it is called before anything runs: make it a plain one"
        )
    if not isinstance(definition, ast.FunctionDef):
        return None
    taken = definition.args
    positional = len(taken.posonlyargs) + len(taken.args)
    needed = positional - len(taken.defaults)
    named = sum(default is None for default in taken.kw_defaults)
    if needed + named > 1 or named:
        return f"it needs {needed + named} arguments, and gets one: the old state"
    if positional == 0 and taken.vararg is None:
        return "it takes no argument, and gets one: the old state"
    return None
