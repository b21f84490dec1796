"""Evaluating typed expressions whose parts are constant."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from pfc.ir import expressions as x
from pfc.semantics.paths import is_under
from pfc.semantics.regexes import is_quick

Value = Any  # a constant of the language: its Python type is told by its IR type


class NotConstant(Exception):
    """The expression has a part that is known at run time only."""


_COMPARE: Final[dict[str, Callable[[Value, Value], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_STRING_METHODS: Final[dict[str, Callable[..., Value]]] = {
    "length": len,
    "is_empty": lambda text: not text,
    "contains": lambda text, part: part in text,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "matches": lambda text, pattern: _matches(text, pattern),
}


def evaluate(expr: x.Expr, values: Mapping[x.Symbol, Value]) -> Value:
    """The value of an expression over symbols whose values are given.

    Raises NotConstant if there is a part that is not constant, or that would be a fault.
    """
    match expr:
        case x.Literal():
            return expr.value
        case x.Local():
            if expr.symbol in values:
                return values[expr.symbol]
            raise NotConstant
        case x.Refine():
            return evaluate(expr.value, values)
        case x.Not():
            return not evaluate(expr.operand, values)
        case x.Negate():
            return -evaluate(expr.operand, values)
        case x.Logic():
            left = evaluate(expr.left, values)
            if left is (expr.operator == "or"):
                return left
            return evaluate(expr.right, values)
        case x.Compare():
            left, right = evaluate(expr.left, values), evaluate(expr.right, values)
            return _guarded(_COMPARE[expr.operator], left, right)
        case x.Arithmetic():
            return _arithmetic(expr, values)
        case x.Contains():
            return _contains(expr, values)
        case x.UnderPath():
            return is_under(evaluate(expr.value, values), evaluate(expr.prefix, values))
        case x.Conditional():
            chosen = expr.then if evaluate(expr.condition, values) else expr.otherwise
            return evaluate(chosen, values)
        case x.Method(owner="String" | "Path" | "Url") if expr.name in _STRING_METHODS:
            arguments = [evaluate(a, values) for a in expr.arguments]
            receiver = evaluate(expr.receiver, values)
            return _guarded(_STRING_METHODS[expr.name], receiver, *arguments)
        case x.Method(owner="Bytes", name="length"):
            return len(evaluate(expr.receiver, values))
        case x.ListExpr():
            return tuple(evaluate(item, values) for item in expr.items)
        case _:
            raise NotConstant


def _matches(text: str, pattern: str) -> bool:
    """Raises NotConstant where matching could take long."""
    if not is_quick(pattern, text):
        raise NotConstant
    return re.fullmatch(pattern, text) is not None


def _arithmetic(expr: x.Arithmetic, values: Mapping[x.Symbol, Value]) -> Value:
    left, right = evaluate(expr.left, values), evaluate(expr.right, values)
    if expr.operator in _ARITHMETIC:
        return _guarded(_ARITHMETIC[expr.operator], left, right)
    if right in (0, timedelta(0)):
        raise NotConstant
    if expr.operator == "/":
        if isinstance(left, int):
            return Decimal(left) / Decimal(right)
        return _guarded(operator.truediv, left, right)
    return _guarded(operator.mod, left, right)


def _contains(expr: x.Contains, values: Mapping[x.Symbol, Value]) -> bool:
    item = evaluate(expr.item, values)
    if isinstance(expr.container, x.RangeExpr):
        low = evaluate(expr.container.low, values)
        high = evaluate(expr.container.high, values)
        return bool(_guarded(lambda: low <= item <= high))
    container = evaluate(expr.container, values)
    return bool(_guarded(lambda: item in container))


def _guarded(function: Callable[..., Value], *arguments: Value) -> Value:
    try:
        return function(*arguments)
    except (TypeError, ValueError, ArithmeticError, re.error, RecursionError):
        raise NotConstant from None


def try_evaluate(expr: x.Expr, values: Mapping[x.Symbol, Value]) -> tuple[bool, Value]:
    """Whether the expression is constant, and its value."""
    try:
        return True, evaluate(expr, values)
    except NotConstant:
        return False, None
