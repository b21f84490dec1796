"""Reading a capability that somebody typed: `FileCap.write("/docs/a/**")`."""

from __future__ import annotations

from pfc.authority.algebra import (
    ANYTHING,
    Argument,
    Capability,
    exact_argument,
    path_of_text,
)
from pfc.authority.context import Context
from pfc.authority.terms import constant
from pfc.ir import declarations as d
from pfc.ir.types import UnionType, base_of
from pfc.semantics.paths import normalise
from pfc.span import Source
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.authority import Grant, Principal
from pfc.syntax.numbers import (
    DurationValue,
    FractionValue,
    IntValue,
    parse_number,
)
from pfc.syntax.parser import parse


class NotACapability(ValueError):
    """The text names no capability of the program; the message says why."""


def read_capability(context: Context, text: str) -> Capability:
    """The capability; its arguments are constants or `*`. Raises NotACapability."""
    parsed = parse(Source("question.pf", f"principal Asked {{ grant {text} }}"))
    match parsed.module.declarations:
        case (Principal(grants=(Grant(cap=cap, each=None, until=None),)),) if (
            not parsed.diagnostics
        ):
            return _capability(context, cap)
        case _:
            raise NotACapability(
                f'{text} is no capability; write one as in Family.operation("/a/**").'
            )


def _capability(context: Context, cap: e.Cap) -> Capability:
    names = [part.text for part in cap.name.parts]
    family, operation = ".".join(names[:-1]), names[-1]
    for one in context.program.by_id.values():
        if isinstance(one, d.Family) and family in (one.name, one.id):
            for known in one.operations:
                if known.name == operation:
                    arguments = _arguments(cap, known)
                    return Capability(f"{one.id}.{operation}", arguments)
            listed = ", ".join(known.name for known in one.operations)
            raise NotACapability(f"{family} has no operation {operation}: {listed}.")
    raise NotACapability(_unknown(context, family, cap.name.text))


def _unknown(context: Context, family: str, written: str) -> str:
    """Why no family was found: often a family was written without an operation."""
    known = [one for one in context.program.by_id.values() if isinstance(one, d.Family)]
    for one in known:
        if written in (one.name, one.id):
            listed = ", ".join(f"{written}.{each.name}" for each in one.operations)
            return f"Say which operation of {written}: {listed}."
    listed = ", ".join(sorted(one.name for one in known)) or "none"
    missing = family or written
    return f"There is no capability family {missing!r}. There are: {listed}."


def _arguments(cap: e.Cap, operation: d.Operation) -> tuple[Argument, ...]:
    given = {}
    for place, argument in enumerate(cap.arguments or ()):
        if argument.name is not None:
            given[argument.name.text] = argument.value
        elif place < len(operation.parameters):
            given[operation.parameters[place].name] = argument.value
    names = [parameter.name for parameter in operation.parameters]
    if set(given) != set(names) or len(cap.arguments or ()) != len(names):
        listed = ", ".join(names) or "nothing"
        raise NotACapability(f"{cap.name.text} takes {listed}.")
    return tuple(_argument(given[p.name], p) for p in operation.parameters)


def _argument(node: e.Expr | e.Anything, parameter: d.Parameter) -> Argument:
    if isinstance(node, e.Anything):
        return ANYTHING
    if isinstance(node, e.StringLiteral):
        parts = [part for part in node.parts if isinstance(part, str)]
        if len(parts) != len(node.parts):
            raise NotACapability("Write constants only, or * for anything.")
        text = "".join(parts)
        if parameter.domain == "path":
            problem = normalise(text.removesuffix("/**") or "/")[1]
            if problem is not None:
                raise NotACapability(f"{text!r} is no path: {problem}.")
            return path_of_text(text)
        return exact_argument(parameter.domain, constant(text))
    if isinstance(node, e.Number):
        number = parse_number(node.raw)
        if isinstance(number, IntValue | FractionValue | DurationValue):
            return exact_argument(parameter.domain, constant(number.value))
    if isinstance(node, e.Constant):
        return exact_argument(parameter.domain, constant(node.value))
    if isinstance(base_of(parameter.type), UnionType):
        raise NotACapability("Variants cannot be asked about yet; write * for any.")
    raise NotACapability("Write constants only, or * for anything.")
