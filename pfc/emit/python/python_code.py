"""Embedded Python: fences, and functions of the program's own Python modules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import Namer, pascal_case
from pfc.emit.python.checks import Checks
from pfc.emit.python.fields import in_python_order, parameters
from pfc.emit.python.file import File, NotEmitted
from pfc.emit.python.normal_forms import NOTHING, effort, normal
from pfc.emit.python.syntax import Py
from pfc.ir import declarations as d
from pfc.ir import types as t
from pfc.ir.walk import types_in


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
    checked = (
        _is_converted(wanted)
        or effort(owner.result, file.program) != NOTHING
        or any(field.refinement is not None for field in owner.parameters)
    )
    threaded = wanted.waits and not body.waits
    inner = wanted.name
    if checked or threaded:
        # A name that is kept for it is what tracebacks show.
        kept = isinstance(wanted.raw, Code)
        inner = Code(wanted.raw) if kept else file.fresh(wanted.raw)
    block = Block(4)
    _import_names(file, body)
    block.add_fence(body.code)
    doc = wanted.doc if inner is wanted.name else ""
    view = views.Function(
        inner,
        parameters(file, owner.parameters, names),
        file.type(owner.result),
        block.lines(),
        doc,
        body.waits,
    )
    with file.declaring(owner.span, fence=_lines(body)):
        file.out.add(view)
    if inner is not wanted.name:
        _write_wrapper(file, wanted, names, inner, threaded=threaded)


def _lines(body: d.Python) -> tuple[int, int] | None:
    """The first and last line of a fence in its source; none if it is empty."""
    if not body.code:
        return None
    return body.line, body.line + body.code.count("\n")


def _is_converted(wanted: Embedded) -> bool:
    """Whether the result is converted here; what has no type at run time is not."""
    if not wanted.converts or wanted.body.code is None:
        return wanted.converts
    result = wanted.owner.result
    generic = any(isinstance(each, t.Variable) for each in types_in(result))
    return not generic and result != t.UNIT


def _import_names(file: File, body: d.Python) -> None:
    """What a fence names of the program has to have the same name in this file."""
    for named in body.names:
        if not named.variant and file.ref_as(named.id, named.name):
            continue
        if named.variant:
            found = file.variant(named.id, named.variant)
        else:
            found = file.ref(named.id)
        if found != named.name:
            what = f"`{named.name}` in embedded Python, which is `{found}` there"
            raise NotEmitted(what, body.span)


def _write_wrapper(
    file: File, wanted: Embedded, names: dict[str, Code], inner: Code, *, threaded: bool
) -> None:
    owner = wanted.owner
    block = Block(4, origin=file.out.origin)
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
    block = Block(4, origin=file.out.origin)
    source, name = Code(body.module), Code(body.function)
    here = file.origin(body.span)
    block.add(splice("from {} import {} as {}", source, name, linked), origin=here)
    _check_parameters(file, owner.parameters, names, block)
    arguments = [names[field.name] for field in in_python_order(owner.parameters)]
    threaded = wanted.waits and not body.waits
    with block.at(here):
        block.add(splice("{}: {} = {}", function, protocol, linked))
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
    converts = _is_converted(wanted)
    checked = effort(owner.result, file.program) != NOTHING
    if not converts and not checked:
        block.add(splice("return {}", made))
        return
    kind = _result_type(file, owner, arguments)
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


def _result_type(
    file: File, owner: d.Function | d.Effect, parameters: Sequence[Code]
) -> Code:
    """The type of a result in a function's body, where parameters hide other names."""
    kind = file.type(owner.result)
    if not any(re.search(rf"\b{re.escape(name)}\b", kind) for name in parameters):
        return kind
    name = file.fresh(f"_{pascal_case(owner.name)}Result")
    file.out.add(views.Alias(name, kind))
    return name
