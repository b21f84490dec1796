"""Capabilities in Python: as values, as needs, and whether they are held."""

from __future__ import annotations

from collections.abc import Container
from typing import cast

from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Printer
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.syntax import Py
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t


def operation_of(printer: Printer, cap: x.Cap) -> d.Operation:
    """The declaration of a capability's operation."""
    family = cast("d.Family", printer.file.program.by_id[cap.family])
    return next(each for each in family.operations if each.name == cap.operation)


def computed_pattern(printer: Printer, cap: x.Cap) -> Py | None:
    """The path pattern that a capability computes from values, if it does."""
    for argument in cap.arguments:
        if isinstance(argument, x.PathArgument) and _is_computed(argument):
            parts = [_segment(printer, part) for part in argument.segments]
            if argument.leading is not None:
                parts.append(splice("base={}", printer.argument(argument.leading)))
            if argument.rest:
                parts.append(Code("rest=True"))
            return syntax.call(printer.py.runtime("path_pattern"), *parts)
    return None


def _segment(printer: Printer, part: str | x.Expr) -> Code:
    """A segment as a Python str, or None where there is none."""
    if isinstance(part, str):
        return printer.file.out.literal(part)
    base = t.base_of(part.type)
    if base == t.STRING or base == t.OptionalType(t.STRING):
        return printer.argument(part)
    text = printer.file.stdlib("text")
    if not isinstance(base, t.OptionalType):
        return syntax.call(text, printer.argument(part)).code
    first, again = printer.bound(printer.show(part), "segment")
    present = syntax.compared(first, "is not", syntax.text("None"))
    made = syntax.call(text, again.at(syntax.CONDITIONAL))
    return syntax.conditional(present, made, syntax.text("None")).code


def needed(printer: Printer, cap: x.Cap, pattern: Code | None = None) -> Py:
    """The capability as it is asked for; `pattern` names its computed pattern."""
    values = _exact(printer, cap) if cap.arguments else None
    if values is None:
        return _pattern(printer, cap, pattern)
    return syntax.call(splice("{}.exact", printer.file.kind(cap.kind)), *values)


def _pattern(printer: Printer, cap: x.Cap, pattern: Code | None) -> Py:
    """A capability that is no single value: a constant one is made once only."""
    made = value(printer, cap, pattern)
    if not cap.arguments or pattern is not None or not _is_constant(cap):
        return made
    name = printer.file.names.kind(cap.kind).name
    return Py(printer.file.constant(f"_{name}_NEED", made.code))


def is_held(
    printer: Printer,
    cap: x.Cap,
    held: Py,
    pattern: Code | None = None,
    *,
    normal: Container[x.Symbol] = (),
    negated: bool = False,
) -> Py:
    """Whether `held` covers the capability; `pattern` as in `needed`.

    `normal` are symbols of paths that are in normal form for sure, because the object
    whose fields they are has been made. `negated` asks whether it does not.
    """
    if not cap.arguments:
        names = Py(splice("{}.names", held.code))
        operator = "not in" if negated else "in"
        return syntax.compared(Py(printer.file.out.literal(cap.kind)), operator, names)
    asked = _question(printer, cap, held, pattern, normal)
    return syntax.negated(asked) if negated else asked


def _question(
    printer: Printer,
    cap: x.Cap,
    held: Py,
    pattern: Code | None,
    normal: Container[x.Symbol],
) -> Py:
    values = _exact(printer, cap)
    if values is None:
        return syntax.method(held, "allows", _pattern(printer, cap, pattern).code)
    parameters = operation_of(printer, cap).parameters
    if len(parameters) == 1 and parameters[0].domain == "path":
        match cap.arguments[0]:
            case x.ValueArgument(value=x.Local(symbol=symbol)) if symbol in normal:
                name = printer.file.out.literal(cap.kind)
                return syntax.method(held, "reaches", name, *values)
        kind = printer.file.kind(cap.kind)
        return syntax.method(held, "covers_path", kind, *values)
    return syntax.method(held, "covers", printer.file.kind(cap.kind), *values)


