"""Indexes of what is held of one kind: does one pattern cover a need, and until when.

Each covers in time that does not grow with the number of patterns, as far as paths and
atoms tell them apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Final, final

from packetflow.adt.path import normalise
from packetflow.capability.kind import Capability, Kind
from packetflow.capability.parameter import AtomParameter, Parameter
from packetflow.capability.pattern import ANY, PathPattern

FOREVER: Final = datetime.max.replace(tzinfo=UTC)
"""The end of what has no end, so that ends can be compared."""


def end_of(capability: Capability) -> datetime:
    """When a capability ends, FOREVER if it does not."""
    return FOREVER if capability.expires is None else capability.expires


_FEW: Final = 8
"""As many prefixes are compared one by one; of more, some are looked up first."""
_ALIKE: Final = 16
"""As many that begin alike are compared one by one."""


@final
class Paths:
    """The held patterns of a kind whose single parameter is a path, with their ends."""

    __slots__ = ("below", "by_start", "cut", "exact", "named", "subtrees")

    def __init__(self, held: Iterable[Capability]) -> None:
        self.exact: dict[str, datetime] = {}
        # "" is the path of the root here, so that a walk upwards ends with it.
        self.subtrees: dict[str, datetime] = {}
        for one in held:
            pattern = one.arguments[0]
            assert isinstance(pattern, PathPattern)
            table = self.subtrees if pattern.rest else self.exact
            path = pattern.path if pattern.segments or not pattern.rest else ""
            table[path] = max(end_of(one), table.get(path, end_of(one)))
        # A path that a pattern names, a subtree's own too: so what is left to find is
        # below a subtree, and begins as it does with a slash behind it.
        self.named = frozenset(one or "/" for one in (*self.exact, *self.subtrees))
        self.below = _outermost(self.subtrees)
        self.cut, self.by_start = _starts(self.below)

    def covers(self, path: str) -> bool:
        """Whether a path is covered."""
        # INVARIANT: a path that is not in normal form is never compared: "/a/../b"
        # begins as "/a/" does.
        if (
            "/." in path
            or "//" in path
            or "\\" in path
            or "%" in path
            or "*" in path
            or "\0" in path
            or not path.isascii()
            or path[-1:] == "/"
        ):
            try:
                path = normalise(path)
            except ValueError:
                return False
        return path[:1] == "/" and self.reaches(path)

    def reaches(self, path: str) -> bool:
        """Whether a path is covered that is in normal form for sure."""
        if path in self.named:
            return True
        if not self.cut:
            return path.startswith(self.below)
        if self.cut < 0:
            return self.is_below(path)
        start = path[: self.cut]
        return start in self.by_start and path.startswith(self.by_start[start])

    def is_below(self, path: str) -> bool:
        """Whether a path begins as a subtree does, with a slash behind it."""
        below = self.below
        # Of prefixes none of which begins with another, only the last one that is not
        # greater can be one of this path.
        return path.startswith(below[bisect_right(below, path) - 1])

    def admits(self, need: Capability) -> bool:
        """Whether a pattern is covered, whenever it ends."""
        pattern = need.arguments[0]
        assert isinstance(pattern, PathPattern)
        if not pattern.rest:
            return self.reaches(pattern.path)
        # What covers "/a/**" is a subtree that covers "/a".
        return self.is_below(f"{pattern.path}/" if pattern.segments else "/")

    def end(self, need: Capability) -> datetime | None:
        """The latest end of the patterns that cover a need; None if none does."""
        pattern = need.arguments[0]
        assert isinstance(pattern, PathPattern)
        found = None if pattern.rest else self.exact.get(pattern.path)
        return self._last(pattern.path if pattern.segments else "", found)

    def lasts(self, path: str) -> datetime | None:
        """As `end`, for a path in normal form."""
        return self._last("" if path == "/" else path, self.exact.get(path))

    def _last(self, path: str, found: datetime | None) -> datetime | None:
        while True:
            above = self.subtrees.get(path)
            if above is not None and (found is None or above > found):
                found = above
            if not path:
                return found
            path = path[: path.rfind("/")]


def _outermost(subtrees: Iterable[str]) -> tuple[str, ...]:
    """The subtrees that lie in no other, each with a slash behind it, in order."""
    found: list[str] = []
    for prefix in sorted(f"{path}/" for path in subtrees):
        if not found or not prefix.startswith(found[-1]):
            found.append(prefix)
    # No path begins with NUL: a comparison needs something to fail with.
    return tuple(found) or ("\0",)


def _starts(below: tuple[str, ...]) -> tuple[int, dict[str, tuple[str, ...]]]:
    """How many characters tell prefixes apart, and the few prefixes that begin alike.

    0 if there are few of them, -1 if no number of characters does: some are too short.
    """
    if len(below) <= _FEW:
        return 0, {}
    cut = min(map(len, below))
    found = {
        start: tuple(alike) for start, alike in groupby(below, lambda one: one[:cut])
    }
    if max(map(len, found.values())) > _ALIKE:
        return -1, {}
    return cut, found


@final
class _Group:
    """Held patterns with atoms fixed at the same places, by the values of these.

    `whole`: all places are fixed, so that the values of a need are the key.
    """

    __slots__ = ("fixed", "table", "whole")

    def __init__(self, fixed: tuple[int, ...], arity: int) -> None:
        self.fixed = fixed
        self.whole = len(fixed) == arity
        self.table: dict[tuple[object, ...], list[Capability]] = {}

    def at(self, values: tuple[object, ...]) -> Sequence[Capability]:
        """The held patterns whose atoms fit; TypeError if a value has no hash."""
        key = values if self.whole else tuple([values[index] for index in self.fixed])
        return self.table.get(key, ())


@final
class Patterns:
    """The held patterns of any other kind, found by their atoms."""

    __slots__ = ("arity", "groups", "has_paths", "others")

    def __init__(self, kind: Kind, held: Iterable[Capability]) -> None:
        self.arity = len(kind.parameters)
        atoms = [
            index
            for index, parameter in enumerate(kind.parameters)
            if isinstance(parameter, AtomParameter)
        ]
        self.others: tuple[tuple[int, Parameter], ...] = tuple(
            (index, parameter)
            for index, parameter in enumerate(kind.parameters)
            if index not in atoms
        )
        self.has_paths = any(one.domain == "path" for _, one in self.others)
        groups: dict[tuple[int, ...], _Group] = {}
        for one in held:
            fixed = tuple(index for index in atoms if one.arguments[index] is not ANY)
            key = tuple(one.arguments[index] for index in fixed)
            group = groups.setdefault(fixed, _Group(fixed, self.arity))
            group.table.setdefault(key, []).append(one)
        self.groups: tuple[_Group, ...] = tuple(groups.values())

    def covers(self, values: tuple[object, ...]) -> bool | None:
        """Whether these values are covered; None if a capability has to be made of them.

        Raises TypeError and ValueError for what is no value of a parameter.
        """
        if self.has_paths or len(values) != self.arity:
            return None
        for value in values:
            if value is ANY:
                return None
        if not self.others:
            return self._has(values)
        for index, parameter in self.others:
            if type(values[index]) is not int:
                parameter.exact(values[index])
        hash(values)
        return self._fits(values)

    def admits(self, need: Capability) -> bool:
        """Whether a need is covered, whenever it ends; TypeError if there is no order."""
        return self._fits(need.arguments)

    def _has(self, values: tuple[object, ...]) -> bool:
        """As `_fits`, of a kind whose parameters are atoms."""
        hash(values)  # even where any value would do
        for group in self.groups:
            if group.whole:
                if values in group.table:
                    return True
            elif group.at(values):
                return True
        return False

    def _fits(self, values: tuple[object, ...]) -> bool:
        for group in self.groups:
            for held in group.at(values):
                arguments = held.arguments
                for index, parameter in self.others:
                    if not parameter.covers(arguments[index], values[index]):
                        break
                else:
                    return True
        return False

    def end(self, need: Capability) -> datetime | None:
        """The latest end of the patterns that cover a need; None if none does."""
        values = need.arguments
        return max(
            (
                end_of(held)
                for group in self.groups
                for held in group.at(values)
                if held.admits(need)
            ),
            default=None,
        )

    def near(self, other: Capability) -> Iterable[Capability]:
        """The held patterns that may have values in common with another one."""
        values = other.arguments
        for group in self.groups:
            if all(values[index] is not ANY for index in group.fixed):
                yield from group.at(values)
                continue
            for given in group.table.values():
                yield from given
