"""Clocks: the system's, and one that only moves when it is told to."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)

# Passes of the event loop that let everything woken by a timer run to its next wait.
_SETTLE_PASSES: Final = 64

# Seconds of real time that a thread is waited for; one that hangs holds up no test.
_PATIENCE: Final = 0.5


class Timer(Protocol):
    """A call that is due later."""

    def cancel(self) -> None:
        """Forget the call; does nothing if it was made already."""


class Clock(Protocol):
    """Where the runtime takes the time from, and whom it asks to be woken."""

    def now(self) -> datetime:
        """The present instant, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some fixed point, never going back."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call back once, after so many seconds, in the running event loop."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""


class SystemClock:
    """The clock of the machine and of the running event loop."""

    __slots__ = ()

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed point, never going back."""
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call back once, after so many seconds, in the running event loop."""
        return asyncio.get_running_loop().call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        await asyncio.sleep(seconds)


def _instant(seconds: float) -> float:
    """Sums of the same times in another order are the same instant, to a nanosecond."""
    return round(seconds, 9)


class _VirtualTimer:
    __slots__ = ("callback", "due", "is_sleep", "order")

    def __init__(self, due: float, order: int, callback: Callable[[], object]) -> None:
        self.due = due
        self.order = order
        self.callback: Callable[[], object] | None = callback
        self.is_sleep = False

    def __lt__(self, other: _VirtualTimer) -> bool:
        return (self.due, self.order) < (other.due, other.order)

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """A clock for tests: it stands still until `advance` moves it."""

    def __init__(self, start: datetime = _EPOCH) -> None:
        self._start = start
        self._elapsed = 0.0
        self._timers: list[_VirtualTimer] = []
        self._made = 0
        self._outside: list[Callable[[], Awaitable[object] | None]] = []

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._elapsed

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call back once, when the clock has advanced so far."""
        return self._timer(seconds, callback)

    def _timer(self, seconds: float, callback: Callable[[], object]) -> _VirtualTimer:
        self._made += 1
        due = _instant(self._elapsed + max(seconds, 0.0))
        timer = _VirtualTimer(due, self._made, callback)
        heapq.heappush(self._timers, timer)
        return timer

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has advanced so many seconds."""
        woken = asyncio.get_running_loop().create_future()
        timer = self._timer(
            seconds, lambda: None if woken.done() else woken.set_result(None)
        )
        timer.is_sleep = True
        try:
            await woken
        finally:
            timer.cancel()

    async def advance(self, by: timedelta) -> None:
        """Move the clock; what falls due on the way happens in order, at its time.

        Raises ValueError for a time that is past.
        """
        seconds = by.total_seconds()
        if seconds < 0:
            raise ValueError(f"a clock does not go back, as it would by {seconds:g} s")
        await self.settle()
        await self._move(_instant(self._elapsed + seconds))

    async def _move(self, target: float) -> None:
        while self._timers and self._timers[0].due <= target:
            timer = heapq.heappop(self._timers)
            callback = timer.callback
            if callback is None:
                continue
            self._elapsed = max(self._elapsed, timer.due)
            callback()
            await self.settle()
        self._elapsed = target
        await self.settle()

    async def pass_sleep(self) -> bool:
        """Move on to the end of a `sleep`, if that is what comes next; whether it was."""
        while self._timers and self._timers[0].callback is None:
            heapq.heappop(self._timers)
        if not self._timers or not self._timers[0].is_sleep:
            return False
        # Not by a timedelta: it ends at microseconds, and might stop short of the end.
        await self._move(self._timers[0].due)
        return True

    def wait_for(self, outside: Callable[[], Awaitable[object] | None]) -> None:
        """Stand still while something happens outside of the event loop.

        `outside` says what to wait for, such as a store that writes, or None.
        """
        self._outside.append(outside)

    async def settle(self) -> None:
        """Let all that is ready to run do so, without moving the clock."""
        while True:
            for _ in range(_SETTLE_PASSES):
                await asyncio.sleep(0)
            pending = [one() for one in self._outside]
            waiting = [asyncio.ensure_future(one) for one in pending if one is not None]
            if not waiting:
                return
            done, _late = await asyncio.wait(waiting, timeout=_PATIENCE)
            if not done:
                return
