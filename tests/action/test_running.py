"""Running actions: beside each other, again, in time; and what they tell of themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from packetflow import Effect, Err, Ok, Retry, VirtualClock
from packetflow.action import Action
from packetflow.effect import SCOPE, Scope


@pytest.fixture
def clock() -> Iterator[VirtualClock]:
    """The clock of effects and actions in this test."""
    clock = VirtualClock()
    token = SCOPE.set(Scope(clock))
    yield clock
    SCOPE.reset(token)


async def test_an_action_is_pending_running_and_then_completed_once() -> None:
    ran: list[int] = []
    gate = asyncio.Event()

    async def work() -> int:
        ran.append(1)
        await gate.wait()
        return 7

    started = Action.of(work).map(lambda n: n + 1).start()
    assert (started.status, ran) == ("pending", [])
    await asyncio.sleep(0)
    assert (started.status, started.error, ran) == ("running", None, [1])
    gate.set()
    assert await started.result() == 8
    assert await started.result() == 8
    assert (started.status, started.error, ran) == ("completed", None, [1])


async def test_what_an_action_failed_with_is_kept() -> None:
    def broken() -> int:
        raise OSError("the reason")

    started = Action.of(broken).start()
    for _ in range(2):
        with pytest.raises(OSError, match="the reason"):
            await started.result()
    assert started.status == "failed"
    assert str(started.error) == "the reason"
    assert isinstance(await Action.of(broken).attempt(), Err)
    assert await Action.pure(3).attempt() == Ok(3)


async def test_an_action_is_run_anew_each_time() -> None:
    ran: list[int] = []
    note = Effect("m.note", ran.append)
    action = Action.of(note, 1).then(Action.of(note, 2))
    assert ran == []
    await action
    await action.run()
    assert ran == [1, 2, 1, 2]


async def test_trying_again_waits_as_the_policy_says(clock: VirtualClock) -> None:
    tries: list[float] = []

    def work() -> str:
        tries.append(clock.monotonic())
        if len(tries) < 3:
            raise OSError
        return "done"

    started = Action.of(work).retry(Retry(3, 2.0, 2.0)).start()
    for _ in range(3):
        await asyncio.sleep(0)
        await clock.advance(timedelta(seconds=2))
    assert await started.result() == "done"
    waits = [b - a for a, b in pairwise(tries)]
    assert all(1.0 <= wait <= 2.0 for wait in waits)
    tries.clear()
    with pytest.raises(OSError):
        await Action.of(work).retry(Retry(3), ValueError)
    assert len(tries) == 1


async def test_what_takes_too_long_is_broken_off(clock: VirtualClock) -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await clock.sleep(100)
        finally:
            ended.append("work")

    first = Action.of(ended.append, "first").compensate(
        lambda _: Action.of(ended.append, "undone")
    )
    started = first.then(Action.of(work)).within(5).start()
    for _ in range(3):
        await asyncio.sleep(0)
    await clock.advance(timedelta(seconds=5))
    with pytest.raises(TimeoutError):
        await started.result()
    assert ended == ["first", "work", "undone"]


async def test_all_together_keep_their_order_and_end_with_the_first_failure() -> None:
    gate = asyncio.Event()
    ended: list[str] = []

    async def slow() -> int:
        try:
            await gate.wait()
        finally:
            ended.append("slow")
        return 1

    async def quick() -> int:
        gate.set()
        return 2

    both = [Action.of(slow), Action.of(quick)]
    assert await Action.together(both) == [1, 2]
    gate.clear()
    broken: Action[int] = Action.failing(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await Action.together([Action.of(slow), broken])
    assert ended == ["slow", "slow"]
    assert await Action.together([]) == []


async def test_in_a_race_the_first_value_counts() -> None:
    gate = asyncio.Event()
    ended: list[str] = []

    async def slow() -> int:
        try:
            await gate.wait()
        finally:
            ended.append("slow")
        return 1

    broken: Action[int] = Action.failing(ValueError("no"))
    assert await Action.race([Action.of(slow), broken, Action.pure(3)]) == 3
    assert ended == ["slow"]
    with pytest.raises(ValueError, match="no"):
        await Action.race([broken, broken])
    with pytest.raises(ValueError, match="nobody"):
        Action.race([])


async def test_who_loses_a_race_has_done_nothing() -> None:
    done: list[str] = []

    def step(name: str) -> Action[None]:
        made = Action.of(done.append, name)
        return made.compensate(lambda _: Action.of(done.remove, name))

    gate = asyncio.Event()
    late = step("late").then(Action.of(gate.wait))
    broken = step("broken").then(Action.failing(ValueError("no")))
    first = Action.of(asyncio.sleep, 0).then(step("first"))
    raced = Action.race([late, broken, first])
    await raced
    assert done == ["first"]
    with pytest.raises(KeyError):  # what the winner has done is undone like any step
        await raced.then(Action.failing(KeyError("later")))
    assert done == ["first"]
    with pytest.raises(ValueError, match="no"):
        await Action.race([broken, broken])
    assert done == ["first"]


async def test_what_was_started_can_be_awaited() -> None:
    assert await Action.pure(3).start() == 3
    with pytest.raises(ValueError, match="no"):
        await Action.failing(ValueError("no")).start()
