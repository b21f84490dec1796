"""Tables, typed: their rows, and what reading and writing a row requires."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir.durable import Table
from pfc.ir.types import Type, Unknown, show
from pfc.semantics.scope import Scope
from pfc.semantics.type_checker import DEFAULT, TypeChecker
from pfc.semantics.world import Entity
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import tables
from pfc.syntax.ast.base import Name


class TableDeclarations:
    """Makes the typed declarations of tables."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker

    def table(self, entity: Entity) -> Table:
        node = cast("tables.Table", entity.node)
        row = self.checker.row_type(entity)
        fields = self.checker.fields_of_type(row)
        columns = tuple(x.Symbol(f.name, f.type, "column", f.span) for f in fields)
        setting = replace(
            DEFAULT,
            name="the guard of a table",
            caller_reason="a guard is about the row; queries fix it to their caller",
        )
        scope = Scope(entity.module, setting)
        for column in columns:
            scope.bind(column)
        if node.key is None:
            self.checker.report(
                "PF222", node.name.span, callee=entity.name, parameter="key"
            )
        else:
            self._known(node.key, row, columns)
        for names in (*node.indexes, *node.uniques):
            for name in names:
                self._known(name, row, columns)
        for word, guard in (("read", node.read), ("write", node.write)):
            if guard is None:
                self.checker.report(
                    "PF412", node.name.span, table=entity.name, access=word
                )
        return Table(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            row,
            columns,
            "" if node.key is None else node.key.text,
            self._guard(node.read, scope),
            self._guard(node.write, scope),
            tuple(tuple(name.text for name in names) for names in node.indexes),
            tuple(tuple(name.text for name in names) for names in node.uniques),
            node.doc,
        )

    def _guard(self, node: e.Cap | None, scope: Scope) -> x.Cap | None:
        return None if node is None else self.checker.cap(node, scope)

    def _known(self, name: Name, row: Type, columns: tuple[x.Symbol, ...]) -> None:
        names = [column.name for column in columns]
        if name.text not in names and not isinstance(row, Unknown):
            notes = did_you_mean(name.text, names)
            self.checker.report(
                "PF221", name.span, notes=notes, type=show(row), field=name.text
            )
