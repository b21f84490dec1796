"""Operators: what they work on, and what they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from pfc.ir import expressions as x
from pfc.ir.types import (
    BOOL,
    BYTES,
    CALENDAR,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INSTANT,
    INT,
    PATH,
    STRING,
    UNKNOWN,
    ListType,
    MapType,
    NoneType,
    OptionalType,
    SetType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.literals import Literals
from pfc.semantics.operator_advice import advice, of_or
from pfc.semantics.relations import fits, is_ordered, join, optional, present
from pfc.semantics.scope import Place, Scope, place_of
from pfc.span import Span
from pfc.syntax.ast import expressions as e

_RESULTS: Final[dict[tuple[str, Type, Type], Type]] = {
    **{(op, INT, INT): INT for op in "+-*%"},
    ("/", INT, INT): DECIMAL,
    **{(op, DECIMAL, DECIMAL): DECIMAL for op in "+-*/%"},
    **{(op, FLOAT, FLOAT): FLOAT for op in "+-*/%"},
    ("+", STRING, STRING): STRING,
    ("+", BYTES, BYTES): BYTES,
    ("+", DURATION, DURATION): DURATION,
    ("-", DURATION, DURATION): DURATION,
    ("*", DURATION, INT): DURATION,
    ("*", INT, DURATION): DURATION,
    ("/", DURATION, INT): DURATION,
    ("/", DURATION, DURATION): DECIMAL,
    ("+", INSTANT, DURATION): INSTANT,
    ("+", DURATION, INSTANT): INSTANT,
    ("-", INSTANT, DURATION): INSTANT,
    ("-", INSTANT, INSTANT): DURATION,
    ("+", DATE, DURATION): DATE,
    ("-", DATE, DURATION): DATE,
    ("-", DATE, DATE): DURATION,
}
_NUMERIC = (INT, DECIMAL, FLOAT)


class Operators(Literals):
    """Unary and binary operators, `if ... then`, `in`, `under`."""

    def unary(self, node: e.Unary, scope: Scope, expected: Type | None) -> x.Expr:
        if node.operator == "not":
            operand = self.condition(node.operand, scope)
            return x.Not(node.span, BOOL, operand)
        operand = self.infer_expr(node.operand, scope, _numeric_hint(expected))
        base = base_of(operand.type)
        if base not in (*_NUMERIC, DURATION) and not isinstance(base, Unknown):
            self._no_operator(node.span, "-", operand.type)
        if isinstance(operand, x.Literal) and isinstance(operand.value, int | float):
            return x.Literal(node.span, base, -operand.value)
        return x.Negate(node.span, base, operand)

    def condition(self, node: e.Expr, scope: Scope) -> x.Expr:
        """An expression that has to be a Bool."""
        found = self.expr(node, scope)
        if not fits(found.type, BOOL):
            self.report("PF228", found.span, found=f"`{show(found.type)}`")
        return found

    def binary(self, node: e.Binary, scope: Scope, expected: Type | None) -> x.Expr:
        if node.operator == "and":
            left = self.condition(node.left, scope)
            inner = scope.narrow(self.facts(left, holds=True))
            right = self.condition(node.right, inner)
            return x.Logic(node.span, BOOL, "and", left, right)
        if node.operator == "or":
            return self._or(node, scope, expected)
        if node.operator == "in":
            return self._in(node, scope)
        if node.operator == "under":
            value = self.expr(node.left, scope, PATH)
            prefix = self.expr(node.right, scope, PATH)
            return x.UnderPath(node.span, BOOL, value, prefix)
        left, right = self._operands(node, scope, expected)
        if node.operator in ("==", "!=", "<", "<=", ">", ">="):
            return self._compare(node, left, right)
        return self._arithmetic(node.span, node.operator, left, right)

    def _or(self, node: e.Binary, scope: Scope, expected: Type | None) -> x.Expr:
        left = self.expr(node.left, scope, None)
        if isinstance(left.type, OptionalType | NoneType):
            wanted = optional(expected) if expected is not None else None
            known = isinstance(left.type, OptionalType)
            hint = left.type if known or wanted is None else wanted
            right = self.expr(node.right, scope, _hint_of(hint, node.right))
            result = join(present(left.type), right.type)
            self.lessons.learn(left, right.type)
            if result is None:
                self.mismatch(right.span, right.type, present(left.type))
                result = present(left.type)
            return x.OrElse(node.span, result, left, right)
        if not fits(left.type, BOOL):
            self._no_operator(node.span, "or", left.type, of_or(left))
            self.infer_expr(node.right, scope, None)
            return self.unknown(node.span)
        inner = scope.narrow(self.facts(left, holds=False))
        right = self.condition(node.right, inner)
        return x.Logic(node.span, BOOL, "or", left, right)

    def _in(self, node: e.Binary, scope: Scope) -> x.Expr:
        if isinstance(node.right, e.Range):
            item = self.expr(node.left, scope)
            container = self.range_(node.right, scope, item.type)
            low = cast("x.RangeExpr", container).low
            if join(base_of(present(item.type)), base_of(low.type)) is None:
                operands = f"`{show(item.type)}` and `{show(container.type)}`"
                self.report("PF227", node.span, operator="in", operands=operands)
            elif isinstance(item.type, OptionalType):
                self.mismatch(item.span, item.type, item.type.item)
            return x.Contains(node.span, BOOL, item, container)
        container = self.expr(node.right, scope)
        base = base_of(container.type)
        wanted: Type | None = None
        if isinstance(base, ListType | SetType):
            wanted = base.item
        elif isinstance(base, MapType):
            wanted = base.key
        elif base == STRING:
            wanted = STRING
        elif base == CALENDAR:
            wanted = INSTANT
        elif not isinstance(base, Unknown):
            self._no_operator(node.span, "in", container.type)
        item = self.expr(node.left, scope, base_of(wanted) if wanted else None)
        if isinstance(base, ListType | SetType):
            self.lessons.learn(container, type(base)(item.type))
        elif isinstance(base, MapType):
            self.lessons.learn(container, MapType(item.type, base.value))
        return x.Contains(node.span, BOOL, item, container)

    def range_(self, node: e.Range, scope: Scope, hint: Type | None = None) -> x.Expr:
        low = self.expr(node.low, scope, _numeric_hint(hint))
        high = self.expr(node.high, scope, _numeric_hint(hint) or base_of(low.type))
        if not is_ordered(low.type) and not isinstance(low.type, Unknown):
            self._no_operator(node.span, "..", low.type)
        elif not fits(base_of(high.type), base_of(low.type)):
            self.mismatch(high.span, high.type, low.type)
        return x.RangeExpr(node.span, ListType(base_of(low.type)), low, high)

    def _operands(
        self, node: e.Binary, scope: Scope, expected: Type | None
    ) -> tuple[x.Expr, x.Expr]:
        """Both sides; a literal takes its type from the other one."""
        comparing = node.operator in ("==", "!=", "<", "<=", ">", ">=")
        hint = None if comparing else _numeric_hint(expected)
        if _takes_type(node.left) and not _takes_type(node.right):
            right = self.infer_expr(node.right, scope, hint)
            return self.infer_expr(node.left, scope, _operand_hint(right.type)), right
        left = self.infer_expr(node.left, scope, hint)
        if _takes_type(node.right):
            wanted = _operand_hint(left.type) or hint
            return left, self.infer_expr(node.right, scope, wanted)
        return left, self.infer_expr(node.right, scope, hint)

    def _compare(self, node: e.Binary, left: x.Expr, right: x.Expr) -> x.Expr:
        self.lessons.learn(left, right.type)
        self.lessons.learn(right, left.type)
        if node.operator in ("==", "!="):
            if join(base_of(left.type), base_of(right.type)) is None:
                self.report(
                    "PF227",
                    node.span,
                    operator=node.operator,
                    operands=f"`{show(left.type)}` and `{show(right.type)}`",
                )
            return x.Compare(node.span, BOOL, node.operator, left, right)
        for side in (left, right):
            if isinstance(side.type, OptionalType):
                self.mismatch(side.span, side.type, side.type.item)
                return x.Compare(node.span, BOOL, node.operator, left, right)
        known = not isinstance(left.type, Unknown) and not isinstance(
            right.type, Unknown
        )
        if known and (
            not is_ordered(left.type)
            or join(base_of(left.type), base_of(right.type)) is None
        ):
            self.report(
                "PF227",
                node.span,
                operator=node.operator,
                operands=f"`{show(left.type)}` and `{show(right.type)}`",
            )
        return x.Compare(node.span, BOOL, node.operator, left, right)

    def _arithmetic(
        self, span: Span, operator: str, left: x.Expr, right: x.Expr
    ) -> x.Expr:
        for side in (left, right):
            if isinstance(side.type, OptionalType):
                self.mismatch(side.span, side.type, side.type.item)
                return x.Arithmetic(span, UNKNOWN, operator, left, right)
        first, second = base_of(left.type), base_of(right.type)
        if isinstance(first, Unknown) or isinstance(second, Unknown):
            return x.Arithmetic(span, UNKNOWN, operator, left, right)
        if operator == "+" and isinstance(first, ListType):
            both = join(first, second)
            if both is not None:
                self.lessons.learn(left, both)
                self.lessons.learn(right, both)
                return x.Arithmetic(span, both, operator, left, right)
        result = _RESULTS.get((operator, first, second))
        if result is None:
            self.report(
                "PF227",
                span,
                notes=advice(operator, first, second),
                operator=operator,
                operands=f"`{show(left.type)}` and `{show(right.type)}`",
            )
            result = UNKNOWN
        return x.Arithmetic(span, result, operator, left, right)

    def arithmetic(
        self, span: Span, operator: str, left: x.Expr, right: x.Expr
    ) -> x.Expr:
        """`left operator right`, for `+=` and its kin."""
        return self._arithmetic(span, operator, left, right)

    def _no_operator(
        self, span: Span, operator: str, type_: Type, notes: Sequence[str] = ()
    ) -> None:
        if not isinstance(type_, Unknown):
            operands = f"`{show(type_)}`"
            self.report(
                "PF227", span, notes=notes, operator=operator, operands=operands
            )

    def if_expr(self, node: e.IfExpr, scope: Scope, expected: Type | None) -> x.Expr:
        condition = self.condition(node.condition, scope)
        inner = scope.narrow(self.facts(condition, holds=True))
        outer = scope.narrow(self.facts(condition, holds=False))
        then = self.expr(node.then, inner, expected)
        otherwise = self.expr(node.otherwise, outer, expected)
        type_ = expected
        if type_ is None:
            type_ = self.common((then, otherwise))
        return x.Conditional(node.span, type_, condition, then, otherwise)

    # ------------------------------------------------------------ narrowing
    def facts(self, condition: x.Expr, *, holds: bool) -> dict[Place, Type]:
        """What is known of optionals if the condition holds (or does not)."""
        match condition:
            case x.Not():
                return self.facts(condition.operand, holds=not holds)
            case x.Logic(operator=operator):
                if (operator == "and") is holds:
                    found = self.facts(condition.left, holds=holds)
                    return {**found, **self.facts(condition.right, holds=holds)}
            case x.Compare(operator="==" | "!="):
                return self._presence(condition, holds)
        return {}

    def _presence(self, condition: x.Compare, holds: bool) -> dict[Place, Type]:
        for value, other in (
            (condition.left, condition.right),
            (condition.right, condition.left),
        ):
            none = isinstance(other, x.Literal) and other.value is None
            says_present = (condition.operator == "!=") is holds
            place = place_of(value)
            if not (none and says_present) or place is None:
                continue
            if isinstance(value.type, OptionalType):
                return {place: value.type.item}
        return {}


def _takes_type(node: e.Expr) -> bool:
    """Whether a literal may take its type from what stands beside it."""
    if isinstance(node, e.Unary) and node.operator == "-":
        return _takes_type(node.operand)
    if isinstance(node, e.StringLiteral):
        return all(isinstance(part, str) for part in node.parts)
    return isinstance(node, e.Number | e.ListLiteral | e.MapLiteral)


def _operand_hint(type_: Type) -> Type | None:
    base = base_of(present(type_))
    return None if isinstance(base, Unknown | NoneType) else base


def _numeric_hint(type_: Type | None) -> Type | None:
    """The expected type, if a number without a point should take it."""
    if type_ is None:
        return None
    base = base_of(present(type_))
    return base if base in (DECIMAL, FLOAT) else None


def _hint_of(wanted: Type, node: e.Expr) -> Type | None:
    """What a default is expected to be: only literals need to know."""
    if isinstance(node, e.Number | e.StringLiteral | e.ListLiteral | e.MapLiteral):
        return base_of(present(wanted)) if _takes_type(node) else None
    if isinstance(node, e.Constant | e.Lambda):
        return wanted
    return None
