"""How many of one reactor there are, and which of them gets an intent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeAlias, final, get_args

from packetflow.actor.reactor import AnyReactor
from packetflow.actor.strategies import STRATEGIES, StrategyName
from packetflow.intent import Intent
from packetflow.store.interface import Put, Store, StoreError

SPACE: Final = "packetflow.shards"


@final
class Shards:
    """So many of one reactor; each value of a field always goes to the same one.

    An intent without the field goes to all of them, and has no result.
    """

    __slots__ = ("by", "count")

    def __init__(self, count: int, by: str) -> None:
        """Raises ValueError for a count below 1."""
        if count < 1:
            raise ValueError(f"{count} shards: at least 1 is needed")
        self.count = count
        self.by = by


@final
class Workers:
    """So many of one reactor, each as good as another, chosen by a strategy.

    `broadcast` sends everything to all of them. `scatter_gather` and
    `capability_aware` need targets that differ: see `Router`.
    """

    __slots__ = ("by", "count", "seed")

    def __init__(
        self,
        count: int,
        by: StrategyName = "round_robin",
        *,
        seed: int | None = None,
    ) -> None:
        """Raises ValueError for a count below 1 and a strategy that is none."""
        known = [one for one in STRATEGIES if one not in _OF_ROUTERS]
        if by not in known:
            raise ValueError(f"no strategy {by!r} here: there are {', '.join(known)}")
        if count < 1:
            raise ValueError(f"{count} workers: at least 1 is needed")
        self.count = count
        self.by = by
        self.seed = seed


_OF_ROUTERS: Final = ("scatter_gather", "capability_aware", "consistent_hash")


@final
class Keyed:
    """One of a reactor for each value of a field, started when it is first needed.

    One that got nothing for `idle` seconds is passivated, at the latest after twice as
    long: what it takes to run is given back, its state is kept, and it goes on where
    it was when the next intent arrives.
    """

    __slots__ = ("by", "idle")

    def __init__(self, by: str, *, idle: float = 60.0) -> None:
        """Raises ValueError if `idle` is not above zero."""
        if idle <= 0:
            raise ValueError("`idle` is a number of seconds above zero")
        self.by = by
        self.idle = idle


Many: TypeAlias = Shards | Workers | Keyed


def has_result(intent: type[Intent[Any]]) -> bool:
    """Whether an intent is answered with anything but None."""
    for kind in intent.__mro__:
        for base in getattr(kind, "__orig_bases__", ()):
            arguments = get_args(base)
            if arguments:
                return arguments[0] not in (None, type(None))
    return True


def keys(
    reactor: type[AnyReactor], by: str
) -> dict[type[Intent[Any]], Callable[[Intent[Any]], object] | None]:
    """What gives each intent's key; None for intents without the field.

    Raises ValueError if no intent has the field, or one without it has a result.
    """
    intents = [handler.intent for handler in reactor.handlers]
    if not any(by in intent.__struct_fields__ for intent in intents):
        raise ValueError(f"no intent of {reactor.name} has a field {by}")
    found: dict[type[Intent[Any]], Callable[[Intent[Any]], object] | None] = {}
    for intent in intents:
        if by in intent.__struct_fields__:
            found[intent] = attrgetter(by)
        elif has_result(intent):
            raise ValueError(
                f"{intent.__name__} has no {by}, so it goes to every {reactor.name}; "
                "which of their results is meant?"
            )
        else:
            found[intent] = None
    return found


def layout(many: Many | None) -> str:
    """How the state of a reactor is spread, in words that are compared and shown."""
    match many:
        case None:
            return "one reactor"
        case Shards(count=count, by=by):
            return f"{count} shards by {by}"
        case Workers(count=count):
            return f"{count} workers"
        case Keyed(by=by):
            return f"one reactor for each {by}"


def check_layouts(store: Store, layouts: Mapping[str, str]) -> None:
    """Note how durable reactors are spread; raises StoreError if one is spread anew.

    A key of another layout is in another journal: it would be looked for where it is
    not, and what was acknowledged would be lost without a word.
    """
    for name, wanted in layouts.items():
        kept = store.get(SPACE, name)
        if kept is None:
            store.commit([Put(SPACE, name, wanted.encode())])
        elif kept.decode() != wanted:
            raise StoreError(
                f"the journals of {name} are those of {kept.decode()}, and this app has "
                f"{wanted}: each key would be looked for in the wrong journal. Run it "
                f"as {kept.decode()}, or move the state with `pfc store reshard`"
            )
