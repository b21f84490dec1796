"""A connection to PostgreSQL that comes back when the server does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Final, TypeVar, cast

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from packetflow.store.interface import StoreError, Uncertain
from packetflow.store.schema_postgres import Connection, migrate

_PAUSE: Final = 0.05  # seconds, doubled with each try
_MOST_PAUSE: Final = 0.5
_GONE: Final = ("08", "57P")  # connection exceptions, and ends of the server
_TRY_AGAIN: Final = (
    errors.UniqueViolation,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)

# What is acknowledged is on the disk, whatever the server's default is.
_SETTINGS: Final = (
    "SELECT set_config('lock_timeout', %s, false),"
    " CASE current_setting('synchronous_commit') WHEN 'off'"
    "  THEN set_config('synchronous_commit', 'on', false) END"
)

_Answer = TypeVar("_Answer")


class Doubt(Exception):
    """The connection was lost while it committed.

    `settle` says on a new connection whether that was done; then `answer` holds.
    """

    def __init__(self, settle: Callable[[Connection], bool], answer: object) -> None:
        super().__init__()
        self.settle = settle
        self.answer = answer


class _Listening(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is given up when the server says nothing for too long.

    A network that loses what it is given looks like a server that is slow, for ever.
    """

    silence: float | None = None
    """Seconds; None waits for ever, as what reads or writes everything does."""

    def wait(
        self, gen: Generator[Any, Any, _Answer], *how: Any, **more: Any
    ) -> _Answer:
        """Wait for the server, as psycopg asks a connection to."""
        silence = self.silence
        if silence is not None:
            gen = self._heard(gen, silence)
        return super().wait(gen, *how, **more)

    def _heard(
        self, gen: Generator[Any, Any, _Answer], silence: float
    ) -> Generator[Any, Any, _Answer]:
        until = time.monotonic() + silence
        ready = None
        while True:
            try:
                wanted = gen.send(ready)
            except StopIteration as end:
                answer: _Answer = end.value
                return answer
            ready = yield wanted
            # Nothing is ready each time that psycopg looks whether it is interrupted.
            if ready:
                until = time.monotonic() + silence
            elif time.monotonic() > until:
                self.pgconn.finish()
                raise psycopg.OperationalError(
                    f"nothing was heard from the server for {silence:g} seconds"
                )


class Link:
    """One connection, used by one thread at a time."""

    def __init__(self, url: str, schema: str, patience: float, *, change: bool) -> None:
        """Connect; a server that is not there is not waited for."""
        self._url, self._schema, self._patience = url, schema, patience
        self._lock = threading.Lock()
        self._closed = False
        try:
            conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            # Nothing of it is shown: there may be a password in it.
            raise StoreError(
                "PostgreSQL: the address cannot be read. It has to look like"
                " postgresql://user@host/database"
            ) from None
        try:
            self._connection: _Listening | None = self._connected(change=change)
        except psycopg.Error as error:
            raise told(error) from error

    def run(
        self, work: Callable[[Connection], _Answer], *, bounded: bool = True
    ) -> _Answer:
        """Do work, and do it again if it was undone from outside.

        A server that says nothing for a while has gone, unless work is not `bounded`.

        That is when the server goes away, or when others were quicker. Raises
        StoreError when it lasts longer than patience allows. Work that commits raises
        Doubt if it does not hear how that ended; while that cannot be settled either,
        Uncertain is raised.
        """
        until = time.monotonic() + self._patience
        pause = _PAUSE
        doubt: Doubt | None = None
        with self._lock:
            while True:
                try:
                    connection = self._open()
                    if doubt is not None and doubt.settle(connection):
                        return cast("_Answer", doubt.answer)
                    doubt = None
                    connection.silence = self._silence if bounded else None
                    return work(connection)
                except Doubt as unheard:
                    doubt, problem = unheard, unheard.__cause__
                except psycopg.Error as error:
                    problem = error
                    if not self._undone(error):
                        raise told(error, doubt) from error
                except BaseException:
                    self._drop()  # whoever interrupts leaves a transaction behind
                    raise
                if time.monotonic() > until:
                    raise told(problem, doubt) from problem
                time.sleep(pause)
                pause = min(2 * pause, _MOST_PAUSE)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._closed = True
            self._drop()

    @property
    def _silence(self) -> float:
        # Longer than what a lock is waited for.
        return 1.5 * self._wait

    @property
    def _wait(self) -> int:
        return max(2, round(self._patience))

    def _open(self) -> _Listening:
        if self._closed:
            raise StoreError("PostgreSQL: the store is closed")
        if self._connection is None or self._connection.closed:
            self._connection = None
            self._connection = self._connected(change=False)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _undone(self, error: psycopg.Error) -> bool:
        """Whether work is worth another try; nothing of it is left."""
        if self._connection is None or lost(self._connection, error):
            return True
        try:
            self._connection.rollback()
        except psycopg.Error:
            self._connection.close()
            return True
        return isinstance(error, _TRY_AGAIN)

    def _connected(self, *, change: bool) -> _Listening:
        wait = self._wait
        connection = _Listening.connect(
            self._url,
            autocommit=True,
            connect_timeout=wait,
            tcp_user_timeout=1000 * wait,
            fallback_application_name="packetflow",
        )
        connection.silence = self._silence
        try:
            connection.execute(_SETTINGS, [f"{wait}s"])
            migrate(connection, self._schema, change=change)
        except BaseException:
            connection.close()
            raise
        return connection


def lost(connection: Connection, error: psycopg.Error) -> bool:
    """Whether an error is about the connection; it is closed then.

    A server that ends says so, and the driver may stumble over that afterwards: what it
    says then has no code, and the connection may still look like an open one.
    """
    ours = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    code = error.sqlstate or ""
    if connection.closed or code.startswith(_GONE) or (ours and not code):
        connection.close()
        return True
    return False


def told(error: BaseException | None, doubt: Doubt | None = None) -> StoreError:
    """What a user of the store hears."""
    text = " ".join(str(error).split())
    if doubt is not None:
        return Uncertain(f"PostgreSQL was lost while it committed: {text}")
    return StoreError(f"PostgreSQL: {text}")
