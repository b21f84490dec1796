"""Everything in a system that is durable: the store, and who writes to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, final

from packetflow.actor.evolution import Evolution, Migration
from packetflow.actor.inbox import Place
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.recovery import keep_all
from packetflow.store.committer import Committer
from packetflow.store.interface import Store
from packetflow.store.memory import MemoryStore

if TYPE_CHECKING:
    from packetflow.actor.durable import DurableCell

# Seconds without trouble after which it counts anew.
_EPISODE: Final = 10.0

P = ParamSpec("P")
R = TypeVar("R")


@final
class Durability:
    """The journals of a system, in one store, with one group commit for all."""

    def __init__(
        self, store: Store, migrations: Mapping[str, Sequence[Migration]] | None = None
    ) -> None:
        """`migrations` are for what earlier programs kept, by the names of reactors."""
        self.store = store
        self._migrations = migrations or {}
        self.committer = Committer(store)
        self.cells: dict[str, DurableCell] = {}
        self._recovered = False
        self._told: float | None = None
        self._at_once = isinstance(store, MemoryStore)

    def add(self, cell: DurableCell) -> None:
        """One more journal."""
        self.cells[cell.name] = cell

    def evolution(self, reactor: type[AnyReactor]) -> Evolution:
        """How the state of a reactor became what it is in this program."""
        return Evolution(reactor.state_type, self._migrations.get(reactor.name, ()))

    def low(self, journal: str) -> Place:
        """The first place of a journal that might still be sent again."""
        cell = self.cells.get(journal)
        if cell is None or not self._recovered:
            return (0, 0)
        return cell.undone.low(cell.writer.line)

    async def off_loop(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call something that waits for the store, in a thread if it has to wait."""
        if self._at_once:
            return function(*args, **kwargs)
        return await asyncio.to_thread(function, *args, **kwargs)

    def is_news(self, now: float) -> bool:
        """Whether this is the first trouble for a while.

        A store that fails does so to all reactors: for supervisors that is one fault,
        else an app of many reactors would not live through it.
        """
        told, self._told = self._told, now
        return told is None or now - told > _EPISODE

    async def recover(self) -> None:
        """Read all journals, then go on with what was still to do; raises StoreError.

        All of them are brought to the shape of this program, or none is.
        """
        read = [(cell, cell.recovering()) for cell in self.cells.values()]
        await self.off_loop(keep_all, self.store, [found for _, found in read])
        todo = [(cell, cell.adopt(found)) for cell, found in read]
        self._recovered = True
        for cell, places in todo:
            cell.run_again(places)

    async def close(self) -> None:
        """Write what is left to write, and end; the store stays open."""
        for cell in self.cells.values():
            cell.flush()
        await self.committer.close()
