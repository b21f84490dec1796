"""When a store refuses a line: the reactor goes back to what is durable."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, final

from packetflow.actor.deadline import abort
from packetflow.actor.mailbox import Message
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

    `down`: the store could not be read either, so asks are refused at once.
    """

    __slots__ = ("_again", "_cell", "_forgiven", "_running", "down")

    def __init__(self, cell: DurableCell) -> None:
        self._cell = cell
        self._again: list[Message] = []
        self._running = False
        self._forgiven = False
        self.down = False

    @property
    def running(self) -> bool:
        """Whether the reactor waits for its state."""
        return self._running

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
        places = await self._read(error)
        self._running = self.down = False
        if places is None:
            return
        for message in self._again:
            cell.queue.force(message)
        self._again.clear()
        cell.halted = False
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
        self._running = False
        self._cell.system.report(error)
        self._cell.stop(f"another process writes its journal ({error})")

    async def _read(self, error: StoreError) -> list[tuple[int, int]] | None:
        """Read the journal until that works; None if the reactor stops meanwhile."""
        cell = self._cell
        pause = _FIRST
        while True:
            if cell.stopped is not None or cell.system.stopping:
                self._refuse(error)
                return None
            found = cell.recovering()
            try:
                await cell.durability.off_loop(found.read, cell.durability.store)
                return cell.adopt(found)
            except PacketFlowError as trouble:
                logger.error("%s cannot be read: %s", cell.name, trouble)
            self.down = True
            self._refuse(error)
            await cell.system.clock.sleep(pause)
            pause = min(2 * pause, _LAST)

    def _refuse(self, error: StoreError) -> None:
        for message in self._cell.queue.clear():
            self._give_up(message, error)

    def _give_up(self, message: Message, error: StoreError) -> None:
        message.settle()
        # What a durable reactor sent is not lost: it is handled once that is possible.
        if message.ticket is not None:
            self._again.append(message)
        else:
            message.fail(self._unavailable(error))

    def _unavailable(self, error: StoreError) -> Unavailable:
        made = Unavailable(f"{self._cell.name} could not keep it: {error}")
        made.__cause__ = error
        return made
