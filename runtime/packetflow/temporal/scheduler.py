"""All schedules of an app, from its start to its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from packetflow.clock import Clock
from packetflow.store.interface import Store
from packetflow.temporal.line import Line
from packetflow.temporal.running import Entrance, Runs
from packetflow.temporal.schedule import Schedule


@final
class Scheduler:
    """The schedules of one app, each in a task of its own."""

    def __init__(
        self,
        schedules: Iterable[Schedule],
        entrance: Entrance,
        clock: Clock,
        store: Store | None,
    ) -> None:
        self._lines = [Line(one, entrance, clock, store) for one in schedules]

    @property
    def runs(self) -> tuple[Runs, ...]:
        """How it goes with each schedule."""
        return tuple(line.runs for line in self._lines)

    async def start(self) -> None:
        """Begin in the running event loop; raises StoreError."""
        for line in self._lines:
            await line.read()
        for line in self._lines:
            line.start()

    def pause(self) -> None:
        """Let nothing more come due; what was sent goes on."""
        for line in self._lines:
            line.pause()

    async def close(self) -> None:
        """Wait for what was sent, when the reactors have ended."""
        for line in self._lines:
            await line.close()
