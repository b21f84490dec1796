"""Literals, lists, maps and interpolated strings."""

from __future__ import annotations

from decimal import Decimal
from typing import cast
from urllib.parse import urlsplit

from pfc.ir import expressions as x
from pfc.ir.types import (
    BOOL,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INT,
    OPEN,
    PATH,
    STRING,
    TIME,
    URL,
    ListType,
    MapType,
    NoneType,
    SetType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.checker import Checker
from pfc.semantics.paths import normalise
from pfc.semantics.relations import join, present
from pfc.semantics.scope import Scope
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.numbers import (
    DateValue,
    DurationValue,
    FractionValue,
    IntValue,
    TimeValue,
    parse_number,
)

_URL_SCHEMES = ("http", "https", "mailto", "tel")
_NOT_TEXT = (ListType, SetType, MapType)


class Literals(Checker):
    """Expressions that make values out of nothing but their parts."""

    def number(self, node: e.Number, expected: Type | None) -> x.Expr:
        parsed = parse_number(node.raw)
        if isinstance(parsed, str):
            self.report("PF108", node.span, literal=node.raw, reason=parsed)
            return self.unknown(node.span)
        wanted = None if expected is None else base_of(present(expected))
        match parsed:
            case IntValue(value):
                if wanted == DECIMAL:
                    return x.Literal(node.span, DECIMAL, Decimal(value))
                if wanted == FLOAT:
                    return x.Literal(node.span, FLOAT, float(value))
                return x.Literal(node.span, INT, value)
            case FractionValue(value):
                if wanted == FLOAT:
                    return x.Literal(node.span, FLOAT, float(value))
                return x.Literal(node.span, DECIMAL, value)
            case DurationValue(length):
                return x.Literal(node.span, DURATION, length)
            case DateValue(day):
                return x.Literal(node.span, DATE, day)
            case TimeValue(moment):
                return x.Literal(node.span, TIME, moment)

    def constant(self, node: e.Constant) -> x.Expr:
        if node.value is None:
            return x.Literal(node.span, NoneType(), None)
        return x.Literal(node.span, BOOL, node.value)

    def string(
        self, node: e.StringLiteral, scope: Scope, expected: Type | None
    ) -> x.Expr:
        wanted = None if expected is None else base_of(present(expected))
        if any(not isinstance(part, str) for part in node.parts):
            return x.Interpolation(node.span, STRING, self.parts(node, scope))
        text = "".join(cast("tuple[str, ...]", node.parts))
        if wanted == PATH:
            return self.path_literal(node.span, text)
        if wanted == URL:
            return self.url_literal(node.span, text)
        return x.Literal(node.span, STRING, text)

    def parts(self, node: e.StringLiteral, scope: Scope) -> tuple[str | x.Expr, ...]:
        """The texts and the typed holes of an interpolated string."""
        found: list[str | x.Expr] = []
        for part in node.parts:
            if isinstance(part, str):
                found.append(part)
                continue
            hole = self.expr(part, scope)
            if isinstance(base_of(present(hole.type)), _NOT_TEXT):
                self.report(
                    "PF220",
                    hole.span,
                    expected="a value that can be shown as text",
                    found=f"`{show(hole.type)}`",
                )
            found.append(hole)
        return tuple(found)

    def path_literal(self, span: Span, text: str) -> x.Expr:
        """A constant path, in normal form."""
        normal, problem = normalise(text)
        if problem is not None:
            self.report("PF202", span, path=f'"{text}"', reason=problem)
        return x.Literal(span, PATH, normal)

    def url_literal(self, span: Span, text: str) -> x.Expr:
        try:
            scheme = urlsplit(text).scheme
        except ValueError:
            scheme = ""
        if scheme.lower() not in _URL_SCHEMES:
            self.report(
                "PF108",
                span,
                literal=text,
                reason=f"a Url begins with one of {', '.join(_URL_SCHEMES)}",
            )
        return x.Literal(span, URL, text)

    def list_(self, node: e.ListLiteral, scope: Scope, expected: Type | None) -> x.Expr:
        wanted = None if expected is None else base_of(present(expected))
        if isinstance(wanted, ListType | SetType) and not isinstance(
            wanted.item, Unknown
        ):
            item = wanted.item
            items = tuple(self.expr(each, scope, item) for each in node.items)
            return x.ListExpr(node.span, wanted, items)
        items = tuple(self.expr(each, scope) for each in node.items)
        make = SetType if isinstance(wanted, SetType) else ListType
        return x.ListExpr(node.span, make(self.common(items)), items)

    def common(self, values: tuple[x.Expr, ...]) -> Type:
        """The type that all values fit; reports the first that does not."""
        joined: Type = OPEN
        for value in values:
            both = join(joined, value.type)
            if both is None:
                self.mismatch(value.span, value.type, joined)
            else:
                joined = both
        for value in values:
            self.lessons.learn(value, joined)
        return joined

    def map_(self, node: e.MapLiteral, scope: Scope, expected: Type | None) -> x.Expr:
        wanted = None if expected is None else base_of(present(expected))
        key = wanted.key if isinstance(wanted, MapType) else None
        value = wanted.value if isinstance(wanted, MapType) else None
        entries = tuple(
            (self.expr(each.key, scope, key), self.expr(each.value, scope, value))
            for each in node.entries
        )
        if isinstance(wanted, MapType) and not isinstance(wanted.value, Unknown):
            return x.MapExpr(node.span, wanted, entries)
        keys = self.common(tuple(entry[0] for entry in entries))
        values = self.common(tuple(entry[1] for entry in entries))
        return x.MapExpr(node.span, MapType(keys, values), entries)
