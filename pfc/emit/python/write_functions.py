"""Functions: `functions.py`, and those in `types.py` that types need."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code
from pfc.emit.python.base import Surroundings
from pfc.emit.python.checks import Checks
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import parameters
from pfc.emit.python.file import File
from pfc.emit.python.python_code import Embedded, write_python
from pfc.emit.python.statements import Statements, plain_return
from pfc.emit.python.syntax import Py
from pfc.ir import declarations as d
from pfc.ir import statements as s
from pfc.ir.program import Declaration


def write_functions(file: File, declarations: Iterable[Declaration]) -> None:
    """The functions among the declarations that stand in this file."""
    for each in declarations:
        if isinstance(each, d.Function) and file.names.of(each.id).file == file.file:
            types = [field.type for field in each.parameters]
            with file.signature(types, each.result), file.declaring(each.span):
                _function(file, each)


def _function(file: File, function: d.Function) -> None:
    name = file.names.of(function.id).name
    body = function.body
    if isinstance(body, d.Python):
        raw = file.names.derived(function.id, "body").name
        wanted = Embedded(
            function, body, name, raw, body.waits, True, function.doc or ""
        )
        write_python(file, wanted)
        return
    names = file.names.fields(function.id)
    block = Block(4, origin=file.out.origin)
    _check_parameters(file, function, names, block)
    scope = file.names.scope()
    for field in function.parameters:
        scope.claim(names[field.name])
        scope.bind(field.symbol, Py(names[field.name]))
    expressions = Expressions(file, scope, Surroundings(), block, purpose=str(name))
    if isinstance(body, s.Block):
        Statements(expressions).write(block, body)
    else:
        expressions.deliver(
            body,
            block,
            lambda into, value, of: plain_return(into, value, file.origin(of.span)),
        )
    file.out.add(
        views.Function(
            name,
            parameters(file, function.parameters, names),
            file.type(function.result),
            block.lines(),
            function.doc or "",
        )
    )


def _check_parameters(
    file: File, function: d.Function, names: dict[str, Code], block: Block
) -> None:
    checks = Checks(file, "", block, frozen=False)
    for field in function.parameters:
        checks.scope.claim(names[field.name])
        checks.scope.bind(field.symbol, Py(names[field.name]))
    for field in function.parameters:
        if field.refinement is not None:
            checks.field(field, names[field.name])
