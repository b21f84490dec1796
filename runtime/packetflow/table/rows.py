"""What a handler does with rows: `find`, `insert`, `update` and `delete`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, final

import msgspec

from packetflow.adt.page import Cursor, Page
from packetflow.capability import NOTHING, Held
from packetflow.errors import Fault, InternalDenial
from packetflow.intent import Failure
from packetflow.table.columns import Stored
from packetflow.table.cursor import cursor, opened
from packetflow.table.declared import AnyTable, Guard, Query, Table
from packetflow.table.following import following
from packetflow.table.link import Link, Taken
from packetflow.table.sql import TRUE
from packetflow.table.visible import visible

if TYPE_CHECKING:
    from packetflow.actor.turn import Turn

T = TypeVar("T", bound=msgspec.Struct)

Count = Callable[[Query[Any], Sequence[object], Held], int]


@final
class Rows:
    """The rows of all tables as one handler sees them: at one moment, with its own.

    `held` is what makes rows `visible`. `later` counts for pages whose total is asked
    for when the handler of the `turn` has ended.
    """

    __slots__ = ("_guarded", "_held", "_later", "_link", "_turn", "open")

    def __init__(
        self,
        link: Link,
        turn: Turn[Any] | None = None,
        later: Count | None = None,
        held: Held = NOTHING,
    ) -> None:
        self._link = link
        self._turn = turn
        self._later = later
        self._held = held if turn is None else turn.caller.held
        self._guarded = turn is not None and turn.cell.system.paranoid
        self.open = True

    # -- reading -----------------------------------------------------------------------

    def find_one(self, query: Query[T], *args: object) -> T | None:
        """The row that fulfils a condition, the first of several, None if none does."""
        first = query.first(self._link.dialect)
        if first is None:
            where, values = self._where(query, args)
            found = self._rows(query, where, values, 1)
        else:
            text, places = first
            try:
                values = [bind(args[number]) for number, bind in places]
            except (ValueError, OverflowError) as error:
                raise Fault(f"a query of {query.table.name}: {error}") from error
            found = self._made(query.table, self._link.ask(text, values))
        return found[0] if found else None

    def find(
        self,
        query: Query[T],
        *args: object,
        limit: int | None = None,
        after: Cursor | None = None,
    ) -> Page[T]:
        """A page of the rows that fulfil a condition, all of them without a limit.

        Raises CursorRefused for a cursor that is not of this query, Fault for a limit
        below zero.
        """
        where, values = self._where(query, args)
        if after is not None:
            place = opened(query, after)
            text, more = following(query, place, self._link.dialect)
            where, values = f"{where} AND {text}", [*values, *more]
        if limit is None:
            items = self._rows(query, where, values, None)
            page = Page(tuple(items))
        else:
            if limit < 0:
                raise Fault(f"a page of {limit} rows")
            items = self._rows(query, where, values, limit + 1)
            following_page = None
            if len(items) > limit:
                del items[limit:]
                if items:
                    following_page = cursor(query, _place(query, items[-1]))
            page = Page(tuple(items), following_page)
        if after is not None or page.next is not None or limit == 0:
            page.__dict__["count"] = lambda: self._total(query, args)
        return page

    def count(self, query: Query[Any], *args: object) -> int:
        """How many rows fulfil a condition."""
        where, values = self._where(query, args)
        text = f"SELECT count(*) FROM {query.table.place} WHERE {where}"
        ((count,),) = self._link.ask(text, values)
        return int(count)

    def _total(self, query: Query[Any], args: Sequence[object]) -> int:
        if self.open:
            return self.count(query, *args)
        if self._later is None:
            raise Fault("the rows of this page are not counted any more")
        return self._later(query, args, self._held)

    def _rows(
        self, query: Query[T], where: str, values: list[Stored], limit: int | None
    ) -> list[T]:
        dialect = self._link.dialect
        order = query.ordered(dialect)
        text = f"{query.selecting(dialect)} {where} ORDER BY {order}"
        if limit is not None:
            text += " LIMIT ?"
            values.append(limit)
        return self._made(query.table, self._link.ask(text, values))

    def _made(self, table: Table[T], found: list[tuple[Any, ...]]) -> list[T]:
        made = table.made
        try:
            items = [made(body) for (body,) in found]
        except (msgspec.DecodeError, ValueError) as error:
            raise Fault(f"a row of {table.name} cannot be read: {error}") from error
        if self._guarded:
            for item in items:
                self._check(table, table.read, item)
        return items

    def _where(
        self, query: Query[Any], args: Sequence[object]
    ) -> tuple[str, list[Stored]]:
        try:
            where, values = query.clause(self._link.dialect).bound(args)
        except (ValueError, OverflowError) as error:
            raise Fault(f"a query of {query.table.name}: {error}") from error
        if query.visible:
            text, more = self._visible(query.table)
            where, values = f"({where}) AND {text}", [*values, *more]
        return where, values

    def _visible(self, table: AnyTable) -> tuple[str, list[Stored]]:
        if table.read is None:
            return TRUE, []
        return visible(table, table.read, self._held, self._link.dialect)

    # -- writing -----------------------------------------------------------------------

    def insert(self, table: Table[T], row: T, taken: type[Failure]) -> None:
        """Keep a row; raises the failure if its key or a unique value is taken."""
        if self._guarded:
            self._check(table, table.write, row)
        values = self._values(table, row)
        try:
            self._link.run(table.inserting, values)
        except Taken:
            raise taken() from None

    def update(self, query: Query[T], change: Callable[[T], T], *args: object) -> None:
        """Change every row that fulfils a condition.

        Raises Violation if a changed row is not a legal one, Fault if it takes a key or
        a unique value that another row has.
        """
        table = query.table
        where, values = self._where(query, args)
        for row in self._rows(query, where, values, None):
            changed = change(row)
            if self._guarded:
                self._check(table, table.write, row)
                self._check(table, table.write, changed)
            key = table.values(row, self._link.dialect)[table.key_place]
            try:
                self._link.run(table.updating, [*self._values(table, changed), key])
            except Taken:
                raise Fault(
                    f"a changed row of {table.name} has what another row has"
                ) from None

    def delete(self, query: Query[Any], *args: object) -> None:
        """Forget every row that fulfils a condition."""
        table = query.table
        where, values = self._where(query, args)
        if self._guarded:
            for row in self._rows(query, where, list(values), None):
                self._check(table, table.write, row)
        self._link.run(f"DELETE FROM {table.place} WHERE {where}", values)

    def _values(self, table: Table[T], row: T) -> list[Stored]:
        try:
            return table.values(row, self._link.dialect)
        except (ValueError, TypeError, OverflowError) as error:
            raise Fault(f"a row of {table.name} cannot be kept: {error}") from error

    def _check(self, table: AnyTable, guard: Guard | None, row: msgspec.Struct) -> None:
        """In tests: what was proven when the program was compiled."""
        assert self._turn is not None
        held = self._turn._authority()
        if guard is not None and not guard.allows(held, row, table):
            raise InternalDenial(f"a row of {table.name} needs {guard.kind.name}")


def _place(query: Query[T], row: T) -> list[Stored]:
    return [column.stored(getattr(row, column.attribute)) for column, _ in query.order]
