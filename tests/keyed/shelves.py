"""Shelves that things lie on, in so many shards, and a book that hears of some."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, ClassVar

import msgspec

from packetflow import (
    AnyHandler,
    App,
    Child,
    Handler,
    Intent,
    Journal,
    Reactor,
    Shards,
    State,
    Supervise,
    Turn,
    VirtualClock,
)
from packetflow.actor.resharding import reshard
from packetflow.actor.stable import stable_hash
from packetflow.store import MemoryStore
from tests.keyed.carts import ANN, killed

SHELF = "shelves.Shelf"


class Put(Intent[int], frozen=True):
    """Put something on a shelf; answered with how much there is of it."""

    item: str
    count: int = 1
    owner: str = ""
    later: timedelta | None = None


class Told(Intent[None], frozen=True):
    """The book is told."""

    item: str


class Stock(State):
    items: dict[str, int] = msgspec.field(default_factory=dict)
    owners: dict[str, str] = msgspec.field(default_factory=dict)
    puts: int = 0


class Shelf(Reactor[Stock]):
    """Counts things."""

    def on_put(self, turn: Turn[Stock], intent: Put) -> int:
        """Count."""
        state = turn.state
        total = state.items.get(intent.item, 0) + intent.count
        turn.put(state.items, intent.item, total)
        if intent.owner:
            turn.put(state.owners, intent.owner, intent.item)
            state.puts += 1
        if intent.later is not None:
            turn.send(Told(intent.item), after=intent.later)
        return total

    name: ClassVar[str] = SHELF
    state_type: ClassVar[type[State]] = Stock
    journal: ClassVar[Journal | None] = Journal(7)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Put, on_put),)


class Heard(State):
    items: tuple[str, ...] = ()


class Book(Reactor[Heard]):
    """Is told."""

    def on_told(self, turn: Turn[Heard], intent: Told) -> None:
        """Write it down."""
        turn.state.items = (*turn.state.items, intent.item)

    name: ClassVar[str] = "shelves.Book"
    state_type: ClassVar[type[State]] = Heard
    journal: ClassVar[Journal | None] = Journal()
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Told, on_told),)


def house(many: Any) -> type[App]:
    """An app with shelves."""

    class House(App):
        name: ClassVar[str] = "shelves.House"
        tree: ClassVar[Supervise] = Supervise(
            children=(Child(Book), Child(Shelf, many=many))
        )

    return House


def shards(count: int) -> Shards | None:
    """So many; none at all for 0."""
    return Shards(count, "item") if count else None


def whole(app: App) -> dict[str, int]:
    """All that the shelves have; each thing is where it belongs."""
    found: dict[str, int] = {}
    cells = app.system.all_of(Shelf)
    for number, cell in enumerate(cells):
        state: Any = cell.state
        for item, count in state.items.items():
            assert item not in found
            assert len(cells) == 1 or stable_hash(item) % len(cells) == number
            found[item] = count
    return found


async def filled(store: Any, count: int, items: int = 40, **given: Any) -> None:
    async with house(shards(count))(store=store, clock=VirtualClock()) as app:
        puts = [Put(f"i{number}", number + 1, **given) for number in range(items)]
        await asyncio.gather(*(app.ask(put, ANN) for put in puts))


def moved(store: Any, count: int, **given: Any) -> list[Any]:
    return reshard(house(shards(count)).tree, store, **given)


def content(store: MemoryStore) -> Any:
    made = killed(store)
    return made._logs, made._spaces
