"""A store in one SQLite file, durable when `commit` returns."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from itertools import chain, repeat
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
from packetflow.store.planning import Plan, Tail, moment
from packetflow.store.questions import of_lines, of_values
from packetflow.store.schema_sqlite import migrate
from packetflow.store.sqlite_trouble import reported

# What was changed by others may have another type: it is read all the same.
_LINE: Final = "SELECT number, CAST(at AS INTEGER), CAST(body AS BLOB) FROM line"
_VALUE: Final = "SELECT key, CAST(value AS BLOB) FROM value"

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


Inside = Callable[[sqlite3.Connection], Sequence[Sequence[Write]]]


@cache
def _insert(table: str, count: int) -> str:
    return f"INSERT INTO {table} VALUES " + ", ".join(["(?, ?, ?, ?)"] * count)


@cache
def _insert_run(count: int) -> str:
    """Rows of one log without gaps: its name and the number before them, then cells."""
    rows = ", ".join(f"({n}, ?, ?)" for n in range(1, count + 1))
    cells = "?, ? + column1, column2, column3"
    return f"INSERT INTO line SELECT {cells} FROM (VALUES {rows})"


def _bindable(bodies: list[bytes]) -> Sequence[bytes | bytearray]:
    """What is bound for bodies: Python 3.11 looks for an adapter for each `bytes`.

    That takes longer than to write the row; a bytearray is bound as it is.
    """
    return bodies if sys.version_info >= (3, 12) else list(map(bytearray, bodies))


def _portions(count: int) -> Iterator[tuple[int, int]]:
    """Where each statement begins and how many rows it has, if there are so many.

    Many rows a statement: three fifths of the time of a statement for each. Few sizes,
    so that each is prepared once.
    """
    start = 0
    while start < count:
        size = min(_ROWS, 1 << ((count - start).bit_length() - 1))
        yield start, size
        start += size


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
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self.path = "" if str(path) in (":memory:", "") else str(Path(path).absolute())
        self._reported = partial(reported, path)
        with self._reported():
            if existing and not Path(path).is_file():
                raise StoreError(f"SQLite: there is no file {path}")
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

    def commit_all(
        self, batches: Sequence[Sequence[Write]], *, inside: Inside | None = None
    ) -> list[StoreError | None]:
        """Write batches, each all or nothing, in one transaction.

        What `inside` does to the file is part of it, and what it gives is written
        instead, all of it or nothing.
        """
        with self._writing, self._reported():
            run = self._writer.execute
            run("BEGIN IMMEDIATE")
            try:
                if inside is not None:
                    batches = inside(self._writer)
                plan = Plan(self._end)
                refused = plan.add_all(batches)
                if inside is not None:
                    for error in filter(None, refused):
                        raise error
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

    def _end(self, log: str) -> int:
        ask = "SELECT last FROM log WHERE name = ?"
        row = self._writer.execute(ask, (log,)).fetchone()
        return 0 if row is None else int(row[0])

    def _write(self, plan: Plan) -> None:
        many = self._writer.executemany
        grown = sorted(plan.grown.items())
        self._write_lines([tail for _, tail in grown])
        self._write_rows("line_key", plan.keys)
        many(
            "INSERT INTO log VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            [(log, tail.end) for log, tail in grown],
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

    def _write_lines(self, tails: Sequence[Tail]) -> None:
        run = self._writer.execute
        rows: list[tuple[str, int, int, bytes | bytearray]] = []
        for tail in tails:
            if (lines := tail.end - tail.after) < _FEW:
                numbers = range(tail.after + 1, tail.end + 1)
                named = repeat(tail.log)
                bodies = _bindable(tail.bodies)
                rows += zip(named, numbers, tail.times, bodies, strict=False)
                continue
            cells: list[object] = [*tail.cells]
            cells[1::2] = _bindable(tail.bodies)
            for start, count in _portions(lines):
                some = cells[2 * start : 2 * (start + count)]
                run(_insert_run(count), [tail.log, tail.after + start, *some])
        self._write_rows("line", rows)

    def _write_rows(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        for start, count in _portions(len(rows)):
            cells = list(chain.from_iterable(rows[start : start + count]))
            self._writer.execute(_insert(table, count), cells)

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
        asked, values = of_lines("?", str, log, keys, since, before, after)
        values.append(-1 if limit is None else limit)
        with self._snapshot():
            found = self._reader.execute(_LINE + asked, values).fetchall()
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
        asked, values = of_values("?", str, space, start, before)
        values.append(-1 if limit is None else limit)
        with self._snapshot():
            return self._reader.execute(_VALUE + asked, values).fetchall()

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
        with self._reading, self._reported():
            found = self._reader.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in found if text != "ok"]

    def compact(self) -> None:
        """Write the file anew, without the room of what was forgotten."""
        with self._writing, self._reported():
            self._writer.execute("VACUUM")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._writing, self._reported():
            self._writer.close()
        with self._reading, self._reported():
            self._reader.close()

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """All questions asked inside are answered of one moment."""
        with self._reading, self._reported():
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
    try:
        return sqlite3.connect(
            path, timeout=patience, isolation_level=None, check_same_thread=False
        )
    except ValueError as error:  # a path with NUL
        raise StoreError(f"SQLite: {str(path)!r}: {error}") from error


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
