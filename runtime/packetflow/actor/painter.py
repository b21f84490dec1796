"""Takes the snapshots of a durable reactor, bit by bit while that goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, final

from packetflow.actor.journal import Written
from packetflow.actor.snapshot import Picture
from packetflow.codec import CodecError
from packetflow.errors import PacketFlowError
from packetflow.store import planning
from packetflow.store.interface import Trim, Write

if TYPE_CHECKING:
    from packetflow.actor.durable import DurableCell


@final
class Painter:
    """Begins a snapshot each so many lines, one at a time.

    `since` is how many lines there are behind the last one, `task` makes the next.
    """

    __slots__ = ("_cell", "_every", "_write", "since", "task")

    def __init__(
        self,
        cell: DurableCell,
        write: Callable[[Written, Sequence[Write]], int],
        every: int,
    ) -> None:
        self._cell = cell
        self._write = write
        self._every = every
        self.since = 0
        self.task: asyncio.Task[None] | None = None

    def restart(self, since: int) -> None:
        """Go on behind so many lines; what is half done may show what was refused."""
        self.since = since
        if self.task is not None:
            self.task.cancel()

    def look(self) -> None:
        """Begin a snapshot if it is time for one; no handler is half done."""
        if self.since < self._every or self.task is not None:
            return
        self.since = 0
        cell = self._cell
        picture = Picture(
            cell.writer.log,
            cell.writer.line,
            cell.schema,
            cell.state,
            cell.undone.as_written(),
            cell.seen.kept(),
        )
        self.task = cell.system.loop.create_task(self._paint(picture))
        # Not at the end of the task: one that is broken off early never gets there.
        self.task.add_done_callback(self._painted)

    def _painted(self, task: asyncio.Task[None]) -> None:
        self.task = None

    async def _paint(self, picture: Picture) -> None:
        cell = self._cell
        try:
            now = cell.system.clock.now()
            await cell.durability.forget_closed(cell.seen, picture.seen, now)
            parts: list[bytes] = []
            for part in picture.parts():
                parts.append(part)
                await asyncio.sleep(0)
            self._check(sum(map(len, parts)))
            if cell.writer.trouble is None:
                trim = Trim(cell.writer.log, picture.line)
                # With a line of its own: it is refused with the lines before it.
                self._write(Written(), (picture.write(parts), trim))
        except PacketFlowError as error:
            cell.system.report(error)

    def _check(self, size: int) -> None:
        """See that a store takes so much: else it would refuse the line with it."""
        if size > planning.MOST_BODY:
            # Each try takes as long as there is much.
            self._every *= 2
            raise CodecError(
                f"no snapshot of {self._cell.name}: {size} bytes are more than "
                f"{planning.MOST_BODY}. Nothing is lost, and its journal grows: spread "
                "the state over shards"
            )
