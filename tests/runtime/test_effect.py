"""Effects: failures, retries, timeouts, on a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from packetflow import (
    AsyncEffect,
    Capability,
    Effect,
    Failure,
    Fault,
    InternalDenial,
    Retry,
    VirtualClock,
)
from packetflow.capability import Held
from packetflow.effect import SCOPE, Scope
from tests.runtime.handwritten.store import READ, WRITE


class DiskFull(Failure):
    def __init__(self) -> None:
        super().__init__()


class Other(Failure):
    def __init__(self) -> None:
        super().__init__()


@pytest.fixture
def scope() -> Iterator[Scope]:
    scope = Scope(VirtualClock())
    token = SCOPE.set(scope)
    yield scope
    SCOPE.reset(token)


def clock_of(scope: Scope) -> VirtualClock:
    assert isinstance(scope.clock, VirtualClock)
    return scope.clock


def test_an_effect_is_called_like_its_function() -> None:
    double = Effect("m.double", lambda n: n * 2)
    assert double(4) == 8


def test_a_declared_failure_passes_and_everything_else_is_a_fault() -> None:
    def fail(with_: Exception) -> None:
        raise with_

    effect = Effect("m.fail", fail, fails=(DiskFull,))
    with pytest.raises(DiskFull):
        effect(DiskFull())
    for other in (Other(), KeyError("x"), ValueError("y")):
        with pytest.raises(Fault) as fault:
            effect(other)
        assert fault.value.__cause__ is other
        assert "m.fail" in str(fault.value)


def test_what_python_returns_is_converted() -> None:
    def listed() -> Sequence[int]:
        return [1, 2]

    numbers = Effect("m.numbers", listed, returns=tuple[int, ...])
    assert numbers() == (1, 2)
    wrong = Effect("m.wrong", lambda: ["one"], returns=tuple[int, ...])
    with pytest.raises(Fault, match=r"m\.wrong"):
        wrong()


async def test_76_retries_wait_longer_each_time_and_keep_the_last_reason(
    scope: Scope,
) -> None:
    times: list[float] = []

    async def flaky() -> None:
        times.append(scope.clock.monotonic())
        raise OSError(f"try {len(times)}")

    effect = AsyncEffect("m.flaky", flaky, retry=Retry(3, 1.0, 2.0))
    task = asyncio.create_task(effect())
    await clock_of(scope).advance(timedelta(minutes=1))
    with pytest.raises(Fault, match="try 4") as fault:
        await task
    assert isinstance(fault.value.__cause__, OSError)
    waits = [later - sooner for sooner, later in pairwise(times)]
    assert len(times) == 4
    for wait, bound in zip(waits, (1.0, 2.0, 2.0), strict=True):
        assert bound / 2 <= wait <= bound


async def test_a_retry_that_goes_well_ends_the_retries(scope: Scope) -> None:
    tries: list[int] = []

    async def second_time() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError
        return "done"

    effect = AsyncEffect("m.second", second_time, retry=Retry(5, 1.0, 1.0))
    task = asyncio.create_task(effect())
    await clock_of(scope).advance(timedelta(seconds=10))
    assert await task == "done"
    assert len(tries) == 2


async def test_a_declared_failure_is_not_tried_again(scope: Scope) -> None:
    tries: list[int] = []

    async def full() -> None:
        tries.append(1)
        raise DiskFull

    effect = AsyncEffect("m.full", full, fails=(DiskFull,), retry=Retry(5))
    with pytest.raises(DiskFull):
        await effect()
    assert len(tries) == 1


async def test_each_try_has_its_timeout(scope: Scope) -> None:
    cancelled: list[bool] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    effect = AsyncEffect("m.forever", forever, timeout=2.0, retry=Retry(1, 1.0, 1.0))
    task = asyncio.create_task(effect())
    await clock_of(scope).advance(timedelta(seconds=4.9))
    if not task.done():
        await clock_of(scope).advance(timedelta(seconds=0.2))
    with pytest.raises(Fault, match="no answer within 2 s"):
        await task
    assert cancelled == [True, True]


async def test_cancelling_an_effect_is_no_timeout(scope: Scope) -> None:
    started = asyncio.Event()

    async def forever() -> None:
        started.set()
        await asyncio.Event().wait()

    effect = AsyncEffect("m.forever", forever, timeout=2.0, retry=Retry(3))
    task = asyncio.create_task(effect())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stubs_and_records_stand_between(scope: Scope) -> None:
    async def never() -> int:
        raise AssertionError

    sync, later = Effect("m.sync", lambda n: n), AsyncEffect("m.later", never)
    scope.stubs = {"m.sync": lambda n: n + 100, "m.later": lambda: 7}
    scope.record = []
    assert sync(1) == 101
    assert await later() == 7
    assert scope.record == [("m.sync", (1,), {}), ("m.later", (), {})]


async def test_34_where_inner_borders_are_checked_authority_is_needed(
    scope: Scope,
) -> None:
    done: list[str] = []

    def needs(path: str) -> tuple[Capability, ...]:
        return (WRITE.exact(path),)

    effect = Effect("m.write", done.append, requires=needs)
    scope.authority = Held([READ("/a"), WRITE("/b")])
    with pytest.raises(InternalDenial):
        effect("/a")
    effect("/b")
    assert done == ["/b"]
