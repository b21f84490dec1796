"""Routing strategies: which of several targets gets the next intent."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar

from packetflow.actor.stable import Ring
from packetflow.audit import requirement
from packetflow.capability import Capability, Held
from packetflow.context import Context
from packetflow.errors import Unavailable
from packetflow.intent import Intent

StrategyName: TypeAlias = Literal[
    "round_robin",
    "random",
    "smallest_mailbox",
    "consistent_hash",
    "capability_aware",
    "broadcast",
    "scatter_gather",
]
STRATEGIES: Final[tuple[StrategyName, ...]] = (
    "round_robin",
    "random",
    "smallest_mailbox",
    "consistent_hash",
    "capability_aware",
    "broadcast",
    "scatter_gather",
)

Key: TypeAlias = Callable[[Intent[Any]], object]


class NoTarget(Unavailable):
    """There is nobody to give an intent to, or nobody who provides what it requires."""


class Candidate(Protocol):
    """What a strategy knows of a target."""

    @property
    def name(self) -> str:
        """What tells it from the others."""

    @property
    def depth(self) -> int:
        """How many messages it has: waiting, and being handled."""

    @property
    def provides(self) -> Held:
        """What it is able to do, for `capability_aware`."""


T = TypeVar("T", bound=Candidate)


class Strategy(Protocol):
    """Chooses a target."""

    def pick(self, targets: Sequence[T], intent: Intent[Any], caller: Context) -> T:
        """One of the targets; raises NoTarget if none will do."""


class RoundRobin:
    """Each in its turn, in the order given."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = 0

    def pick(self, targets: Sequence[T], intent: Intent[Any], caller: Context) -> T:
        """The one after the last one."""
        chosen = present(targets)[self._next % len(targets)]
        self._next = (self._next + 1) % len(targets)
        return chosen


class Random:
    """Any, each with the same chance; the same seed gives the same choices."""

    __slots__ = ("_choose",)

    def __init__(self, seed: int | None = None) -> None:
        self._choose = random.Random(seed).choice

    def pick(self, targets: Sequence[T], intent: Intent[Any], caller: Context) -> T:
        """Any of them."""
        return self._choose(present(targets))


class SmallestMailbox:
    """The one with the fewest messages; of equals each in its turn."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = 0

    def pick(self, targets: Sequence[T], intent: Intent[Any], caller: Context) -> T:
        """The one with the fewest messages."""
        count = len(present(targets))
        # Beginning with another one each time keeps idle targets equally busy.
        first = self._next % count
        self._next = first + 1
        return min((*targets[first:], *targets[:first]), key=lambda one: one.depth)


class ConsistentHash:
    """The one that owns the intent's key; see `stable.Ring`."""

    __slots__ = ("_key", "_names", "_ring")

    def __init__(self, key: Key) -> None:
        self._key = key
        self._names: tuple[str, ...] = ()
        self._ring: Ring[str] = Ring()

    def pick(self, targets: Sequence[T], intent: Intent[Any], caller: Context) -> T:
        """The owner of the key."""
        names = tuple(one.name for one in present(targets))
        if names != self._names:
            self._ring = Ring((name, name) for name in names)
            self._names = names
        return targets[names.index(self._ring.owner(self._key(intent)))]


class CapabilityAware:
    """Each in its turn of those that provide all that the intent requires."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = 0

    def pick(self, targets: Sequence[T], intent: Intent[Any], caller: Context) -> T:
        """The next one that is able to."""
        needs = requirement(intent, caller)
        able = [one for one in present(targets) if _covers(one.provides, needs)]
        if not able:
            wanted = ", ".join(map(str, needs))
            raise NoTarget(f"none of {len(targets)} targets provides {wanted}")
        chosen = able[self._next % len(able)]
        self._next += 1
        return chosen


def _covers(provided: Held, needs: tuple[Capability, ...]) -> bool:
    return all(provided.allows(need) for need in needs)


def present(targets: Sequence[T]) -> Sequence[T]:
    """The targets; raises NoTarget if there are none."""
    if not targets:
        raise NoTarget("there are no targets")
    return targets


def strategy(
    name: str, *, key: Key | None = None, seed: int | None = None
) -> Strategy | None:
    """The strategy of a name; None for those that choose all targets.

    Raises ValueError for an unknown name, or if `consistent_hash` has no key.
    """
    match name:
        case "round_robin":
            return RoundRobin()
        case "random":
            return Random(seed)
        case "smallest_mailbox":
            return SmallestMailbox()
        case "capability_aware":
            return CapabilityAware()
        case "consistent_hash":
            if key is None:
                raise ValueError("consistent_hash needs a key: what decides the target")
            return ConsistentHash(key)
        case "broadcast" | "scatter_gather":
            return None
    raise ValueError(f"no strategy {name!r}: there are {', '.join(STRATEGIES)}")
