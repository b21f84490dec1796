"""`intents.py` and `events.py`: failures, intents, events, and what each requires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python import caps, syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.checks import Checks
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import class_fields, default, options
from pfc.emit.python.file import File
from pfc.emit.python.syntax import Py, text
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.program import Declaration
from pfc.ir.types import DeclId
from pfc.ir.walk import nodes, uses

_USUAL_STATUS: Final = 409


def write_intents(file: File, declarations: Iterable[Declaration]) -> None:
    """Failures first: intents may name them in Python code."""
    found = list(declarations)
    for each in found:
        if isinstance(each, d.Failure):
            with file.declaring(each.span):
                _failure(file, each)
    for each in found:
        if isinstance(each, d.Intent):
            with file.declaring(each.span):
                _intent(file, each)


def write_events(file: File, declarations: Iterable[Declaration]) -> None:
    """All events."""
    for each in declarations:
        if isinstance(each, d.Event):
            with file.declaring(each.span):
                _event(file, each)


def _event(file: File, event: d.Event) -> None:
    names = file.names.fields(event.id)
    file.out.add(
        views.EventClass(
            file.names.of(event.id).name,
            event.doc or "",
            class_fields(file, event.fields, names),
            _checks(file, event.fields, names),
            missing(file, event.requires, event.fields, names, None),
            options(event.fields),
        )
    )


def _failure(file: File, failure: d.Failure) -> None:
    names = file.names.fields(failure.id)
    fields = tuple(
        views.Parameter(
            names[field.name],
            file.type(field.type),
            None if field.default is None else default(file, field.default),
        )
        for field in sorted(failure.fields, key=lambda each: each.default is not None)
    )
    status = None if failure.status == _USUAL_STATUS else failure.status
    name = file.names.of(failure.id).name
    file.out.add(views.FailureClass(name, failure.doc or "", fields, status))


def _intent(file: File, intent: d.Intent) -> None:
    names = file.names.fields(intent.id)
    file.out.add(
        views.IntentClass(
            file.names.of(intent.id).name,
            intent.doc or "",
            file.type(intent.result),
            class_fields(file, intent.fields, names),
            _checks(file, intent.fields, names),
            missing(file, intent.requires, intent.fields, names, intent.context),
            _variables(file, intent),
            options(intent.fields),
            _by_caller(intent),
        )
    )


def _by_caller(intent: d.Intent) -> bool:
    """Whether what is required is the same whatever the fields."""
    fields = {field.symbol for field in intent.fields}
    named = (node for node in nodes(intent.requires) if isinstance(node, x.Local))
    return all(node.symbol not in fields for node in named)


def _variables(file: File, intent: d.Intent) -> tuple[views.Variable, ...]:
    made: list[views.Variable] = []
    if intent.context is not None:
        kind = file.py.runtime("Context")
        annotation = splice("{}[type[{}] | None]", file.py.typing("ClassVar"), kind)
        value = file.ref(intent.context)
        made.append(views.Variable(Code("context"), annotation, value))
    if intent.deadline is not None:
        annotation = splice("{}[float | None]", file.py.typing("ClassVar"))
        seconds = file.out.literal(intent.deadline.total_seconds())
        made.append(views.Variable(Code("deadline"), annotation, seconds))
    if intent.during is not None:
        kind = file.py.runtime("OpenHours")
        annotation = splice("{}[{} | None]", file.py.typing("ClassVar"), kind)
        calendar = file.ref(intent.during)
        made.append(views.Variable(Code("during"), annotation, calendar))
    return tuple(made)


def _checks(
    file: File, fields: Sequence[d.Field], names: dict[str, Code]
) -> tuple[Code, ...]:
    block = Block(8, origin=file.out.origin)
    Checks(file, "self", block).fields(fields, names)
    return block.lines()


# -------------------------------------------------------------------- requirements
# Symbols of fields that are paths: made normal before anything is asked.
_Normal: TypeAlias = frozenset[x.Symbol]


def missing(
    file: File,
    requires: Sequence[x.Requirement],
    fields: Sequence[d.Field],
    names: dict[str, Code],
    context: DeclId | None,
) -> tuple[Code, ...]:
    """The body of `missing`: what `caller` lacks, at 8; nothing if all may."""
    if not requires:
        return ()
    block = Block(8, origin=file.out.origin)
    scope = file.names.scope()
    scope.claim("caller")
    for field in fields:
        scope.bind(field.symbol, Py(splice("self.{}", names[field.name])))
    around = Surroundings(caller=text("caller"), held=text("caller.held"))
    printer = Expressions(file, scope, around, block, purpose="missing")
    if context is not None and uses(x.Caller, tuple(requires)):
        block.add(splice("assert isinstance(caller, {})", file.ref(context)))
    normal = frozenset(
        field.symbol for field in fields if t.base_of(field.type) == t.PATH
    )
    if len(requires) == 1 and _is_one(printer, requires[0]):
        with block.at(file.origin(requires[0].span)):
            _one(printer, block, requires[0], normal)
        return block.lines()
    found = scope.claim("found")
    kind = file.py.runtime("Capability")
    block.add(splice("{}: list[{}] = []", found, kind))
    for requirement in requires:
        with block.at(file.origin(requirement.span)), printer.into(block):
            _collect(printer, block, requirement, found, normal)
    block.add(splice("return tuple({})", found))
    return block.lines()


def _is_one(printer: Expressions, requirement: x.Requirement) -> bool:
    """Whether a requirement is one capability, known without computing a pattern."""
    if requirement.each_symbol is not None:
        return False
    with printer.into(None):
        return caps.computed_pattern(printer, requirement.cap) is None


def _one(
    printer: Expressions, block: Block, requirement: x.Requirement, normal: _Normal
) -> None:
    held = caps.is_held(printer, requirement.cap, text("caller.held"), normal=normal)
    with block.nest(splice("if {}:", held.code)) as inner:
        inner.add(Code("return ()"))
    block.add(splice("return ({},)", caps.needed(printer, requirement.cap).code))


def _collect(
    printer: Expressions,
    block: Block,
    requirement: x.Requirement,
    found: Code,
    normal: _Normal,
) -> None:
    if requirement.each_symbol is None or requirement.each_values is None:
        _append(printer, block, requirement.cap, found, normal)
        return
    values = printer.consumed(requirement.each_values).code
    with printer.scope.block():
        name = printer.scope.declare(requirement.each_symbol)
        head = splice("for {} in {}:", name, values)
        with block.nest(head) as inner, printer.into(inner):
            _append(printer, inner, requirement.cap, found, normal)


def _append(
    printer: Expressions, block: Block, cap: x.Cap, found: Code, normal: _Normal
) -> None:
    held = text("caller.held")
    computed = caps.computed_pattern(printer, cap)
    if computed is None:
        condition = caps.is_held(printer, cap, held, normal=normal, negated=True)
        lacking = caps.needed(printer, cap).code
    else:
        pattern = printer.bound(computed, "pattern")[1].code
        uncovered = caps.is_held(printer, cap, held, pattern, negated=True)
        # What no legal path fits is required of everything, so nobody has it for less.
        anything = printer.py.runtime("ANY")
        absent = syntax.compared(Py(pattern), "is", text("None"))
        condition = syntax.binary(absent, "or", uncovered, syntax.OR)
        wider = splice("{} if {} is None else {}", anything, pattern, pattern)
        lacking = caps.value(printer, cap, wider).code
    with block.nest(splice("if {}:", condition.code)) as inner:
        inner.add(splice("{}.append({})", found, lacking))
