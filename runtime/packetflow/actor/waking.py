"""Wakes keyed reactors that have something to do: after a start, and when it is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from packetflow.actor.work import Due, Work, stamp
from packetflow.errors import Stopped
from packetflow.store.interface import StoreError

if TYPE_CHECKING:
    from packetflow.actor.durability import Durability
    from packetflow.actor.keyed_cell import KeyedCell
    from packetflow.actor.system import System
    from packetflow.clock import Timer

logger: Final = logging.getLogger("packetflow.actor")

# How many are read at a time.
_MANY: Final = 100
# Seconds before a store that cannot be read is asked again.
_PAUSE: Final = 1.0
# Timers are set for a day at most: clocks are put right meanwhile.
_LONGEST: Final = 86_400.0


@final
class Waking:
    """Goes through the index in order of time, once; `wake` starts a key's reactor."""

    __slots__ = (
        "_durability",
        "_next",
        "_place",
        "_system",
        "_task",
        "_timer",
        "_wake",
        "_work",
    )

    def __init__(
        self,
        system: System,
        durability: Durability,
        work: Work,
        wake: Callable[[str], KeyedCell],
    ) -> None:
        self._system = system
        self._durability = durability
        self._work = work
        self._wake = wake
        # INVARIANT: those at places before this one were woken in this process.
        self._place = ""
        self._next: str | None = None
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Wake those whose time has come, and wait for the next."""
        if self._task is None and not self._system.stopping:
            self._task = self._system.loop.create_task(self._run())

    def expect(self, when: str) -> None:
        """One that does not run any more has something to do then."""
        if self._next is None or when < self._next:
            self._wait_for(when)

    def stop(self) -> None:
        """Wake nobody any more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            found = await self._woken()
            while found is None:
                found = await self._woken()
        except Stopped:
            return
        finally:
            self._task = None
        self._next = None
        for one in found[:1]:
            self._wait_for(one.when)

    async def _woken(self) -> list[Due] | None:
        """Wake some; who is next if their time has not come, None if there may be more."""
        try:
            found = await self._durability.off_loop(
                self._work.from_place, self._place, _MANY
            )
        except StoreError as error:
            logger.error("nobody knows who has something to do: %s", error)
            await self._system.clock.sleep(_PAUSE)
            return None
        mark = stamp(self._system.clock.now())
        ready = [one for one in found if one.when <= mark]
        cells = [self._wake(one.key) for one in ready]
        for cell in cells:
            await cell.reload.ended()
        if ready:
            self._place = f"{ready[-1].place}\0"
        if len(found) == len(ready) == _MANY:
            return None
        return found[len(ready) :]

    def _wait_for(self, when: str) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next = when
        left = datetime.fromisoformat(when) - self._system.clock.now()
        seconds = min(max(left.total_seconds(), 0.0), _LONGEST)
        self._timer = self._system.clock.call_later(seconds, self._due)

    def _due(self) -> None:
        self._timer = None
        self.begin()
