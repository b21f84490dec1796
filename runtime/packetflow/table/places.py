"""Where rows are: beside the journals in SQLite, or in memory."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar, final

from packetflow.store.interface import Store, StoreError, Write
from packetflow.store.memory import MemoryStore
from packetflow.store.sqlite import SqliteStore
from packetflow.table.declared import AnyTable
from packetflow.table.link import Link, SqliteLink
from packetflow.table.schema import prepare
from packetflow.table.work import work_of, written

R = TypeVar("R")

_PATIENCE: Final = 5.0
_STATEMENTS: Final = 512


class Place(Protocol):
    """A store with the rows of tables in it.

    `near`: a row is read so quickly that nobody minds; `at_once`: a commit, too.
    """

    near: bool
    at_once: bool

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Make the tables, or bring them to their present form; raises StoreError."""

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """As `Store.commit_all`; handlers among the batches are run."""

    def read(self, work: Callable[[Link], R], *, once: bool = False) -> R:
        """Do something that only reads, all of it at one moment; raises StoreError.

        `once`: it asks one question, so no transaction is needed.
        """

    def close(self) -> None:
        """Give back what is held open, but for the store."""


@final
class MemoryPlace:
    """Rows in memory, beside a store in memory."""

    near = True
    at_once = True

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._connection = _opened(":memory:")
        self._link = SqliteLink(self._connection)

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Make the tables."""
        with self._lock:
            prepare(self._link, tables)

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Write batches; handlers among them are run."""
        if not any(map(work_of, batches)):
            return self._store.commit_all(batches)
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                refused = self._store.commit_all(written(self._link, batches))
                for error in refused:
                    if error is not None:
                        raise error
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return refused

    def read(self, work: Callable[[Link], R], *, once: bool = False) -> R:
        """Do something that only reads: nothing changes meanwhile."""
        del once
        with self._lock:
            return work(self._link)

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()


@final
class SqlitePlace:
    """Rows in the file of a SQLite store; readers have connections of their own."""

    near = True
    at_once = False

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._free: list[sqlite3.Connection] = []

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Make the tables, or bring them to their present form; raises StoreError."""
        self._store.commit_all(
            (), inside=lambda connection: prepare(SqliteLink(connection), tables)
        )

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Write batches in one transaction; handlers among them are run in it."""
        if not any(map(work_of, batches)):
            return self._store.commit_all(batches)
        return self._store.commit_all(
            batches, inside=lambda connection: written(SqliteLink(connection), batches)
        )

    def read(self, work: Callable[[Link], R], *, once: bool = False) -> R:
        """Do something that only reads, all of it at one moment; raises StoreError."""
        # A list is safe between threads: each reader takes one, or opens another.
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._connected()
        try:
            if not once:
                connection.execute("BEGIN")
            return work(SqliteLink(connection))
        except sqlite3.Error as error:
            raise StoreError(f"SQLite: {error}") from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._free.append(connection)

    def _connected(self) -> sqlite3.Connection:
        try:
            connection = _opened(self._store.path)
            connection.execute("PRAGMA query_only = TRUE")
        except sqlite3.Error as error:
            raise StoreError(f"SQLite: {error}") from error
        return connection

    def close(self) -> None:
        """Close the readers."""
        while self._free:
            self._free.pop().close()


def _opened(path: str) -> sqlite3.Connection:
    return sqlite3.connect(
        path,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )


def place_of(store: Store) -> Place:
    """Where the rows of a store's app are; raises StoreError for a store of others."""
    if isinstance(store, SqliteStore):
        return MemoryPlace(store) if store.path == "" else SqlitePlace(store)
    if isinstance(store, MemoryStore):
        return MemoryPlace(store)
    # Imported late: who uses no PostgreSQL need not have its driver.
    if type(store).__name__ == "PostgresStore":
        from packetflow.table.postgres import postgres_place

        return postgres_place(store)
    raise StoreError(f"{type(store).__name__} keeps no tables")
