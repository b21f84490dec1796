"""Keyed reactors with journals: each has what it answered, and only who works runs."""

from __future__ import annotations

import asyncio
import gc
from datetime import timedelta
from typing import Any

import pytest

from packetflow import Fault, KeyMisused, Stopped, Unavailable, VirtualClock
from packetflow.actor import durable_keys, keyed_cell, work
from packetflow.store import MemoryStore, StoreError
from packetflow.store.sqlite import SqliteStore
from tests.durable.stores import Breaking
from tests.keyed.carts import (
    ANN,
    GATES,
    IDLE,
    PERFORMED,
    Add,
    Cart,
    Count,
    Ledger,
    Look,
    Pass,
    Shop,
    Wait,
    idle_for,
    index,
    killed,
    logs,
    running,
    settled,
)


@pytest.fixture(autouse=True)
def nothing_performed():
    PERFORMED.clear()


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "s")
    yield made
    made.close()


async def heard(app: Shop, count: int) -> None:
    while await app.ask(Count(), ANN) < count:
        await asyncio.sleep(0)


async def test_each_has_its_own_and_only_those_that_are_needed_run(store):
    async with Shop(store=store, clock=VirtualClock()) as app:
        for cart, item in [("a", "x"), ("b", "y"), ("a", "z")]:
            await app.ask(Add(cart, item), ANN)
        assert running(app) == ["a", "b"]
        await heard(app, 3)
    async with Shop(store=store, clock=VirtualClock()) as app:
        assert running(app) in ([], ["a", "b"])
        assert await app.ask(Look("a"), ANN) == ("x", "z")
        assert await app.ask(Add("b", "w"), ANN) == 2
        await heard(app, 4)
    assert sorted(one for one, _ in PERFORMED) == ["a x", "a z", "b w", "b y"]


async def test_the_idle_leave_memory_and_go_on_from_their_journal():
    store = MemoryStore()
    async with Shop(store=store, clock=VirtualClock()) as app:
        for number in range(12):  # with and without a snapshot just before
            await app.ask(Add("a", f"i{number}"), ANN)
            await app.ask(Add("b", f"i{number}"), ANN) if number < 7 else None
            await settled(app)
        await idle_for(app, 2 * IDLE)
        assert running(app) == []
        assert [one for one in app.system.durability.cells if "Cart" in one] == []
        assert [one.name for one in app.system.root.children] == ["carts.Ledger"]
        assert index(store) == []
        assert len(await app.ask(Look("a"), ANN)) == 12
        assert await app.ask(Add("b", "i7"), ANN) == 8
        assert running(app) == ["a", "b"]


async def test_those_that_left_leave_nothing_in_memory():
    async with Shop(store=MemoryStore(), clock=VirtualClock()) as app:
        for number in range(50):
            await app.ask(Add(f"c{number}", "x"), ANN, key=f"{number}")
        await settled(app)
        await idle_for(app, 3 * IDLE)
        durability: Any = app.system.durability
        assert len(durability.cells) == 1
        assert len(durability.retention._known) == 2
        gc.collect()
        left = [
            one
            for one in gc.get_objects()
            if isinstance(one, keyed_cell.KeyedCell) and one.system is app.system
        ]
        assert left == []


async def test_one_that_is_only_looked_at_leaves_nothing_behind():
    store = MemoryStore()
    async with Shop(store=store, clock=VirtualClock()) as app:
        assert await app.ask(Look("nobody"), ANN) == ()
        with pytest.raises(Fault):
            await app.ask(Add("nobody", "x", breaks=True), ANN)
        await idle_for(app, 3 * IDLE)
        assert running(app) == []
    assert logs(store) == []
    assert not [key for key, _ in store.scan("snapshot") if "Cart" in key]


