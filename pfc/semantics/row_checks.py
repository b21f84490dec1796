"""What a database can do with the rows that a program declares and asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.program import Program
from pfc.ir.walk import nodes
from pfc.semantics.kept import why_not_kept
from pfc.semantics.row_conditions import (
    Inexpressible,
    Lowering,
    columns_of,
    is_led,
)
from pfc.semantics.world import World
from pfc.span import Span

ROWS: Final = (x.Find, s.Insert, s.Update, s.Delete)
"""What reads or writes rows."""

RowNode = x.Find | s.Insert | s.Update | s.Delete


def check_rows(program: Program, world: World) -> None:
    """Reports what cannot be done with rows (PF269), and what takes long (PF414)."""
    if not any(isinstance(each, l.Table) for each in program.by_id.values()):
        return
    checks = _Rows(program, world)
    for declaration in list(program.by_id.values()):
        if isinstance(declaration, l.Table):
            checks.table(declaration)
        elif isinstance(declaration, d.Reactor):
            for handler in declaration.handlers:
                checks.handler(handler)
    for module in program.modules.values():
        for test in module.tests:
            for node in _rows_in(test):
                world.report("PF901", node.span, construct="rows of a table in a test")


def _rows_in(root: object) -> Iterator[RowNode]:
    for node in nodes(root):
        if isinstance(node, ROWS):
            yield node


class _Rows:
    def __init__(self, program: Program, world: World) -> None:
        self.program = program
        self.world = world

    def _cannot(self, span: Span, table: l.Table, why: str) -> None:
        self.world.report("PF269", span, table=table.name, why=why)

    # ------------------------------------------------------------ declarations
    def table(self, table: l.Table) -> None:
        """Fields that can be kept, keys and indexes that can be compared."""
        record = self.program.by_id.get(getattr(table.row, "id", ""))
        if isinstance(record, d.Record) and record.generics:
            construct = "a table of a record with type parameters"
            self.world.report("PF901", table.name_span, construct=construct)
            return
        for symbol in table.columns:
            why = why_not_kept(self.program, symbol.type)
            if why is not None:
                self._cannot(table.name_span, table, f"of `{symbol.name}`, {why}")
        self._named(table)
        for guard in (table.read, table.write):
            if guard is not None:
                self._guard(table, guard)

    def _named(self, table: l.Table) -> None:
        columns = columns_of(self.program, table)
        known = {symbol.name for symbol in table.columns}
        key = columns.get(table.key)
        if table.key in known and (key is None or key.optional):
            why = f"the key `{table.key}` has to be there always, and to be comparable"
            self._cannot(table.name_span, table, why)
        for names in (*table.indexes, *table.uniques):
            for name in names:
                found = columns.get(name)
                if name in known and (found is None or found.kind == "present"):
                    why = f"`{name}` is a value with parts, and no index orders such"
                    self._cannot(table.name_span, table, why)

    def _guard(self, table: l.Table, guard: x.Cap) -> None:
        columns = columns_of(self.program, table)
        for argument in guard.arguments:
            match argument:
                case x.ValueArgument(value=x.Literal()):
                    continue
                case x.ValueArgument(value=x.Local(symbol=symbol)) if (
                    symbol.name in columns and columns[symbol.name].kind != "present"
                ):
                    continue
            construct = "a guard of rows that is not made of fields and constants"
            self.world.report("PF901", guard.span, construct=construct)
            return

    # ------------------------------------------------------------ uses
    def handler(self, handler: d.Handler) -> None:
        """What a handler does with rows."""
        found = list(_rows_in(handler.body))
        if any(not isinstance(node, x.Find) for node in found):
            for node in nodes(handler.body):
                if isinstance(node, x.Perform) and "." not in node.effect:
                    construct = f"`{node.effect}` in a handler that writes rows"
                    self.world.report("PF901", node.span, construct=construct)
        for node in found:
            if handler.waits:
                construct = "rows of a table in a handler that waits"
                self.world.report("PF901", node.span, construct=construct)
                return
            table = self.program.by_id.get(node.table)
            if isinstance(table, l.Table):
                self._use(node, table)

    def _use(self, node: RowNode, table: l.Table) -> None:
        if isinstance(node, s.Insert):
            failure = self.program.by_id.get(node.duplicate or "")
            if isinstance(failure, d.Failure) and failure.fields:
                construct = "a `Duplicate` with fields"
                self.world.report("PF901", node.span, construct=construct)
            return
        lowering = Lowering(self.program, table, node.it)
        order: tuple[str, ...] = ()
        try:
            made = None if node.where is None else lowering.condition(node.where)
            if isinstance(node, x.Find):
                order = lowering.order(node.order)
        except Inexpressible as problem:
            self._cannot(problem.span, table, problem.why)
            return
        if node.where is not None and not is_led(made, order, table):
            self.world.report("PF414", node.where.span, table=table.name)


def needs_index(program: Program, node: RowNode) -> bool:
    """Whether every row of a table may have to be looked at."""
    table = program.by_id.get(node.table)
    if isinstance(node, s.Insert) or not isinstance(table, l.Table):
        return False
    lowering = Lowering(program, table, node.it)
    if isinstance(node, x.Find) and node.visible:
        return True
    if node.where is None:
        # The first rows by their keys are there at once.
        return not isinstance(node, x.Find) or node.limit is None or bool(node.order)
    return not is_led(lowering.condition(node.where), (), table)


__all__ = ["ROWS", "check_rows", "needs_index"]
