"""Whether patterns cover all values, and whether each can be reached.

The algorithm is the usefulness check of L. Maranget, "Warnings for pattern matching"
(Journal of Functional Programming 17, 2007): a row of patterns is useful after others if
there is a value that it matches and they do not.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, Protocol

from pfc.ir import expressions as x
from pfc.ir.types import (
    BOOL,
    OptionalType,
    RecordType,
    RefinedType,
    ResultType,
    Type,
    UnionType,
    base_of,
)
from pfc.semantics.checker import show_value
from pfc.semantics.signatures import FieldSig

_ANY = "_"
_MADE = (RecordType, UnionType, ResultType, OptionalType)
_MOST_ROWS: Final = 150_000
"""Rows of patterns that are looked at before a check gives up: about half a second's work."""

_WIDE: Final = 8
"""How many columns of a row are looked at as quickly as one."""

Row = tuple[x.Pattern, ...]


class Constructors(Protocol):
    """What the check needs to know of declared types."""

    def constructors(self, type_: Type) -> dict[str, tuple[FieldSig, ...]] | None:
        """The constructors of a union or record, with their fields."""

    def values(self, type_: Type) -> tuple[object, ...] | None:
        """All values of a type that has few and no constructors."""

    def example(self, type_: Type, others: Set[object]) -> str | None:
        """A value that is none of the others, as a user writes it."""


@dataclass
class Patience:
    """How many rows of patterns may still be looked at for one `match`."""

    left: int = _MOST_ROWS
    shapes: dict[Type, list[_Shape] | None] = field(default_factory=dict)


def missing_values(
    patterns: Sequence[x.Pattern], type_: Type, known: Constructors
) -> str | None:
    """A value that no pattern matches, as a pattern; none if all are covered.

    The question is NP-hard; if it takes too long the answer is `_`, which an arm for
    everything else covers.
    """
    rows = [row for pattern in patterns for row in _rows(pattern)]
    try:
        found = _witness(rows, [type_], _Counted(known, Patience()))
    except _TooMany:
        return _ANY
    return None if found is None else found[0]


def reachable(
    before: Sequence[x.Pattern],
    pattern: x.Pattern,
    type_: Type,
    known: Constructors,
    patience: Patience,
) -> bool:
    """Whether `pattern` matches a value that those before it do not; true if in doubt."""
    rows = [row for earlier in before for row in _rows(earlier)]
    counted = _Counted(known, patience)
    try:
        return any(_useful(rows, row, [type_], counted) for row in _rows(pattern))
    except _TooMany:
        return True


class Heads:
    """What the arms so far begin with: most arms are told apart by that alone."""

    def __init__(self, type_: Type) -> None:
        self._type = type_
        self._seen: set[Hashable | None] = set()

    def is_new(self, pattern: x.Pattern) -> bool:
        """Whether an arm is reached for certain, and so is each of its alternatives."""
        heads = [_head(row[0], self._type) for row in _rows(pattern)]
        known = None in heads or None in self._seen or len(set(heads)) < len(heads)
        return not (known or "some" in heads or _nests(pattern)) and not any(
            head in self._seen for head in heads
        )

    def add(self, pattern: x.Pattern) -> None:
        """An arm that is before all that follow."""
        self._seen.update(_head(row[0], self._type) for row in _rows(pattern))


def _nests(pattern: x.Pattern) -> bool:
    """Whether alternatives stand inside of a pattern's parts."""
    match pattern:
        case x.EitherPattern(alternatives=parts):
            return any(map(_nests, parts))
        case x.VariantPattern(fields=fields):
            return any(_holds_either(part) for _, part in fields)
        case x.ResultPattern(inner=inner):
            return _holds_either(inner)
    return False


def _holds_either(pattern: x.Pattern) -> bool:
    return isinstance(pattern, x.EitherPattern) or _nests(pattern)


class _TooMany(Exception):
    """There are too many combinations to look at all."""


