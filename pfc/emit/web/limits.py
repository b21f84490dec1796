"""Attributes of inputs that say what a field's simple refinements demand.

They tell a person at once what the decoder would refuse later. A browser must refuse
nothing that the decoder takes, so what cannot be said exactly is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from pfc.emit.python.conditions import constraints
from pfc.ir import declarations as d
from pfc.ir import types as t
from pfc.ir.program import Program

_TEXTS: Final = frozenset({"text", "search", "url", "tel", "email", "password"})
_NUMBERS: Final = (t.INT, t.FLOAT)
_RANGES: Final = frozenset({"number", "range"})

_OUTSIDE: Final = re.compile(
    r"(?P<same>[A-Za-z0-9 _@,:;!#%&'\"<>=~`|)]"
    r"|\((?:\?:)?(?![?*+{])"
    r"|\\[.*+?()\[\]{}|\\^$/]"
    r"|(?:[*+?]|\{\d+(?:,\d*)?\})\??(?![*+?{]))"
    r"|(?P<digit>\\d)|(?P<any>\.)|(?P<group>\[\^?)"
)
_INSIDE: Final = re.compile(
    r"(?P<range>[A-Za-z0-9]-[A-Za-z0-9])|(?P<same>[A-Za-z0-9 _]"
    r"|\\[.*+?()\[\]{}|\\^$/-])"
    r"|(?P<point>[.,@+:#%*?$])|(?P<digit>\\d)|(?P<dash>-(?=\]))|(?P<end>\])"
)


def limits(
    program: Program,
    field: d.Field,
    tag: str,
    kind: str | None,
    written: Collection[str],
) -> dict[str, str | None]:
    """Attributes for the input of a field, by name; none stands for one without value.

    `kind` is the type that is written for the input; what is `written` stays.
    """
    optional = isinstance(t.base_of(field.type), t.OptionalType)
    known, base = _known(program, field)
    found: dict[str, str | None] = {}
    if base == t.STRING and (tag == "textarea" or (kind or "text") in _TEXTS):
        found = _of_text(known, with_pattern=tag != "textarea")
    elif base in _NUMBERS and tag == "input" and (kind or "number") in _RANGES:
        found = _of_number(known, base)
        if found and kind is None:
            found = {"type": "number", **found}
        if kind == "range" or field.default is not None:
            found.pop("required", None)
    if optional:
        found.pop("required", None)
    return {name: value for name, value in found.items() if name not in written}


def _known(program: Program, field: d.Field) -> tuple[dict[str, object], t.Type]:
    """What the decoder demands of a field's values that are there, and their type.

    A refinement beside an optional type is about none as well, and not looked at.
    """
    known: dict[str, object] = {}
    type_ = field.type
    base = t.base_of(type_)
    if isinstance(base, t.OptionalType):
        type_, base = base.item, t.base_of(base.item)
    else:
        known = constraints(field.refinement, base)
    while isinstance(type_, t.RefinedType):
        alias = program.by_id.get(type_.id)
        if isinstance(alias, d.Refined):
            known = {**constraints(alias.refinement, base), **known}
        type_ = type_.base
    return known, base


def _of_text(known: dict[str, object], *, with_pattern: bool) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    least, most = known.get("min_length", 0), known.get("max_length")
    pattern = known.get("pattern")
    refused = isinstance(pattern, str) and re.search(pattern, "") is None
    if least or refused:
        found["required"] = None
    if isinstance(least, int) and least > 1:
        found["minlength"] = str(least)
    if most is not None:
        found["maxlength"] = str(most)
    if isinstance(pattern, str) and with_pattern:
        script = script_pattern(pattern.removeprefix("^(?:").removesuffix(")$"))
        if script is not None:
            found["pattern"] = script
    return found


def _of_number(known: dict[str, object], base: t.Type) -> dict[str, str | None]:
    """Bounds that are not part of the range are, for an Int, one further in."""
    further = 1 if base == t.INT else 0
    found: dict[str, str | None] = {}
    for name, own, beyond, step in (("min", "ge", "gt", 1), ("max", "le", "lt", -1)):
        value = known.get(own)
        other = known.get(beyond)
        if isinstance(other, int | float):
            other += step * further
        bound = value if value is not None else other
        if bound is not None:
            found[name] = str(bound)
    if not found:
        return {}
    return {"required": None, **found, **({} if further else {"step": "any"})}


def script_pattern(pattern: str) -> str | None:
    """The pattern as JavaScript has it, or none if it could mean something else there.

    `\\d` is any decimal digit in Python, and `.` anything but a newline.
    """
    made: list[str] = []
    place = 0
    inside = False
    while place < len(pattern):
        found = (_INSIDE if inside else _OUTSIDE).match(pattern, place)
        if found is None:
            return None
        place = found.end()
        piece = found[0]
        match found.lastgroup:
            case "digit":
                piece = r"\p{Nd}"
            case "any":
                piece = r"[^\n]"
            case "dash":
                piece = r"\-"
            case "point" if made[-1] == piece:
                return None  # two of them are an operator between classes
            case "group":
                inside = True
            case "end":
                inside = False
        made.append(piece)
    return "".join(made)
