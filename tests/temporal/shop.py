"""A shop whose night watch makes its round by the clock, for tests of schedules."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from packetflow import (
    AnyHandler,
    App,
    Capability,
    Child,
    Context,
    Handler,
    Intent,
    Journal,
    Kind,
    Principal,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.temporal import Calendar, Schedule, Tick
from packetflow.temporal.schedule import Missed, Overlap
from packetflow.temporal.timing import Timing

WATCH = Kind("shop.Night.watch")()


class Watch(Principal, frozen=True, kw_only=True):
    """Who makes the rounds."""

    def grants(self) -> Iterator[Capability]:
        yield WATCH


class Round(Intent[None], frozen=True):
    """One round, noted with the time for which it was due."""

    due: str

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        return () if caller.can(WATCH) else (WATCH,)


class Rounds(Intent[tuple[str, ...]], frozen=True):
    """The rounds that were made."""


class Made(State):
    rounds: tuple[str, ...] = ()


class House(Reactor[Made]):
    """Makes rounds; while `gate` is closed a round goes on."""

    gate: ClassVar[asyncio.Event | None] = None
    begun: ClassVar[list[str]] = []

    name: ClassVar[str] = "shop.House"
    state_type: ClassVar[type[State]] = Made

    async def on_round(self, turn: Turn[Made], intent: Round) -> None:
        self.begun.append(intent.due)
        if self.gate is not None:
            await self.gate.wait()
        turn.state.rounds = (*turn.state.rounds, intent.due)

    def on_rounds(self, turn: Turn[Made], intent: Rounds) -> tuple[str, ...]:
        return turn.state.rounds

    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Round, on_round),
        Handler(Rounds, on_rounds, reads_only=True),
    )


class KeptHouse(House):
    """The same, with a journal."""

    journal: ClassVar[Journal | None] = Journal()


def make_round(tick: Tick) -> None:
    tick.send(Round(tick.due.isoformat()))


def shop(
    timing: Timing,
    *,
    house: type[House] = House,
    missed: Missed = "skip",
    within: timedelta | None = None,
    overlap: Overlap = "skip",
    jitter: timedelta = timedelta(),
    during: Calendar | None = None,
    principal: type[Principal] = Watch,
) -> type[App]:
    """An app with this schedule."""
    schedule = Schedule(
        "shop.Rounds",
        principal,
        timing,
        make_round,
        missed=missed,
        within=within,
        overlap=overlap,
        jitter=jitter,
        during=during,
    )
    house.begun = []
    house.gate = None

    class Shop(App):
        name: ClassVar[str] = "shop.Shop"
        tree: ClassVar[Supervise] = Supervise(children=(Child(house),))
        schedules: ClassVar[tuple[Schedule, ...]] = (schedule,)

    return Shop


async def rounds(app: App) -> list[datetime]:
    """When rounds were due that were made."""
    made: Any = await app.ask(Rounds(), Context())
    return [datetime.fromisoformat(each) for each in made]
