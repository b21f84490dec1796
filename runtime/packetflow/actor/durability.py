"""Everything in a system that is durable: the store, and who writes to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, final

from packetflow.actor.evolution import Chain, Evolution
from packetflow.actor.inbox import Place, Replies, Seen
from packetflow.actor.journal import Schema
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.recovery import keep_all
from packetflow.actor.retention import Retention
from packetflow.actor.work import Work
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
        self, store: Store, migrations: Mapping[str, Chain] | None = None
    ) -> None:
        """`migrations` are those of reactors, by name, that have none of their own."""
        self.store = store
        self._migrations = migrations or {}
        self.committer = Committer(store)
        self.cells: dict[str, DurableCell] = {}
        self.works: dict[str, Work] = {}
        self.retention = Retention(self)
        self._schemas: dict[type[AnyReactor], Schema] = {}
        self._recovered = False
        self._told: float | None = None
        self._at_once = isinstance(store, MemoryStore)
        self._threads: set[asyncio.Future[Any]] = set()

    def add(self, cell: DurableCell) -> None:
        """One more journal."""
        self.cells[cell.name] = cell

    def schema(self, reactor: type[AnyReactor]) -> Schema:
        """How the state of a reactor is written, and how it became what it is."""
        made = self._schemas.get(reactor)
        if made is None:
            migrations = self._migrations.get(reactor.name, reactor.migrations)
            kind = reactor.state_type
            made = self._schemas[reactor] = Schema(kind, Evolution(kind, migrations))
        return made

    def keyed(self, reactor: type[AnyReactor]) -> Work:
        """The index of a reactor of which there is one for each key."""
        made = self.works[reactor.name] = Work(self.store, reactor.name)
        self.retention.add(self.replies(reactor, reactor.name))
        return made

    def replies(
        self, reactor: type[AnyReactor], journal: str, *, of: str = ""
    ) -> Replies:
        """The answers of a reactor, or those `of` a key of it."""
        assert reactor.journal is not None
        kept = timedelta(seconds=reactor.journal.answers)
        return Replies(self.store, journal, kept, self.retention.expect, of=of)

    async def forget_closed(
        self, seen: Seen, kept: dict[str, list[Place]], now: datetime
    ) -> None:
        """Forget the messages of keyed reactors that have nothing more to send.

        Those that run are known; what the others have to do, the store tells. Raises
        StoreError.
        """
        for work in self.works.values():
            away = [
                one
                for one in kept
                if one not in self.cells and one.startswith(work.journals)
            ]
            if not away:
                continue
            for one in await self.off_loop(work.closed, away, now):
                if one not in self.cells:
                    del kept[one]
                    seen.forget(one)

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
        thread = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
        self._threads.add(thread)
        thread.add_done_callback(self._threads.discard)
        return await thread

    def busy(self) -> Awaitable[object] | None:
        """What has to be waited for outside of the event loop, None if nothing."""
        if self._threads:
            return asyncio.wait(self._threads)
        return self.committer.drain() if self.committer.pending else None

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
        await self.retention.stop()
        for cell in self.cells.values():
            cell.flush()
        await self.committer.close()
