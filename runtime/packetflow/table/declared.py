"""Tables and queries as generated code declares them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final, Generic, TypeAlias, TypeVar, final

import msgspec

from packetflow.capability import Held, Kind
from packetflow.table.columns import Column, Stored
from packetflow.table.condition import Condition, every
from packetflow.table.dialect import Dialect, quoted
from packetflow.table.sql import Clause, Places, Writer, encoded

T = TypeVar("T", bound=msgspec.Struct)

ROW: Final = '"$row"'
"""The column with the whole row as JSON: no field has such a name."""


@final
class Guard:
    """What reading or writing a row requires: a kind, and where its values come from.

    Each of `arguments` is the name of a column, or a value in a tuple of one.
    """

    __slots__ = ("arguments", "kind")

    def __init__(self, kind: Kind, *arguments: str | tuple[object]) -> None:
        self.kind = kind
        self.arguments = arguments

    def allows(self, held: Held, row: msgspec.Struct, table: AnyTable) -> bool:
        """Whether what is held covers a row."""
        values = [
            one[0]
            if isinstance(one, tuple)
            else getattr(row, table.columns[one].attribute)
            for one in self.arguments
        ]
        if not values:
            return held.has(self.kind.name)
        return held.covers(self.kind, *values)


@final
class Table(Generic[T]):
    """Rows of a record in the app's store. `name` is the declaration's full name.

    A guard that is None leaves the rows open to everybody.
    """

    def __init__(
        self,
        name: str,
        row: type[T],
        *columns: Column,
        key: str,
        indexes: tuple[tuple[str, ...], ...] = (),
        uniques: tuple[tuple[str, ...], ...] = (),
        read: Guard | None = None,
        write: Guard | None = None,
    ) -> None:
        self.name = name
        self.row = row
        self.key = key
        self.columns = {column.name: column for column in columns}
        self.indexes = indexes
        self.uniques = uniques
        self.read = read
        self.write = write
        self.place = quoted(name)
        names = ", ".join(quoted(column.name) for column in columns)
        places = ", ".join("?" * (len(columns) + 1))
        self.inserting = f"INSERT INTO {self.place} ({names}, {ROW}) VALUES ({places})"
        sets = ", ".join(f"{quoted(column.name)} = ?" for column in columns)
        self.updating = (
            f"UPDATE {self.place} SET {sets}, {ROW} = ? WHERE {quoted(key)} = ?"
        )
        self.key_place = [column.name for column in columns].index(key)
        self._values: Callable[[T], tuple[object, ...]] = attrgetter(
            *(column.attribute for column in columns), key
        )
        self._changed = tuple(
            (place, column.stored if column.optional else column.encode)
            for place, column in enumerate(columns)
            if column.kind not in _AS_THEY_ARE
        )
        self._text = tuple(
            place for place, column in enumerate(columns) if column.storage == "text"
        )
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(row).decode

    def __repr__(self) -> str:
        return f"<table {self.name}>"

    def values(self, row: T, dialect: Dialect) -> list[Stored]:
        """What is bound for a row: its columns, then all of it.

        Raises ValueError, TypeError or OverflowError for what has no form.
        """
        values: list[Any] = list(self._values(row))
        for place, stored in self._changed:
            values[place] = stored(values[place])
        if dialect.is_postgres:
            for place in self._text:
                values[place] = encoded(values[place])
        values[-1] = self._encode(row).decode()
        return values

    def made(self, text: str) -> T:
        """The row that was written; raises msgspec.DecodeError or Violation."""
        return self._decode(text)


AnyTable: TypeAlias = Table[Any]
_AS_THEY_ARE: Final = ("float", "string", "path", "url", "bytes")


@final
class Query(Generic[T]):
    """A condition on the rows of a table, and their order; the key decides at last.

    `order` names columns, a descending one with a `-` before it. `visible` keeps rows
    that the caller may read.
    """

    __slots__ = (
        "_clauses",
        "_firsts",
        "_orders",
        "mark",
        "order",
        "table",
        "visible",
        "where",
    )

    def __init__(
        self,
        table: Table[T],
        where: Condition | None = None,
        *,
        order: tuple[str, ...] = (),
        visible: bool = False,
    ) -> None:
        self.table = table
        self.where: Condition = every() if where is None else where
        parts = [(one.lstrip("-"), one.startswith("-")) for one in order]
        known = [name for name, _ in parts]
        if table.key in known:
            # What comes after the key never decides.
            parts = parts[: known.index(table.key) + 1]
        else:
            parts.append((table.key, False))
        self.order: Sequence[tuple[Column, bool]] = [
            (table.columns[name], descending) for name, descending in parts
        ]
        self.visible = visible
        self._clauses: dict[bool, Clause] = {}
        self._orders: dict[bool, str] = {}
        self._firsts: dict[bool, tuple[str, Places] | None] = {}
        told = f"{table.name}\0{parts}".encode()
        self.mark = blake2b(told, digest_size=6).digest()

    def clause(self, dialect: Dialect) -> Clause:
        """The condition in SQL."""
        found = self._clauses.get(dialect.is_postgres)
        if found is None:
            found = Writer(dialect, self.table.columns).clause(self.where)
            self._clauses[dialect.is_postgres] = found
        return found

    def first(self, dialect: Dialect) -> tuple[str, Places] | None:
        """The question for the first row, if its text is always the same."""
        try:
            return self._firsts[dialect.is_postgres]
        except KeyError:
            found = None
            fixed = None if self.visible else self.clause(dialect).fixed
            if fixed is not None:
                order = self.ordered(dialect)
                text = f"{self.selecting(dialect)} {fixed[0]} ORDER BY {order} LIMIT 1"
                found = text, fixed[1]
            self._firsts[dialect.is_postgres] = found
            return found

    def selecting(self, dialect: Dialect) -> str:
        """The beginning of a question for rows, up to its condition."""
        row = f"{ROW}::text" if dialect.is_postgres else ROW
        return f"SELECT {row} FROM {self.table.place} WHERE"

    def ordered(self, dialect: Dialect) -> str:
        """The order in SQL."""
        found = self._orders.get(dialect.is_postgres)
        if found is None:
            found = self._orders[dialect.is_postgres] = ", ".join(
                dialect.order(
                    quoted(column.name),
                    descending=descending,
                    nullable=column.optional,
                )
                for column, descending in self.order
            )
        return found
