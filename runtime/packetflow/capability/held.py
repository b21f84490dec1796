"""What a caller holds, closed under implication and indexed for quick questions.

A need is covered if and only if one held pattern covers it, so every question below is
a look-up or a walk over the patterns of one kind; there is no solver.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, final

from packetflow.adt.path import normalise
from packetflow.capability.kind import Capability, Kind
from packetflow.capability.parameter import AtomParameter, Parameter
from packetflow.capability.pattern import ANY, PathPattern

logger: Final = logging.getLogger("packetflow.capability")


@final
class _Paths:
    """The held patterns of a kind whose single parameter is a path."""

    __slots__ = ("every", "exact", "subtrees")

    def __init__(self, held: Iterable[Capability]) -> None:
        patterns = [given for one in held for given in one.arguments]
        paths = [given for given in patterns if isinstance(given, PathPattern)]
        self.every = any(one.rest and not one.segments for one in paths)
        self.exact = frozenset(one.path for one in paths if not one.rest)
        self.subtrees = frozenset(one.path for one in paths if one.rest)

    def covers(self, path: str) -> bool:
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
        if self.every or path in self.exact:
            return True
        subtrees = self.subtrees
        while path:
            if path in subtrees:
                return True
            path = path[: path.rfind("/")]
        return False


# Per group of held patterns: the places of the atoms that are fixed, and, by their
# values, the held patterns of all places.
_Group = tuple[tuple[int, ...], dict[tuple[object, ...], list[tuple[object, ...]]]]


@final
class _Patterns:
    """The held patterns of any other kind, found by their atoms."""

    __slots__ = ("groups", "others", "parameters")

    def __init__(self, kind: Kind, held: Iterable[Capability]) -> None:
        self.parameters = kind.parameters
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
        groups: dict[
            tuple[int, ...], dict[tuple[object, ...], list[tuple[object, ...]]]
        ] = {}
        for one in held:
            fixed = tuple(index for index in atoms if one.arguments[index] is not ANY)
            key = tuple(one.arguments[index] for index in fixed)
            groups.setdefault(fixed, {}).setdefault(key, []).append(one.arguments)
        self.groups: tuple[_Group, ...] = tuple(groups.items())

    def covers(self, values: tuple[object, ...]) -> bool:
        for fixed, table in self.groups:
            found = table.get(tuple(values[index] for index in fixed))
            if found is None:
                continue
            for held in found:
                if all(
                    parameter.covers(held[index], values[index])
                    for index, parameter in self.others
                ):
                    return True
        return False


@final
class Held:
    """An immutable set of capabilities, closed under implication.

    `roots` are those it was made from; `expires` is the first instant at which one of
    them ends, None if none does. Ask `at(now)` before that matters.
    """

    __slots__ = ("_by_kind", "_names", "_paths", "_patterns", "expires", "has", "roots")

    has: Callable[[object], bool]
    """Whether a kind without parameters is held, by its full name."""

    def __init__(self, capabilities: Iterable[Capability] = ()) -> None:
        self.roots: tuple[Capability, ...] = tuple(dict.fromkeys(capabilities))
        by_kind: dict[str, dict[Capability, None]] = {}
        for root in self.roots:
            for one in root.closure():
                by_kind.setdefault(one.kind.name, {})[one] = None
        self._by_kind: dict[str, tuple[Capability, ...]] = {
            name: tuple(found) for name, found in by_kind.items()
        }
        self._names = frozenset(
            name
            for name, found in self._by_kind.items()
            if not found[0].kind.parameters
        )
        # The set's own bound method: one call less on the quickest check there is.
        self.has = self._names.__contains__
        self._paths: dict[str, _Paths] = {}
        self._patterns: dict[str, _Patterns] = {}
        for name, found in self._by_kind.items():
            kind = found[0].kind
            if len(kind.parameters) == 1 and kind.parameters[0].domain == "path":
                self._paths[name] = _Paths(found)
            elif kind.parameters:
                self._patterns[name] = _Patterns(kind, found)
        ends = [root.expires for root in self.roots if root.expires is not None]
        self.expires = min(ends, default=None)

    def covers_path(self, kind: Kind, path: str) -> bool:
        """Whether a kind with a single path parameter is held for this path."""
        paths = self._paths.get(kind.name)
        return paths is not None and paths.covers(path)

    def covers(self, kind: Kind, *values: object) -> bool:
        """Whether the kind is held for just these values.

        A value outside its parameter's domain, or a wrong number, is not covered.
        """
        try:
            need = kind.exact(*values)
        except (TypeError, ValueError) as error:
            logger.warning("%s: not covered: %s", kind.name, error)
            return False
        return self.allows(need)

    def allows(self, capability: object) -> bool:
        """Whether one held pattern covers the capability, at this moment.

        What is not a capability is not allowed. A need that names no end is a need
        for now; one that does must end no later than what covers it.
        """
        if not isinstance(capability, Capability):
            logger.warning("%r is no capability: not allowed", capability)
            return False
        name = capability.kind.name
        if capability.expires is not None:
            return any(one.includes(capability) for one in self._by_kind.get(name, ()))
        arguments = capability.arguments
        if not arguments:
            return self.has(name)
        paths = self._paths.get(name)
        if paths is not None:
            needed = arguments[0]
            assert isinstance(needed, PathPattern)
            if not needed.rest:
                return paths.covers(needed.path)
            return any(
                isinstance(held := one.arguments[0], PathPattern)
                and held.covers(needed)
                for one in self._by_kind[name]
            )
        patterns = self._patterns.get(name)
        try:
            return patterns is not None and patterns.covers(arguments)
        except TypeError as error:  # a bound of another type: no order between them
            logger.warning("%s: not covered: %s", capability, error)
            return False

    def at(self, now: datetime) -> Held:
        """What is still held at an instant."""
        if self.expires is None or now < self.expires:
            return self
        return Held(
            root for root in self.roots if root.expires is None or now < root.expires
        )

    def union(self, other: Held) -> Held:
        """What either holds."""
        if self is other or not other.roots:
            return self
        return Held((*self.roots, *other.roots)) if self.roots else other

    def meet(self, other: Held) -> Held:
        """What both hold: the meet of the closures, not of the roots."""
        return Held(
            both
            for name, found in self._by_kind.items()
            for left in found
            for right in other._by_kind.get(name, ())
            if (both := left.meet(right)) is not None
        )

    def nearest(self, needed: Capability) -> tuple[Capability, ...]:
        """Those of the same operation, else of the same family, for error messages."""
        same = self._by_kind.get(needed.kind.name)
        if same:
            return same
        return tuple(
            root for root in self.roots if root.kind.family == needed.kind.family
        )

    def __iter__(self) -> Iterator[Capability]:
        """Everything held, implied capabilities included."""
        for found in self._by_kind.values():
            yield from found

    def __repr__(self) -> str:
        return f"Held({', '.join(map(str, self.roots))})"


NOTHING: Final = Held()
