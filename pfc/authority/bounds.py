"""Bounds: what is known about a value besides its identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from pfc.authority.terms import Const, constant
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.ir.types import (
    PATH,
    DeclId,
    OptionalType,
    RecordType,
    RefinedType,
    Type,
    UnionType,
    base_of,
)

Prefix = tuple[str, ...]
"""The segments of a constant path."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A path is under each of `under`; a number is at most `upper`, at least `lower`.

    `upper` and `lower` are constants of one kind (numbers or durations).
    """

    under: frozenset[Prefix] = frozenset()
    upper: Const | None = None
    lower: Const | None = None


UNBOUNDED: Final = Bounds()


def prefix_of(path: str) -> Prefix:
    """The segments of a path in normal form."""
    return tuple(part for part in path.split("/") if part)


def is_under(path: Prefix, base: Prefix) -> bool:
    """Whether a path is `base` or below it: by segments."""
    return path[: len(base)] == base


def at_most(left: Const, right: Const) -> bool:
    """Whether one constant is known to be no greater than another of its kind."""
    kind, low = left.key
    other, high = right.key
    if kind != other or kind not in ("number", "duration"):
        return False
    result: bool = low <= high  # type: ignore[operator]  # the kind says what both are
    return result


def both(left: Bounds, right: Bounds) -> Bounds:
    """What is known where both are."""
    if left is UNBOUNDED:
        return right
    if right is UNBOUNDED or left is right:
        return left
    return Bounds(
        left.under | right.under,
        _tighter(left.upper, right.upper, least=True),
        _tighter(left.lower, right.lower, least=False),
    )


def either(left: Bounds, right: Bounds) -> Bounds:
    """What is known where one of them is."""
    return Bounds(
        frozenset(
            prefix
            for one, other in ((left, right), (right, left))
            for prefix in one.under
            if any(is_under(each, prefix) for each in other.under)
        ),
        _looser(left.upper, right.upper, greatest=True),
        _looser(left.lower, right.lower, greatest=False),
    )


def _tighter(left: Const | None, right: Const | None, least: bool) -> Const | None:
    if left is None or right is None:
        return left or right
    return left if at_most(left, right) is least else right


def _looser(left: Const | None, right: Const | None, greatest: bool) -> Const | None:
    if left is None or right is None:
        return None
    if at_most(left, right):
        return right if greatest else left
    if at_most(right, left):
        return left if greatest else right
    return None


# ---------------------------------------------------------------- what conditions say
def constant_of(expr: e.Expr) -> Const | None:
    """The constant that an expression is, if it is written as one."""
    match expr:
        case e.Literal(value=value):
            return constant(value)
        case e.Refine(value=value):
            return constant_of(value)
        case e.Negate(operand=operand):
            inner = constant_of(operand)
            if inner is None:
                return None
            kind, number = inner.key
            if not isinstance(number, Fraction):
                return None
            return Const((kind, -number), f"-{inner.text}")
        case _:
            return None


def constraints(condition: e.Expr, holds: bool) -> Iterator[tuple[e.Expr, Bounds]]:
    """The bounds that a condition puts on expressions where it is true (or false).

    Only constants bound: configuration and state can change.
    """
    if type(condition) not in _BOUNDING_CONDITIONS:
        return
    match condition:
        case e.Not(operand=operand):
            yield from constraints(operand, not holds)
        case e.Logic(operator="and", left=left, right=right) if holds:
            yield from constraints(left, True)
            yield from constraints(right, True)
        case e.Logic(operator="or", left=left, right=right) if not holds:
            yield from constraints(left, False)
            yield from constraints(right, False)
        case e.UnderPath(value=value, prefix=prefix) if holds:
            under = _path_of(prefix)
            if under is not None:
                yield value, Bounds(under=frozenset((under,)))
        case e.Compare(operator=operator, left=left, right=right):
            if not isinstance(right, _NEVER_CONSTANT):
                yield from _compared(operator, left, right, holds)
            if not isinstance(left, _NEVER_CONSTANT):
                yield from _compared(_MIRROR[operator], right, left, holds)
        case e.Contains(item=item, container=e.RangeExpr(low=low, high=high)) if holds:
            yield item, Bounds(upper=constant_of(high), lower=constant_of(low))


_NEVER_CONSTANT: Final = (e.Local, e.FieldOf, e.StateField, e.Method)
_BOUNDING_CONDITIONS: Final = frozenset(
    {e.Not, e.Logic, e.UnderPath, e.Compare, e.Contains}
)
_MIRROR: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE: Final = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}


def _path_of(expr: e.Expr) -> Prefix | None:
    if isinstance(expr, e.Literal) and isinstance(expr.value, str):
        return prefix_of(expr.value)
    return None


def _compared(
    operator: str, left: e.Expr, right: e.Expr, holds: bool
) -> Iterator[tuple[e.Expr, Bounds]]:
    limit = constant_of(right)
    if limit is None:
        return
    match operator if holds else _OPPOSITE[operator]:
        case "<" | "<=":
            yield left, Bounds(upper=limit)
        case ">" | ">=":
            yield left, Bounds(lower=limit)
        case "==" if base_of(left.type) == PATH:
            path = _path_of(right)
            if path is not None:
                yield left, Bounds(under=frozenset((path,)))
        case "==":
            yield left, Bounds(upper=limit, lower=limit)


# ---------------------------------------------------------------- what types say
BOUNDING: Final = frozenset({RefinedType, OptionalType})
"""The classes of types that may say something about their values."""


class TypeBounds:
    """What the types of a program say about their values, worked out once for each."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._refined: dict[DeclId, Bounds] = {}
        self._members: dict[tuple[DeclId, bool, str], Bounds] = {}
        self._parts: dict[tuple[int, str, str], tuple[Type, Bounds]] = {}
        self._types: dict[int, tuple[Type, Bounds]] = {}
        self._fields: dict[int, tuple[d.Field, Bounds]] = {}

    def of(self, type_: Type) -> Bounds:
        """What a value's type says about it."""
        if type(type_) not in BOUNDING:
            return UNBOUNDED
        known = self._types.get(id(type_))
        if known is None:
            # The type is kept with it: no other gets its number.
            known = self._types[id(type_)] = type_, self._of(type_)
        return known[1]

    def _of(self, type_: Type) -> Bounds:
        found = UNBOUNDED
        while isinstance(type_, (RefinedType, OptionalType)):
            if isinstance(type_, OptionalType):
                type_ = type_.item
                continue
            found = both(found, self._of_refined(type_.id))
            type_ = type_.base
        return found

    def _of_refined(self, id_: DeclId) -> Bounds:
        known = self._refined.get(id_)
        if known is None:
            refined = self._program.by_id.get(id_)
            known = UNBOUNDED
            if isinstance(refined, d.Refined):
                known = bounds_of_refinement(refined.refinement)
            self._refined[id_] = known
        return known

    def of_field(self, field: d.Field) -> Bounds:
        """What a field's type and its own refinement say."""
        known = self._fields.get(id(field))
        if known is None:
            own = bounds_of_refinement(field.refinement)
            # The field is kept with it: no other gets its number.
            known = self._fields[id(field)] = field, both(self.of(field.type), own)
        return known[1]

    def of_part(self, owner: Type, variant: str, name: str) -> Bounds:
        """What is said about a field of a record, of a context, or of a variant."""
        key = id(owner), variant, name
        known = self._parts.get(key)
        if known is None:
            # The type is kept with it: no other gets its number.
            known = self._parts[key] = owner, self._of_part(owner, variant, name)
        return known[1]

    def _of_part(self, owner: Type, variant: str, name: str) -> Bounds:
        base = base_of(owner)
        if not isinstance(base, UnionType):
            return self.of_member(owner, name)
        union = self._program.by_id.get(base.id)
        if isinstance(union, d.UnionDecl):
            for each in union.variants:
                for field in each.fields:
                    if (each.name, field.name) == (variant, name):
                        return self.of_field(field)
        return UNBOUNDED

    def of_member(self, owner: Type, name: str) -> Bounds:
        """What a record or context says about one of its fields, its `always` included."""
        base = base_of(owner)
        key = getattr(base, "id", ""), isinstance(base, RecordType), name
        known = self._members.get(key)
        if known is None:
            known = self._members[key] = self._of_member(*key)
        return known

    def _of_member(self, owner: DeclId, is_record: bool, name: str) -> Bounds:
        declaration = self._program.by_id.get(owner)
        if not isinstance(declaration, (d.Record, d.Context, d.Config)):
            return UNBOUNDED
        field = next((each for each in declaration.fields if each.name == name), None)
        if field is None:
            return UNBOUNDED
        found = self.of_field(field)
        if isinstance(declaration, d.Record) and is_record:
            found = both(found, _about(field.symbol, declaration.always))
        return found


def bounds_of_refinement(refinement: d.Refinement | None) -> Bounds:
    """What `under` and `where` say about `it`."""
    if refinement is None:
        return UNBOUNDED
    found = UNBOUNDED
    if refinement.under is not None:
        found = Bounds(under=frozenset((prefix_of(refinement.under),)))
    if refinement.where is None or refinement.it is None:
        return found
    return both(found, _about(refinement.it, (refinement.where,)))


def _about(subject: e.Symbol, conditions: Iterable[e.Expr]) -> Bounds:
    found = UNBOUNDED
    for condition in conditions:
        for expr, bounds in constraints(condition, True):
            if isinstance(expr, e.Local) and expr.symbol is subject:
                found = both(found, bounds)
    return found
