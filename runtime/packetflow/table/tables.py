"""The tables of a running app: one place, one group commit for rows and journals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, final

import msgspec

from packetflow.actor.reactor import AnyReactor
from packetflow.actor.supervisor import Supervise
from packetflow.actor.turn import Turn
from packetflow.capability import Held
from packetflow.errors import Closed
from packetflow.store.committer import Committer
from packetflow.store.interface import Store, StoreError
from packetflow.table.declared import AnyTable, Query, Table
from packetflow.table.handlers import RowHandler
from packetflow.table.link import Link
from packetflow.table.places import Place, place_of
from packetflow.table.rows import Rows
from packetflow.table.work import Work

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell

R = TypeVar("R")
T = TypeVar("T", bound=msgspec.Struct)


class RowsUnavailable(Closed):
    """The store did not do what it was asked to; no reactor is at fault."""


@final
class Tables:
    """The rows that handlers read and write.

    INVARIANT: a handler that writes rows is answered, and its state is its reactor's,
    only once its rows are durable.
    """

    def __init__(self, store: Store, tables: Sequence[AnyTable]) -> None:
        """Nothing is read before `prepare`; raises StoreError if there can be none."""
        self.tables = tables
        self.place: Place = place_of(store)
        self.near = self.place.near
        self.at_once = self.place.at_once
        self.committer = _Committer(self.place)

    def prepare(self) -> None:
        """Make the tables, or bring them to their present form; raises StoreError."""
        self.place.prepare(self.tables)

    async def off_loop(self, function: Callable[[], object]) -> None:
        """Call something that waits for the store, in a thread if it has to wait."""
        if self.at_once:
            function()
        else:
            await asyncio.to_thread(function)

    def read(
        self,
        turn: Turn[Any] | None,
        function: Callable[[Rows], R],
        *,
        once: bool = False,
    ) -> R:
        """Let somebody read all rows as they are at one moment.

        `once`: they ask one question. Raises what they do, or Unavailable.
        """

        def run(link: Link) -> R:
            rows = Rows(link, turn, self._count)
            try:
                return function(rows)
            finally:
                rows.open = False

        return self._reading(run, once=once)

    async def all_rows(self, table: Table[T]) -> tuple[T, ...]:
        """All rows of a table, by their keys; raises Unavailable."""
        found: list[tuple[T, ...]] = []

        def read() -> None:
            page = self.read(None, lambda rows: rows.find(Query(table)))
            found.append(page.items)

        await self.off_loop(read)
        return found[0]

    def _count(self, query: Query[Any], args: Sequence[object], held: Held) -> int:
        def count(link: Link) -> int:
            return Rows(link, held=held).count(query, *args)

        return self._reading(count, once=True)

    def _reading(self, work: Callable[[Link], R], *, once: bool) -> R:
        try:
            return self.place.read(work, once=once)
        except StoreError as error:
            raise RowsUnavailable(str(error)) from error

    async def write(
        self, turn: Turn[Any], function: Callable[[Rows], object]
    ) -> object:
        """Run a handler inside of a commit; raises what it does, or Unavailable.

        A handler that was broken off before its commit began leaves nothing. Later,
        what it did is done: its state becomes its reactor's, and nobody hears of it.
        """
        cell = turn.cell

        def run(link: Link) -> object:
            rows = Rows(link, turn, self._count)
            try:
                return function(rows)
            finally:
                rows.open = False

        if cell.reactor_type.journal is None:
            work = Work(run, lambda: _restart(cell, turn))
            done = self.committer.submit_work(work)
        else:
            # Imported late: who keeps no journal does not wait for it.
            from packetflow.table.journaled import submit

            work = Work(run, lambda: _restart(cell, turn))
            done = await submit(turn, work)
        broken = await _outcome(work, done)
        failed = done.exception()
        if failed is not None:
            raise RowsUnavailable(f"{cell.name}: {failed}") from failed
        if work.error is not None:
            raise work.error
        if broken is not None:
            await _settle(cell, turn, work.result)
            raise broken
        return work.result

    async def close(self) -> None:
        """Write what waits, and end; the store stays open."""
        await self.committer.close()
        self.place.close()


async def _outcome(
    work: Work, done: asyncio.Future[None]
) -> asyncio.CancelledError | None:
    """Wait for a commit, also if the handler is broken off meanwhile: how it was.

    Raises CancelledError if it was broken off before it began.
    """
    broken: asyncio.CancelledError | None = None
    while not done.done():
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError as error:
            if work.withdraw():
                done.add_done_callback(_forget)
                raise
            broken = error
        except StoreError:
            break
    return broken


def _restart(cell: Cell, turn: Turn[Any]) -> None:
    """Let a handler begin again as if it had not run."""
    turn.roll_back()
    turn.forget()
    turn.state = cell.state.__copy__()


async def _settle(cell: Cell, turn: Turn[Any], result: object) -> None:
    """The rows are kept, so the rest of what the handler did is done too."""
    message = cell.active
    if message is None:
        return
    if cell.reactor_type.journal is None:
        rest = cell._commit(message.route, turn)
    else:
        rest = cell._succeeded(message, turn, result)
        turn.used()
    if rest is not None:
        await rest


def _forget(done: asyncio.Future[None]) -> None:
    if not done.cancelled():
        done.exception()


class _Committer(Committer):
    """A group commit for rows too."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)  # type: ignore[arg-type]  # it commits, and no more
        self._at_once = place.at_once

    def submit_work(self, work: Work) -> asyncio.Future[None]:
        """Commit what a handler does."""
        return self.submit((work,))  # type: ignore[arg-type]  # the place runs it


def tables_of(tree: Supervise, store: Store | None) -> Tables | None:
    """The tables that the handlers of a tree need, None if there are none."""
    found: dict[str, AnyTable] = {}
    for reactor in _reactors(tree):
        for handler in reactor.handlers:
            if isinstance(handler, RowHandler):
                found |= {table.name: table for table in handler.tables}
    if not found or store is None:
        return None
    return Tables(store, tuple(found.values()))


def _reactors(tree: Supervise) -> Iterator[type[AnyReactor]]:
    for child in tree.children:
        if isinstance(child, Supervise):
            yield from _reactors(child)
        else:
            yield child.reactor
