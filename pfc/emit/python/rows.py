"""`find`, `insert`, `update` and `delete` in Python: queries, and calls with them."""

from __future__ import annotations

from collections.abc import Sequence

from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File, NotEmitted
from pfc.emit.python.syntax import Py
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import types as t
from pfc.ir.walk import nodes
from pfc.semantics.row_checks import ROWS, needs_index
from pfc.semantics.row_conditions import Argument, ColumnOr, Lowering, Made

MODULE = "packetflow.table"


def find(expressions: Expressions, node: x.Find) -> Py:
    """`rows.find_one(query, ...)`, or a page."""
    query, arguments = _query(expressions, node)
    if node.one:
        return syntax.call(Code("rows.find_one"), query, *arguments)
    for word, extra in (("limit", node.limit), ("after", node.after)):
        if extra is not None:
            given = splice("{}={}", Code(word), expressions.argument(extra))
            arguments.append(given)
    return syntax.call(Code("rows.find"), query, *arguments)


def change(expressions: Expressions, node: s.Insert | s.Update | s.Delete) -> Code:
    """The statement that writes rows."""
    file = expressions.file
    if isinstance(node, s.Insert):
        if node.duplicate is None:
            raise NotEmitted("`insert` where nothing fails `Duplicate`", node.span)
        row = expressions.argument(node.row)
        table, failure = file.ref(node.table), file.ref(node.duplicate)
        return splice("rows.insert({}, {}, {})", table, row, failure)
    query, arguments = _query(expressions, node)
    if isinstance(node, s.Delete):
        return syntax.call(Code("rows.delete"), query, *arguments).code
    arguments.insert(0, _change(expressions, node))
    return syntax.call(Code("rows.update"), query, *arguments).code


def _change(expressions: Expressions, node: s.Update) -> Code:
    """What makes the row after the change of the row before."""
    span, it = node.span, node.it
    made = x.With(span, it.type, x.Local(span, it.type, it), node.entries)
    kind = t.FunctionType((it.type,), it.type)
    return expressions.lambda_(x.LambdaExpr(span, kind, (it,), made))


def _query(
    expressions: Expressions, node: x.Find | s.Update | s.Delete
) -> tuple[Code, list[Code]]:
    """The query, a constant of the file, and what is computed for it."""
    file = expressions.file
    table = file.program.by_id[node.table]
    assert isinstance(table, l.Table)
    lowering = Lowering(file.program, table, node.it)
    arguments = [file.ref(table.id)]
    if node.where is not None:
        arguments.append(_condition(file, lowering.condition(node.where)))
    if isinstance(node, x.Find):
        order = [file.out.literal(name) for name in lowering.order(node.order)]
        if order:
            names = syntax.sequence("(", order, ")").code
            arguments.append(splice("order={}", names))
        if node.visible:
            arguments.append(Code("visible=True"))
    value = syntax.call(file.py.name(MODULE, "Query"), *arguments).code
    query = file.constant("_QUERY", value)
    given = [expressions.argument(each) for each in lowering.arguments]
    return query, given


def _condition(file: File, made: Made) -> Code:
    head = file.py.name(MODULE, made.kind)
    return syntax.call(head, *[_part(file, part) for part in made.parts]).code


def _part(file: File, part: object) -> Code:
    match part:
        case Made():
            return _condition(file, part)
        case ColumnOr(name, default):
            arguments = [file.out.literal(name)]
            if default is not None:
                arguments.append(file.out.literal(default))
            return syntax.call(file.py.name(MODULE, "Col"), *arguments).code
        case Argument(number, optional):
            arguments = [file.out.literal(number)]
            if optional:
                arguments.append(Code("optional=True"))
            return syntax.call(file.py.name(MODULE, "Arg"), *arguments).code
    return file.out.literal(part)


def _asks_once(found: Sequence[object], body: s.Block) -> bool:
    """Whether one question is asked, so that no other could see another moment."""
    node = found[0]
    is_one = len(found) == 1 and isinstance(node, x.Find) and node.one
    return is_one and not any(isinstance(each, s.For) for each in nodes(body))


def entry(file: File, body: s.Block) -> tuple[Code, list[Code]] | None:
    """How a handler with rows is entered, and the options that says so; else none."""
    found = [node for node in nodes(body) if isinstance(node, ROWS)]
    if not found:
        return None
    tables = dict.fromkeys(node.table for node in found)
    options = [file.ref(table) for table in tables]
    if any(not isinstance(node, x.Find) for node in found):
        options.append(Code("writes=True"))
    if any(needs_index(file.program, node) for node in found):
        options.append(Code("slow=True"))
    if _asks_once(found, body):
        options.append(Code("once=True"))
    return file.py.name(MODULE, "RowHandler"), options
