"""Forgets the answers that were kept long enough, whether or not anybody asks again."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Final, final

from packetflow.actor.inbox import Replies
from packetflow.store.interface import StoreError

if TYPE_CHECKING:
    from packetflow.actor.durability import Durability
    from packetflow.actor.system import System
    from packetflow.clock import Timer

logger: Final = logging.getLogger("packetflow.actor")

# Seconds between two looks at least: many answers are forgotten at once.
_PAUSE: Final = 60.0
# And at most: clocks are put right meanwhile.
_LONGEST: Final = 86_400.0


@final
class Retention:
    """One timer for each reactor that has answers; none for those that have none."""

    __slots__ = ("_durability", "_known", "_system", "_tasks", "_timers")

    def __init__(self, durability: Durability) -> None:
        self._durability = durability
        self._system: System | None = None
        self._known: dict[str, Replies] = {}
        self._timers: dict[str, Timer] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, replies: Replies) -> None:
        """Answers of one more reactor, or of all keys of one."""
        self._known.setdefault(replies.name, replies)

    def start(self, system: System) -> None:
        """Forget what is old, now and from now on."""
        self._system = system
        for cell in self._durability.cells.values():
            self.add(cell.replies)
        for replies in self._known.values():
            self._begin(replies)

    def expect(self, replies: Replies) -> None:
        """An answer is kept: it will be old one day. Called from any thread."""
        system = self._system
        if system is not None and replies.name not in self._timers:
            system.loop.call_soon_threadsafe(self._expect, replies)

    def _expect(self, replies: Replies) -> None:
        if replies.name not in self._timers:
            self._wait(replies, replies.kept.total_seconds())

    async def stop(self) -> None:
        """Forget nothing any more."""
        self._system = None
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _wait(self, replies: Replies, seconds: float) -> None:
        if self._system is not None:
            pause = min(max(seconds, _PAUSE), _LONGEST)
            begin = partial(self._begin, replies)
            self._timers[replies.name] = self._system.clock.call_later(pause, begin)

    def _begin(self, replies: Replies) -> None:
        if self._system is not None:
            self._timers.pop(replies.name, None)
            forgetting = self._forget(replies, self._system)
            task = self._system.loop.create_task(forgetting)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forget(self, replies: Replies, system: System) -> None:
        durability = self._durability
        left = _LONGEST
        try:
            while old := await durability.off_loop(replies.old, system.clock.now()):
                await durability.committer.submit(old)
            due = await durability.off_loop(replies.next_old)
            if due is None:
                return  # the next one that is kept is waited for
            left = (due - system.clock.now()).total_seconds()
        except StoreError as error:
            logger.warning("old answers of %s stay for now: %s", replies.name, error)
            left = _PAUSE
        if replies.name not in self._timers:
            self._wait(replies, left)
