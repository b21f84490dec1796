"""Full mailboxes: what each policy gives up."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Mailbox,
    MailboxFull,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.actor.reactor import Overflow

CALLER = Context()


class Push(Intent[int], frozen=True):
    number: int


class Urgent(Push, frozen=True):
    pass


class Hold(Intent[None], frozen=True):
    pass


class Pushed(State):
    numbers: tuple[int, ...] = ()


class Collector(Reactor[Pushed]):
    gate: ClassVar[asyncio.Event]

    def on_push(self, turn: Turn[Pushed], intent: Push) -> int:
        turn.state.numbers = (*turn.state.numbers, intent.number)
        return intent.number

    async def on_hold(self, turn: Turn[Pushed], intent: Hold) -> None:
        await self.gate.wait()

    name: ClassVar[str] = "m.Collector"
    state_type: ClassVar[type[State]] = Pushed
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Push, on_push),
        Handler(Urgent, on_push),
        Handler(Hold, on_hold),
    )


class Held:
    """An app whose collector is busy until `release`, with room for three."""

    def __init__(self, overflow: Overflow, *, room: int = 3) -> None:
        class Small(Collector):
            gate = asyncio.Event()
            mailbox = Mailbox(room, overflow, priority=(Urgent,))

        class SmallApp(App):
            tree = Supervise(children=(Child(Small),))

        self.reactor = Small
        self.app = SmallApp()

    async def __aenter__(self) -> Held:
        await self.app.__aenter__()
        await self.app.tell(Hold(), CALLER)
        await asyncio.sleep(0)  # the handler now holds the reactor
        return self

    async def __aexit__(self, *_: object) -> None:
        self.reactor.gate.set()
        await self.app.__aexit__(None, None, None)

    async def numbers(self) -> list[int]:
        self.reactor.gate.set()
        cell = self.app.system.cell(self.reactor)
        await cell.idle()
        state = cell.state
        assert isinstance(state, Pushed)
        return list(state.numbers)


async def test_56_drop_oldest() -> None:
    async with Held("drop_oldest") as held:
        for number in (1, 2, 3, 4):
            await held.app.tell(Push(number), CALLER)
        assert await held.numbers() == [2, 3, 4]


async def test_56_drop_newest() -> None:
    async with Held("drop_newest") as held:
        for number in (1, 2, 3, 4):
            await held.app.tell(Push(number), CALLER)
        assert await held.numbers() == [1, 2, 3]


async def test_55_reject() -> None:
    async with Held("reject") as held:
        for number in (1, 2, 3):
            await held.app.tell(Push(number), CALLER)
        with pytest.raises(MailboxFull):
            await held.app.tell(Push(4), CALLER)
        with pytest.raises(MailboxFull):
            await held.app.ask(Push(5), CALLER)
        assert await held.numbers() == [1, 2, 3]


async def test_56_block_makes_the_sender_wait_and_loses_nothing() -> None:
    async with Held("block") as held:
        for number in (1, 2, 3):
            await held.app.tell(Push(number), CALLER)
        told = asyncio.create_task(held.app.tell(Push(4), CALLER))
        asked = asyncio.create_task(held.app.ask(Push(5), CALLER))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not told.done()
        assert await held.numbers() == [1, 2, 3, 4, 5]
        await told
        assert await asked == 5


async def test_a_blocked_sender_that_gives_up_leaves_nothing() -> None:
    async with Held("block") as held:
        for number in (1, 2, 3):
            await held.app.tell(Push(number), CALLER)
        told = asyncio.create_task(held.app.tell(Push(4), CALLER))
        asked = asyncio.create_task(held.app.ask(Push(5), CALLER))
        await asyncio.sleep(0)
        told.cancel()
        asked.cancel()
        await asyncio.sleep(0)
        assert await held.numbers() == [1, 2, 3]


@pytest.mark.parametrize("overflow", ["drop_oldest", "drop_newest"])
async def test_whoever_asked_for_what_is_dropped_hears_of_it(
    overflow: Overflow,
) -> None:
    async with Held(overflow, room=1) as held:
        first = asyncio.create_task(held.app.ask(Push(1), CALLER))
        await asyncio.sleep(0)
        second = asyncio.create_task(held.app.ask(Push(2), CALLER))
        await asyncio.sleep(0)
        dropped, kept = (
            (first, second) if overflow == "drop_oldest" else (second, first)
        )
        with pytest.raises(MailboxFull):
            await dropped
        await held.numbers()
        assert await kept in (1, 2)


async def test_93_urgent_goes_before_ordinary_when_both_are_queued() -> None:
    async with Held("reject", room=10) as held:
        for intent in (Push(1), Urgent(2), Push(3), Urgent(4)):
            await held.app.tell(intent, CALLER)
        assert await held.numbers() == [2, 4, 1, 3]


class Again(Intent[None], frozen=True):
    left: int


class Echo(Reactor[Pushed]):
    """Sends to itself, into a mailbox that has no room."""

    async def on_again(self, turn: Turn[Pushed], intent: Again) -> None:
        turn.state.numbers = (*turn.state.numbers, intent.left)
        if intent.left:
            turn.send(Again(intent.left - 1))
            turn.send(Again(0))

    name: ClassVar[str] = "m.Echo"
    state_type: ClassVar[type[State]] = Pushed
    mailbox: ClassVar[Mailbox] = Mailbox(0, "block")
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Again, on_again),)


async def test_a_reactor_never_waits_for_room_in_its_own_mailbox() -> None:
    class EchoApp(App):
        tree = Supervise(children=(Child(Echo),))

    async with EchoApp() as app:
        cell = app.system.cell(Echo)
        cell.post(app.system.routes[Again], Again(2), CALLER, force=True)
        await asyncio.wait_for(cell.idle(), 5)
        assert cell.state == Pushed((2, 1, 0, 0, 0))


async def test_an_idle_reactor_has_no_queue() -> None:
    class Idle(Collector):
        gate = asyncio.Event()

    class IdleApp(App):
        tree = Supervise(children=(Child(Idle),))

    async with IdleApp() as app:
        await app.ask(Push(1), CALLER)
        cell = app.system.cell(Idle)
        assert len(cell.queue) == 0
        assert not cell.running


@pytest.mark.parametrize("overflow", ["drop_oldest", "drop_newest"])
async def test_what_nobody_asked_for_is_a_dead_letter_when_it_is_dropped(
    overflow: Overflow,
) -> None:
    async with Held(overflow) as held:
        for number in (1, 2, 3):
            await held.app.tell(Push(number), CALLER)
        assert held.app.stats.dead_letters == 0
        for number in (4, 5):
            await held.app.tell(Push(number), CALLER)
        assert held.app.stats.dead_letters == 2
        assert isinstance(held.app.system.reports[-1], MailboxFull)
