"""Routers: seeds, broadcast, scatter and gather, and reactors of an app as targets."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from packetflow import (
    Context,
    DeadlineExceeded,
    Denied,
    Intent,
    MailboxFull,
    NoTarget,
    Router,
    Stopped,
    VirtualClock,
    Workers,
)
from packetflow.capability import Held
from tests.routing.keeping import CALLER, GATES, Gate, Hold, Keeper, Put, an_app, values
from tests.runtime.handwritten.counter import (
    Counter,
    CounterApp,
    Reset,
    UserCap,
    UserContext,
)


class Job(Intent[str], frozen=True):
    """Something to do."""


class Worker:
    """A target that answers after so many seconds, or fails."""

    def __init__(
        self,
        name: str,
        clock: VirtualClock,
        *,
        takes: float = 0.0,
        raises: Exception | None = None,
    ) -> None:
        self.name = name
        self.depth = 0
        self.provides = Held(())
        self.clock = clock
        self.takes = takes
        self.raises = raises
        self.told: list[Intent[Any]] = []

    async def ask(self, intent: Intent[Any], caller: Context) -> Any:
        if self.takes:
            await self.clock.sleep(self.takes)
        if self.raises is not None:
            raise self.raises
        return f"{self.name} did"

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        if self.raises is not None:
            raise self.raises
        self.told.append(intent)


def three(clock: VirtualClock) -> list[Worker]:
    return [
        Worker("quick", clock),
        Worker("slow", clock, takes=10.0),
        Worker("broken", clock, raises=Stopped("it is gone")),
    ]


async def test_random_is_the_same_for_the_same_seed_and_reaches_all() -> None:
    clock = VirtualClock()
    targets = [Worker(name, clock) for name in "abcd"]

    async def got(seed: int) -> list[str]:
        router = Router("random", targets, seed=seed)
        return [await router.ask(Job(), CALLER) for _ in range(50)]

    assert await got(1) == await got(1)
    assert await got(1) != await got(2)
    assert len(set(await got(1))) == 4


async def test_gather_has_values_and_failures_by_name_in_order() -> None:
    clock = VirtualClock()
    router = Router("scatter_gather", three(clock), clock=clock)
    gathering = asyncio.create_task(router.gather(Job(), CALLER, within=60.0))
    await clock.advance(timedelta(seconds=10))
    gathered = await gathering
    assert gathered.values == {"quick": "quick did", "slow": "slow did"}
    assert list(gathered.failures) == ["broken"]
    assert isinstance(gathered.failures["broken"], Stopped)


async def test_what_is_late_is_a_failure_and_nobody_waits_for_it() -> None:
    clock = VirtualClock()
    router = Router("scatter_gather", three(clock), clock=clock)
    gathering = asyncio.create_task(router.gather(Job(), CALLER, within=9.0))
    await clock.advance(timedelta(seconds=8))
    assert not gathering.done()
    await clock.advance(timedelta(seconds=1))
    gathered = await gathering
    assert gathered.values == {"quick": "quick did"}
    assert isinstance(gathered.failures["slow"], DeadlineExceeded)
    assert str(gathered.failures["slow"]) == "slow: no answer within 9 s"


async def test_who_stops_waiting_ends_the_asks() -> None:
    clock = VirtualClock()
    router = Router("scatter_gather", three(clock), clock=clock)
    gathering = asyncio.create_task(router.gather(Job(), CALLER))
    await clock.settle()
    before = len(asyncio.all_tasks())
    gathering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gathering
    await clock.settle()
    assert len(asyncio.all_tasks()) == before - 2


async def test_broadcast_tells_all_and_names_who_refused() -> None:
    clock = VirtualClock()
    targets = three(clock)
    told = await Router("broadcast", targets).tell(Job(), CALLER)
    assert told.to == ("quick", "slow")
    assert list(told.failures) == ["broken"]
    assert [len(one.told) for one in targets] == [1, 1, 0]


async def test_who_sends_to_all_has_no_one_answer() -> None:
    with pytest.raises(TypeError, match="use tell or gather"):
        await Router("broadcast", three(VirtualClock())).ask(Job(), CALLER)


def test_names_and_keys_are_checked() -> None:
    clock = VirtualClock()
    with pytest.raises(ValueError, match="there are round_robin, random"):
        Router("robin_round")
    with pytest.raises(ValueError, match="needs a key"):
        Router("consistent_hash")
    with pytest.raises(ValueError, match="two targets are called a"):
        Router("random", [Worker("a", clock), Worker("a", clock)])
    with pytest.raises(KeyError):
        Router("random", [Worker("a", clock)]).remove("b")


async def test_round_robin_goes_on_when_targets_come_and_go() -> None:
    clock = VirtualClock()
    router = Router("round_robin", [Worker(name, clock) for name in "ab"])
    assert await router.ask(Job(), CALLER) == "a did"
    router.add(Worker("c", clock))
    assert await router.ask(Job(), CALLER) == "b did"
    assert await router.ask(Job(), CALLER) == "c did"
    router.remove("a")
    router.remove("b")
    assert await router.ask(Job(), CALLER) == "c did"
    router.remove("c")
    with pytest.raises(NoTarget):
        await router.ask(Job(), CALLER)


async def test_reactors_of_an_app_are_targets() -> None:
    async with an_app(Workers(3))(clock=VirtualClock()) as app:
        targets = app.targets(Keeper)
        assert [one.name for one in targets] == [
            "keeping.Keeper/0",
            "keeping.Keeper/1",
            "keeping.Keeper/2",
        ]
        router = Router("round_robin", targets)
        for number in range(4):
            await router.ask(Put(key="a", value=number), CALLER)
        assert values(app) == [{"a": (0, 3)}, {"a": (1,)}, {"a": (2,)}]
        told = await Router("broadcast", targets).tell(Put(key="b"), CALLER)
        assert len(told.to) == 3


async def test_a_target_that_waits_is_deeper_and_a_full_one_refuses() -> None:
    GATES.append(Gate())
    try:
        async with an_app(Workers(2))(clock=VirtualClock()) as app:
            first, second = app.targets(Keeper)
            await first.tell(Hold(key="a"), CALLER)
            await asyncio.sleep(0)
            assert (first.depth, second.depth) == (1, 0)
            router = Router("smallest_mailbox", (first, second))
            assert await router.ask(Put(key="b"), CALLER) == 1
            assert "b" in values(app)[1]
            for _ in range(10):
                await first.tell(Put(key="c"), CALLER)
            with pytest.raises(MailboxFull):
                await first.tell(Put(key="c"), CALLER)
            GATES[-1].open.set()
    finally:
        GATES.pop()


async def test_a_router_adds_no_authority(rights: Any = None) -> None:

    async with CounterApp(clock=VirtualClock()) as app:
        router = Router("round_robin", app.targets(Counter))
        caller = UserContext(user_id="ann", capabilities=(UserCap.basic,))
        with pytest.raises(Denied):
            await router.ask(Reset(), caller)