async def test_who_works_waits_or_has_more_to_do_stays():
    GATES.append(asyncio.Event())
    async with Shop(store=MemoryStore(), clock=VirtualClock()) as app:
        waiting = asyncio.create_task(app.ask(Wait("a"), ANN))
        behind = asyncio.create_task(app.ask(Add("a", "x"), ANN))
        clock: Any = app.clock
        await clock.advance(timedelta(hours=1))
        assert running(app) == ["a"]
        GATES.pop().set()
        await waiting
        assert await behind == 1
        await idle_for(app, 2 * IDLE)
        assert running(app) == []


async def test_many_ask_one_that_does_not_run_and_are_answered_in_their_order(store):
    async with Shop(store=store, clock=VirtualClock()) as app:
        await app.ask(Add("a", "first"), ANN)
        await settled(app)
        await app.passivate(Cart, "a")
        asked = [app.ask(Add("a", f"{number}"), ANN) for number in range(20)]
        assert await asyncio.gather(*asked) == list(range(2, 22))


async def test_a_send_reaches_one_that_does_not_run(store):
    async with Shop(store=store, clock=VirtualClock()) as app:
        await app.ask(Add("a", "x"), ANN)
        await settled(app)
        await app.passivate(Cart, "a")
        await app.ask(Pass("a", "sent"), ANN)
        await heard(app, 2)
        assert await app.ask(Look("a"), ANN) == ("x", "sent")


async def test_a_fault_restarts_one_and_the_others_do_not_notice(store):
    async with Shop(store=store, clock=VirtualClock()) as app:
        await app.ask(Add("a", "x"), ANN)
        await app.ask(Add("b", "x"), ANN)
        with pytest.raises(Fault):
            await app.ask(Add("a", "y", breaks=True), ANN)
        assert await app.ask(Add("a", "z"), ANN) == 2
        assert [cell.restarts for cell in app.system.all_of(Cart)] == [1, 0]


async def test_a_request_with_a_key_is_handled_once_also_by_one_that_left(store):
    async with Shop(store=store, clock=VirtualClock()) as app:
        assert await app.ask(Add("a", "x"), ANN, key="k") == 1
        assert await app.ask(Add("b", "x"), ANN, key="k") == 1
        await settled(app)
        await app.passivate(Cart, "a")
        assert await app.ask(Add("a", "x"), ANN, key="k") == 1
    async with Shop(store=store, clock=VirtualClock()) as app:
        assert await app.ask(Add("a", "x"), ANN, key="k") == 1
        assert await app.ask(Add("b", "x"), ANN, key="k") == 1
        with pytest.raises(KeyMisused):
            await app.ask(Add("b", "y"), ANN, key="k")
        assert await app.ask(Look("b"), ANN) == ("x",)


# -- what is still to be done --------------------------------------------------------------


async def _killed_with_work() -> MemoryStore:
    """A store in which a message was kept, and not delivered."""
    store = MemoryStore()
    async with Shop(store=store, clock=VirtualClock()) as app:
        app.system.cell(Ledger).halted = app.system.cell(Ledger).busy = True
        await app.ask(Add("a", "x"), ANN)
        left = killed(store)
        app.system.cell(Ledger)._resume()
    return left


async def test_what_one_had_to_send_is_sent_after_a_kill_though_nobody_asks_for_it():
    store = await _killed_with_work()
    async with Shop(store=store, clock=VirtualClock()) as app:
        await heard(app, 1)
        await idle_for(app, 3 * IDLE)
        assert running(app) == []
    assert index(store) == []
    async with Shop(store=store, clock=VirtualClock()) as app:
        assert running(app) == []
        assert await app.ask(Count(), ANN) == 1


async def test_without_the_index_it_would_never_be_sent(monkeypatch):
    """A control: nothing else finds it."""
    store = await _killed_with_work()
    monkeypatch.setattr(durable_keys.DurableKeys, "start", lambda self: None)
    async with Shop(store=store, clock=VirtualClock()) as app:
        await idle_for(app, 10 * IDLE)
        assert await app.ask(Count(), ANN) == 0


