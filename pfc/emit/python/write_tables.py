"""`tables.py`: which rows are kept, and what of them is compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from pfc.emit import views
from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.program import Declaration
from pfc.semantics.row_conditions import Column, columns_of

MODULE = "packetflow.table"


def write_tables(file: File, declarations: Iterable[Declaration]) -> None:
    """All tables."""
    for each in declarations:
        if isinstance(each, l.Table):
            with file.declaring(each.span):
                _table(file, each)


def _table(file: File, table: l.Table) -> None:
    row = file.type(table.row)
    names = file.names.fields(cast("t.RecordType", table.row).id)
    arguments = [file.out.literal(table.id), row]
    columns = columns_of(file.program, table)
    arguments += [_column(file, each, names[each.name]) for each in columns.values()]
    arguments.append(splice("key={}", file.out.literal(table.key)))
    for word, many in (("indexes", table.indexes), ("uniques", table.uniques)):
        if many:
            listed = [_names(file, each) for each in many]
            value = syntax.sequence("(", listed, ")").code
            arguments.append(splice("{}={}", Code(word), value))
    for word, guard in (("read", table.read), ("write", table.write)):
        if guard is not None:
            arguments.append(splice("{}={}", Code(word), _guard(file, guard)))
    kind = file.py.name(MODULE, "Table")
    value = syntax.call(kind, *arguments).code
    annotation = splice("{}[{}[{}]]", file.py.typing("Final"), kind, row)
    name = file.names.of(table.id).name
    file.out.add(views.Variable(name, annotation, value, table.doc or ""))


def _column(file: File, column: Column, attribute: Code) -> Code:
    arguments = [file.out.literal(column.name), file.out.literal(column.kind)]
    if column.optional:
        arguments.append(Code("optional=True"))
    if attribute != column.name:
        arguments.append(splice("attribute={}", file.out.literal(str(attribute))))
    return syntax.call(file.py.name(MODULE, "Column"), *arguments).code


def _names(file: File, names: tuple[str, ...]) -> Code:
    return syntax.sequence("(", [file.out.literal(name) for name in names], ")").code


def _guard(file: File, guard: x.Cap) -> Code:
    printer = Expressions(file, file.names.scope(), Surroundings())
    arguments = [file.kind(guard.kind)]
    for argument in guard.arguments:
        assert isinstance(argument, x.ValueArgument)
        if isinstance(argument.value, x.Local):
            arguments.append(file.out.literal(argument.value.symbol.name))
        else:
            arguments.append(splice("({},)", printer.argument(argument.value)))
    return splice("{}({})", file.py.name(MODULE, "Guard"), join(", ", arguments))
