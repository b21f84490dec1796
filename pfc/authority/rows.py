"""Rows: which ones a query is known to reach, and what reaching them needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pfc.authority.facts import Facts
from pfc.authority.nodes import nodes
from pfc.authority.terms import Source, Sym
from pfc.authority.trace import Need, Query
from pfc.authority.values import Value, fresh
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.types import DeclId
from pfc.span import Span

if TYPE_CHECKING:
    from pfc.authority.walk import Walk


# ---------------------------------------------------------------- reading
def find(walk: Walk, query: e.Find) -> Value:
    """A `find`: rows of others must not be among what it gives."""
    table = walk.context.program.by_id.get(query.table)
    text = walk.context.text(query.span)
    if isinstance(table, l.Table):
        columns, after = _reached(walk, table, query.it, query.where)
        for key, _ in query.order:
            walk.value(key)
        if not query.visible:
            _needs(walk, "find", query, table, table.read, (columns,), after)
    for extra in (query.limit, query.after):
        if extra is not None:
            walk.value(extra)
    return fresh(text, Source("find", text, span=query.span), query.span)


def row_with_key(walk: Walk, stage: l.Lookup, key: Value) -> Value:
    """The row of a table with this key, as a stream looks it up."""
    table = walk.context.program.by_id.get(stage.table)
    if isinstance(table, l.Table):
        columns = {**_columns(walk, table), table.key: key}
        query = Query(table.id, frozenset((table.key,)), stage.span, has_where=True)
        _use(walk, "find", stage.span, table, table.read, (columns,), query)
    text = walk.context.text(stage.span)
    return fresh(text, Source("find", text, span=stage.span), stage.span)


def event(walk: Walk, awaited: e.AwaitEvent) -> Value:
    """An `await` reads an event, which may require something."""
    if awaited.within is not None:
        walk.value(awaited.within)
    declaration = walk.context.program.by_id.get(awaited.event)
    if not isinstance(declaration, d.Event):
        return fresh(walk.context.text(awaited.span))
    fields = event_fields(walk, declaration)
    fixed = _fixed(walk, awaited.it, awaited.where)
    parts = {**fields, **{n: v for n, v in fixed.items() if n in fields}}
    value = Value(Sym("it", span=awaited.span), parts=parts)
    walk.bind(awaited.it, value)
    before = walk.facts
    if awaited.where is not None:
        walk.value(awaited.where)
        walk.facts = walk.after(awaited.where, True)
    needs = walk.needs(declaration.requires, declaration.fields, parts, None)
    walk.use("await", awaited.span, declaration.id, needs, {})
    walk.facts = before
    return value


def event_fields(walk: Walk, declaration: d.Event) -> dict[str, Value]:
    """The fields of an event: whoever emitted it chose them."""
    found = {}
    for field in declaration.fields:
        source = Source("event", field.name, declaration.id, field.span)
        value = Value(Sym(field.name, source, span=field.span))
        found[field.name] = value.bounded(walk.context.bounds.of(field.type))
    return found


# ---------------------------------------------------------------- changing
def change(walk: Walk, statement: st.Insert | st.Update | st.Delete) -> None:
    """A statement that writes rows."""
    table = walk.context.program.by_id.get(statement.table)
    if isinstance(statement, st.Insert):
        value = walk.value(statement.row)
        if isinstance(table, l.Table):
            columns = {
                column.name: walk.field(
                    value, table.row, "", column.name, statement.row.span
                )
                for column in table.columns
            }
            _use(walk, "insert", statement.span, table, table.write, (columns,), None)
        return
    if not isinstance(table, l.Table):
        return
    columns, after = _reached(walk, table, statement.it, statement.where)
    rows = [columns]
    kind = "delete"
    if isinstance(statement, st.Update):
        kind = "update"
        changes = {name: walk.value(value) for name, value in statement.entries}
        rows.append({**columns, **changes})
    _needs(walk, kind, statement, table, table.write, rows, after)


# ---------------------------------------------------------------- which rows
def _reached(
    walk: Walk, table: l.Table, it: e.Symbol, where: e.Expr | None
) -> tuple[dict[str, Value], Facts]:
    """The columns of the rows that fulfil a condition, and what is known of them."""
    columns = _columns(walk, table)
    columns |= {n: v for n, v in _fixed(walk, it, where).items() if n in columns}
    walk.bind(it, Value(Sym("it", span=it.span), parts=columns))
    if where is None:
        return columns, walk.facts
    walk.value(where)
    return columns, walk.after(where, True)


def _columns(walk: Walk, table: l.Table) -> dict[str, Value]:
    found = {}
    for column in table.columns:
        source = Source("row", column.name, table.id, column.span)
        value = Value(Sym(column.name, source, span=column.span))
        found[column.name] = value.bounded(walk.context.bounds.of(column.type))
    return found


def _fixed(walk: Walk, it: e.Symbol, where: e.Expr | None) -> dict[str, Value]:
    """The columns that a condition makes equal to something that is not of the row."""
    return {
        name: walk.value(value)
        for name, value in _equalities(it, where)
        if not any(isinstance(n, e.Local) and n.symbol is it for n in nodes(value))
    }


def _equalities(it: e.Symbol, where: e.Expr | None) -> Iterator[tuple[str, e.Expr]]:
    match where:
        case e.Logic(operator="and", left=left, right=right):
            yield from _equalities(it, left)
            yield from _equalities(it, right)
        case e.Compare(operator="==", left=left, right=right):
            for one, other in ((left, right), (right, left)):
                match one:
                    case e.FieldOf(value=e.Local(symbol=symbol), name=name) if (
                        symbol is it
                    ):
                        yield name, other


# ---------------------------------------------------------------- needs
def _needs(
    walk: Walk,
    kind: str,
    node: e.Find | st.Update | st.Delete,
    table: l.Table,
    guard: e.Cap | None,
    rows: tuple[Mapping[str, Value], ...] | list[dict[str, Value]],
    known: Facts,
) -> None:
    where = node.where
    at = (node.it if where is None else where).span
    fixed = frozenset(name for name, _ in _equalities(node.it, where))
    either = isinstance(where, e.Logic) and where.operator == "or"
    query = Query(table.id, fixed, at, where is not None, either)
    before, walk.facts = walk.facts, known
    _use(walk, kind, node.span, table, guard, rows, query)
    walk.facts = before


def _use(
    walk: Walk,
    kind: str,
    span: Span,
    table: l.Table,
    guard: e.Cap | None,
    rows: tuple[Mapping[str, Value], ...] | list[dict[str, Value]],
    query: Query | None,
) -> None:
    needs: list[Need] = []
    for row in rows:
        if guard is None:
            continue  # the table is public for this
        inner = walk.inner()
        for column in table.columns:
            inner.env[column] = row[column.name]
        needs.append(inner.one_need(guard))
    arguments: dict[DeclId, Value] = {}
    walk.use(kind, span, table.id, tuple(needs), arguments, query=query)
