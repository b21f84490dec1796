"""Reading a journal while the app runs: at first, and when the store refuses a line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, final

from packetflow.actor.deadline import abort
from packetflow.actor.mailbox import Message
from packetflow.actor.recovery import Unreadable
from packetflow.errors import PacketFlowError, Unavailable
from packetflow.store.interface import Conflict, StoreError

if TYPE_CHECKING:
    from packetflow.actor.durable import DurableCell

logger: Final = logging.getLogger("packetflow.actor")

# Seconds before a store that cannot be read is tried again: doubling.
_FIRST: Final = 0.1
_LAST: Final = 5.0


@final
class Reload:
    """Fails what is not durable, reads the journal again, and counts that as a fault.

    `down`: the store could not be read either, so asks are refused at once. `on_lost`
    takes what waits if the state here is not the true one; without, the reactor stops.
    One that `is_unread` has stopped because its journal does not fit this program.
    """

    __slots__ = (
        "_again",
        "_cell",
        "_forgiven",
        "_running",
        "_waiters",
        "down",
        "is_unread",
        "on_lost",
    )

    def __init__(self, cell: DurableCell) -> None:
        self._cell = cell
        self._again: list[Message] = []
        self._running = False
        self._forgiven = False
        self._waiters: list[asyncio.Future[None]] = []
        self.down = False
        self.is_unread = False
        self.on_lost: Callable[[Sequence[Message]], None] | None = None

    @property
    def running(self) -> bool:
        """Whether the reactor waits for its state."""
        return self._running

    async def ended(self) -> None:
        """Wait until the reactor has its state, or has stopped."""
        if self._running:
            waiter = self._cell.system.loop.create_future()
            self._waiters.append(waiter)
            await waiter

    def _end(self) -> None:
        self._running = self.down = False
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    def wake(self) -> None:
        """Read the journal for the first time; messages wait in the mailbox."""
        cell = self._cell
        self._running = True
        cell.halted = cell.busy = True
        cell.follow(self._wake())

    async def _wake(self) -> None:
        cell = self._cell
        try:
            places = await self._read(None)
        except Exception as error:
            self.is_unread = True
            cell.system.report(error)
            cell.stop(f"it cannot be read ({error})")
            places = None
        finally:
            self._end()
        if places is not None:
            self._go_on()
            cell.run_again(places)
            cell._resume()

    def _go_on(self) -> None:
        """Handle what waits, in its order."""
        cell = self._cell
        for message in self._again:
            cell.queue.force(message)
        self._again.clear()
        cell.halted = False

    def begin(self, error: StoreError) -> None:
        """A line was refused: handle nothing any more, until the state is read."""
        cell = self._cell
        logger.error("%s: %s", cell.name, error)
        self._running = True
        cell.halted = cell.busy = True
        abort(cell, self._unavailable(error))
        cell.follow(self._reload(error))

    async def _reload(self, error: StoreError) -> None:
        cell = self._cell
        await cell.writer.answered()
        if cell.task is not None:
            await cell.turned()
        for answer in cell.answers.undurable():
            self._give_up(answer.message, error)
        if isinstance(error, Conflict) and not self._is_late(cell.writer.has_written):
            self._lose(error)
            return
        try:
            places = await self._read(error)
        finally:
            self._end()
        if places is None:
            return
        self._go_on()
        cell.fell_back(error)
        cell.run_again(places)

    def _is_late(self, has_written: bool) -> bool:
        """Whether it may be the last line of a process that is dead.

        A database may commit what a process asked for after that has been killed: so
        who has just read the journal reads it once more.
        """
        late = not has_written and not self._forgiven
        self._forgiven = True
        return late

    def _lose(self, error: StoreError) -> None:
        """Somebody else writes this journal: the state here is not the true one."""
        self._end()
        cell = self._cell
        if self.on_lost is None:
            cell.system.report(error)
            cell.stop(f"another process writes its journal ({error})")
            return
        cell.system.reports.append(error)
        waiting = [*self._again, *cell.queue.clear()]
        self._again.clear()
        self.on_lost(waiting)

    async def _read(self, error: StoreError | None) -> list[tuple[int, int]] | None:
        """Read the journal until that works; None if the reactor stops meanwhile.

        `error` is why it is read again. At first, what does not fit is not tried again.
        """
        cell = self._cell
        pause = _FIRST
        while True:
            if cell.stopped is not None or cell.system.stopping:
                self._refuse(error or StoreError("the app stops"))
                return None
            found = cell.recovering()
            try:
                await cell.durability.off_loop(found.read, cell.durability.store)
                return cell.adopt(found)
            except Unreadable as trouble:
                if error is None:
                    raise
                logger.error("%s cannot be read: %s", cell.name, trouble)
                told: PacketFlowError = error
            except PacketFlowError as trouble:
                logger.error("%s cannot be read: %s", cell.name, trouble)
                told = error or trouble
            self.down = True
            self._refuse(told)
            await cell.system.clock.sleep(pause)
            pause = min(2 * pause, _LAST)

    def _refuse(self, error: PacketFlowError) -> None:
        for message in self._cell.queue.clear():
            self._give_up(message, error)

    def _give_up(self, message: Message, error: PacketFlowError) -> None:
        message.settle()
        # What a durable reactor sent is not lost: it is handled once that is possible.
        if message.ticket is not None:
            self._again.append(message)
        else:
            message.fail(self._unavailable(error))

    def _unavailable(self, error: PacketFlowError) -> Unavailable:
        why = "another process writes its journal: " * isinstance(error, Conflict)
        made = Unavailable(f"{self._cell.name} could not keep it: {why}{error}")
        made.__cause__ = error
        return made
