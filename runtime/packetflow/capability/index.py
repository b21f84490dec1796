"""Indexes of what is held of one kind: does one pattern cover a need, and until when.

Each covers in time that does not grow with the number of patterns, as far as paths and
atoms tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
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


@final
class Paths:
    """The held patterns of a kind whose single parameter is a path, with their ends."""

    __slots__ = ("exact", "subtrees")

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

    def covers(self, path: str) -> bool:
        """Whether a path is covered."""
        # INVARIANT: a path that is not in normal form is never walked: "/a/../b"
        # would meet "/a" on its way up.
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
        if path[:1] != "/":
            return False
        if path in self.exact:
            return True
        # The walk of `_above`, without its call: the quickest scoped check there is.
        subtrees = self.subtrees
        while path:
            if path in subtrees:
                return True
            path = path[: path.rfind("/")]
        return "" in subtrees

    def _above(self, path: str) -> bool:
        subtrees = self.subtrees
        while path:
            if path in subtrees:
                return True
            path = path[: path.rfind("/")]
        return "" in subtrees

    def admits(self, need: Capability) -> bool:
        """Whether a pattern is covered, whenever it ends."""
        pattern = need.arguments[0]
        assert isinstance(pattern, PathPattern)
        path = pattern.path if pattern.segments else ""
        if not pattern.rest and pattern.path in self.exact:
            return True
        return self._above(path)

    def end(self, need: Capability) -> datetime | None:
        """The latest end of the patterns that cover a need; None if none does."""
        pattern = need.arguments[0]
        assert isinstance(pattern, PathPattern)
        found = None if pattern.rest else self.exact.get(pattern.path)
        path = pattern.path if pattern.segments else ""
        while True:
            above = self.subtrees.get(path)
            if above is not None and (found is None or above > found):
                found = above
            if not path:
                return found
            path = path[: path.rfind("/")]


# Per group of held patterns: the places of the atoms that are fixed, and, by their
# values, the held patterns of all places.
_Group = tuple[tuple[int, ...], dict[tuple[object, ...], list[Capability]]]


@final
class Patterns:
    """The held patterns of any other kind, found by their atoms."""

    __slots__ = ("groups", "others")

    def __init__(self, kind: Kind, held: Iterable[Capability]) -> None:
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
        groups: dict[tuple[int, ...], dict[tuple[object, ...], list[Capability]]] = {}
        for one in held:
            fixed = tuple(index for index in atoms if one.arguments[index] is not ANY)
            key = tuple(one.arguments[index] for index in fixed)
            groups.setdefault(fixed, {}).setdefault(key, []).append(one)
        self.groups: tuple[_Group, ...] = tuple(groups.items())

    def admits(self, need: Capability) -> bool:
        """Whether a need is covered, whenever it ends; TypeError if there is no order."""
        values = need.arguments
        for fixed, table in self.groups:
            for held in table.get(tuple(values[index] for index in fixed), ()):
                arguments = held.arguments
                if all(
                    parameter.covers(arguments[index], values[index])
                    for index, parameter in self.others
                ):
                    return True
        return False

    def end(self, need: Capability) -> datetime | None:
        """The latest end of the patterns that cover a need; None if none does."""
        values = need.arguments
        return max(
            (
                end_of(held)
                for fixed, table in self.groups
                for held in table.get(tuple(values[index] for index in fixed), ())
                if held.admits(need)
            ),
            default=None,
        )

    def near(self, other: Capability) -> Iterable[Capability]:
        """The held patterns that may have values in common with another one."""
        values = other.arguments
        for fixed, table in self.groups:
            key = tuple(values[index] for index in fixed)
            if ANY not in key:
                yield from table.get(key, ())
                continue
            for given in table.values():
                yield from given
