"""Rows in the schema of a PostgreSQL store; needs the `postgres` extra."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar, final

import psycopg
from psycopg import errors

from packetflow.store.interface import Store, StoreError, Write
from packetflow.store.postgres import PostgresStore
from packetflow.store.postgres_link import Link as Connector
from packetflow.store.postgres_link import lost
from packetflow.store.schema_postgres import Connection
from packetflow.table.columns import Stored
from packetflow.table.declared import AnyTable
from packetflow.table.dialect import POSTGRES
from packetflow.table.link import Link, Taken
from packetflow.table.schema import prepare
from packetflow.table.work import work_of, written

R = TypeVar("R")

_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_UNDONE: Final = (errors.DeadlockDetected, errors.SerializationFailure)
_TRIES: Final = 3


@final
class PostgresLink:
    """A connection to PostgreSQL; what is undone from outside is told as it is."""

    __slots__ = ("_connection",)

    dialect: Final = POSTGRES

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, text: str, values: Sequence[Stored]) -> list[tuple[Any, ...]]:
        """The rows that a question finds; raises StoreError."""
        return self._execute(text, values).fetchall()

    def run(self, text: str, values: Sequence[Stored] = ()) -> int:
        """Run a statement; how many rows it changed. Raises Taken and StoreError."""
        return self._execute(text, values).rowcount

    def interrupted(self, error: BaseException) -> bool:
        """Whether everything was undone from outside, and may be done again."""
        return isinstance(error, psycopg.Error)

    def _execute(
        self, text: str, values: Sequence[Stored]
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        try:
            return self._connection.execute(_told(text), values)
        except errors.UniqueViolation as error:
            raise Taken(str(error)) from None
        except _UNDONE:
            raise
        except (psycopg.Error, UnicodeError) as error:
            if isinstance(error, psycopg.Error) and lost(self._connection, error):
                raise
            raise StoreError(f"PostgreSQL: {' '.join(str(error).split())}") from error


@lru_cache(maxsize=2_000)
def _told(text: str) -> bytes:
    return text.replace("%", "%%").replace("?", "%s").encode()


@final
class PostgresPlace:
    """Rows beside the journals; readers have connections of their own."""

    near = False
    at_once = False

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._free: list[Connector] = []

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Make the tables, or bring them to their present form; raises StoreError."""
        for left in reversed(range(_TRIES)):
            try:
                self._store.commit_all(
                    (),
                    inside=lambda connection: prepare(PostgresLink(connection), tables),
                )
            except (Taken, StoreError):
                # Another process may make them at this moment.
                if not left:
                    raise
            else:
                return

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Write batches in one transaction; handlers among them are run in it."""
        if not any(map(work_of, batches)):
            return self._store.commit_all(batches)
        return self._store.commit_all(
            batches,
            inside=lambda connection: written(PostgresLink(connection), batches),
        )

    def read(self, work: Callable[[Link], R], *, once: bool = False) -> R:
        """Do something that only reads, all of it at one moment; raises StoreError."""
        try:
            connector = self._free.pop()
        except IndexError:
            connector = self._store.another()

        def run(connection: Connection) -> tuple[R | None, BaseException | None]:
            if not once:
                connection.execute(_SNAPSHOT)
            try:
                return work(PostgresLink(connection)), None
            except psycopg.Error:
                raise
            except BaseException as error:
                return None, error  # it is of the work: the connection is good
            finally:
                if not (once or connection.closed):
                    connection.execute("ROLLBACK")

        try:
            result, error = connector.run(run)
        finally:
            self._free.append(connector)
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # there is one without an error

    def close(self) -> None:
        """Close the readers."""
        while self._free:
            self._free.pop().close()


def postgres_place(store: Store) -> PostgresPlace:
    """Where the rows of a PostgreSQL store are."""
    assert isinstance(store, PostgresStore)
    return PostgresPlace(store)
