"""Patterns: whether a value matches, and what is bound then."""

from __future__ import annotations

from decimal import Decimal

from pfc.syntax.ast import patterns as p
from tests.differential.evaluator import numbers
from tests.differential.evaluator.strings import unescaped
from tests.differential.evaluator.values import Struct, Value

Bound = dict[str, Value]


def match(pattern: p.Pattern, value: Value) -> Bound | None:
    """The names that the pattern binds, or none if it does not match."""
    match pattern:
        case p.OrPattern():
            found = (match_one(each, value) for each in pattern.alternatives)
            return next((each for each in found if each is not None), None)
        case _:
            return match_one(pattern, value)


def match_one(pattern: p.Pattern, value: Value) -> Bound | None:
    """`match` of a pattern that is no alternative."""
    match pattern:
        case p.LiteralPattern():
            return {} if _is(pattern.raw, value) else None
        case p.NamePattern():
            name = pattern.name.text
            if name == "_":
                return {}
            if name[0].isupper():
                return _fields(pattern.name.last.text, (), value)
            return None if value is None else {name: value}
        case p.ConstructorPattern():
            return _fields(pattern.name.last.text, pattern.arguments, value)
        case _:
            return match(pattern, value)


def _fields(
    name: str, arguments: tuple[p.PatternArgument, ...], value: Value
) -> Bound | None:
    if not isinstance(value, Struct) or value.name != name:
        return None
    found: Bound = {}
    for place, argument in enumerate(arguments):
        field = argument.name.text if argument.name else value.fields[place][0]
        inside = match(argument.pattern, value[field])
        if inside is None:
            return None
        found |= inside
    return found


def _is(raw: str, value: Value) -> bool:
    if raw == "none":
        return value is None
    if value is None:
        return False
    if raw in ("true", "false"):
        return bool(value is (raw == "true"))
    if raw.startswith('"'):
        return bool(value == unescaped(raw))
    kind = {float: "Float", Decimal: "Decimal"}.get(type(value))
    number = numbers.literal(raw.removeprefix("-"), kind)
    return bool(value == (numbers.negate(number) if raw.startswith("-") else number))
