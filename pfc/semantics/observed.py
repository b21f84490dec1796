"""`metric name.operation(number)` in a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    DECIMAL,
    DURATION,
    FLOAT,
    INT,
    OPEN,
    UNKNOWN,
    base_of,
    show,
)
from pfc.semantics.constants import try_evaluate
from pfc.semantics.scope import Scope
from pfc.syntax.ast import reactors
from pfc.syntax.ast import statements as a
from pfc.syntax.ast.base import Name

if TYPE_CHECKING:
    from pfc.semantics.effectful import Effectful as Checker

# What each kind can do, and whether it has to be told a number.
OPERATIONS: Final[dict[str, dict[str, bool]]] = {
    "counter": {"inc": False},
    "gauge": {"set": True, "inc": False, "dec": False},
    "histogram": {"observe": True},
}


def metric(checker: Checker, node: a.Metric, scope: Scope) -> s.Metric | None:
    """`metric name.operation(number)`; none if it is wrong, which has been reported."""
    arguments = [checker.expr(each.value, scope) for each in node.arguments]
    entity = checker.entity(scope.setting.reactor or "")
    if entity is None:
        return None
    # Of two with one name, which is reported there, the first one counts.
    declared = {
        each.name.text: each.kind.text
        for each in reversed(cast("reactors.Reactor", entity.node).metrics)
    }
    kind = declared.get(node.name.text)
    if kind is None:
        unknown(checker, node.name, f"metric of `{entity.name}`", tuple(declared))
        return None
    operations = OPERATIONS.get(kind)
    if operations is None:
        return None
    operation = node.operation.text
    if operation not in operations:
        unknown(checker, node.operation, f"operation of a {kind}", tuple(operations))
        return None
    return _told(checker, node, kind, arguments)


def _told(
    checker: Checker, node: a.Metric, kind: str, arguments: list[x.Expr]
) -> s.Metric | None:
    operation = node.operation.text
    wanted = OPERATIONS[kind][operation]
    named = [each.name for each in node.arguments if each.name is not None]
    if len(arguments) > 1 or named or (wanted and not arguments):
        checker.report(
            "PF220",
            node.span,
            expected=f"`{operation}` with {'a number' if wanted else 'at most a number'}",
            found="this",
        )
        return None
    if not arguments:
        return s.Metric(node.span, node.name.text, kind, operation, None)
    (value,) = arguments
    if base_of(value.type) not in (INT, DECIMAL, FLOAT, DURATION, UNKNOWN, OPEN):
        checker.report(
            "PF220",
            value.span,
            expected="a number or a length of time",
            found=f"`{show(value.type)}`",
        )
        return None
    constant, number = try_evaluate(value, {})
    if kind == "counter" and constant and isinstance(number, int) and number < 0:
        checker.report(
            "PF220", value.span, expected="a number not below zero", found=f"{number}"
        )
        return None
    return s.Metric(node.span, node.name.text, kind, operation, value)


def unknown(checker: Checker, name: Name, kind: str, known: tuple[str, ...]) -> None:
    listed = ", ".join(f"`{each}`" for each in known) or "none"
    checker.report(
        "PF210",
        name.span,
        notes=[*did_you_mean(name.text, known), f"there are {listed}"],
        kind=kind,
        name=name.text,
    )
