"""What a caller holds, closed under implication and indexed for quick questions.

A need is covered if and only if one held pattern covers it, so every question below is
a look-up or a walk over the patterns of one kind; there is no solver.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime
from heapq import nlargest
from typing import Final, final

from packetflow.capability.index import FOREVER, Paths, Patterns
from packetflow.capability.kind import Capability, Kind
from packetflow.capability.pattern import PathPattern

logger: Final = logging.getLogger("packetflow.capability")

_MOST_NEAR: Final = 5


class Held:
    """An immutable set of capabilities, closed under implication.

    `roots` are those it was made from; `expires` is the first instant at which one of
    them ends, None if none does. Ask `at(now)` before that matters.
    """

    __slots__ = (
        "_by_kind",
        "_paths",
        "_patterns",
        "expires",
        "has",
        "names",
        "roots",
    )

    has: Callable[[object], bool]
    """Whether a kind without parameters is held, by its full name."""
    names: Container[object]
    """The full names of kinds without parameters that are held: `name in held.names`.

    No call at all, and so the quickest check there is.
    """

    def __init__(self, capabilities: Iterable[Capability] = ()) -> None:
        self.roots: tuple[Capability, ...] = tuple(dict.fromkeys(capabilities))
        by_kind: dict[str, dict[Capability, None]] = {}
        for root in self.roots:
            for one in root.closure():
                by_kind.setdefault(one.kind.name, {})[one] = None
        self._by_kind: dict[str, tuple[Capability, ...]] = {
            name: tuple(found) for name, found in by_kind.items()
        }
        self.names = frozenset(
            name
            for name, found in self._by_kind.items()
            if not found[0].kind.parameters
        )
        self.has = self.names.__contains__
        self._paths: dict[str, Paths] = {}
        self._patterns: dict[str, Patterns] = {}
        for name, found in self._by_kind.items():
            kind = found[0].kind
            if len(kind.parameters) == 1 and kind.parameters[0].domain == "path":
                self._paths[name] = Paths(found)
            else:
                self._patterns[name] = Patterns(kind, found)
        ends = [root.expires for root in self.roots if root.expires is not None]
        self.expires = min(ends, default=None)

    def covers_path(self, kind: Kind, path: str) -> bool:
        """Whether a kind with a single path parameter is held for this path."""
        paths = self._paths.get(kind.name)
        return paths is not None and paths.covers(path)

    def reaches(self, kind: str, path: str) -> bool:
        """As `covers_path`, of a kind by its name, for a path that is in normal form.

        A field of type `Path` is, once the object that has it is made; what comes from
        elsewhere may not be, and is asked with `covers_path`.
        """
        try:
            held = self._paths[kind]
        except KeyError:
            return False
        # `Paths.reaches`, without its call: the quickest scoped check there is.
        if path in held.named:
            return True
        if not held.cut:
            return path.startswith(held.below)
        if held.cut < 0:
            return held.is_below(path)
        start = path[: held.cut]
        return start in held.by_start and path.startswith(held.by_start[start])

    def covers(self, kind: Kind, *values: object) -> bool:
        """Whether the kind is held for just these values.

        A value outside its parameter's domain, or a wrong number, is not covered.
        """
        held = self._patterns.get(kind.name)
        try:
            found = None if held is None else held.covers(values)
            if found is not None:
                return found
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
            end = self.end(capability)
            return end is not None and capability.expires <= end
        if not capability.arguments:
            return self.has(name)
        index = self._paths.get(name) or self._patterns.get(name)
        try:
            return index is not None and index.admits(capability)
        except TypeError as error:  # a bound of another type: no order between them
            logger.warning("%s: not covered: %s", capability, error)
            return False

    def end(self, need: Capability) -> datetime | None:
        """When the last of what covers a need ends; its own end does not matter.

        FOREVER if that has no end, None if nothing covers the need.
        """
        name = need.kind.name
        index = self._paths.get(name) or self._patterns.get(name)
        try:
            return None if index is None else index.end(need)
        except TypeError:
            return None

    def why(self, need: Capability) -> tuple[Capability, ...]:
        """A grant and what it implies, step by step, to what covers the need now.

        Empty if nothing does.
        """
        if self.end(need) is None:
            return ()
        for root in self.roots:
            steps = root.way_to(need)
            if steps:
                return steps
        return ()

    def watched(self, used: Callable[[datetime], object]) -> Held:
        """The same set; each question that it answers with yes tells `used` the end.

        The end is that of the grant that lasts longest among those that cover; what
        has no end is not told.
        """
        return _Watched(self, used)

    @property
    def plain(self) -> Held:
        """This set, watched by nobody."""
        return self

    def at(self, now: datetime) -> Held:
        """What is still held at an instant."""
        if self.expires is None or now < self.expires:
            return self.plain
        return Held(
            root for root in self.roots if root.expires is None or now < root.expires
        )

    def union(self, other: Held) -> Held:
        """What either holds."""
        if self is other or not other.roots:
            return self.plain
        return Held((*self.roots, *other.roots)) if self.roots else other.plain

    def meet(self, other: Held) -> Held:
        """What both hold: the meet of the closures, not of the roots."""
        return Held(
            both
            for name, found in self._by_kind.items()
            if name in other._by_kind
            for both in self._met(name, found, other)
        )

    def _met(
        self, name: str, found: tuple[Capability, ...], other: Held
    ) -> Iterator[Capability]:
        if len(found[0].kind.parameters) < 2:
            # The meet of two patterns of one parameter is one of the two: so it is
            # what each side has that the other one covers.
            for one in found:
                yield from _cut(one, other.end(one))
            for one in other._by_kind[name]:
                yield from _cut(one, self.end(one))
            return
        patterns = other._patterns[name]
        for left in found:
            for right in patterns.near(left):
                both = left.meet(right)
                if both is not None:
                    yield both

    def nearest(self, needed: Capability) -> tuple[Capability, ...]:
        """At most five that come close to what is needed, for error messages.

        Of the same operation, implied ones too, those first that have most in common;
        else grants of the same family.
        """
        same = self._by_kind.get(needed.kind.name)
        if same:
            return tuple(nlargest(_MOST_NEAR, same, key=lambda one: _near(one, needed)))
        family = needed.kind.family
        found = [root for root in self.roots if root.kind.family == family]
        return tuple(found[:_MOST_NEAR])

    def __iter__(self) -> Iterator[Capability]:
        """Everything held, implied capabilities included."""
        for found in self._by_kind.values():
            yield from found

    def __repr__(self) -> str:
        return f"Held({', '.join(map(str, self.roots))})"


class _Watched(Held):
    """A set that tells of what ends when it is relied upon."""

    __slots__ = ("_plain", "_used")

    def __init__(self, plain: Held, used: Callable[[datetime], object]) -> None:
        for name in Held.__slots__:
            setattr(self, name, getattr(plain, name))
        self._plain = plain.plain
        self._used = used
        self.has = self._has
        self.names = _Names(self._has)

    @property
    def plain(self) -> Held:
        return self._plain

    def _has(self, name: object) -> bool:
        if name not in self._plain.names:
            return False
        ends = (one.expires or FOREVER for one in self._by_kind[str(name)])
        return self._tell(max(ends))

    def covers_path(self, kind: Kind, path: str) -> bool:
        if not self._plain.covers_path(kind, path):
            return False
        end = self._plain.end(kind.exact(path))
        return self._tell(end)

    def covers(self, kind: Kind, *values: object) -> bool:
        # What is allowed is told of; so the capability is needed.
        return self._plain.covers(kind, *values) and self.allows(kind.exact(*values))

    def reaches(self, kind: str, path: str) -> bool:
        if not self._plain.reaches(kind, path):
            return False
        return self._tell(self._paths[kind].lasts(path))

    def allows(self, capability: object) -> bool:
        if not self._plain.allows(capability):
            return False
        assert isinstance(capability, Capability)
        return self._tell(self._plain.end(capability))

    def _tell(self, end: datetime | None) -> bool:
        if end is not None and end != FOREVER:
            self._used(end)
        return True


@final
class _Names:
    """The names of a watched set: asking for one tells when it ends."""

    __slots__ = ("_has",)

    def __init__(self, has: Callable[[object], bool]) -> None:
        self._has = has

    def __contains__(self, name: object) -> bool:
        return self._has(name)


def _cut(one: Capability, end: datetime | None) -> Iterator[Capability]:
    if end is not None:
        yield one if end == FOREVER else one.until(end)


def _near(held: Capability, needed: Capability) -> tuple[int, int]:
    """How many arguments agree, and how many first segments of paths."""
    agree = 0
    shared = 0
    pairs = zip(held.arguments, needed.arguments, strict=True)
    for left, right in pairs:
        agree += left == right
        if isinstance(left, PathPattern) and isinstance(right, PathPattern):
            for one, other in zip(left.segments, right.segments, strict=False):
                if one != other:
                    break
                shared += 1
    return agree, shared


NOTHING: Final = Held()
