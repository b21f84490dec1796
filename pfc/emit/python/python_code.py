"""Embedded Python: fences, and functions of the program's own Python modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import Namer
from pfc.emit.python.checks import NOTHING, Checks, effort, normal
from pfc.emit.python.fields import in_python_order, parameters
from pfc.emit.python.file import File
from pfc.emit.python.syntax import Py
from pfc.ir import declarations as d
from pfc.ir import types as t


@dataclass(frozen=True)
class Embedded:
    """What is wanted of a piece of Python.

    `name` is the function to be written, `raw` one behind it if it needs a wrapper,
    `waits` whether the function has to be a coroutine function, `converts` whether
    linked code's results are converted here.
    """

    owner: d.Function | d.Effect
    body: d.Python
    name: Code
    raw: str
    waits: bool
    converts: bool
    doc: str = ""


def write_python(file: File, wanted: Embedded) -> None:
    """The function, with whatever it needs before it."""
    owner, body = wanted.owner, wanted.body
    names = file.names.fields(owner.id)
    if body.code is None:
        _write_linked(file, wanted, names)
        return
    checked = effort(owner.result) != NOTHING or any(
        field.refinement is not None for field in owner.parameters
    )
    threaded = wanted.waits and not body.waits
    inner = wanted.name if not (checked or threaded) else file.fresh(wanted.raw)
    block = Block(4)
    block.add_fence(body.code)
    doc = wanted.doc if inner is wanted.name else ""
    file.out.add(
        views.Function(
            inner,
            parameters(file, owner.parameters, names),
            file.type(owner.result),
            block.lines(),
            doc,
            body.waits,
        )
    )
    if inner is not wanted.name:
        _write_wrapper(file, wanted, names, inner, threaded=threaded)


def _write_wrapper(
    file: File, wanted: Embedded, names: dict[str, Code], inner: Code, *, threaded: bool
) -> None:
    owner = wanted.owner
    block = Block(4)
    _check_parameters(file, owner.parameters, names, block)
    arguments = [names[field.name] for field in in_python_order(owner.parameters)]
    _add_call(file, wanted, block, inner, arguments, threaded=threaded)
    file.out.add(
        views.Function(
            wanted.name,
            parameters(file, owner.parameters, names),
            file.type(owner.result),
            block.lines(),
            wanted.doc,
            wanted.waits,
        )
    )


def _check_parameters(
    file: File, fields: Sequence[d.Field], names: dict[str, Code], block: Block
) -> None:
    """The refinements that parameters have of their own."""
    checks = Checks(file, "", block, frozen=False)
    for field in fields:
        checks.scope.bind(field.symbol, Py(names[field.name]))
    for field in fields:
        if field.refinement is not None:
            checks.field(field, names[field.name])


def _write_linked(file: File, wanted: Embedded, names: dict[str, Code]) -> None:
    owner, body = wanted.owner, wanted.body
    protocol = file.names.derived(owner.id, "protocol").name
    result = file.type(owner.result)
    promised = result
    if body.waits:
        awaitable = file.py.name("collections.abc", "Awaitable")
        promised = splice("{}[{}]", awaitable, result)
    taken = parameters(file, owner.parameters, names)
    doc = f"What {body.module}:{body.function} has to be."
    # It is always called with all arguments, so it needs no defaults of its own.
    given = tuple(replace(parameter, default=None) for parameter in taken)
    file.out.add(views.CallProtocol(protocol, given, promised, doc))
    namer = Namer(used=names.values())
    linked, function = namer.fresh("linked"), namer.fresh("function")
    block = Block(4)
    source, name = Code(body.module), Code(body.function)
    block.add(splice("from {} import {} as {}", source, name, linked))
    _check_parameters(file, owner.parameters, names, block)
    block.add(splice("{}: {} = {}", function, protocol, linked))
    arguments = [names[field.name] for field in in_python_order(owner.parameters)]
    threaded = wanted.waits and not body.waits
    _add_call(file, wanted, block, function, arguments, threaded=threaded)
    file.out.add(
        views.Function(
            wanted.name, taken, result, block.lines(), wanted.doc, wanted.waits
        )
    )


def _add_call(
    file: File,
    wanted: Embedded,
    block: Block,
    function: Code,
    arguments: list[Code],
    *,
    threaded: bool,
) -> None:
    """Calls the function and returns what it gives, converted and checked."""
    owner = wanted.owner
    made = splice("{}({})", function, join(", ", arguments))
    if threaded:
        thread = splice("{}.to_thread", file.py.module("asyncio"))
        made = splice("await {}({})", thread, join(", ", [function, *arguments]))
    elif wanted.body.waits:
        made = splice("await {}", made)
    if owner.result == t.UNIT:
        block.add(made)
        return
    converts = wanted.converts and wanted.body.code is None
    checked = effort(owner.result) != NOTHING
    if not converts and not checked:
        block.add(splice("return {}", made))
        return
    kind = file.type(owner.result)
    result = Namer(used=arguments).fresh("result")
    if converts:
        convert = file.msgspec("convert")
        made = splice("{}({}, {}, from_attributes=True)", convert, made, kind)
        block.add(splice("{}: {} = {}", result, kind, made))
    else:
        block.add(splice("{} = {}", result, made))
    checks = Checks(file, "", block)
    label = file.out.literal(owner.name)
    final = normal(file, checks.scope, owner.result, Py(result), label)
    block.add(splice("return {}", final.code))
