"""Handlers that read or write rows, and where they run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, final

from packetflow.actor.reactor import Handler
from packetflow.actor.turn import Turn
from packetflow.intent import Intent
from packetflow.table.declared import AnyTable
from packetflow.table.rows import Rows

if TYPE_CHECKING:
    from packetflow.actor.system import System

I = TypeVar("I", bound=Intent[Any])  # noqa: E741 - the field's name for an intent


@final
class RowHandler(Handler[I]):
    """A handler with `find`, `insert`, `update` or `delete`: a plain function.

    One that `writes` runs inside of the commit. `slow`: it reads rows that no index
    leads to, so it had better not run in the event loop. `once`: it asks one question.
    """

    __slots__ = ("_tables", "once", "rows", "slow", "writes")

    def __init__(
        self,
        intent: type[I],
        function: Callable[[Any, Turn[Any], I, Rows], object],
        *tables: AnyTable,
        writes: bool = False,
        slow: bool = False,
        once: bool = False,
        reads_only: bool = False,
        expires: float | None = None,
    ) -> None:
        super().__init__(intent, _unbound, reads_only=reads_only, expires=expires)
        self.rows = function
        self._tables = tables
        self.writes = writes
        self.slow = slow
        self.once = once

    @property
    def tables(self) -> tuple[AnyTable, ...]:  # type: ignore[override]  # read only
        """The tables whose rows it reads or writes."""
        return self._tables

    def bound(self, system: System) -> Handler[I]:
        """The handler as it runs in a system."""
        tables = system.tables
        if tables is None:
            raise ValueError(
                f"{self.intent.__name__} needs tables: the app has no store"
            )
        rows, once = self.rows, self.once

        def read(reactor: Any, turn: Turn[Any], intent: I) -> object:
            return tables.read(
                turn, lambda found: rows(reactor, turn, intent, found), once=once
            )

        async def read_elsewhere(reactor: Any, turn: Turn[Any], intent: I) -> object:
            leave_the_loop(turn)
            return await asyncio.to_thread(read, reactor, turn, intent)

        async def write(reactor: Any, turn: Turn[Any], intent: I) -> object:
            leave_the_loop(turn)
            return await tables.write(
                turn, lambda found: rows(reactor, turn, intent, found)
            )

        function: Callable[[Any, Turn[Any], I], object] = read
        if self.writes:
            function = write
        elif not tables.near or (self.slow and not tables.at_once):
            function = read_elsewhere
        return Handler(
            self.intent, function, reads_only=self.reads_only, expires=self.expires
        )


def leave_the_loop(turn: Turn[Any]) -> None:
    """Let a handler run in another thread: it ends before what it finds to be held does.

    Who watches what it relies on would set timers, and those are the event loop's.
    """
    caller = turn.caller
    plain = caller.held.plain
    if plain is not caller.held:
        turn.caller = caller.holding(plain, caller.standing)


def _unbound(reactor: Any, turn: Turn[Any], intent: Intent[Any]) -> object:
    raise RuntimeError("a handler of rows runs in a system with tables")
