"""A queue that tells observers what enters it and what leaves it to be handled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, final

from packetflow.actor.mailbox import Message, Queue

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell

See: TypeAlias = Callable[[Message], object]


class Watcher(NamedTuple):
    """What is shown each message: as it enters, perhaps more than once, and leaves."""

    entering: See
    leaving: See


@final
class WatchedQueue(Queue):
    """What a cell's queue becomes when somebody watches it."""

    # INVARIANT: laid out like a queue, for it is one that has changed its class.
    __slots__ = ()

    watchers: list[Watcher]

    def push(self, message: Message) -> asyncio.Future[None] | None:
        """Take a message in."""
        for watcher in self.watchers:
            watcher.entering(message)
        return super().push(message)

    def force(self, message: Message) -> None:
        """Take a message in whether there is room or not."""
        for watcher in self.watchers:
            watcher.entering(message)
        super().force(message)

    def pop(self) -> Message | None:
        """The next message."""
        message = super().pop()
        if message is not None:
            for watcher in self.watchers:
                watcher.leaving(message)
        return message

    def waiting(self) -> list[Message]:
        """What waits now."""
        blocked = [message for message, _ in self._blocked or ()]
        return [*(self._urgent or ()), *(self._ordinary or ()), *blocked]


def watch(cell: Cell, watcher: Watcher) -> None:
    """Show it all messages of the cell, those too that wait already.

    A cell that is handling messages just now goes on with some before it is noticed.
    """
    queue = cell.queue
    if not isinstance(queue, WatchedQueue):
        # In place: whoever has the queue in hand goes on with the same one.
        queue.__class__ = WatchedQueue
        assert isinstance(queue, WatchedQueue)
        queue.watchers = []
    if watcher not in queue.watchers:
        for message in queue.waiting():
            watcher.entering(message)
        queue.watchers.append(watcher)
