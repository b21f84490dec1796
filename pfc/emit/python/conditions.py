"""What a refinement says in words, and as constraints that decoders and schemas know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_META: Final = {">=": "ge", ">": "gt", "<=": "le", "<": "lt"}
_WORDS: Final = {
    ">=": "at least {}",
    ">": "more than {}",
    "<=": "at most {}",
    "<": "less than {}",
    "==": "{}",
    "!=": "other than {}",
}
_CHARACTERS: Final = frozenset({t.STRING, t.PATH, t.URL})


@dataclass(frozen=True)
class Bound:
    """`it operator value`, or the same for `it.length` (`of_length`)."""

    operator: str
    value: object
    of_length: bool


def bounds(refinement: d.Refinement | None) -> Iterator[Bound | str | None]:
    """The parts of a condition that stand side by side.

    A Bound, the pattern of a `matches`, or none for what is neither.
    """
    if refinement is None or refinement.where is None or refinement.it is None:
        return
    for part in _conjuncts(refinement.where):
        yield from _bounds_in(part, refinement.it)


def _conjuncts(expr: x.Expr) -> Iterator[x.Expr]:
    if isinstance(expr, x.Logic) and expr.operator == "and":
        yield from _conjuncts(expr.left)
        yield from _conjuncts(expr.right)
    else:
        yield expr


def _bounds_in(expr: x.Expr, it: x.Symbol) -> Iterator[Bound | str | None]:
    match expr:
        case x.Compare(operator=operator, left=left, right=right):
            for value, other, sign in (
                (left, right, operator),
                (right, left, _MIRRORED[operator]),
            ):
                about = _about(value, it)
                if about is not None and isinstance(other, x.Literal):
                    yield Bound(sign, other.value, about)
                    return
        case x.Contains(item=item, container=x.RangeExpr(low=low, high=high)):
            about = _about(item, it)
            literal = isinstance(low, x.Literal) and isinstance(high, x.Literal)
            if about is not None and literal:
                yield Bound(">=", low.value, about)  # type: ignore[union-attr]  # tested above
                yield Bound("<=", high.value, about)  # type: ignore[union-attr]  # tested above
                return
        case x.Method(name="matches", receiver=x.Local(symbol=symbol)) if symbol is it:
            pattern = expr.arguments[0]
            if isinstance(pattern, x.Literal) and isinstance(pattern.value, str):
                yield pattern.value
                return
    yield None


def _about(expr: x.Expr, it: x.Symbol) -> bool | None:
    """Whether the expression is `it.length`; none if it is not `it` either."""
    if isinstance(expr, x.Local) and expr.symbol is it:
        return False
    if isinstance(expr, x.Method) and expr.name == "length":
        receiver = expr.receiver
        if isinstance(receiver, x.Local) and receiver.symbol is it:
            return True
    return None


def constraints(refinement: d.Refinement | None, base: t.Type) -> dict[str, object]:
    """Arguments for `msgspec.Meta`: what its decoder checks and its schemas say."""
    found: dict[str, object] = {}
    kind = t.base_of(base)
    for bound in bounds(refinement):
        if isinstance(bound, str) and kind in _CHARACTERS:
            found.setdefault("pattern", f"^(?:{bound})$")
        elif isinstance(bound, Bound):
            _constrain(found, bound, kind)
    return found


def _constrain(found: dict[str, object], bound: Bound, kind: t.Type) -> None:
    value = bound.value
    if bound.of_length and isinstance(value, int):
        least = {">=": value, ">": value + 1, "==": value}.get(bound.operator)
        most = {"<=": value, "<": value - 1, "==": value}.get(bound.operator)
        if least is not None and least >= 0:
            found.setdefault("min_length", least)
        if most is not None and most >= 0:
            found.setdefault("max_length", most)
    elif not bound.of_length and bound.operator in _META:
        if kind == t.INT and isinstance(value, int) and abs(value) < 2**63:
            found.setdefault(_META[bound.operator], value)
        elif kind == t.FLOAT and isinstance(value, int | float):
            found.setdefault(_META[bound.operator], float(value))


def describe(refinement: d.Refinement, base: t.Type, written: str) -> str:
    """What the value has to be, in words: `must be at least 1`."""
    parts = list(bounds(refinement))
    unit = _unit(t.base_of(base))
    lengths = [b for b in parts if isinstance(b, Bound) and b.of_length]
    values = [b for b in parts if isinstance(b, Bound) and not b.of_length]
    if len(lengths) == len(parts) and unit:
        return f"must have {_range(lengths)} {unit}"
    if len(values) == len(parts):
        return f"must be {_range(values)}"
    if len(parts) == 1 and isinstance(parts[0], str):
        return f"must match {parts[0]}"
    return f"must satisfy {written}"


def _unit(base: t.Type) -> str:
    if base in _CHARACTERS:
        return "characters"
    if base == t.BYTES:
        return "bytes"
    if isinstance(base, t.ListType | t.SetType):
        return "items"
    return "entries" if isinstance(base, t.MapType) else ""


def _range(found: list[Bound]) -> str:
    low = [b.value for b in found if b.operator == ">="]
    high = [b.value for b in found if b.operator == "<="]
    if len(found) == 2 and low and high:
        return f"between {_shown(low[0])} and {_shown(high[0])}"
    return " and ".join(_WORDS[b.operator].format(_shown(b.value)) for b in found)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
