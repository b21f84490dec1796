"""Connections as rows are read and written through them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final, Protocol, final

from packetflow.store.interface import StoreError
from packetflow.table.columns import Stored
from packetflow.table.dialect import SQLITE, Dialect

_TAKEN: Final = (
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
)


class Taken(Exception):
    """A row has the same key, or the same values in columns that are unique."""


class Link(Protocol):
    """A connection; used by one thread at a time. `?` stands for a value."""

    @property
    def dialect(self) -> Dialect:
        """The kind of SQL that it takes."""

    def ask(self, text: str, values: Sequence[Stored]) -> list[tuple[Any, ...]]:
        """The rows that a question finds; raises StoreError."""

    def run(self, text: str, values: Sequence[Stored] = ()) -> int:
        """Run a statement; how many rows it changed. Raises Taken and StoreError."""

    def interrupted(self, error: BaseException) -> bool:
        """Whether everything was undone from outside, and may be done again."""


@final
class SqliteLink:
    """A connection to SQLite."""

    __slots__ = ("_connection",)

    dialect: Final = SQLITE

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ask(self, text: str, values: Sequence[Stored]) -> list[tuple[Any, ...]]:
        """The rows that a question finds; raises StoreError."""
        try:
            return self._connection.execute(text, values).fetchall()
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            raise StoreError(f"SQLite: {error}") from error

    def run(self, text: str, values: Sequence[Stored] = ()) -> int:
        """Run a statement; how many rows it changed. Raises Taken and StoreError."""
        try:
            return self._connection.execute(text, values).rowcount
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in _TAKEN:
                raise Taken(str(error)) from None
            raise StoreError(f"SQLite: {error}") from error
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            raise StoreError(f"SQLite: {error}") from error

    def interrupted(self, error: BaseException) -> bool:
        """Nothing is: there is one writer."""
        return False
