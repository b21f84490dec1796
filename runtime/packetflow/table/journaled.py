"""The line of a durable reactor's handler, written in one transaction with its rows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, final

from packetflow import codec
from packetflow.actor.commit import own
from packetflow.actor.durable import DurableCell
from packetflow.actor.journal import Written, seal
from packetflow.actor.mailbox import Message
from packetflow.actor.outbox import DurableTurn
from packetflow.actor.turn import Turn
from packetflow.store.interface import Append, Entry, Write
from packetflow.table.work import Work


@final
class RowLine:
    """The next line of a journal: what a handler did, or nothing if it failed.

    INVARIANT: there is a line for every number, so that later ones follow it.
    """

    __slots__ = ("_cell", "_message", "_turn", "number")

    def __init__(
        self, cell: DurableCell, turn: DurableTurn[Any], message: Message
    ) -> None:
        self._cell = cell
        self._turn = turn
        self._message = message
        self.number = cell.writer.line + 1

    def lines(self, result: object, error: BaseException | None) -> Sequence[Write]:
        """The line, and what is written with it; raises CodecError."""
        cell, turn = self._cell, self._turn
        made: tuple[Written, Sequence[Write]] | None = None
        if error is None:
            own(cell.state, turn.state, cell.plan.maps)
            made = cell.line_of(self._message, turn, result)
        written, more = made or (Written(), ())
        log = cell.writer.log
        body = seal(log, self.number, codec.encode(written))
        entry = Entry(cell.system.clock.now(), (), body)
        return (Append(log, (entry,), self.number - 1), *more)


async def submit(turn: Turn[Any], work: Work) -> asyncio.Future[None]:
    """Commit what a handler does together with its line; done when that is durable."""
    cell, message = turn.cell, turn.cell.active
    assert isinstance(cell, DurableCell)
    assert isinstance(turn, DurableTurn)
    assert message is not None
    while cell.painter.task is not None:
        # A snapshot reads the maps that the handler changes in another thread.
        await asyncio.wait({cell.painter.task})
    work.lines = RowLine(cell, turn, message).lines
    work.log = cell.writer.log
    turn.line = cell.writer.commit(work)  # type: ignore[arg-type]  # the place runs it
    return asyncio.ensure_future(cell.writer.reached(turn.line))
