"""Parameters of capabilities: one class for each domain of the closed list."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol, cast

from packetflow.adt.checks import is_finite
from packetflow.capability.pattern import ANY, EVERY_PATH, Anything, PathPattern


class Parameter:
    """A parameter: how its patterns are written, compared and intersected."""

    __slots__ = ("name",)
    domain = "atom"
    other = "for another"

    def __init__(self, name: str) -> None:
        self.name = name

    def pattern(self, argument: object) -> object:
        """The canonical pattern that source text means; raises ValueError."""
        hash(argument)
        return argument

    def exact(self, value: object) -> object:
        """The canonical pattern of just this value; raises ValueError."""
        if isinstance(value, Anything):
            raise ValueError(f"{self.name}: a wildcard is not a value")
        return self.pattern(value)

    def covers(self, held: object, needed: object) -> bool:
        """Whether the held pattern admits all that the needed one admits."""
        return held is ANY or (needed is not ANY and held == needed)

    def shortfall(self, held: object, needed: object) -> str:
        """In words, why the held pattern does not admit the needed one; "" if it does."""
        try:
            return "" if self.covers(held, needed) else f"{self.other} {self.name}"
        except TypeError:
            return f"{self.name} of another type"

    def meet(self, left: object, right: object) -> object | None:
        """The pattern of what both admit, or None if there is no such value."""
        if self.covers(left, right):
            return right
        return left if self.covers(right, left) else None

    def text(self, pattern: object) -> str:
        """The pattern as it is written in source."""
        if pattern is ANY:
            return "*"
        if isinstance(pattern, str):
            return _quoted(pattern)
        return str(pattern)


class AtomParameter(Parameter):
    """Values that are equal or not: strings, numbers, uuids, enumerations."""

    __slots__ = ()


class PathParameter(Parameter):
    """Paths, by segments."""

    __slots__ = ()
    domain = "path"

    def pattern(self, argument: object) -> PathPattern:
        """A path pattern from source text; raises ValueError."""
        if isinstance(argument, PathPattern):
            return argument
        if isinstance(argument, Anything):
            return EVERY_PATH
        if isinstance(argument, str):
            return PathPattern.parse(argument)
        raise ValueError(f"{self.name}: expected a path pattern, got {argument!r}")

    def exact(self, value: object) -> PathPattern:
        """The pattern of one path; raises ValueError."""
        if isinstance(value, str):
            return PathPattern.exact(value)
        raise ValueError(f"{self.name}: expected a path, got {value!r}")

    def covers(self, held: object, needed: object) -> bool:
        """Whether the held pattern admits all that the needed one admits."""
        assert isinstance(held, PathPattern)
        assert isinstance(needed, PathPattern)
        return held.covers(needed)

    def text(self, pattern: object) -> str:
        """The pattern as it is written in source."""
        return _quoted(str(pattern))


def _quoted(text: str) -> str:
    """A literal on one line: names that people choose end up in logs."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    if not text.isprintable():
        text = "".join(
            one if one.isprintable() else one.encode("unicode_escape").decode()
            for one in text
        )
    return f'"{text}"'


class _Ordered(Protocol):
    def __le__(self, other: object, /) -> bool: ...


def _at_most(left: object, right: object) -> bool:
    return bool(cast(_Ordered, left) <= right)


def _ordered(value: object) -> bool:
    # Every object has `__le__`; only those with an order answer it.
    try:
        return _at_most(value, value)
    except TypeError:
        return False


class _BoundParameter(Parameter):
    __slots__ = ()

    def pattern(self, argument: object) -> object:
        """A bound from source; raises ValueError if it is no finite, ordered value."""
        if isinstance(argument, Anything):
            return ANY
        if isinstance(argument, (float, Decimal)) and not is_finite(argument):
            raise ValueError(f"{self.name}: a bound is finite")
        if not _ordered(argument):
            raise ValueError(f"{self.name}: {argument!r} has no order")
        hash(argument)  # TypeError for a list: it has an order, but it can change
        return argument


class MaxParameter(_BoundParameter):
    """A grant with bound n covers needs up to n."""

    __slots__ = ()
    domain = "max"
    other = "for a smaller"

    def covers(self, held: object, needed: object) -> bool:
        """Whether the needed value is not above the held bound."""
        if held is ANY or needed is ANY:
            return held is ANY
        return _at_most(needed, held)


class MinParameter(_BoundParameter):
    """A grant with bound n covers needs from n on."""

    __slots__ = ()
    domain = "min"
    other = "for a larger"

    def covers(self, held: object, needed: object) -> bool:
        """Whether the needed value is not below the held bound."""
        if held is ANY or needed is ANY:
            return held is ANY
        return _at_most(held, needed)
