"""Another number of durable shards: everything is where it belongs, nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packetflow import Keyed, KeyMisused, Unavailable, VirtualClock, Workers
from packetflow.actor import dividing
from packetflow.actor.resharding import CannotReshard, reshard
from packetflow.store import Conflict, MemoryStore, StoreError
from tests.keyed.carts import ANN, killed
from tests.keyed.shelves import (
    SHELF,
    Book,
    Put,
    Shelf,
    content,
    filled,
    house,
    moved,
    shards,
    whole,
)

PUTS = st.lists(
    st.tuples(st.text("abcdefgh", min_size=1, max_size=2), st.integers(1, 9)),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
@given(st.lists(st.tuples(st.integers(0, 5), PUTS), min_size=2, max_size=5))
def test_traffic_before_and_after_is_that_of_one_reactor(
    lives: list[tuple[int, list[tuple[str, int]]]],
) -> None:
    async def run() -> None:
        store, model = MemoryStore(), dict[str, int]()
        asked: list[tuple[Put, int]] = []
        for count, puts in lives:
            named = {SHELF: ["items"]}
            try:
                moved(store, count, keyed=named)
            except CannotReshard as error:
                assert "keeps what it has" in str(error)
            async with house(shards(count))(store=store) as app:
                assert whole(app) == model
                for number, (put, answer) in enumerate(asked):
                    assert await app.ask(put, ANN, key=str(number)) == answer
                for item, more in puts:
                    put = Put(item, more)
                    answer = await app.ask(put, ANN, key=str(len(asked)))
                    model[item] = model.get(item, 0) + more
                    assert answer == model[item]
                    asked.append((put, answer))
                assert whole(app) == model

    asyncio.run(run())


async def test_a_map_of_keys_is_seen_to_be_one():
    store = MemoryStore()
    await filled(store, 3)
    (told,) = moved(store, 5)
    assert told == (SHELF, "3 shards by item", "5 shards by item")
    assert moved(store, 5) == []
    async with house(shards(5))(store=store) as app:
        assert whole(app) == {f"i{number}": number + 1 for number in range(40)}
    with pytest.raises(StoreError, match="pfc store reshard"):
        async with house(shards(3))(store=store):
            pass


@pytest.mark.parametrize(
    ("before", "items", "given", "why"),
    [
        (3, 40, {"owner": "ann"}, "`owners` is no map of keys: 'ann' is not in"),
        (1, 40, {}, "`items` may be a map of keys, or of something else"),
        (0, 40, {}, "`items` may be a map of keys, or of something else"),
        (3, 2, {}, "`items` may be a map of keys, or of something else"),
    ],
)
async def test_what_nobody_can_tell_is_refused_and_nothing_is_changed(
    before, items, given, why
):
    store = MemoryStore()
    await filled(store, before, items, **given)
    kept = content(store)
    with pytest.raises(CannotReshard, match=why):
        moved(store, 4)
    assert content(store) == kept
    async with house(shards(before))(store=store) as app:
        assert len(whole(app)) == items


async def test_a_number_needs_a_function():
    store = MemoryStore()
    for number in range(3):
        await filled(store, 3, 40, owner=f"o{number}")
    with pytest.raises(CannotReshard, match="`owners`"):
        moved(store, 4)
    with pytest.raises(CannotReshard, match="`owners` is no map of keys"):
        moved(store, 4, keyed={SHELF: ["owners"]})

    def divide(states: list[Any], count: int, shard_of: Any) -> list[Any]:
        made: list[Any] = [{"items": {}, "owners": {}, "puts": 0} for _ in range(count)]
        for state in states:
            for item, number in state["items"].items():
                made[shard_of(item)]["items"][item] = number
            for owner, item in state["owners"].items():
                made[shard_of(item)]["owners"][owner] = item
        made[0]["puts"] = sum(state["puts"] for state in states)
        return made

    moved(store, 4, functions={SHELF: divide})
    async with house(shards(4))(store=store) as app:
        assert sum(whole(app).values()) == 3 * sum(range(1, 41))
        cells: Any = app.system.all_of(Shelf)
        assert sum(cell.state.puts for cell in cells) == 120


@pytest.mark.parametrize(
    ("divide", "why"),
    [
        (
            lambda states, count, shard_of: states,
            "4 states are needed, and there are 3",
        ),
        (lambda states, count, shard_of: [{}] * count, "the function gave"),
        (lambda states, count, shard_of: 1 / 0, "failed: ZeroDivisionError"),
        (
            lambda states, count, shard_of: [{**states[0], "puts": "many"}] * count,
            "cannot be read",
        ),
    ],
)
async def test_a_function_that_gives_something_else_is_refused(divide, why):
    store = MemoryStore()
    await filled(store, 3)
    kept = content(store)
    with pytest.raises(CannotReshard, match=why):
        moved(store, 4, functions={SHELF: divide})
    assert content(store) == kept


async def test_what_is_on_its_way_has_to_arrive_first():
    store = MemoryStore()
    async with house(shards(3))(store=store, clock=VirtualClock()) as app:
        book = app.system.cell(Book)
        book.halted = book.busy = True
        for number in range(40):
            await app.ask(Put(f"i{number}", later=timedelta(0)), ANN)
        await asyncio.sleep(0)
        left = killed(store)
        book._resume()
    with pytest.raises(CannotReshard, match="has still something to send"):
        moved(left, 4)
    async with house(shards(3))(store=left) as app:
        while len(app.system.cell(Book).state.items) < 40:
            await asyncio.sleep(0)
    moved(left, 4)


async def test_what_is_to_be_sent_later_is_sent_once():
    store = MemoryStore()
    far = timedelta(days=20 * 365)  # of the clock of the machine
    async with house(shards(3))(store=store) as app:
        for number in range(40):
            await app.ask(Put(f"i{number}", later=far), ANN)
    moved(store, 2)
    clock = VirtualClock()
    async with house(shards(2))(store=store, clock=clock) as app:
        await clock.advance(far + timedelta(days=366))
        items = app.system.cell(Book).state.items
        assert sorted(items) == sorted(f"i{number}" for number in range(40))


async def test_a_process_that_still_runs_is_refused_and_loses_nothing():
    store = MemoryStore()
    await filled(store, 3)
    async with house(shards(3))(store=store, clock=VirtualClock()) as app:
        await app.ask(Put("i1"), ANN)
        moved(store, 4)
        with pytest.raises(Unavailable):
            await app.ask(Put("i1"), ANN)
    async with house(shards(4))(store=store) as app:
        assert whole(app)["i1"] == 3


async def test_a_process_that_writes_meanwhile_is_not_overwritten(monkeypatch):
    store = MemoryStore()
    await filled(store, 3)
    async with house(shards(3))(store=store, clock=VirtualClock()) as app:
        await app.ask(Put("i1"), ANN)
        told = list(moved_writes(store, 4, monkeypatch))
        assert await app.ask(Put("i1"), ANN) == 4
        with pytest.raises(Conflict):
            store.commit(told)


def moved_writes(
    store: MemoryStore, count: int, patch: pytest.MonkeyPatch
) -> list[Any]:
    found: list[Any] = []
    with patch.context() as kept:
        kept.setattr(store, "commit", found.extend)
        moved(store, count)
    return found


async def test_a_key_that_was_used_twice_is_told():
    store = MemoryStore()
    await filled(store, 3)
    async with house(shards(3))(store=store) as app:
        for item in ("i1", "i2", "i3", "i4", "i5"):
            with contextlib.suppress(KeyMisused):  # in one shard with one before
                await app.ask(Put(item), ANN, key="k")
    with pytest.raises(CannotReshard, match="one idempotency key for two"):
        moved(store, 4)


@pytest.mark.parametrize("many", [Workers(3), Keyed("item")])
async def test_other_layouts_stay(many):
    store = MemoryStore()
    await filled(store, 3)
    with pytest.raises(CannotReshard, match="neither one reactor nor shards"):
        reshard(house(many).tree, store)


async def test_a_control_that_divides_by_another_hash_is_found(monkeypatch):
    store = MemoryStore()
    await filled(store, 3)
    monkeypatch.setattr(dividing, "stable_hash", lambda key: 0)
    with pytest.raises(CannotReshard):
        moved(store, 4)
