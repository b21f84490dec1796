"""Carts under kills, faults, time and a store that refuses: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from packetflow import Fault, Unavailable, VirtualClock
from packetflow.actor import durable_keys, waking, work
from packetflow.store import MemoryStore, StoreError
from tests.keyed.carts import (
    ANN,
    IDLE,
    Add,
    Cart,
    Count,
    Ledger,
    Look,
    Pass,
    Shop,
    killed,
    running,
    settled,
)

CARTS = st.sampled_from("abcd")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), CARTS, st.sampled_from([None, None, 30, 90, 500])),
        st.tuples(st.just("many"), CARTS, st.integers(2, 7)),
        st.tuples(st.just("pass"), CARTS),
        st.tuples(st.just("fault"), CARTS),
        st.tuples(st.just("look"), CARTS),
        st.tuples(st.just("leave"), CARTS),
        st.tuples(st.just("refuse"), CARTS),
        st.tuples(st.just("time"), st.sampled_from([1, 59, 61, 130, 600])),
        st.tuples(st.just("kill"), st.integers(0, 6), CARTS),
        st.tuples(st.just("restart")),
    ),
    max_size=25,
)


class Dying(MemoryStore):
    """After so many batches it pretends to keep all; `kept` is what there is then."""

    def __init__(self, kept: MemoryStore) -> None:
        super().__init__()
        self.__dict__.update(killed(kept).__dict__)
        self.kept = kept
        self.left: int | None = None
        self.dead = False
        self.refuses = False

    def commit_all(self, batches: Any) -> Any:
        if self.refuses:
            self.refuses = False
            raise StoreError("no")
        for batch in batches:
            self.dead = self.dead or self.left == 0
            if not self.dead:
                self.kept.commit(batch)
                if self.left is not None:
                    self.left -= 1
        return super().commit_all(batches)


class Life:
    """A shop through its processes, and what it promised."""

    def __init__(self) -> None:
        self.kept = MemoryStore()
        self.clock = VirtualClock()
        self.acknowledged: list[tuple[str, str]] = []
        self.asked: set[tuple[str, str]] = set()
        self.number = 0

    async def start(self) -> None:
        self.store = Dying(self.kept)
        self.clock = VirtualClock(self.clock.now())
        self.app = Shop(store=self.store, clock=self.clock, grace=0)
        await self.app.__aenter__()

    async def stop(self) -> None:
        await self.app.__aexit__(None, None, None)

    def item(self, cart: str) -> str:
        self.number += 1
        self.asked.add((cart, str(self.number)))
        return str(self.number)

    async def add(self, cart: str, after: int | None = None) -> None:
        item = self.item(cart)
        remind = None if after is None else timedelta(seconds=after)
        try:
            await self.app.ask(Add(cart, item, remind), ANN)
        except Unavailable:
            return
        if not self.store.dead:
            self.acknowledged.append((cart, item))

    async def do(self, what: str, *given: Any) -> None:
        match what, given:
            case "add", (cart, after):
                await self.add(cart, after)
            case "many", (cart, count):
                await asyncio.gather(*(self.add(cart) for _ in range(count)))
            case "pass", (cart,):
                item = self.item(cart)
                await self.app.ask(Pass(cart, item), ANN)
                if not self.store.dead:
                    self.acknowledged.append((cart, item))
            case "fault", (cart,):
                with pytest.raises(Fault):
                    await self.app.ask(Add(cart, "never", breaks=True), ANN)
            case "look", (cart,):
                await self.app.ask(Look(cart), ANN)
            case "leave", (cart,):
                await settled(self.app)
                await self.app.passivate(Cart, cart)
                assert cart not in running(self.app)
            case "refuse", (cart,):
                await settled(self.app)
                self.store.refuses = True
                await self.add(cart)
                self.store.refuses = False
            case "time", (seconds,):
                await self.clock.advance(timedelta(seconds=seconds))
            case "kill", (batches, cart):
                self.store.left = batches
                await asyncio.gather(*(self.add(cart) for _ in range(3)))
                self.store.dead = True
                await self.stop()
                await self.start()
            case "restart", ():
                await self.stop()
                await self.start()

    async def look(self) -> None:
        """Let all that is late arrive, and compare."""
        await self.stop()
        await self.start()
        for _ in range(3):
            await self.clock.advance(timedelta(seconds=700))
            await settled(self.app)
        assert running(self.app) == []
        assert "Cart" not in "".join(self.app.system.durability.cells)
        there: list[tuple[str, str]] = []
        for cart in "abcd":
            there += [(cart, one) for one in await self.app.ask(Look(cart), ANN)]
        assert len(set(there)) == len(there), "doubled"
        assert set(self.acknowledged) <= set(there) <= self.asked, "lost"
        heard = list(self.app.system.cell(Ledger).state.heard)
        assert sorted(heard) == sorted(there), "the ledger heard of something else"
        assert await self.app.ask(Count(), ANN) == len(there)
        await self.clock.advance(timedelta(seconds=3 * IDLE))
        assert self.store.scan("work-by-time:carts.Cart") == []
        assert self.store.scan("work:carts.Cart") == []
        await self.stop()


async def _lives(steps: list[Any]) -> None:
    life = Life()
    await life.start()
    for step in steps:
        await life.do(*step)
    await life.look()


QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@QUICK
@given(STEPS)
def test_nothing_is_lost_or_doubled(steps: list[Any]) -> None:
    asyncio.run(_lives(steps))


# -- faults that it has to find ------------------------------------------------------------


def leaves_no_trace(self: Any, key: str, before: object, after: object) -> list[Any]:
    """Nobody knows who has something to do."""
    return []


def only_adds(self: work.Work, key: str, before: Any, after: Any) -> list[Any]:
    """What is done stays in the index."""
    return [] if after is None else _move(self, key, before, after)


_move = work.Work.move


def forgets_the_time(self: Any, when: str) -> None:
    """Nobody is woken."""


FAULTS: list[tuple[type, str, Callable[..., Any]]] = [
    (work.Work, "move", leaves_no_trace),
    (work.Work, "move", only_adds),
    (waking.Waking, "expect", forgets_the_time),
    (durable_keys.DurableKeys, "start", lambda self: None),
    (durable_keys.DurableKeys, "rests", lambda self, cell: False),
]


@pytest.mark.slow
@pytest.mark.parametrize(("owner", "name", "fault"), FAULTS)
def test_a_fault_is_found(
    owner: type, name: str, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, fault)
    finding = settings(QUICK, phases=(Phase.generate,), max_examples=300)
    with pytest.raises(Exception):  # noqa: B017 - however it shows
        finding(given(STEPS)(lambda steps: asyncio.run(_lives(steps))))()
