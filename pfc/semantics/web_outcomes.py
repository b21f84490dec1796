"""`match ask` in a page: what is shown for each way in which the ask can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.semantics.outcome_kinds import Kind, taken
from pfc.semantics.scope import Scope
from pfc.semantics.type_checker import TypeChecker
from pfc.syntax.ast import web as w

Nodes = tuple[u.Node, ...]


def outcome_node(
    checker: TypeChecker,
    node: w.MatchNode,
    ask: x.Ask,
    scope: Scope,
    read: Callable[[w.Children, Scope], Nodes],
) -> u.OutcomeNode:
    """The node with its arms by the kind of outcome; `read` types what an arm shows."""
    kinds = checker.outcome_kinds(
        node.subject.span,
        node.arms,
        ask,
        scope,
        lambda arm, inner: read(cast("w.ChildArm", arm).body, inner),
    )
    return u.OutcomeNode(node.span, ask, tuple(_arm(kind, ask) for kind in kinds))


def _arm(kind: Kind, ask: x.Ask) -> u.OutcomeNodeArm:
    """The arm of a kind; where there are several cases, a `match` inside of it."""
    span = kind.cases[0].span
    bound, subject = taken(kind, ask)
    shown = cast("Nodes", kind.cases[0].body)
    if subject is not None:
        arms = tuple(
            u.NodeArm(case.span, case.pattern, case.guard, cast("Nodes", case.body))
            for case in kind.cases
        )
        shown = (u.MatchNode(span, subject, arms),)
    return u.OutcomeNodeArm(span, kind.name, kind.failure, bound, shown)