class _Counted:
    """Declared types, and how much may still be looked at."""

    def __init__(self, known: Constructors, patience: Patience) -> None:
        self.known = known
        self._patience = patience

    def shapes(self, type_: Type) -> list[_Shape] | None:
        """All ways to make a value of the type; none if they cannot be listed."""
        shapes = self._patience.shapes
        if type_ not in shapes:
            shapes[type_] = _shapes(type_, self.known)
        return shapes[type_]

    def look(self, rows: Sequence[Row]) -> None:
        # Rows are copied, so wide ones count for more.
        width = len(rows[0]) if rows else 0
        self._patience.left -= (len(rows) + 1) * (1 + width // _WIDE)
        if self._patience.left < 0:
            raise _TooMany


def _rows(pattern: x.Pattern) -> list[Row]:
    """The alternatives of a pattern, each as a row of one."""
    if isinstance(pattern, x.EitherPattern):
        return [row for each in pattern.alternatives for row in _rows(each)]
    return [(pattern,)]


class _Shape:
    """One way to make a value: its name and the types of its parts."""

    def __init__(
        self, name: Hashable, parts: Sequence[tuple[str, Type]], label: str
    ) -> None:
        self.name = name
        self.parts = parts
        self.label = label

    def show(self, inside: Sequence[str]) -> str:
        if self.name == "some":
            return inside[0] if inside[0] != _ANY else "a value"
        if not self.parts:
            return self.label
        if len(inside) == 1:
            return f"{self.label}({inside[0]})"
        if all(part == _ANY for part in inside):
            return f"{self.label}(_)"
        named = (
            f"{name}: {value}"
            for (name, _), value in zip(self.parts, inside, strict=True)
            if value != _ANY
        )
        return f"{self.label}({', '.join(named)})"


def _shapes(type_: Type, known: Constructors) -> list[_Shape] | None:
    base = base_of(type_)
    if isinstance(type_, RefinedType) and not isinstance(base, _MADE):
        few = known.values(type_)
        if few is not None:
            return [_Shape(("=", v), (), show_value(v).strip("`")) for v in few]
    if base == BOOL:
        return [_Shape("true", (), "true"), _Shape("false", (), "false")]
    if isinstance(base, OptionalType):
        return [_Shape("none", (), "none"), _Shape("some", [("", base.item)], "")]
    if isinstance(base, ResultType):
        return [
            _Shape("Ok", [("value", base.value)], "Ok"),
            _Shape("Err", [("value", base.error)], "Err"),
        ]
    found = known.constructors(base)
    if found is None:
        return None
    return [
        _Shape(name, [(field.name, field.type) for field in fields], name)
        for name, fields in found.items()
    ]


def _head(pattern: x.Pattern, type_: Type) -> Hashable | None:
    """The name of the shape that a pattern asks for; none if it takes any."""
    base = base_of(type_)
    if isinstance(pattern, x.AnyPattern):
        return None
    if isinstance(base, OptionalType):
        is_none = isinstance(pattern, x.ConstantPattern) and pattern.value is None
        return "none" if is_none else "some"
    match pattern:
        case x.ConstantPattern(value=value) if base == BOOL:
            return "true" if value else "false"
        case x.ConstantPattern(value=value):
            return "=", value
        case x.VariantPattern(variant=variant):
            return variant or base_name(base)
        case x.ResultPattern(ok=ok):
            return "Ok" if ok else "Err"
        case _:
            return None


def base_name(type_: Type) -> str:
    """The last part of a declared type's id."""
    return str(getattr(type_, "id", "")).rpartition(".")[2]


def _parts(pattern: x.Pattern, shape: _Shape) -> list[x.Pattern]:
    """The patterns of a shape's parts."""
    anything = x.AnyPattern(pattern.span)
    if shape.name == "some":
        return [pattern]
    match pattern:
        case x.VariantPattern(fields=fields):
            given = dict(fields)
            return [given.get(name, anything) for name, _ in shape.parts]
        case x.ResultPattern(inner=inner):
            return [inner]
        case _:
            return [anything for _ in shape.parts]


def _by_head(rows: Sequence[Row], type_: Type) -> dict[Hashable | None, list[Row]]:
    """The rows by the shape that their first pattern asks for."""
    found: dict[Hashable | None, list[Row]] = {}
    for row in rows:
        found.setdefault(_head(row[0], type_), []).append(row)
    return found


def _specialise(heads: Mapping[Hashable | None, list[Row]], shape: _Shape) -> list[Row]:
    """The rows that match the shape, its parts put in front."""
    found: list[Row] = []
    for row in heads.get(shape.name, ()):
        found.extend(_expand((*_parts(row[0], shape), *row[1:])))
    for row in heads.get(None, ()):
        if shape.name == "some":
            found.append((x.AnyPattern(row[0].span), *row[1:]))
        else:
            found.extend(_expand((*_parts(row[0], shape), *row[1:])))
    return found


def _expand(row: Row) -> list[Row]:
    """A row whose first pattern may hold alternatives, as several rows."""
    if row and isinstance(row[0], x.EitherPattern):
        return [
            expanded
            for each in row[0].alternatives
            for expanded in _expand((each, *row[1:]))
        ]
    return [row]


def _default(rows: Sequence[Row], type_: Type) -> list[Row]:
    """The rest of the rows that take any first value."""
    return [
        expanded
        for row in rows
        if _head(row[0], type_) is None
        for expanded in _expand(row[1:])
    ]


def _witness(
    rows: Sequence[Row], types: Sequence[Type], known: _Counted
) -> list[str] | None:
    """Values, one per type, that no row matches."""
    known.look(rows)
    if not types:
        return None if rows else []
    first, rest = types[0], list(types[1:])
    shapes = known.shapes(first)
    heads = _by_head(rows, first)
    if shapes is None or not any(heads):
        found = _witness(_default(rows, first), rest, known)
        if found is None:
            return None
        return [_other(first, heads, known) if shapes is None else _ANY, *found]
    for shape in shapes:
        inside = [type_ for _, type_ in shape.parts]
        found = _witness(_specialise(heads, shape), [*inside, *rest], known)
        if found is not None:
            count = len(inside)
            return [shape.show(found[:count]), *found[count:]]
    return None


def _other(
    type_: Type, heads: Mapping[Hashable | None, list[Row]], known: _Counted
) -> str:
    """A value that no literal among the patterns is; `_` if there are none."""
    named = {head[1] for head in heads if isinstance(head, tuple)}
    return (known.known.example(type_, named) if named else None) or _ANY


def _useful(
    rows: Sequence[Row], row: Row, types: Sequence[Type], known: _Counted
) -> bool:
    """Whether `row` matches something that `rows` do not."""
    known.look(rows)
    if not types:
        return not rows
    if isinstance(row[0], x.EitherPattern):
        return any(_useful(rows, each, types, known) for each in _expand(row))
    first, rest = types[0], list(types[1:])
    shapes = known.shapes(first)
    head = _head(row[0], first)
    if shapes is None:
        return _useful_literal(rows, row, types, known, head)
    own, heads = _by_head([row], first), _by_head(rows, first)
    if head is None and not any(heads):
        # nobody looks into this value: a union that holds itself has no last shape
        return _useful(_default(rows, first), row[1:], rest, known)
    for shape in shapes:
        if head is not None and head != shape.name:
            continue
        inside = [type_ for _, type_ in shape.parts]
        specialised = _specialise(own, shape)
        left = _specialise(heads, shape)
        if any(_useful(left, each, [*inside, *rest], known) for each in specialised):
            return True
    return False


def _useful_literal(
    rows: Sequence[Row],
    row: Row,
    types: Sequence[Type],
    known: _Counted,
    head: Hashable | None,
) -> bool:
    first, rest = types[0], list(types[1:])
    if head is None:
        return _useful(_default(rows, first), row[1:], rest, known)
    same = [
        expanded
        for other in rows
        if _head(other[0], first) in (None, head)
        for expanded in _expand(other[1:])
    ]
    return _useful(same, row[1:], rest, known)
