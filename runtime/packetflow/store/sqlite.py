"""A store in one SQLite file, durable when `append` returns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from packetflow.store.interface import Conflict, Entry, Line, StoreError

# Times are whole microseconds: exact, and in order as integers.
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(microseconds=1)

# Keys stand in their own table only, so that there is one truth about them: a line
# whose keys were changed there is another line.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS line (
  log TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (log, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS line_at ON line (log, at);
CREATE TABLE IF NOT EXISTS line_key (
  log TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY (log, key, number, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS line_key_number ON line_key (log, number, place);
"""
# What was changed by others may have another type: it is read all the same.
_LINE: Final = "SELECT number, CAST(at AS INTEGER), CAST(body AS BLOB) FROM line"


class SqliteStore:
    """Keeps logs in a file; other processes may use the same file."""

    def __init__(self, path: str | Path, *, patience: float = 5.0) -> None:
        """Open or make the file; `patience` is seconds to wait for other writers."""
        self._lock = threading.Lock()
        with _reported():
            self._connection = sqlite3.connect(
                path, timeout=patience, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Keep entries behind line `after`; raises Conflict if it is not the last."""
        with self._lock, _reported():
            run = self._connection.execute
            run("BEGIN IMMEDIATE")
            try:
                top = "SELECT coalesce(max(number), 0) FROM line WHERE log = ?"
                (last,) = run(top, (log,)).fetchone()
                if last != after:
                    raise Conflict(f"{log} ends with line {last}, not {after}")
                self._insert(log, entries, after)
                run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    run("ROLLBACK")
                raise

    def _insert(self, log: str, entries: Sequence[Entry], after: int) -> None:
        numbered = list(enumerate(entries, after + 1))
        self._connection.executemany(
            "INSERT INTO line VALUES (?, ?, ?, ?)",
            [(log, number, _steps(one.at), one.body) for number, one in numbered],
        )
        self._connection.executemany(
            "INSERT INTO line_key VALUES (?, ?, ?, ?)",
            [
                (log, key, number, place)
                for number, one in numbered
                for place, key in enumerate(one.keys)
            ],
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
            values.append(_steps(since))
        if before is not None:
            question += " AND at < ?"
            values.append(_steps(before))
        question += " ORDER BY number LIMIT ?"
        values.append(-1 if limit is None else limit)
        with self._lock, _reported():
            found = self._connection.execute(question, values).fetchall()
            return [self._line(log, *row) for row in found]

    def last(self, log: str) -> Line | None:
        """The last line of a log, None if it is empty."""
        question = f"{_LINE} WHERE log = ? ORDER BY number DESC LIMIT 1"
        with self._lock, _reported():
            row = self._connection.execute(question, (log,)).fetchone()
            return None if row is None else self._line(log, *row)

    def close(self) -> None:
        """Close the file."""
        with self._lock, _reported():
            self._connection.close()

    def _line(self, log: str, number: int, at: int, body: bytes) -> Line:
        question = (
            "SELECT key FROM line_key WHERE log = ? AND number = ? ORDER BY place"
        )
        keys = self._connection.execute(question, (log, number)).fetchall()
        return Line(number, _EPOCH + at * _STEP, tuple(key for (key,) in keys), body)


def _steps(at: datetime) -> int:
    return (at - _EPOCH) // _STEP


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeError, OverflowError) as error:
        raise StoreError(f"SQLite: {error}") from error
