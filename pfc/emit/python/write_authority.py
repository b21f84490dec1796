"""`capabilities.py` and `contexts.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import LOCAL, rename
from pfc.emit.python import caps
from pfc.emit.python.base import Surroundings
from pfc.emit.python.checks import Checks
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import class_fields
from pfc.emit.python.file import File
from pfc.emit.python.syntax import Py, text
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.program import Declaration
from pfc.ir.walk import uses

_PARAMETERS: Final = {
    "atom": "AtomParameter",
    "path": "PathParameter",
    "max": "MaxParameter",
    "min": "MinParameter",
}


# -------------------------------------------------------------------- capabilities
def write_capabilities(file: File, declarations: Iterable[Declaration]) -> None:
    """All kinds, those that are implied first, then the families."""
    families = [each for each in declarations if isinstance(each, d.Family)]
    for family, operation in _in_order(families):
        with file.declaring(operation.span):
            _kind(file, family, operation)
    for family in families:
        with file.declaring(family.span):
            _family(file, family)


def _in_order(families: list[d.Family]) -> Iterator[tuple[d.Family, d.Operation]]:
    left = {
        f"{family.id}.{operation.name}": (family, operation)
        for family in families
        for operation in family.operations
    }

    def visit(kind: str) -> Iterator[tuple[d.Family, d.Operation]]:
        found = left.pop(kind, None)
        if found is not None:
            for implied in found[1].implies:
                yield from visit(implied.kind)
            yield found

    for kind in list(left):
        yield from visit(kind)


def _kind(file: File, family: d.Family, operation: d.Operation) -> None:
    id_ = f"{family.id}.{operation.name}"
    parameters = tuple(
        splice(
            "{}({})",
            file.py.runtime(_PARAMETERS[parameter.domain]),
            file.out.literal(parameter.name),
        )
        for parameter in operation.parameters
    )
    implies = tuple(_implied(file, implied) for implied in operation.implies)
    name = file.names.kind(id_).name
    file.out.add(views.CapabilityKind(name, id_, parameters, implies))


def _implied(file: File, implied: d.Implication) -> Code:
    arguments = [file.kind(implied.kind)]
    for argument in implied.arguments:
        if argument is None:
            arguments.append(file.py.runtime("ANY"))
        elif isinstance(argument, int):
            index = file.out.literal(argument)
            arguments.append(splice("{}({})", file.py.runtime("Argument"), index))
        else:
            scope = file.names.scope()
            printer = Expressions(file, scope, Surroundings())
            arguments.append(printer.argument(argument))
    return splice("{}({})", file.py.runtime("Implies"), join(", ", arguments))


def _family(file: File, family: d.Family) -> None:
    names = file.names.fields(family.id)
    operations = tuple(
        views.Operation(
            names[operation.name],
            file.kind(f"{family.id}.{operation.name}"),
            operation.doc or "",
            _operation_parameters(file, operation),
        )
        for operation in family.operations
    )
    name = file.names.of(family.id).name
    file.out.add(views.CapabilityFamily(name, family.doc or "", operations))


def _operation_parameters(
    file: File, operation: d.Operation
) -> tuple[views.Parameter, ...]:
    names = rename((each.name for each in operation.parameters), LOCAL).names
    made: list[views.Parameter] = []
    for parameter in operation.parameters:
        anything = file.py.runtime("Anything")
        if parameter.domain == "path":
            pattern = file.py.runtime("PathPattern")
            annotation = splice("{} | str | {}", pattern, anything)
        else:
            annotation = splice("{} | {}", file.type(parameter.type), anything)
        made.append(views.Parameter(names[parameter.name], annotation))
    return tuple(made)


# -------------------------------------------------------------------- contexts
def write_contexts(file: File, declarations: Iterable[Declaration]) -> None:
    """Contexts, each with its authenticator, and principals."""
    for each in declarations:
        if isinstance(each, d.Context):
            with file.declaring(each.span):
                _context(file, each)
        elif isinstance(each, d.Principal):
            with file.declaring(each.span):
                name = file.names.of(each.id).name
                grants = _grants(file, each.grants)
                view = views.ContextClass(
                    name, each.doc or "", (), grants, is_principal=True
                )
                file.out.add(view)


def _context(file: File, context: d.Context) -> None:
    names = file.names.fields(context.id)
    checks = Block(8, origin=file.out.origin)
    Checks(file, "self", checks).fields(context.fields, names)
    file.out.add(
        views.ContextClass(
            file.names.of(context.id).name,
            context.doc or "",
            class_fields(file, context.fields, names),
            _grants(file, _lasting(context.grants, in_session=False)),
            checks.lines(),
            variables=_strategies(file, context),
            session_grants=_grants(file, _lasting(context.grants, in_session=True)),
        )
    )
    if context.authenticate is not None:
        _authenticator(file, context, context.authenticate)


def _strategies(file: File, context: d.Context) -> tuple[views.Variable, ...]:
    made: list[views.Variable] = []
    for name, kind, chosen, usual in (
        ("propagate", "Propagation", context.propagate, "inherit"),
        ("compose_by", "Composition", context.compose, "merge"),
    ):
        if chosen != usual:
            type_ = file.py.runtime(kind)
            annotation = splice("{}[{}]", file.py.typing("ClassVar"), type_)
            value = splice("{}.{}", type_, Code(chosen.upper()))
            made.append(views.Variable(Code(name), annotation, value))
    return tuple(made)


def _authenticator(file: File, context: d.Context, linked: d.Python) -> None:
    """A function that makes the context of who signs in, its code imported late."""
    made = file.names.of(context.id).name
    result = splice("{} | None", made)
    if linked.waits:
        awaitable = file.py.name("collections.abc", "Awaitable")
        result = splice("{}[{}]", awaitable, result)
    body = Block(4, origin=file.out.origin)
    module, function = Code(linked.module), Code(linked.function)
    with body.at(file.origin(linked.span)):
        body.add(splice("from {} import {}", module, function))
        body.add(splice("return {}(subject)", function))
    doc = f"Who signs in, as {linked.module}:{linked.function} says; None for nobody."
    file.out.add(
        views.Function(
            file.names.derived(context.id, "authenticate").name,
            (views.Parameter(Code("subject"), Code("str")),),
            result,
            body.lines(),
            doc,
        )
    )


# -------------------------------------------------------------------- grants
def _grants(file: File, rules: tuple[d.GrantRule, ...]) -> tuple[Code, ...]:
    block = Block(8, origin=file.out.origin)
    now = text("")
    if _reads_clock(rules):
        now = Py(splice("{}()", file.py.runtime("present")))
    around = Surroundings(caller=text("self"), now=now)
    scope = file.names.scope()
    _rules(Expressions(file, scope, around, block, purpose="grant"), block, rules)
    return block.lines()


def _lasting(
    rules: tuple[d.GrantRule, ...], *, in_session: bool
) -> tuple[d.GrantRule, ...]:
    """The rules for what lasts as long as the session, or for all else."""
    found: list[d.GrantRule] = []
    for rule in rules:
        if isinstance(rule, d.Grant):
            if rule.in_session is in_session:
                found.append(rule)
            continue
        then = _lasting(rule.then, in_session=in_session)
        otherwise = _lasting(rule.otherwise, in_session=in_session)
        if then or otherwise:
            found.append(replace(rule, then=then, otherwise=otherwise))
    return tuple(found)


def _reads_clock(rules: tuple[d.GrantRule, ...]) -> bool:
    return uses(x.Builtin, rules)


def _rules(printer: Expressions, block: Block, rules: tuple[d.GrantRule, ...]) -> None:
    for rule in rules:
        with block.at(printer.file.origin(rule.span)), printer.into(block):
            if isinstance(rule, d.GrantIf):
                _grant_if(printer, block, rule)
            else:
                _grant(printer, block, rule)


def _grant_if(printer: Expressions, block: Block, rule: d.GrantIf) -> None:
    condition = printer.condition(rule.condition)
    with block.nest(splice("if {}:", condition)) as inner, printer.scope.block():
        _rules(printer, inner, rule.then)
    if rule.otherwise:
        with block.nest(Code("else:")) as inner, printer.scope.block():
            _rules(printer, inner, rule.otherwise)


def _grant(printer: Expressions, block: Block, rule: d.Grant) -> None:
    if rule.each_symbol is None or rule.each_values is None:
        _yield(printer, block, rule)
        return
    values = printer.consumed(rule.each_values).code
    with printer.scope.block():
        name = printer.scope.declare(rule.each_symbol)
        head = splice("for {} in {}:", name, values)
        with block.nest(head) as inner, printer.into(inner):
            _yield(printer, inner, rule)


def _yield(printer: Expressions, block: Block, rule: d.Grant) -> None:
    pattern = caps.computed_pattern(printer, rule.cap)
    if pattern is None:
        block.add(_granted(printer, rule, None))
        return
    name = printer.bound(pattern, f"{rule.cap.operation}_pattern")[1].code
    with block.nest(splice("if {} is not None:", name)) as inner, printer.into(inner):
        inner.add(_granted(printer, rule, name))


def _granted(printer: Expressions, rule: d.Grant, pattern: Code | None) -> Code:
    cap = rule.cap
    operation = caps.operation_of(printer, cap)
    has_path = any(
        isinstance(argument, x.ValueArgument) and parameter.domain == "path"
        for argument, parameter in zip(cap.arguments, operation.parameters, strict=True)
    )
    if pattern is None and has_path:
        value = caps.exact(printer, cap, None)
    else:
        value = caps.value(printer, cap, pattern)
    if rule.until is None:
        return splice("yield {}", value.code)
    return splice("yield {}.until({})", value.code, printer.argument(rule.until))
