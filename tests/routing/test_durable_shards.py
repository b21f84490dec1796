"""Shards of a reactor with a journal: one each, and never looked for elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from packetflow import AnyHandler, Handler, Shards, Workers
from packetflow.actor.reactor import Journal
from packetflow.store import MemoryStore, StoreError
from tests.routing.keeping import CALLER, Clear, Keeper, Put, an_app, values

KEYS = [f"k{number}" for number in range(20)]


class Durable(Keeper):
    """Keeps values in a journal."""

    name: ClassVar[str] = "keeping.Durable"
    journal: ClassVar[Journal | None] = Journal()
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Put, Keeper.on_put),
        Handler(Clear, Keeper.on_clear),
    )


async def test_each_shard_finds_its_own_again() -> None:
    store = MemoryStore()
    kept: list[Any] = []
    for turn in (1, 2):
        async with an_app(Shards(3, "key"), reactor=Durable)(store=store) as app:
            assert values(app, Durable) == (kept or [{}, {}, {}])
            for key in KEYS:
                assert await app.ask(Put(key=key), CALLER) == turn
            kept = values(app, Durable)
            assert all(kept)
    async with an_app(Shards(3, "key"), reactor=Durable)(store=store) as app:
        await app.ask(Clear(), CALLER)
    async with an_app(Shards(3, "key"), reactor=Durable)(store=store) as app:
        assert values(app, Durable) == [{}, {}, {}]


@pytest.mark.parametrize(
    ("many", "named"),
    [
        (Shards(4, "key"), "4 shards by key"),
        (Shards(2, "key"), "2 shards by key"),
        (Shards(3, "value"), "3 shards by value"),
        (Workers(3), "3 workers"),
        (None, "one reactor"),
    ],
)
async def test_what_is_spread_otherwise_is_refused_and_nothing_is_lost(
    many: Any, named: str
) -> None:
    class Putting(Durable):
        handlers: ClassVar[tuple[AnyHandler, ...]] = Durable.handlers[:1]

    store = MemoryStore()
    three = Shards(3, "key")
    async with an_app(three, reactor=Putting)(store=store) as app:
        await app.ask(Put(key="a"), CALLER)
    with pytest.raises(StoreError, match=f"3 shards by key, and this app has {named}"):
        async with an_app(many, reactor=Putting)(store=store):
            pass
    async with an_app(three, reactor=Putting)(store=store) as app:
        assert await app.ask(Put(key="a"), CALLER) == 2


async def test_one_that_had_no_shards_gets_none() -> None:
    store = MemoryStore()
    async with an_app(None, reactor=Durable)(store=store) as app:
        await app.ask(Put(key="a"), CALLER)
    with pytest.raises(StoreError, match="one reactor, and this app has 3 shards"):
        async with an_app(Shards(3, "key"), reactor=Durable)(store=store):
            pass
