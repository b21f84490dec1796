"""A store in one SQLite file, durable when `commit` returns."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from packetflow.store.interface import (
    Append,
    Entry,
    Line,
    LogInfo,
    SpaceInfo,
    StoreError,
    Survey,
    Uncertain,
    Write,
)
from packetflow.store.planning import Plan, logs_of, moment, steps
from packetflow.store.schema_sqlite import migrate

# What was changed by others may have another type: it is read all the same.
_LINE: Final = "SELECT number, CAST(at AS INTEGER), CAST(body AS BLOB) FROM line"

_LOGS: Final = """
SELECT name, count(number), coalesce(min(number), 0), last,
  coalesce(sum(length(CAST(body AS BLOB))), 0),
  (SELECT CAST(at AS INTEGER) FROM line WHERE log = name ORDER BY number LIMIT 1),
  (SELECT CAST(at AS INTEGER) FROM line WHERE log = name ORDER BY number DESC LIMIT 1)
FROM log LEFT JOIN line ON log = name GROUP BY name ORDER BY name
"""

_ROWS: Final = 64  # in a statement
_FEW: Final = 4
_PAUSE: Final = 0.01  # seconds


@cache
def _insert(count: int) -> str:
    return "INSERT INTO line VALUES " + ", ".join(["(?, ?, ?, ?)"] * count)


class SqliteStore:
    """Keeps logs and values in a file; other processes may use the same file.

    Readers do not wait for writers: they have a connection of their own.
    """

    def __init__(
        self, path: str | Path, *, patience: float = 5.0, existing: bool = False
    ) -> None:
        """Open or make the file; `patience` is seconds to wait for other writers.

        With `existing` nothing is made or migrated: there is a store of the present
        version, or StoreError is raised.
        """
        if existing and not Path(path).is_file():
            raise StoreError(f"SQLite: there is no file {path}")
        self._writing, self._reading = threading.Lock(), threading.Lock()
        with _reported():
            self._writer = self._reader = _opened(path, patience)
            try:
                migrate(self._writer, change=not existing)
                _use_wal(self._writer, patience)
                self._writer.execute("PRAGMA synchronous = FULL")
                if str(path) in (":memory:", ""):
                    self._reading = self._writing  # there is one connection
                else:
                    self._reader = _opened(path, patience)
                    self._reader.execute("PRAGMA query_only = TRUE")
            except BaseException:
                self._writer.close()
                self._reader.close()
                raise

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; on return it is durable."""
        (refused,) = self.commit_all([writes])
        if refused is not None:
            raise refused

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Write batches, each all or nothing, in one transaction."""
        with self._writing, _reported():
            run = self._writer.execute
            run("BEGIN IMMEDIATE")
            try:
                plan = Plan(self._ends(logs_of(batches)))
                refused = plan.add_all(batches)
                self._write(plan)
                _commit(self._writer)
            except BaseException:
                if self._writer.in_transaction:
                    run("ROLLBACK")
                raise
        return refused

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Keep entries behind line `after`; raises Conflict if it is not the last."""
        self.commit([Append(log, entries, after)])

    def _ends(self, logs: Sequence[str]) -> dict[str, int]:
        ask = "SELECT last FROM log WHERE name = ?"
        found = ((log, self._writer.execute(ask, (log,)).fetchone()) for log in logs)
        return {log: row[0] for log, row in found if row is not None}

    def _write(self, plan: Plan) -> None:
        many = self._writer.executemany
        # Many rows a statement: three fifths of the time of a statement for each.
        start = 0
        while (left := len(plan.rows) - start) > 0:
            count = min(_ROWS, 1 << (left.bit_length() - 1))
            rows = plan.rows[start : start + count]
            self._writer.execute(_insert(count), list(chain.from_iterable(rows)))
            start += count
        many("INSERT INTO line_key VALUES (?, ?, ?, ?)", plan.keys)
        many(
            "INSERT INTO log VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            [(log, plan.ends[log]) for log in sorted(plan.grown)],
        )
        if plan.values:
            many(
                "INSERT INTO value VALUES (?, ?, ?)"
                " ON CONFLICT (space, key) DO UPDATE SET value = excluded.value",
                [
                    (*key, value)
                    for key, value in plan.values.items()
                    if value is not None
                ],
            )
            many(
                "DELETE FROM value WHERE space = ? AND key = ?",
                [key for key, value in plan.values.items() if value is None],
            )
        for table in ("line_key", "line") if plan.trims else ():
            many(
                f"DELETE FROM {table} WHERE log = ? AND number <= ?",
                list(plan.trims.items()),
            )

    def read(
        self,
        log: str,
        *,
        keys: Sequence[str] = (),
        since: datetime | None = None,
        before: datetime | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Line]:
        """Lines with all of these keys, in order."""
        question = f"{_LINE} WHERE log = ? AND number > ?"
        values: list[object] = [log, after]
        for key in keys:
            question += (
                " AND number IN (SELECT number FROM line_key WHERE log = ? AND key = ?)"
            )
            values += [log, key]
        if since is not None:
            question += " AND at >= ?"
            values.append(steps(since))
        if before is not None:
            question += " AND at < ?"
            values.append(steps(before))
        question += " ORDER BY number LIMIT ?"
        values.append(-1 if limit is None else limit)
        with self._snapshot():
            found = self._reader.execute(question, values).fetchall()
            if not keys and len(found) > _FEW:
                return self._lines(log, found)
            return [self._line(log, *row) for row in found]

    def last(self, log: str) -> Line | None:
        """The last line of a log, None if none is kept."""
        question = f"{_LINE} WHERE log = ? ORDER BY number DESC LIMIT 1"
        with self._snapshot():
            row = self._reader.execute(question, (log,)).fetchone()
            return None if row is None else self._line(log, *row)

    def end(self, log: str) -> int:
        """The number of the last line that a log was given."""
        with self._snapshot():
            ask = "SELECT last FROM log WHERE name = ?"
            row = self._reader.execute(ask, (log,)).fetchone()
            return 0 if row is None else int(row[0])

    def get(self, space: str, key: str) -> bytes | None:
        """The value under a key."""
        ask = "SELECT CAST(value AS BLOB) FROM value WHERE space = ? AND key = ?"
        with self._snapshot():
            row = self._reader.execute(ask, (space, key)).fetchone()
            return None if row is None else row[0]

    def scan(
        self,
        space: str,
        *,
        start: str = "",
        before: str | None = None,
        limit: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """Keys from `start` on and before `before`, with their values, in order."""
        question = (
            "SELECT key, CAST(value AS BLOB) FROM value WHERE space = ? AND key >= ?"
        )
        values: list[object] = [space, start]
        if before is not None:
            question += " AND key < ?"
            values.append(before)
        question += " ORDER BY key LIMIT ?"
        values.append(-1 if limit is None else limit)
        with self._snapshot():
            return self._reader.execute(question, values).fetchall()

    def survey(self) -> Survey:
        """What is there."""
        with self._snapshot():
            logs = self._reader.execute(_LOGS).fetchall()
            spaces = self._reader.execute(
                "SELECT space, count(*), sum(length(CAST(value AS BLOB))) FROM value"
                " GROUP BY space ORDER BY space"
            ).fetchall()
        return Survey(
            tuple(
                LogInfo(
                    *row[:5], *(None if at is None else moment(at) for at in row[5:])
                )
                for row in logs
            ),
            tuple(SpaceInfo(*row) for row in spaces),
        )

    def faults(self) -> list[str]:
        """What SQLite finds to be wrong with the file."""
        with self._reading, _reported():
            found = self._reader.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in found if text != "ok"]

    def compact(self) -> None:
        """Write the file anew, without the room of what was forgotten."""
        with self._writing, _reported():
            self._writer.execute("VACUUM")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._writing, _reported():
            self._writer.close()
        with self._reading, _reported():
            self._reader.close()

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """All questions asked inside are answered of one moment."""
        with self._reading, _reported():
            self._reader.execute("BEGIN")
            try:
                yield
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("ROLLBACK")

    def _lines(self, log: str, found: list[tuple[int, int, bytes]]) -> list[Line]:
        """Many lines that stand together: their keys are asked for at once."""
        question = (
            "SELECT number, key FROM line_key WHERE log = ? AND number BETWEEN ? AND ?"
            " ORDER BY number, place"
        )
        keys: dict[int, tuple[str, ...]] = {}
        ends = (log, found[0][0], found[-1][0])
        for number, key in self._reader.execute(question, ends):
            keys[number] = (*keys.get(number, ()), key)
        return [
            Line(number, moment(at), keys.get(number, ()), body)
            for number, at, body in found
        ]

    def _line(self, log: str, number: int, at: int, body: bytes) -> Line:
        question = (
            "SELECT key FROM line_key WHERE log = ? AND number = ? ORDER BY place"
        )
        keys = self._reader.execute(question, (log, number)).fetchall()
        return Line(number, moment(at), tuple(key for (key,) in keys), body)


def _opened(path: str | Path, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_IOERR_FSYNC:
            # All of it is written. It is undone here, and overwritten by what is
            # committed next; after a crash before that it may be there.
            raise Uncertain(f"SQLite: the disk did not sync: {error}") from error
        raise


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    # SQLite does not wait for others by itself when the mode is changed.
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeError, OverflowError) as error:
        raise StoreError(f"SQLite: {error}") from error