async def test_one_with_a_send_for_later_is_woken_when_it_is_due():
    store = MemoryStore()
    clock = VirtualClock()
    async with Shop(store=store, clock=clock) as app:
        await app.ask(Add("a", "x", timedelta(days=3)), ANN)
        await app.ask(Add("b", "x", timedelta(days=2)), ANN)
        await app.ask(Add("c", "x", timedelta(days=1)), ANN)
        await idle_for(app, 3 * IDLE)
        assert running(app) == []
        assert [one.rpartition(" ")[2] for one in index(store)] == ["c", "b", "a"]
        await idle_for(app, 2 * 86_400 - 5 * IDLE)
        assert await app.ask(Count(), ANN) == 1
        await app.ask(Look("a"), ANN)  # who was woken for another reason is woken again
        await idle_for(app, 10 * IDLE)
        assert await app.ask(Count(), ANN) == 2
        assert running(app) == []
    left = killed(store)
    async with Shop(store=left, clock=VirtualClock(clock.now())) as app:
        assert running(app) == []
        await idle_for(app, 86_400)
        assert await app.ask(Count(), ANN) == 3
        await idle_for(app, 3 * IDLE)
    assert index(left) == []


async def test_the_ledger_forgets_what_nobody_sends_again():
    store = MemoryStore()
    clock = VirtualClock()
    async with Shop(store=store, clock=clock) as app:
        for number in range(300):
            await app.ask(Add(f"c{number}", "x"), ANN)
        await heard(app, 300)
        await idle_for(app, 3 * IDLE)
        for number in range(60):
            await app.ask(Add("last", f"{number}"), ANN)
            await settled(app)
        ledger = app.system.cell(Ledger)
        assert set(ledger.seen.kept()) <= {"carts.Cart/last"}
    assert len(store.get("snapshot", "journal:carts.Ledger")) < 20_000


async def _handled_and_not_marked() -> MemoryStore:
    """A store in which the ledger has a message, and the cart does not know it."""
    store = await _killed_with_work()
    second = killed(store)
    async with Shop(store=second, clock=VirtualClock()) as app:
        await heard(app, 1)
    ledger = "journal:carts.Ledger"
    store._logs[ledger] = second._logs[ledger]
    kept = second.get("snapshot", ledger)
    if kept is not None:
        store._spaces["snapshot"].values[ledger] = kept
    return store


@pytest.mark.parametrize("forgets", [False, True], ids=["", "control"])
async def test_what_may_be_sent_again_is_not_forgotten(monkeypatch, forgets):
    store = await _handled_and_not_marked()
    if forgets:
        monkeypatch.setattr(work.Work, "closed", lambda self, journals, now: journals)
    with monkeypatch.context() as nobody_wakes:
        nobody_wakes.setattr(durable_keys.DurableKeys, "start", lambda self: None)
        async with Shop(store=store, clock=VirtualClock()) as app:
            for number in range(60):
                await app.ask(Pass("other", f"{number}"), ANN)
                await settled(app)
    async with Shop(store=store, clock=VirtualClock()) as app:
        await app.ask(Look("a"), ANN)
        await settled(app)
        said = app.system.cell(Ledger).state.heard
        assert said.count(("a", "x")) == (2 if forgets else 1)


# -- a store that breaks, and journals that cannot be read ---------------------------------


async def test_a_store_that_cannot_be_read_is_tried_again():
    store = Breaking()
    async with Shop(store=store, clock=VirtualClock()) as app:
        await app.ask(Add("a", "x"), ANN)
        await settled(app)
        await app.passivate(Cart, "a")
        store.unreadable = True
        with pytest.raises(Unavailable, match="cannot be read"):
            await app.ask(Look("a"), ANN)
        store.unreadable = False
        await idle_for(app, 5)
        assert await app.ask(Look("a"), ANN) == ("x",)


