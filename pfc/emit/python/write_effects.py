"""`effects.py`: each effect, with the Python that does it."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python import caps
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import parameters
from pfc.emit.python.file import File
from pfc.emit.python.python_code import Embedded, write_python
from pfc.emit.python.syntax import Py
from pfc.ir import declarations as d
from pfc.ir import types as t
from pfc.ir.expressions import Requirement
from pfc.ir.program import Declaration


def write_effects(file: File, declarations: Iterable[Declaration]) -> None:
    """All effects."""
    for each in declarations:
        if isinstance(each, d.Effect):
            with file.declaring(each.span):
                _effect(file, each)


def _effect(file: File, effect: d.Effect) -> None:
    name = file.names.of(effect.id).name
    function = file.names.derived(effect.id, "body").name
    raw = f"{function}_directly"
    wanted = Embedded(effect, effect.body, function, raw, effect.waits, False)
    write_python(file, wanted)
    file.out.add(
        views.EffectDefinition(
            name,
            effect.id,
            function,
            effect.waits,
            _options(file, effect),
            effect.doc or "",
        )
    )


def _options(file: File, effect: d.Effect) -> tuple[Code, ...]:
    made: list[Code] = []
    if effect.requires:
        made.append(splice("requires={}", _requires(file, effect)))
    if effect.fails:
        names = [file.ref(id_) for id_ in effect.fails]
        comma = Code(",") if len(names) == 1 else Code("")
        made.append(splice("fails=({}{})", join(", ", names), comma))
    if effect.retry is not None:
        policy = effect.retry
        arguments = [
            file.out.literal(policy.times),
            file.out.literal(policy.low.total_seconds()),
            file.out.literal(policy.high.total_seconds()),
        ]
        retry = file.py.runtime("Retry")
        made.append(splice("retry={}({})", retry, join(", ", arguments)))
    if effect.timeout is not None:
        seconds = file.out.literal(effect.timeout.total_seconds())
        made.append(splice("timeout={}", seconds))
    if effect.result != t.UNIT:
        made.append(splice("returns={}", file.type(effect.result)))
    if effect.traits:
        traits = join(", ", [file.out.literal(each) for each in sorted(effect.traits)])
        comma = Code(",") if len(effect.traits) == 1 else Code("")
        made.append(splice("traits=frozenset(({}{}))", traits, comma))
    return tuple(made)


def _requires(file: File, effect: d.Effect) -> Code:
    """A function that says what a call requires."""
    names = file.names.fields(effect.id)
    block = Block(4, origin=file.out.origin)
    scope = file.names.scope()
    for field in effect.parameters:
        scope.claim(names[field.name])
        scope.bind(field.symbol, Py(names[field.name]))
    printer = Expressions(file, scope, Surroundings(), block, purpose="requires")
    kind = file.py.runtime("Capability")
    if all(requirement.each_symbol is None for requirement in effect.requires):
        needed = tuple(requirement.cap for requirement in effect.requires)
        block.add(splice("return {}", caps.capabilities(printer, needed)))
    else:
        found = scope.claim("found")
        block.add(splice("{}: list[{}] = []", found, kind))
        for requirement in effect.requires:
            _append(printer, block, requirement, found)
        block.add(splice("return tuple({})", found))
    function = file.names.derived(effect.id, "body").name
    name = file.fresh(f"{function}_requires")
    file.out.add(
        views.Function(
            name,
            parameters(file, effect.parameters, names),
            splice("tuple[{}, ...]", kind),
            block.lines(),
        )
    )
    return name


def _append(
    printer: Expressions, block: Block, requirement: Requirement, found: Code
) -> None:
    with printer.into(block):
        if requirement.each_symbol is None or requirement.each_values is None:
            made = caps.listed(printer, (requirement.cap,))[0]
            block.add(splice("{}.append({})", found, made))
            return
        values = printer.consumed(requirement.each_values).code
        with printer.scope.block():
            name = printer.scope.declare(requirement.each_symbol)
            with (
                block.nest(splice("for {} in {}:", name, values)) as inner,
                printer.into(inner),
            ):
                made = caps.listed(printer, (requirement.cap,))[0]
                inner.add(splice("{}.append({})", found, made))
