"""Expressions: big steps from the syntax tree to a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import DecimalException
from functools import partial
from typing import Final

from pfc.syntax.ast import expressions as e
from tests.differential.evaluator import methods, numbers
from tests.differential.evaluator.calls import Calls, Names
from tests.differential.evaluator.patterns import match
from tests.differential.evaluator.text import text
from tests.differential.evaluator.types import Type
from tests.differential.evaluator.values import (
    INDEX,
    KEY,
    OVERFLOW,
    Fault,
    Struct,
    Value,
    all_of,
)

Meant = Mapping[tuple[int, int], str]
"""What only type inference tells, by where an expression stands: the type of a literal or
of a sum's items, and `optional` where `or` or `map` has an optional on its left."""

_NUMERIC: Final = ("Decimal", "Float")


class Expressions(Calls):
    """`value` evaluates; `expected` is the type declared for the place, if there is one."""

    meant: Meant

    def value(self, node: e.Expr, names: Names, expected: Type | None = None) -> Value:
        """The value of an expression, as one of the expected type."""
        found = self._value(node, names, expected)
        return found if expected is None else self.conform(found, expected)

    def _value(self, node: e.Expr, names: Names, expected: Type | None) -> Value:
        match node:
            case e.Number(raw=raw):
                return numbers.literal(raw, self._meaning(node, expected))
            case e.Constant(value=value):
                return value
            case e.StringLiteral():
                return self._string(node, names, expected)
            case e.ListLiteral():
                return self._list(node, names, expected)
            case e.MapLiteral():
                return self._map(node, names, expected)
            case e.Reference(name=name):
                return self.reference(name, names, expected)
            case e.Field():
                return self._field(node, names, expected)
            case e.Index():
                return self._index(node, names)
            case e.CallExpr():
                return self._call(node, names, expected)
            case e.Unary(operator="not"):
                return not self.value(node.operand, names)
            case e.Unary():
                hint = self._numeric(expected)
                return numbers.negate(self._value(node.operand, names, hint))
            case e.Binary():
                return self._binary(node, names, expected)
            case e.Range():
                return self._range(node, names)
            case e.IfExpr():
                holds = self.value(node.condition, names)
                chosen = node.then if holds else node.otherwise
                return self.value(chosen, names, expected)
            case e.MatchExpr():
                return self._match(node, names, expected)
            case e.Lambda():
                return self._lambda(node, names)
            case e.StateRef():
                return names["state"]
            case _:
                raise NotImplementedError(type(node).__name__)

    def _meaning(self, node: e.Expr, expected: Type | None) -> str | None:
        meant = self.meant.get((node.span.start, node.span.end))
        base = self.declared.base(expected)
        return meant or (None if base is None else base.name)

    def _numeric(self, expected: Type | None) -> Type | None:
        base = self.declared.base(expected)
        return base if base is not None and base.name in _NUMERIC else None

    # ------------------------------------------------------------ literals
    def _string(
        self, node: e.StringLiteral, names: Names, expected: Type | None
    ) -> Value:
        whole = "".join(all_of(*(partial(self._part, p, names) for p in node.parts)))
        if self._meaning(node, expected) == "Path":
            return self.conform(whole, Type("Path"))
        return whole

    def _part(self, part: str | e.Expr, names: Names) -> str:
        if isinstance(part, str):
            return part
        return text(self.value(part, names), self.declared.words)

    def _list(self, node: e.ListLiteral, names: Names, expected: Type | None) -> Value:
        base = self.declared.base(expected)
        item = base.arguments[0] if base and base.name in ("List", "Set") else None
        steps = (partial(self.value, each, names, item) for each in node.items)
        items = tuple(all_of(*steps))
        return frozenset(items) if self._meaning(node, expected) == "Set" else items

    def _map(self, node: e.MapLiteral, names: Names, expected: Type | None) -> Value:
        base = self.declared.base(expected)
        key, value = base.arguments if base and base.name == "Map" else (None, None)
        keys = (partial(self.value, each.key, names, key) for each in node.entries)
        values = (
            partial(self.value, each.value, names, value) for each in node.entries
        )
        found = all_of(*keys, *values)
        count = len(node.entries)
        return dict(zip(found[:count], found[count:], strict=True))

    def _lambda(self, node: e.Lambda, names: Names) -> Value:
        parameters = [parameter.text for parameter in node.parameters]

        def function(*arguments: Value) -> Value:
            if len(arguments) == 1 and len(parameters) == 2:
                arguments = arguments[0]  # a pair is taken apart
            given = dict(zip(parameters, arguments, strict=True))
            return self.value(node.body, {**names, **given})

        return function

    # ------------------------------------------------------------ parts
    def _field(self, node: e.Field, names: Names, expected: Type | None) -> Value:
        name = node.name.text
        union = self.union_of(node.value, names)
        if union is not None:
            return self.make_variant(union, name, (), names, expected)
        value = self.value(node.value, names)
        if isinstance(value, Struct) and name in value:
            return value[name]
        if isinstance(value, self.Fields) and name in value:
            return value[name]
        return self._method(node, value, name, [])

    def _index(self, node: e.Index, names: Names) -> Value:
        container, at = all_of(
            partial(self.value, node.value, names), partial(self.value, node.at, names)
        )
        if isinstance(container, dict):
            if at not in container:
                raise Fault(KEY)
            return container[at]
        if not 0 <= at < len(container):
            raise Fault(INDEX)
        return container[at]

    def _range(self, node: e.Range, names: Names) -> Value:
        low, high = all_of(
            partial(self.value, node.low, names), partial(self.value, node.high, names)
        )
        return tuple(range(low, high + 1))

    # ------------------------------------------------------------ calls
    def _call(self, node: e.CallExpr, names: Names, expected: Type | None) -> Value:
        callee = node.callee
        if isinstance(callee, e.Reference):
            found = self.call(callee.name, node.arguments, names, expected)
            if found is not NotImplemented:
                return found
            # a method of `it`
            given = [self.value(each.value, names) for each in node.arguments]
            return self._method(node, names["it"], callee.name, given)
        assert isinstance(callee, e.Field)
        name = callee.name.text
        union = self.union_of(callee.value, names)
        if union is not None:
            return self.make_variant(union, name, node.arguments, names, expected)
        if name == "with":
            receiver = self.value(callee.value, names)
            return self.copy(receiver, node.arguments, names)
        parts = (callee.value, *(each.value for each in node.arguments))
        found = all_of(*(partial(self.value, each, names) for each in parts))
        return self._method(node, found[0], name, found[1:])

    def _method(
        self, node: e.Expr, receiver: Value, name: str, given: list[Value]
    ) -> Value:
        meant = self.meant.get((node.span.start, node.span.end))
        if name == "sum":
            kind = meant or (type(receiver[0]).__name__ if receiver else "Int")
            return numbers.total(receiver, _KINDS.get(kind, kind))
        function = methods.method(receiver, name, optional=meant == "optional")
        assert function is not None, f"{name} of {receiver!r}"
        try:
            return function(receiver, *given)
        except (OverflowError, DecimalException):
            raise Fault(OVERFLOW) from None

    # ------------------------------------------------------------ operators
    def _binary(self, node: e.Binary, names: Names, expected: Type | None) -> Value:
        match node.operator:
            case "and":
                return self.value(node.left, names) and self.value(node.right, names)
            case "or":
                return self._or(node, names, expected)
            case "in":
                return self._in(node, names)
            case "under":
                path, base = self.value(node.left, names), Type("Path")
                return self.is_under(path, self.value(node.right, names, base))
            case "==" | "!=" | "<" | "<=" | ">" | ">=":
                left, right = self._operands(node, names, None)
                return _compare(node.operator, left, right)
        left, right = self._operands(node, names, self._numeric(expected))
        return numbers.arithmetic(node.operator, left, right)

    def _or(self, node: e.Binary, names: Names, expected: Type | None) -> Value:
        left = self.value(node.left, names)
        meant = self.meant.get((node.span.start, node.span.end))
        if left is None or (left is False and meant != "optional"):
            return self._value(node.right, names, expected)
        return left

    def _in(self, node: e.Binary, names: Names) -> bool:
        if isinstance(node.right, e.Range):
            item = self.value(node.left, names)
            hint = _type_of(item)
            low = self._value(node.right.low, names, hint)
            high = self._value(node.right.high, names, hint)
            return bool(low <= item <= high)
        item, container = all_of(
            partial(self.value, node.left, names),
            partial(self.value, node.right, names),
        )
        return item in container

    def _operands(
        self, node: e.Binary, names: Names, hint: Type | None
    ) -> tuple[Value, Value]:
        """Both sides; a number takes its type from the other one."""
        if _is_number(node.left) and not _is_number(node.right):
            right = self._value(node.right, names, hint)
            return self._value(node.left, names, _type_of(right)), right
        if _is_number(node.right):
            left = self._value(node.left, names, hint)
            return left, self._value(node.right, names, _type_of(left) or hint)
        left, right = all_of(
            partial(self._value, node.left, names, hint),
            partial(self._value, node.right, names, hint),
        )
        return left, right

    def _match(self, node: e.MatchExpr, names: Names, expected: Type | None) -> Value:
        assert not isinstance(node.subject, e.Ask | e.Perform | e.Find | e.AwaitEvent)
        subject = self.value(node.subject, names)
        for arm in node.arms:
            bound = match(arm.pattern, subject)
            if bound is None:
                continue
            inner = {**names, **bound}
            if arm.guard is None or self.value(arm.guard, inner):
                return self.value(arm.value, inner, expected)
        raise AssertionError("no arm matches")


_KINDS: Final = {
    "int": "Int",
    "Decimal": "Decimal",
    "float": "Float",
    "timedelta": "Duration",
}


def _type_of(value: Value) -> Type | None:
    kind = _KINDS.get(type(value).__name__)
    return None if kind is None else Type(kind)


def _is_number(node: e.Expr) -> bool:
    if isinstance(node, e.Unary):
        return _is_number(node.operand)
    return isinstance(node, e.Number)


def _compare(operator: str, left: Value, right: Value) -> bool:
    if isinstance(left, datetime) and isinstance(right, datetime):
        # in one zone Python compares what its clocks show, twice a year ambiguous
        left, right = left.astimezone(UTC), right.astimezone(UTC)
    match operator:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return not right < left
        case ">":
            return bool(right < left)
        case _:
            return not left < right
