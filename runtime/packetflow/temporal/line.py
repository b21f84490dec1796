"""One schedule as it runs: what was, what comes next, what is still handled."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, final

from packetflow.clock import Clock, SystemClock
from packetflow.store.interface import Store, StoreError
from packetflow.temporal.record import Forgetful, Kept, Noted, Record
from packetflow.temporal.running import Entrance, Runs, Sender
from packetflow.temporal.schedule import ON_TIME, Schedule

logger: Final = logging.getLogger("packetflow.temporal")

# Seconds after which the clock is read again: it may be set, and machines sleep.
_LOOK: Final = 30.0
# Seconds before a store that failed is tried again: doubling.
_FIRST: Final = 0.5
_LAST: Final = 60.0

_SHORT: Final = timedelta(hours=1)


@final
class Line:
    """Waits for each time of a schedule, and has done what it says."""

    def __init__(
        self, schedule: Schedule, entrance: Entrance, clock: Clock, store: Store | None
    ) -> None:
        self._schedule = schedule
        self._entrance = entrance
        self._clock = clock
        self._real = isinstance(clock, SystemClock)
        self._record: Record = Forgetful()
        if store is not None:
            self._record = Kept(store, schedule.name, in_thread=self._real)
        self.runs = Runs(schedule.name)
        self._sender = Sender(schedule, entrance, clock, self.runs)
        self._noted: Noted
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None
        self._waiting: set[asyncio.Task[None]] = set()
        self._noting = asyncio.Lock()

    # -- from start to end -------------------------------------------------------------

    async def read(self) -> None:
        """Find out when it was due last; raises StoreError.

        The first time, and when it has got other times, counting begins now.
        """
        timing, now = self._schedule.timing.text, self._clock.now()
        noted = await self._record.read()
        if noted is None or noted.timing != timing:
            noted = Noted(timing, now, now)
            await self._record.note(noted)
        self._noted = noted

    def start(self) -> None:
        """Begin to wait."""
        self._task = asyncio.get_running_loop().create_task(self._live())

    def pause(self) -> None:
        """Let nothing more come due; what was sent goes on."""
        self._stopping = True
        for waiting in self._waiting:
            waiting.cancel()

    async def close(self) -> None:
        """Wait for what was sent, when the reactors have ended."""
        tasks = [*self._running, *([self._task] if self._task is not None else [])]
        if tasks:
            await asyncio.wait(tasks)

    # -- time after time ---------------------------------------------------------------

    async def _live(self) -> None:
        try:
            await self._catch_up()
            while not self._stopping:
                self.runs.due = due = self._following(self._noted.due)
                if due is None:
                    return
                if not await self._until(due + self._jitter(due)):
                    return
                late = self._clock.now() - due
                if late > ON_TIME + self._schedule.jitter:
                    await self._catch_up()
                else:
                    await self._come_due(due)
        except Exception as error:
            self._entrance.trouble(error)

    def _following(self, after: datetime) -> datetime | None:
        return self._schedule.timing.following(after, self._noted.anchor)

    def _jitter(self, due: datetime) -> timedelta:
        # The same for the same time: after a restart it is not put off once more.
        seed = f"{self._schedule.name} {due.isoformat()}"
        return self._schedule.jitter * random.Random(seed).random()

    async def _until(self, when: datetime) -> bool:
        """Wait; False if the app stops meanwhile."""
        while (left := (when - self._clock.now()).total_seconds()) > 0:
            if not await self._pause(min(left, _LOOK) if self._real else left):
                return False
        return True

    async def _pause(self, seconds: float) -> bool:
        """Wait so many seconds; False if the app stops."""
        if not self._stopping:
            waiting = asyncio.create_task(self._sleep(seconds))
            self._waiting.add(waiting)
            await asyncio.wait([waiting])
            self._waiting.discard(waiting)
        return not self._stopping

    async def _sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    # -- what was missed ---------------------------------------------------------------

    async def _catch_up(self) -> None:
        """Do with what was missed what the schedule says, and go on from now."""
        schedule, now = self._schedule, self._clock.now()
        begin = self._noted.due
        if not self._noted.done and not self._running:
            # It was broken off: nobody knows how far it came.
            begin -= timedelta.resolution
        if schedule.within is not None:
            begin = max(begin, now - schedule.within - timedelta.resolution)
        if schedule.missed == "all":
            for due in self._between(begin, now):
                self.runs.missed += 1
                await self._come_due(due)
                if self._running:
                    await asyncio.wait(self._running)
                if self._stopping:
                    return
        elif schedule.missed == "once":
            latest = self._latest(begin, now)
            if latest is not None:
                self.runs.missed += 1
                await self._come_due(latest)
        if self._noted.due < now:
            await self._note(now)

    def _between(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        due = self._following(begin)
        while due is not None and due <= end:
            yield due
            due = self._following(due)

    def _latest(self, begin: datetime, end: datetime) -> datetime | None:
        """The last time between two instants; looked for from the end, in steps."""
        reach = _SHORT
        while True:
            start = max(begin, end - reach) if end - begin > reach else begin
            latest: datetime | None = None
            for due in self._between(start, end):
                latest = due
            if latest is not None or start == begin:
                return latest
            reach *= 4

    # -- one time ----------------------------------------------------------------------

    async def _come_due(self, due: datetime) -> None:
        schedule = self._schedule
        self.runs.last = due
        if schedule.during is not None and due not in schedule.during:
            self.runs.closed += 1
            await self._note(due)
            return
        if self._running and schedule.overlap == "skip":
            self.runs.skipped += 1
            logger.warning("%s: still at work, %s is left out", schedule.name, due)
            await self._note(due)
            return
        if schedule.overlap == "cancel":
            for task in self._running:
                task.cancel()
        if not await self._note(due, begins=True):
            return
        before = self._last if schedule.overlap == "queue" else None
        task = asyncio.get_running_loop().create_task(self._run(due, before))
        self._last = task
        self._running.add(task)
        self.runs.running = len(self._running)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.runs.running = len(self._running)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._entrance.trouble(error)

    async def _run(self, due: datetime, before: asyncio.Task[None] | None) -> None:
        if before is not None and not before.done():
            await asyncio.wait([before])
        if await self._sender.send(due) and len(self._running) == 1:
            await self._note(due, ends=True)

    # -- what is remembered ------------------------------------------------------------

    async def _note(
        self, due: datetime, *, begins: bool = False, ends: bool = False
    ) -> bool:
        """Note how far it came, however long the store takes.

        False if another process has been there, or the app stops while it fails.
        """
        async with self._noting:
            if ends:
                # Others may have come due meanwhile, and were left out.
                due = self._noted.due
            done = ends or not (begins or self._running)
            noted = Noted(self._noted.timing, self._noted.anchor, due, done)
            pause = _FIRST
            while True:
                try:
                    if await self._record.note(noted):
                        self._noted = noted
                        return True
                    self._noted = await self._record.read() or noted
                    return False
                except StoreError as error:
                    self._entrance.trouble(error)
                if not await self._pause(pause):
                    return False
                pause = min(2 * pause, _LAST)
