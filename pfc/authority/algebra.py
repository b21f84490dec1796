"""The algebra: capabilities with patterns as arguments, and when one covers another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Union

from pfc.authority.bounds import Bounds, at_most, prefix_of
from pfc.authority.terms import Const, Sym, Term
from pfc.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Anything:
    """`*`; for a path also `"/**"`, for a bound no bound at all."""


@dataclass(frozen=True, slots=True)
class Exact:
    """One value of an atom type."""

    value: Term


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A path, or with `rest` a path and everything below it.

    `leading` is a term of type Path that comes first; it may be many segments, or none.
    A segment is a constant text or a term that fills exactly one segment.
    """

    leading: Term | None
    segments: tuple[str | Term, ...]
    rest: bool


@dataclass(frozen=True, slots=True)
class AtMost:
    """A bound of `max[T]`: covers what needs no more."""

    value: Term


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A bound of `min[T]`: covers what needs no less."""

    value: Term


Argument = Union[Anything, Exact, PathPattern, AtMost, AtLeast]
ANYTHING: Final = Anything()


@dataclass(frozen=True, slots=True)
class Capability:
    """A kind (`files.FileCap.read`) and an argument for each of its parameters."""

    kind: str
    arguments: tuple[Argument, ...] = ()


BoundsOf = Callable[[Term], Bounds]


# ---------------------------------------------------------------- canonical forms
def path_pattern(
    leading: Term | None, segments: tuple[str | Term, ...], rest: bool
) -> Argument:
    """The canonical form: constants become texts, and `/**` becomes `*`."""
    if isinstance(leading, Const):
        segments = (*prefix_of(str(leading.key[1])), *segments)
        leading = None
    segments = tuple(map(_segment, segments))
    if leading is None and not segments and rest:
        return ANYTHING
    return PathPattern(leading, segments, rest)


def _segment(part: str | Term) -> str | Term:
    if isinstance(part, Const) and isinstance(part.key[1], str):
        text = part.key[1]
        # A constant that is not one segment stays a term: it equals no segment.
        return text if text and "/" not in text else part
    return part


def path_of_text(text: str) -> Argument:
    """The pattern of a constant in source: `"/a/b"` or `"/a/**"`."""
    if text == "*":
        return ANYTHING
    rest = text.endswith("/**")
    return path_pattern(None, prefix_of(text[:-3] if rest else text), rest)


def exact_argument(domain: str, value: Term) -> Argument:
    """The argument for a value, matched exactly (as a bound for max and min)."""
    match domain:
        case "path":
            return path_pattern(value, (), False)
        case "max":
            return AtMost(value)
        case "min":
            return AtLeast(value)
        case _:
            return Exact(value)


def terms_of(argument: Argument) -> Iterator[Term]:
    """The values that stand in an argument, constants included."""
    match argument:
        case Exact(value) | AtMost(value) | AtLeast(value):
            yield value
        case PathPattern(leading, segments, _):
            if leading is not None:
                yield leading
            yield from (part for part in segments if not isinstance(part, str))


def mapped(capability: Capability, change: Callable[[Term], Term]) -> Capability:
    """The capability with each value in it changed."""
    return Capability(
        capability.kind,
        tuple(_mapped(argument, change) for argument in capability.arguments),
    )


def _mapped(argument: Argument, change: Callable[[Term], Term]) -> Argument:
    match argument:
        case Exact(value):
            return Exact(change(value))
        case AtMost(value):
            return AtMost(change(value))
        case AtLeast(value):
            return AtLeast(change(value))
        case PathPattern(leading, segments, rest):
            return path_pattern(
                None if leading is None else change(leading),
                tuple(p if isinstance(p, str) else change(p) for p in segments),
                rest,
            )
        case _:
            return argument


# ---------------------------------------------------------------- covering
def covers(held: Argument, need: Argument, bounds_of: BoundsOf) -> bool:
    """Whether every value that `need` stands for is one that `held` stands for."""
    if isinstance(held, Anything):
        return True
    match held, need:
        case Exact(left), Exact(right):
            return left == right
        case PathPattern(), PathPattern():
            return _path_covers(held, need, bounds_of)
        case AtMost(left), AtMost(right):
            return left == right or _known_at_most(right, left, bounds_of)
        case AtLeast(left), AtLeast(right):
            return left == right or _known_at_least(right, left, bounds_of)
        case _:
            return False


def covers_all(
    held: tuple[Argument, ...], need: tuple[Argument, ...], bounds_of: BoundsOf
) -> bool:
    """Whether each argument is covered by its counterpart."""
    return len(held) == len(need) and all(
        covers(one, other, bounds_of) for one, other in zip(held, need, strict=True)
    )


def _path_covers(held: PathPattern, need: PathPattern, bounds_of: BoundsOf) -> bool:
    if held.leading == need.leading:
        return _by_segment(held, need)
    if held.leading is not None or need.leading is None:
        return False
    # A leading symbol has any number of segments: only its upper bounds are known.
    return any(
        _by_segment(held, PathPattern(None, prefix, True))
        for prefix in bounds_of(need.leading).under
    )


def _by_segment(held: PathPattern, need: PathPattern) -> bool:
    count = len(held.segments)
    if need.segments[:count] != held.segments:
        return False
    return held.rest or (len(need.segments) == count and not need.rest)


def _known_at_most(value: Term, limit: Term, bounds_of: BoundsOf) -> bool:
    if not isinstance(limit, Const):
        return False
    upper = value if isinstance(value, Const) else bounds_of(value).upper
    return upper is not None and at_most(upper, limit)


def _known_at_least(value: Term, limit: Term, bounds_of: BoundsOf) -> bool:
    if not isinstance(limit, Const):
        return False
    lower = value if isinstance(value, Const) else bounds_of(value).lower
    return lower is not None and at_most(limit, lower)


def nothing_equals() -> Sym:
    """A value that is equal to none that can be written."""
    return Sym("?")
