"""`find`, `insert`, `update` and `delete`: what reads and changes the rows of tables."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    CURSOR,
    INT,
    UNKNOWN,
    PageType,
    RecordType,
    Type,
    Unknown,
    show,
)
from pfc.semantics.bodies import Body
from pfc.semantics.outcomes import Outcomes
from pfc.semantics.relations import is_sortable, optional, present
from pfc.semantics.scope import Scope
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a
from pfc.syntax.ast.base import Dotted
from pfc.syntax.ast.tables import Table

_PLACES = ("handler", "workflow", "test")


class Rows(Outcomes):
    """Statements and right sides about tables."""

    def row_type(self, table: Entity) -> Type:
        """The record that a table has rows of; reports if it is none."""
        node = cast("Table", table.node)
        record = self.world.lookup(table.module, node.row, "record")
        return UNKNOWN if record is None else RecordType(record.id)

    def over(self, scope: Scope, type_: Type, span: Span) -> tuple[x.Symbol, Scope]:
        """`it` for elements of a type, and the scope where it is known."""
        it = x.Symbol("it", type_, "row", span)
        return it, replace(scope.child(), it=it)

    def _table(
        self, name: Dotted, span: Span, verb: str, scope: Scope, body: Body
    ) -> Entity | None:
        if body.kind not in _PLACES:
            self.report("PF246", span, statement=verb, place=body.name)
        return self.world.lookup(scope.module, name, "table")

    def _where(self, node: e.Expr | None, scope: Scope) -> x.Expr | None:
        return None if node is None else self.condition(node, scope)

    # ------------------------------------------------------------ reading
    def find(self, node: e.Find, scope: Scope, body: Body) -> x.Find | None:
        """A query; none if there is no such table."""
        table = self._table(node.table, node.span, "find", scope, body)
        if table is None:
            return None
        row = self.row_type(table)
        it, inner = self.over(scope, row, node.table.span)
        where = self._where(node.where, inner)
        order = tuple(
            (self._key(each.key, inner), each.descending) for each in node.order
        )
        limit = None if node.limit is None else self.expr(node.limit, scope, INT)
        after = None
        if node.after is not None:
            after = self.expr(node.after, scope, optional(CURSOR))
        type_ = optional(row) if node.one else PageType(row)
        return x.Find(
            node.span,
            type_,
            table.id,
            node.one,
            node.visible,
            it,
            where,
            order,
            limit,
            after,
        )

    def _key(self, node: e.Expr, scope: Scope) -> x.Expr:
        key = self.expr(node, scope)
        if not isinstance(key.type, Unknown) and not is_sortable(present(key.type)):
            operands = f"values of type `{show(key.type)}`"
            self.report("PF227", key.span, operator="order by", operands=operands)
        return key

    # ------------------------------------------------------------ changing
    def insert(self, node: a.Insert, scope: Scope, body: Body) -> s.Insert | None:
        """`insert row into table`, which fails `Duplicate` where a key is taken."""
        table = self._table(node.table, node.span, "insert", scope, body)
        body.changes = True
        if table is None:
            self.infer_expr(node.row, scope, None)
            return None
        row = self.expr(node.row, scope, self.row_type(table))
        declared = sorted(
            id_ for id_ in body.fails or () if id_.rpartition(".")[2] == "Duplicate"
        )
        if body.fails is not None and not declared:
            notes = ["a row with this key may be there: declare it, `fails Duplicate`"]
            self.report("PF242", node.span, notes=notes, failure="Duplicate")
        duplicate = declared[0] if declared else None
        return s.Insert(node.span, table.id, row, duplicate)

    def update(self, node: a.Update, scope: Scope, body: Body) -> s.Update | None:
        """`update table where c { field: e }`."""
        table = self._table(node.table, node.span, "update", scope, body)
        body.changes = True
        if table is None:
            return None
        row = self.row_type(table)
        it, inner = self.over(scope, row, node.table.span)
        where = self._where(node.where, inner)
        types = {field.name: field for field in self.fields_of_type(row)}
        entries = []
        for entry in node.entries:
            field = types.get(entry.name.text)
            if field is None:
                value = self.expr(entry.value, inner)
                if not isinstance(row, Unknown):
                    notes = did_you_mean(entry.name.text, types)
                    self.report(
                        "PF221",
                        entry.name.span,
                        notes=notes,
                        type=show(row),
                        field=entry.name.text,
                    )
            else:
                value = self.expr(entry.value, inner, field.type)
                self.check_field(value, field)
            entries.append((entry.name.text, value))
        return s.Update(node.span, table.id, it, where, tuple(entries))

    def delete(self, node: a.Delete, scope: Scope, body: Body) -> s.Delete | None:
        """`delete table where c`."""
        table = self._table(node.table, node.span, "delete", scope, body)
        body.changes = True
        if table is None:
            return None
        it, inner = self.over(scope, self.row_type(table), node.table.span)
        return s.Delete(node.span, table.id, it, self._where(node.where, inner))