async def test_what_could_not_be_kept_is_not_there():
    store = Breaking()
    async with Shop(store=store) as app:
        await app.ask(Add("a", "x"), ANN)
        store.trouble = StoreError("the disk is full")
        for cart in ("a", "new"):
            with pytest.raises(Unavailable, match="the disk is full"):
                await app.ask(Add(cart, "lost"), ANN)
        store.trouble = None
        assert await app.ask(Look("a"), ANN) == ("x",)
        assert await app.ask(Add("new", "y"), ANN) == 1
        await heard(app, 2)
    async with Shop(store=store) as app:
        assert await app.ask(Look("new"), ANN) == ("y",)


async def test_one_that_is_damaged_is_refused_and_the_others_run():
    store = MemoryStore()
    async with Shop(store=store, clock=VirtualClock()) as app:
        for cart in ("a", "b"):
            await app.ask(Add(cart, "x"), ANN)
        await heard(app, 2)
        await idle_for(app, 3 * IDLE)
    kept = store.get("snapshot", "journal:carts.Cart/a")
    store._spaces["snapshot"].values["journal:carts.Cart/a"] = b"damaged" + kept
    async with Shop(store=store, clock=VirtualClock()) as app:
        with pytest.raises(Stopped, match="cannot be read"):
            await app.ask(Look("a"), ANN)
        assert await app.ask(Look("b"), ANN) == ("x",)
        assert any("is damaged" in str(one) for one in app.system.reports)
        store._spaces["snapshot"].values["journal:carts.Cart/a"] = kept
        await idle_for(app, 3 * IDLE)
        assert await app.ask(Look("a"), ANN) == ("x",)


async def test_two_processes_with_one_key_never_both_believe_that_it_is_theirs():
    store = MemoryStore()
    async with (
        Shop(store=store, clock=VirtualClock()) as one,
        Shop(store=store, clock=VirtualClock()) as other,
    ):
        assert await one.ask(Add("a", "1", timedelta(days=1)), ANN) == 1
        assert await other.ask(Add("a", "2", timedelta(days=1)), ANN) == 2
        with pytest.raises(Unavailable):
            await one.ask(Add("a", "lost", timedelta(days=1)), ANN)
        assert await one.ask(Add("a", "3", timedelta(days=1)), ANN) == 3
        with pytest.raises(Unavailable):
            await other.ask(Add("a", "lost", timedelta(days=1)), ANN)
        assert await other.ask(Look("a"), ANN) == ("1", "2", "3")


async def test_who_waits_for_one_that_lost_its_key_is_answered_by_the_next():
    store = MemoryStore()
    day = timedelta(days=1)
    async with (
        Shop(store=store, clock=VirtualClock()) as one,
        Shop(store=store, clock=VirtualClock()) as other,
    ):
        await one.ask(Add("a", "1", day), ANN)
        await other.ask(Add("a", "2", day), ANN)
        asked = [one.ask(Add("a", f"{number}", day), ANN) for number in range(3, 9)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(found[0], Unavailable)
        there = await one.ask(Look("a"), ANN)
        told = [answer for answer in found if isinstance(answer, int)]
        assert there[:2] == ("1", "2")
        assert told == list(range(3, len(there) + 1))


def test_what_is_on_its_way_keeps_one_in_memory(monkeypatch):
    """With a control: without the question it would be taken away."""
    monkeypatch.setattr(keyed_cell.KeyedCell, "_on_its_way", lambda self: False)

    async def run() -> list[str]:
        GATES.append(asyncio.Event())
        async with Shop(store=MemoryStore(), clock=VirtualClock()) as app:
            ledger = app.system.cell(Ledger)
            ledger.halted = ledger.busy = True
            await app.ask(Add("a", "x"), ANN)
            clock: Any = app.clock
            await clock.advance(timedelta(seconds=3 * IDLE))
            found = running(app)
            ledger._resume()
            return found

    assert asyncio.run(run()) == []
    monkeypatch.undo()
    assert asyncio.run(run()) == ["a"]
