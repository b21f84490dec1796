"""A desk that takes notes, and an app around it that a test can keep busy."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Lifecycle,
    Mailbox,
    Reactor,
    State,
    Supervise,
    Turn,
    VirtualClock,
)
from packetflow.actor.reactor import Overflow

CALLER = Context()


class Note(Intent[int], frozen=True):
    number: int
    sender: str = ""


class Urgent(Note, frozen=True):
    pass


class Brief(Note, frozen=True):
    """Worth nothing ten seconds later."""


class Slow(Note, frozen=True):
    """Handled by a handler that waits."""


class Hold(Intent[None], frozen=True):
    pass


class Late(Intent[None], frozen=True):
    deadline: ClassVar[float | None] = 5.0


class Notes(State):
    taken: tuple[tuple[str, int], ...] = ()


class Desk(Reactor[Notes]):
    gate: ClassVar[asyncio.Event]

    def on_note(self, turn: Turn[Notes], intent: Note) -> int:
        turn.state.taken = (*turn.state.taken, (intent.sender, intent.number))
        return intent.number

    async def on_slow(self, turn: Turn[Notes], intent: Slow) -> int:
        await asyncio.sleep(0)
        return self.on_note(turn, intent)

    async def on_hold(self, turn: Turn[Notes], intent: Hold) -> None:
        await self.gate.wait()
        turn.state.taken = (*turn.state.taken, ("hold", 0))

    async def on_late(self, turn: Turn[Notes], intent: Late) -> None:
        await self.gate.wait()

    name: ClassVar[str] = "m.Desk"
    state_type: ClassVar[type[State]] = Notes
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Note, on_note),
        Handler(Urgent, on_note),
        Handler(Brief, on_note, expires=10.0),
        Handler(Slow, on_slow),
        Handler(Hold, on_hold),
        Handler(Late, on_late),
    )


class Room:
    """An app with one desk; `hold` keeps it busy until `release`."""

    def __init__(self, room: int = 100, overflow: Overflow = "reject") -> None:
        class OwnDesk(Desk):
            gate = asyncio.Event()
            mailbox = Mailbox(room, overflow, priority=(Urgent,))

        class OwnApp(App):
            tree = Supervise(children=(Child(OwnDesk),))

        self.desk = OwnDesk
        self.clock = VirtualClock()
        self.app = OwnApp(clock=self.clock, grace=0.0)
        self.seen: list[Lifecycle] = []
        self.app.on_lifecycle(self.seen.append)

    async def __aenter__(self) -> Room:
        await self.app.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.desk.gate.set()
        await self.app.__aexit__(None, None, None)

    async def hold(self) -> asyncio.Task[None]:
        held = asyncio.create_task(self.app.ask(Hold(), CALLER))
        await self.clock.settle()
        return held

    async def release(self) -> None:
        self.desk.gate.set()
        await self.clock.settle()

    async def later(self, seconds: float) -> None:
        await self.clock.advance(timedelta(seconds=seconds))

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.taken]

    @property
    def taken(self) -> tuple[tuple[str, int], ...]:
        state = self.app.system.cell(self.desk).state
        assert isinstance(state, Notes)
        return tuple(each for each in state.taken if each[0] != "hold")
