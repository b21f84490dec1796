"""A reactor that is observed: it counts, has checks and alerts."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from packetflow import (
    Alert,
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Health,
    Intent,
    Look,
    Metric,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.intent import Failure

CALLER = Context()


class Refused(Failure):
    """It did not want to."""


class Level(Intent[int], frozen=True):
    """Set the level; `how` says how the handler ends."""

    to: int = 0
    how: str = ""


class Slow(Intent[None], frozen=True):
    """Wait until it is cancelled."""


class Tank(State):
    level: int = 0


class Holder(Reactor[Tank]):
    """Holds a level."""

    def on_level(self, turn: Turn[Tank], intent: Level) -> int:
        """Set it, and end as told."""
        turn.counter("tries").inc()
        turn.state.level = intent.to
        if intent.how == "fails":
            raise Refused
        if intent.how == "denies":
            raise turn.denial()
        if intent.how == "breaks":
            raise ZeroDivisionError
        turn.gauge("level").set(intent.to)
        turn.histogram("levels").observe(intent.to)
        return intent.to

    async def on_slow(self, turn: Turn[Tank], intent: Slow) -> None:
        """Wait."""
        await asyncio.Event().wait()

    def is_healthy(self, look: Look[Tank]) -> bool:
        """A level that can be."""
        return look.state.level >= 0 and look.mailbox.depth < look.mailbox.room

    async def is_quick(self, look: Look[Tank]) -> bool:
        """Takes for ever at level 7, and breaks at 8."""
        if look.state.level == 7:
            await asyncio.Event().wait()
        return 1 // (look.state.level - 8) < 5

    def is_high(self, look: Look[Tank]) -> bool:
        """More than 10."""
        return look.state.level > 10

    def is_over(self, look: Look[Tank]) -> bool:
        """More than 100; breaks at 99."""
        return 1 // (look.state.level - 99) + look.state.level > 100

    name: ClassVar[str] = "watched.Holder"
    state_type: ClassVar[type[State]] = Tank
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("tries", "counter"),
        Metric("level", "gauge"),
        Metric("levels", "histogram"),
    )
    health: ClassVar[tuple[Health, ...]] = (
        Health(10.0, is_healthy),
        Health(10.0, is_quick, timeout=2.0),
    )
    alerts: ClassVar[tuple[Alert, ...]] = (
        Alert("High", is_high, lasting=30.0),
        Alert("Over", is_over, severity="critical"),
    )
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Level, on_level),
        Handler(Slow, on_slow),
    )


class Tanks(App):
    """One holder."""

    name: ClassVar[str] = "watched.Tanks"
    tree: ClassVar[Supervise] = Supervise(max_restarts=1_000, children=(Child(Holder),))
