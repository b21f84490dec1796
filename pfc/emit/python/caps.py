"""Capabilities in Python: as values, as needs, and whether they are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Printer
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.syntax import Py
from pfc.ir import declarations as d
from pfc.ir import expressions as x


@dataclass(frozen=True)
class Need:
    """A capability that is asked for, and the question whether it is held.

    `pattern` is the name of a computed path pattern that may be none: then there is no
    such capability.
    """

    value: Py
    held: Py
    pattern: Code | None = None


def operation_of(printer: Printer, cap: x.Cap) -> d.Operation:
    """The declaration of a capability's operation."""
    family = cast("d.Family", printer.file.program.by_id[cap.family])
    return next(each for each in family.operations if each.name == cap.operation)


def capability(printer: Printer, cap: x.Cap) -> Py:
    """The capability as a value, as `FileCap.read("/docs/**")`.

    Only for capabilities without computed path patterns: see `computed_pattern`.
    """
    return _value(printer, cap, None)


def computed_pattern(printer: Printer, cap: x.Cap) -> Py | None:
    """The path pattern that a capability computes from values, if it does."""
    for argument in cap.arguments:
        if isinstance(argument, x.PathArgument) and _is_computed(argument):
            parts = [
                printer.file.out.literal(part)
                if isinstance(part, str)
                else printer.argument(part)
                for part in argument.segments
            ]
            if argument.leading is not None:
                parts.append(splice("base={}", printer.argument(argument.leading)))
            if argument.rest:
                parts.append(Code("rest=True"))
            return syntax.call(printer.py.runtime("path_pattern"), *parts)
    return None


def with_pattern(printer: Printer, cap: x.Cap, pattern: Code) -> Py:
    """The capability as a value, its computed pattern being known by a name."""
    return _value(printer, cap, pattern)


def need(printer: Printer, cap: x.Cap, held: Py, pattern: Code | None = None) -> Need:
    """The capability as it is asked for; `pattern` names its computed pattern."""
    if not cap.arguments:
        name = printer.file.out.literal(cap.kind)
        return Need(_value(printer, cap, None), syntax.method(held, "has", name))
    values = _exact(printer, cap)
    if values is None:
        value = _value(printer, cap, pattern)
        return Need(value, syntax.method(held, "allows", value.code), pattern)
    kind = printer.file.kind(cap.kind)
    value = syntax.call(splice("{}.exact", kind), *values)
    parameters = operation_of(printer, cap).parameters
    question = "covers"
    if len(parameters) == 1 and parameters[0].domain == "path":
        question = "covers_path"
    return Need(value, syntax.method(held, question, kind, *values))


def can(printer: Printer, cap: x.Cap, held: Py | None) -> Py:
    """Whether the caller holds a capability."""
    if held is None:
        raise NotEmitted("`can` here", cap.span)
    computed = computed_pattern(printer, cap)
    if computed is None:
        return need(printer, cap, held).held
    first, again = printer.bound(computed, "pattern")
    question = need(printer, cap, held, again.code).held
    present = syntax.compared(first, "is not", syntax.text("None"))
    return syntax.binary(present, "and", question, syntax.AND)


def capabilities(printer: Printer, caps: tuple[x.Cap, ...]) -> Code:
    """Capabilities as a tuple; those for values are exact."""
    made: list[Code] = []
    for cap in caps:
        computed = computed_pattern(printer, cap)
        name = None
        if computed is not None:
            name = printer.bound(computed, "pattern")[1].code
            if printer.block is not None:
                message = printer.file.out.literal("is not a legal path")
                check = printer.py.runtime("check")
                printer.block.add(
                    splice('{}({} is not None, "path", {})', check, name, message)
                )
                printer.block.add(splice("assert {} is not None", name))
        made.append(_exact_value(printer, cap, name).code)
    return syntax.sequence("(", made, ")").code


def _exact_value(printer: Printer, cap: x.Cap, pattern: Code | None) -> Py:
    """A capability for just the values that its arguments have."""
    values = _exact(printer, cap) if cap.arguments else None
    if values is None or _is_constant(cap):
        return _value(printer, cap, pattern)
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


def _value(printer: Printer, cap: x.Cap, pattern: Code | None) -> Py:
    """`Family.operation(arguments)`; a path that is a value stands for itself only."""
    family = printer.file.ref(cap.family)
    name = printer.file.field(cap.family, cap.operation)
    head = splice("{}.{}", family, name)
    if not cap.arguments:
        return Py(head)
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
                value = printer.argument(argument.value)
                if parameter.domain == "path":
                    exact = splice("{}.exact", printer.py.runtime("PathPattern"))
                    value = syntax.call(exact, value).code
                made.append(value)
    return Py(splice("{}({})", head, join(", ", made)))

