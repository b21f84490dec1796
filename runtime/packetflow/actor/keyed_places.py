"""Where keyed reactors have their states while they do not run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, final

from packetflow.actor.cell import Cell
from packetflow.actor.reactor import AnyReactor, State
from packetflow.errors import Stopped

if TYPE_CHECKING:
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System


class Place(Protocol):
    """Makes the cells of keys, and keeps what is left of them."""

    def new(self, key: str) -> Cell:
        """A cell that does not run yet."""

    def begin(self, cell: Cell) -> None:
        """It can be reached: let it have what there is of its key."""

    def rests(self, cell: Cell) -> bool:
        """Whether it may be taken away."""

    def parts(self, cell: Cell) -> bool:
        """Whether it may go at once; else that is begun, and it is taken away later."""

    async def finished(self, cell: Cell) -> None:
        """Wait until it may be taken away at once, unless it gets more to do.

        Raises Unavailable if it never may.
        """

    def gone(self, key: str, cell: Cell) -> None:
        """It runs no more."""

    def forget(self) -> None:
        """Begin anew."""


@final
class InMemory:
    """States are kept for as long as the app runs."""

    def __init__(
        self, system: System, reactor_type: type[AnyReactor], supervisor: Supervisor
    ) -> None:
        self.parked: dict[str, State] = {}
        self._system = system
        self._type = reactor_type
        self._supervisor = supervisor

    def new(self, key: str) -> Cell:
        """A cell with the state that the key had."""
        name = f"{self._type.name}/{key}"
        cell = Cell(self._system, self._type, self._supervisor, name=name)
        kept = self.parked.pop(key, None)
        if kept is not None:
            cell.given(kept)
        return cell

    def begin(self, cell: Cell) -> None:
        """Do nothing: it has its state."""

    def rests(self, cell: Cell) -> bool:
        """Whether it is idle."""
        # INVARIANT: a busy cell runs, has messages, pauses after a fault or has
        # stopped: none of them may be forgotten.
        return not cell.busy and cell.asking is None

    def parts(self, cell: Cell) -> bool:
        """Nothing has to be waited for."""
        return True

    async def finished(self, cell: Cell) -> None:
        """Wait until it is idle."""
        while not self.rests(cell):
            if cell.stopped is not None:
                raise Stopped(f"{cell.name} has stopped: {cell.stopped}")
            await cell.idle()
            await asyncio.sleep(0)

    def gone(self, key: str, cell: Cell) -> None:
        """Keep the state, unless one begins with the same."""
        if cell.state != self._type.state_type():
            self.parked[key] = cell.state

    def forget(self) -> None:
        """Drop all states."""
        self.parked.clear()