def can(printer: Printer, cap: x.Cap, held: Py | None) -> Py:
    """Whether the caller holds a capability."""
    if held is None:
        raise NotEmitted("`can` here", cap.span)
    computed = computed_pattern(printer, cap)
    if computed is None:
        return is_held(printer, cap, held)
    first, again = printer.bound(computed, "pattern")
    question = is_held(printer, cap, held, again.code)
    present = syntax.compared(first, "is not", syntax.text("None"))
    return syntax.binary(present, "and", question, syntax.AND)


def capabilities(printer: Printer, caps: tuple[x.Cap, ...]) -> Code:
    """Capabilities as a tuple; those for values are exact."""
    return syntax.sequence("(", listed(printer, caps), ")").code


def listed(printer: Printer, caps: tuple[x.Cap, ...]) -> list[Code]:
    """Capabilities that are sure to exist: an illegal path is a fault."""
    made: list[Code] = []
    for cap in caps:
        computed = computed_pattern(printer, cap)
        name = None
        if computed is not None:
            name = printer.bound(computed, "pattern")[1].code
            if printer.block is None:
                raise NotEmitted("a computed path pattern here", cap.span)
            violation = printer.py.runtime("Violation")
            message = printer.file.out.literal("is not a legal path")
            with printer.block.nest(splice("if {} is None:", name)) as inner:
                inner.add(splice('raise {}("path", {})', violation, message))
        made.append(exact(printer, cap, name).code)
    return made


def exact(printer: Printer, cap: x.Cap, pattern: Code | None) -> Py:
    """A capability for just the values that its arguments have."""
    values = _exact(printer, cap) if cap.arguments else None
    if values is None or _is_constant(cap):
        return value(printer, cap, pattern)
    return syntax.call(splice("{}.exact", printer.file.kind(cap.kind)), *values)


def _is_computed(argument: x.PathArgument) -> bool:
    holes = [part for part in argument.segments if not isinstance(part, str)]
    return bool(holes) or argument.leading is not None


def _is_constant(cap: x.Cap) -> bool:
    return not any(
        isinstance(argument, x.ValueArgument)
        and not isinstance(argument.value, x.Literal)
        for argument in cap.arguments
    )


def _constant_path(argument: x.PathArgument) -> str:
    text = "/" + "/".join(cast("tuple[str, ...]", argument.segments))
    if not argument.rest:
        return text
    return text.rstrip("/") + "/**"


def _exact(printer: Printer, cap: x.Cap) -> list[Code] | None:
    """The values of the arguments, if each of them is one value and no pattern."""
    made: list[Code] = []
    for argument in cap.arguments:
        match argument:
            case x.ValueArgument():
                made.append(printer.argument(argument.value))
            case x.PathArgument(rest=False) if not _is_computed(argument):
                made.append(printer.file.out.literal(_constant_path(argument)))
            case _:
                return None
    return made


def value(printer: Printer, cap: x.Cap, pattern: Code | None) -> Py:
    """`Family.operation(arguments)`; a path that is a value stands for itself only."""
    family = printer.file.ref(cap.family)
    name = printer.file.field(cap.family, cap.operation)
    operation = splice("{}.{}", family, name)
    if not cap.arguments:
        return Py(operation)
    parameters = operation_of(printer, cap).parameters
    made: list[Code] = []
    for argument, parameter in zip(cap.arguments, parameters, strict=True):
        match argument:
            case x.AnyArgument():
                made.append(printer.py.runtime("ANY"))
            case x.PathArgument():
                if _is_computed(argument):
                    if pattern is None:
                        raise NotEmitted("a computed path pattern here", cap.span)
                    made.append(pattern)
                else:
                    path = _constant_path(argument)
                    made.append(printer.file.out.literal(path))
            case x.ValueArgument():
                given = printer.argument(argument.value)
                if parameter.domain == "path":
                    head = splice("{}.exact", printer.py.runtime("PathPattern"))
                    given = syntax.call(head, given).code
                made.append(given)
    return Py(splice("{}({})", operation, join(", ", made)))
