"""Conditions on rows, taken apart into what a database can compare.

What does not depend on the row is computed before the query and bound to it. The rest
has to be a comparison of columns that means the same in SQL as in the language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.program import Program
from pfc.ir.walk import nodes
from pfc.span import Span

COMPARED: Final = frozenset(
    "Bool Int Float Decimal String Path Url Bytes Uuid Date Time Instant Duration".split()
)
TEXT: Final = frozenset({"string", "path", "url"})
_ORDERED: Final = frozenset(
    "int float decimal string date time instant duration bytes".split()
)
_PARTS: Final = {"contains": "inside", "starts_with": "start", "ends_with": "end"}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Inexpressible(Exception):
    """SQL cannot say this; `why` is a clause."""

    def __init__(self, span: Span, why: str) -> None:
        super().__init__(why)
        self.span = span
        self.why = why


class Column(NamedTuple):
    """A column: its kind as `packetflow.table.Column` has it."""

    name: str
    kind: str
    optional: bool


class Made(NamedTuple):
    """A condition: the name of its class, and what that is made of.

    Parts are columns' names, operators, other conditions, or arguments.
    """

    kind: str
    parts: tuple[object, ...]


class Argument(NamedTuple):
    """A value that is computed before the query; `optional` if it may be none."""

    number: int
    optional: bool


class ColumnOr(NamedTuple):
    """A column, or the argument of this number where it is none."""

    name: str
    default: int | None


def columns_of(program: Program, table: l.Table) -> dict[str, Column]:
    """The columns of a table: fields that can be compared, or asked whether they are."""
    found = {}
    for symbol in table.columns:
        column = _column(program, symbol)
        if column is not None:
            found[column.name] = column
    return found


def _column(program: Program, symbol: x.Symbol) -> Column | None:
    base = t.base_of(symbol.type)
    optional = isinstance(base, t.OptionalType)
    inner = t.base_of(base.item) if isinstance(base, t.OptionalType) else base
    if isinstance(inner, t.Primitive) and inner.name in COMPARED:
        return Column(symbol.name, inner.name.lower(), optional)
    if isinstance(inner, t.UnionType):
        union = program.by_id.get(inner.id)
        if isinstance(union, d.UnionDecl) and union.is_enumeration:
            return Column(symbol.name, "enum", optional)
    return Column(symbol.name, "present", True) if optional else None


class Lowering:
    """Takes the condition of one query apart.

    `arguments` are what is computed before the query, in the order of their numbers.
    """

    def __init__(self, program: Program, table: l.Table, it: x.Symbol) -> None:
        self.columns = columns_of(program, table)
        self.it = it
        self.arguments: list[x.Expr] = []
        self._given: list[tuple[x.Expr, bool]] = []

    def condition(self, node: x.Expr) -> Made:
        """A condition; raises Inexpressible."""
        if not self._is_of_row(node):
            return Made("Holds", (self._argument(node).number,))
        match node:
            case x.Refine(value=value):
                return self.condition(value)
            case x.Logic():
                return self._logic(node)
            case x.Not(operand=operand):
                return Made("Opposite", (self.condition(operand),))
            case x.Compare():
                return self._compare(node)
            case x.Contains():
                return self._contains(node)
            case x.UnderPath(value=value, prefix=prefix):
                column = self._plain(value)
                if self._is_of_row(prefix):
                    raise Inexpressible(prefix.span, "the path is of the row itself")
                return Made("Under", (column.name, self._argument(prefix).number))
            case x.Method(owner="String", name=name, arguments=(part,)) if (
                name in _PARTS
            ):
                return self._part(node, _PARTS[name], node.receiver, part)
            case x.FieldOf() if node.type == t.BOOL:
                column = self._plain(node)
                literal = x.Literal(node.span, t.BOOL, True)
                number = self._argument(literal)
                return Made("Compare", (ColumnOr(column.name, None), "==", number))
        raise Inexpressible(node.span, _why(node))

    def order(self, keys: tuple[tuple[x.Expr, bool], ...]) -> tuple[str, ...]:
        """The columns to sort by, a descending one with `-`; raises Inexpressible."""
        made = []
        for key, descending in keys:
            column = self._plain(key)
            if column.kind not in _ORDERED and column.kind != "bool":
                raise Inexpressible(
                    key.span, "rows are ordered by fields with an order"
                )
            made.append(f"-{column.name}" if descending else column.name)
        return tuple(made)

    # ------------------------------------------------------------ parts
    def _logic(self, node: x.Logic) -> Made:
        left = self.condition(node.left)
        mark = len(self._given)
        if not self._is_of_row(node.left):
            # The right side is computed only if the left one does not decide.
            self._given.append((node.left, node.operator == "and"))
        right = self.condition(node.right)
        del self._given[mark:]
        return Made("every" if node.operator == "and" else "some", (left, right))

    def _compare(self, node: x.Compare) -> Made:
        left, operator, right = node.left, node.operator, node.right
        if not self._is_of_row(left):
            left, operator, right = right, _MIRRORED[operator], left
        if _is_none(right) or _is_none(left):
            name = self._column(right if _is_none(left) else left).name
            absent = Made("Absent", (name,))
            return absent if operator == "==" else Made("Opposite", (absent,))
        column = self._either(left)
        kind = self.columns[column.name].kind
        if kind == "present":
            raise Inexpressible(node.span, "a value with parts is not a column")
        if operator not in ("==", "!=") and kind not in _ORDERED:
            raise Inexpressible(node.span, "these values have no order")
        if self._is_of_row(right):
            other = self._either(right)
            if self.columns[other.name].kind != kind:
                raise Inexpressible(node.span, "the two fields are of different types")
            return Made("Compare", (column, operator, other))
        return Made("Compare", (column, operator, self._argument(right)))

    def _contains(self, node: x.Contains) -> Made:
        container, item = node.container, node.item
        if isinstance(container, x.RangeExpr):
            span, type_ = node.span, t.BOOL
            low = x.Compare(span, type_, ">=", item, container.low)
            high = x.Compare(span, type_, "<=", item, container.high)
            return Made("every", (self.condition(low), self.condition(high)))
        base = t.base_of(container.type)
        if base == t.STRING:
            return self._part(node, "inside", container, item)
        if self._is_of_row(container) or not isinstance(base, t.ListType | t.SetType):
            raise Inexpressible(container.span, "what is searched is in the row itself")
        column = self._plain(item)
        if column.kind == "present":
            raise Inexpressible(item.span, "a value with parts is not a column")
        return Made("Among", (column.name, self._argument(container).number))

    def _part(self, node: x.Expr, where: str, whole: x.Expr, part: x.Expr) -> Made:
        if not self._is_of_row(whole) or self._is_of_row(part):
            raise Inexpressible(node.span, "what is looked for is of the row itself")
        column = self._plain(whole)
        if column.kind not in TEXT:
            raise Inexpressible(node.span, "that field is no text")
        return Made("Part", (column.name, where, self._argument(part).number))

    def _either(self, node: x.Expr) -> ColumnOr:
        match node:
            case x.Refine(value=value):
                return self._either(value)
            case x.OrElse(value=value, default=default) if not self._is_of_row(default):
                column = self._plain(value)
                return ColumnOr(column.name, self._argument(default).number)
        return ColumnOr(self._plain(node).name, None)

    def _plain(self, node: x.Expr) -> Column:
        column = self._column(node)
        if column.kind == "present":
            raise Inexpressible(node.span, "a value with parts is not a column")
        return column

    def _column(self, node: x.Expr) -> Column:
        match node:
            case x.Refine(value=value):
                return self._column(value)
            case x.FieldOf(value=x.Local(symbol=symbol), name=name) if (
                symbol is self.it
            ):
                if name in self.columns:
                    return self.columns[name]
                raise Inexpressible(node.span, "a value with parts is not a column")
        raise Inexpressible(node.span, _why(node))

    def _argument(self, node: x.Expr) -> Argument:
        value = node
        for given, holds in reversed(self._given):
            none = x.Literal(node.span, t.NoneType(), None)
            ways = (value, none) if holds else (none, value)
            type_ = t.OptionalType(_present(value.type))
            value = x.Conditional(node.span, type_, given, *ways)
        self.arguments.append(value)
        optional = isinstance(t.base_of(value.type), t.OptionalType | t.NoneType)
        return Argument(len(self.arguments) - 1, optional)

    def _is_of_row(self, node: object) -> bool:
        return any(
            isinstance(each, x.Local) and each.symbol is self.it for each in nodes(node)
        )


def _present(type_: t.Type) -> t.Type:
    base = t.base_of(type_)
    return base.item if isinstance(base, t.OptionalType) else type_


def _is_none(node: x.Expr) -> bool:
    return isinstance(node, x.Literal) and node.value is None


def _why(node: x.Expr) -> str:
    match node:
        case x.Arithmetic() | x.Negate():
            return "the database does not calculate; compute it on the other side"
        case x.CallFunction() | x.Method() | x.MatchValue() | x.Conditional():
            return "it is computed from the row in the program's own way"
        case x.FieldOf(value=x.FieldOf()):
            return "a field of a field is not a column"
        case x.Local():
            return "the row as a whole is not compared"
    return "a column is compared with a value, or with another column"


def fixed(made: Made) -> Iterator[tuple[str, str]]:
    """Columns that a condition surely bounds, and how: `==`, or another operator."""
    match made:
        case Made("every", parts):
            for part in parts:
                if isinstance(part, Made):
                    yield from fixed(part)
        case Made("Compare", (ColumnOr(name, None), str() as operator, Argument())):
            yield name, operator
        case Made("Among", (str() as name, _)):
            yield name, "=="
        case Made("Under", (str() as name, _)):
            yield name, "=="


def is_led(made: Made | None, order: tuple[str, ...], table: l.Table) -> bool:
    """Whether an index leads to the rows, or there is nothing to look for."""
    if made is None:
        return True
    bounds = [(name, operator) for name, operator in fixed(made) if operator != "!="]
    bounded = {name for name, _ in bounds}
    firsts = {table.key, *(names[0] for names in (*table.indexes, *table.uniques))}
    return bool(bounded & firsts)
