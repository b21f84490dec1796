"""The end of a grant as a deadline: past it, what relies on it is cancelled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Capability,
    Child,
    Context,
    Handler,
    Intent,
    Reactor,
    State,
    Supervise,
    Turn,
    VirtualClock,
)
from packetflow.errors import DeadlineExceeded
from tests.runtime.handwritten.store import READ, WRITE, Caller, gate

HOUR = timedelta(hours=1)


class Wait(Intent[str], frozen=True):
    """Waits for the gate, under a read; asks about a write if told to."""

    asks: bool = False

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        return () if caller.held.covers_path(READ, "/a") else (READ("/a"),)


class Waiting(State):
    begun: int = 0
    ended: int = 0


class Waiter(Reactor[Waiting]):
    async def on_wait(self, turn: Turn[Waiting], intent: Wait) -> str:
        turn.state.begun += 1
        if intent.asks and not turn.can(WRITE("/b")):
            return "no"
        await gate().wait()
        turn.state.ended += 1
        return "done"

    name: ClassVar[str] = "waiter.Waiter"
    state_type: ClassVar[type[State]] = Waiting
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Wait, on_wait),)


class WaiterApp(App):
    name = "waiter.App"
    tree = Supervise(children=(Child(Waiter),))


async def outcome(caller: Caller, *, asks: bool, after: timedelta) -> str:
    clock = caller_clock
    async with WaiterApp(clock=clock) as app:
        asked = asyncio.create_task(app.ask(Wait(asks), caller))
        await clock.advance(after)
        gate().set()
        await clock.settle()
        try:
            return await asked
        except DeadlineExceeded as error:
            assert app.system.cell(Waiter).state == Waiting()
            return str(error)


caller_clock = VirtualClock()


@pytest.fixture(autouse=True)
def fresh_clock() -> None:
    global caller_clock
    caller_clock = VirtualClock()


def holding(*grants: tuple[Capability, timedelta | None]) -> Caller:
    now = caller_clock.now()
    return Caller(
        capabilities=[
            one if end is None else one.until(now + end) for one, end in grants
        ]
    )


async def test_running_past_the_end_of_a_grant_is_cancellation() -> None:
    assert "has ended" in await outcome(
        holding((READ("/a"), HOUR)), asks=False, after=HOUR
    )


async def test_what_ends_in_time_is_answered() -> None:
    caller = holding((READ("/a"), HOUR))
    assert await outcome(caller, asks=False, after=HOUR / 2) == "done"


async def test_a_grant_that_was_not_used_ends_nothing() -> None:
    caller = holding((READ("/a"), None), (WRITE("/b"), HOUR))
    assert await outcome(caller, asks=False, after=2 * HOUR) == "done"


async def test_of_several_grants_the_one_that_lasts_longest_counts() -> None:
    caller = holding((READ("/a"), HOUR), (READ("/a/**"), 3 * HOUR))
    assert await outcome(caller, asks=False, after=2 * HOUR) == "done"


async def test_what_a_handler_finds_held_lowers_the_deadline() -> None:
    caller = holding((READ("/a"), None), (WRITE("/b"), HOUR))
    assert "has ended" in await outcome(caller, asks=True, after=HOUR)


async def test_what_waits_in_the_mailbox_lapses_too() -> None:
    clock = caller_clock
    async with WaiterApp(clock=clock) as app:
        first = asyncio.create_task(app.ask(Wait(), Caller(capabilities=[READ("/a")])))
        await clock.settle()
        await app.tell(Wait(), holding((READ("/a"), HOUR)))
        await clock.advance(HOUR)
        gate().set()
        assert await first == "done"
        await clock.settle()
        assert app.system.cell(Waiter).state == Waiting(begun=1, ended=1)
        assert app.stats.dead_letters == 1


async def test_an_app_with_another_clock_sees_the_same_context_as_it_is_there() -> None:
    caller = holding((READ("/a"), HOUR))
    late, early = VirtualClock(), VirtualClock()
    await late.advance(2 * HOUR)
    assert not caller.at(late.now()).can(READ("/a"))
    assert caller.at(early.now()).can(READ("/a"))
