"""When a message is given up: its deadline, its expiry, a grant that it relies on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, final

from packetflow.errors import DeadlineExceeded, Expired, Unavailable

if TYPE_CHECKING:
    from packetflow.actor.life import Life
    from packetflow.actor.mailbox import Message
    from packetflow.clock import Clock, Timer

# Timers of event loops fire up to a clock tick early; a tick of uvloop is this long.
_TICK: Final = 0.001


@final
class Patience:
    """Gives up what has not come to a stage within a time that is the same for all.

    So the first to enter is the first to be given up, and one timer serves them all:
    a timer for each message would cost more than what it watches over.
    """

    __slots__ = (
        "_clock",
        "_give_up",
        "_now",
        "_stage",
        "_timer",
        "_waiting",
        "seconds",
    )

    def __init__(
        self,
        clock: Clock,
        seconds: float,
        stage: int,
        give_up: Callable[[Message], object],
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._now = clock.monotonic
        self._stage = stage
        self._give_up = give_up
        self._waiting: deque[tuple[float, Message]] | None = None
        self._timer: Timer | None = None

    def enter(self, message: Message) -> None:
        """Begin to wait for a message."""
        waiting = self._waiting
        if waiting is None:
            waiting = self._waiting = deque()
        stage = self._stage
        while waiting and waiting[0][1].stage >= stage:
            waiting.popleft()
        waiting.append((self._now() + self.seconds, message))
        if self._timer is None:
            self._timer = self._clock.call_later(self.seconds, self._fire)

    def forget(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._waiting = None

    def _fire(self) -> None:
        self._timer = None
        waiting = self._waiting
        now = self._clock.monotonic()
        while waiting:
            due, message = waiting[0]
            if message.stage < self._stage:
                if due - now > _TICK:
                    self._timer = self._clock.call_later(due - now, self._fire)
                    return
                self._give_up(message)
            waiting.popleft()


def overdue(cell: Life, seconds: float, message: Message) -> None:
    """Answer that it took too long, and break off the handler if it waits."""
    error = DeadlineExceeded(f"{message.route.name}: no answer within {seconds:g} s")
    if message.fail(error) and cell.active is message:
        abort(cell, error)


def expired(cell: Life, seconds: float, message: Message) -> None:
    """Drop a message that was not delivered in time; it is never handled."""
    message.lapsed = True
    name = message.route.name
    error = Expired(f"{name}: not delivered within {seconds:g} s")
    cell.system.notify("expired", name)
    cell.queue.forsake(message)
    if not message.fail(error) and message.reply is None:
        cell.system.dead_letter(name, error)


def expire(cell: Life, message: Message, within: float | None) -> None:
    """Answer after so many seconds that it took too long; the handler goes on."""
    if within is not None:
        error = DeadlineExceeded(f"{message.route.name}: no answer within {within:g} s")
        timer = cell.system.clock.call_later(within, partial(message.fail, error))
        message.timers += (timer,)


def limit(cell: Life, message: Message, end: datetime | None) -> None:
    """Break the message off when a grant ends that it relies on."""
    if end is not None:
        clock = cell.system.clock
        seconds = (end - clock.now()).total_seconds()
        lapsed = clock.call_later(seconds, partial(_lapsed, cell, message))
        message.timers += (lapsed,)


def _lapsed(cell: Life, message: Message) -> None:
    message.lapsed = True
    error = DeadlineExceeded(f"{message.route.name}: a grant it relies on has ended")
    if not message.fail(error) and message.reply is None:
        cell.system.dead_letter(message.route.name, error)
    if cell.active is message:
        abort(cell, error)


def abort(cell: Life, reason: Unavailable) -> None:
    """Break off the handler that waits, if one does; its caller gets the reason."""
    message = cell.active
    if message is None or message.aborted is not None or cell.task is None:
        return
    message.aborted = reason
    cell.task.cancel()
