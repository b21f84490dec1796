"""A store in PostgreSQL, durable when `commit` returns; needs the `postgres` extra."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import repeat
from typing import Any, Final, TypeVar

import psycopg

from packetflow.store.interface import (
    Append,
    Entry,
    Line,
    LogInfo,
    SpaceInfo,
    StoreError,
    Survey,
    Write,
)
from packetflow.store.planning import Plan, Tail, logs_of, moment, named
from packetflow.store.postgres_link import Doubt, Link, lost
from packetflow.store.questions import of_lines, of_values
from packetflow.store.schema_postgres import Connection

_MOST_BYTES: Final = 1 << 25
_MOST_ROWS: Final = 5_000
_FEW: Final = 4

_LINE: Final = (
    "SELECT number, at, body, ARRAY(SELECT k.key FROM line_key k"
    " WHERE k.log = line.log AND k.number = line.number ORDER BY k.place) FROM line"
)
_VALUE: Final = "SELECT key, value FROM value"
_ENDS: Final = (
    "SELECT name, last FROM log WHERE name = ANY(%b::bytea[]) ORDER BY name FOR UPDATE"
)
_SURVEY: Final = """
SELECT name, count(number), coalesce(min(number), 0), last,
  coalesce(sum(length(body)), 0)::bigint,
  (SELECT at FROM line WHERE log = name ORDER BY number LIMIT 1),
  (SELECT at FROM line WHERE log = name ORDER BY number DESC LIMIT 1)
FROM log LEFT JOIN line ON log = name GROUP BY name ORDER BY name
"""
_FORGOTTEN: Final = "30 days"

Inside = Callable[[Connection], Sequence[Sequence[Write]]]

_Row = TypeVar("_Row", bound=tuple[Any, ...])


class PostgresStore:
    """Keeps logs and values in a schema of a database; others may use it as well.

    When the server goes away, whoever asks waits up to `patience` seconds for it to
    come back. Commits that were under way then are done once, or not at all.
    """

    def __init__(
        self,
        url: str,
        *,
        schema: str = "packetflow",
        patience: float = 10.0,
        existing: bool = False,
    ) -> None:
        """Connect to `postgresql://user@host/database`, and make the tables.

        With `existing` nothing is made or migrated. Raises StoreError if the server is
        not there.
        """
        self._where = (url, schema, patience)
        self._writer = Link(url, schema, patience, change=not existing)
        self._reader = Link(url, schema, patience, change=False)
        self._id = uuid.uuid4().hex
        self._commits = 0
        self._writer.run(self._enter)

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; on return it is durable."""
        (refused,) = self.commit_all([writes])
        if refused is not None:
            raise refused

    def commit_all(
        self, batches: Sequence[Sequence[Write]], *, inside: Inside | None = None
    ) -> list[StoreError | None]:
        """Write batches, each all or nothing, in one transaction.

        What `inside` does is part of it, and what it gives is written instead, all of
        it or nothing; it is called again if another transaction was quicker.
        """
        return self._writer.run(partial(self._commit, batches=batches, inside=inside))

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Keep entries behind line `after`; raises Conflict if it is not the last."""
        self.commit([Append(log, entries, after)])

    def another(self) -> Link:
        """A further connection, for who reads; closed by who asked for it."""
        return Link(*self._where, change=False)

    def _commit(
        self,
        connection: Connection,
        *,
        batches: Sequence[Sequence[Write]],
        inside: Inside | None,
    ) -> list[StoreError | None]:
        self._commits += 1
        number = self._commits
        # Who waits for a lock sees afterwards what the other has written; who reads
        # rows sees one moment, and does all of it again if another changed them.
        level = "READ COMMITTED" if inside is None else "SERIALIZABLE"
        with connection.pipeline():
            connection.execute(f"BEGIN ISOLATION LEVEL {level} READ WRITE".encode())
            connection.execute(
                "UPDATE writer SET commit = %s, seen = now() WHERE id = %s",
                [number, self._id],
            )
            if inside is None:
                known = _ends(connection, batches)
        if inside is not None:
            batches = inside(connection)
            known = _ends(connection, batches)
        plan = Plan(lambda log: known.get(log, 0))
        refused = plan.add_all(batches)
        if inside is not None:
            for told in filter(None, refused):
                raise told
        try:
            with connection.pipeline():
                _write(connection, plan, known)
                connection.execute("COMMIT")
        except psycopg.Error as error:
            if lost(connection, error):
                raise Doubt(partial(self._settle, number=number), refused) from error
            raise
        return refused

    def _enter(self, connection: Connection) -> None:
        connection.execute(
            "DELETE FROM writer WHERE seen < now() - %s::interval", [_FORGOTTEN]
        )
        connection.execute(
            "INSERT INTO writer VALUES (%s, 0, now()) ON CONFLICT DO NOTHING",
            [self._id],
        )

    def _settle(self, connection: Connection, *, number: int) -> bool:
        # A transaction that still runs on the lost connection holds the row: the answer
        # comes when it has ended, one way or the other.
        found = connection.execute(
            "SELECT commit FROM writer WHERE id = %s FOR UPDATE", [self._id]
        ).fetchone()
        return found is not None and found[0] == number

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
        asked, values = of_lines("%s", named, log, keys, since, before, after)
        return [_line(row) for row in self._ask(_LINE + asked, [*values, limit])]

    def last(self, log: str) -> Line | None:
        """The last line of a log, None if none is kept."""
        question = f"{_LINE} WHERE log = %s ORDER BY number DESC LIMIT 1"
        rows = self._ask(question, [named(log)])
        return _line(rows[0]) if rows else None

    def end(self, log: str) -> int:
        """The number of the last line that a log was given."""
        rows = self._ask("SELECT last FROM log WHERE name = %s", [named(log)])
        return rows[0][0] if rows else 0

    def get(self, space: str, key: str) -> bytes | None:
        """The value under a key."""
        question = "SELECT value FROM value WHERE space = %s AND key = %s"
        rows = self._ask(question, [named(space), named(key)])
        return rows[0][0] if rows else None

    def scan(
        self,
        space: str,
        *,
        start: str = "",
        before: str | None = None,
        limit: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """Keys from `start` on and before `before`, with their values, in order."""
        asked, values = of_values("%s", named, space, start, before)
        rows = self._ask(_VALUE + asked, [*values, limit])
        return [(key.decode(), value) for key, value in rows]

    def survey(self) -> Survey:
        """What is there."""
        logs = self._ask(_SURVEY, [], bounded=False)
        spaces = self._ask(
            "SELECT space, count(*), sum(length(value))::bigint FROM value"
            " GROUP BY space ORDER BY space",
            [],
            bounded=False,
        )
        return Survey(
            tuple(
                LogInfo(
                    row[0].decode(),
                    *row[1:5],
                    *(None if at is None else moment(at) for at in row[5:]),
                )
                for row in logs
            ),
            tuple(SpaceInfo(space.decode(), *rest) for space, *rest in spaces),
        )

    def faults(self) -> list[str]:
        """What cannot be read; `pg_amcheck` looks further."""
        found: list[str] = []
        for table in ("log", "line", "line_key", "value"):
            try:
                question = f"SELECT count(t::text) FROM {table} AS t"
                self._ask(question, [], bounded=False)
            except StoreError as error:
                found.append(f"{table}: {error}")
        return found

    def compact(self) -> None:
        """Free the room of what was forgotten, without keeping others waiting."""
        for table in ("log", "line", "line_key", "value", "writer"):
            statement = f"VACUUM (ANALYZE) {table}".encode()
            vacuum = partial(psycopg.Connection.execute, query=statement)
            self._writer.run(vacuum, bounded=False)

    def close(self) -> None:
        """Close the connections."""
        with suppress(StoreError):
            self._writer.run(self._leave)
        self._writer.close()
        self._reader.close()

    def _leave(self, connection: Connection) -> None:
        connection.execute("DELETE FROM writer WHERE id = %s", [self._id])

    def _ask(
        self, question: str, values: Sequence[object], *, bounded: bool = True
    ) -> list[tuple[Any, ...]]:
        # Bytes: the text is ours alone, and values never become part of it.
        return self._reader.run(
            lambda connection: connection.execute(
                question.encode(), values, binary=True
            ).fetchall(),
            bounded=bounded,
        )


def _ends(connection: Connection, batches: Sequence[Sequence[Write]]) -> dict[str, int]:
    found = connection.execute(_ENDS, [[log.encode() for log in logs_of(batches)]])
    return {bytes(name).decode(): last for name, last in found.fetchall()}


def _write(connection: Connection, plan: Plan, known: dict[str, int]) -> None:
    run = connection.execute
    _write_lines(connection, [tail for _, tail in sorted(plan.grown.items())])
    for keys in _chunks(plan.keys):
        logs, names, numbers, places = _columns(keys)
        run(
            "INSERT INTO line_key SELECT * FROM"
            " unnest(%b::bytea[], %b::bytea[], %b::int8[], %b::int4[])",
            [
                [log.encode() for log in logs],
                [name.encode() for name in names],
                numbers,
                places,
            ],
        )
    _write_ends(connection, plan, known)
    _write_values(connection, plan)
    for log, upto in sorted(plan.trims.items()):
        for table in ("line_key", "line"):
            question = f"DELETE FROM {table} WHERE log = %s AND number <= %s"
            run(question.encode(), [log.encode(), upto])


def _write_lines(connection: Connection, tails: Sequence[Tail]) -> None:
    rows: list[tuple[bytes, int, int, bytes]] = []
    for tail in tails:
        log = tail.log.encode()
        if tail.end - tail.after < _FEW:
            numbers = range(tail.after + 1, tail.end + 1)
            rows += zip(repeat(log), numbers, tail.times, tail.bodies, strict=False)
            continue
        # The numbers are counted by the server.
        before = tail.after
        for some in _chunks(list(zip(tail.times, tail.bodies, strict=True))):
            connection.execute(
                "INSERT INTO line SELECT %b, %b + place, at, body FROM"
                " unnest(%b::int8[], %b::bytea[]) WITH ORDINALITY"
                " AS new (at, body, place)",
                [log, before, *_columns(some)],
            )
            before += len(some)
    for several in _chunks(rows):
        connection.execute(
            "INSERT INTO line SELECT * FROM"
            " unnest(%b::bytea[], %b::int8[], %b::int8[], %b::bytea[])",
            _columns(several),
        )


def _write_ends(connection: Connection, plan: Plan, known: dict[str, int]) -> None:
    ends = [(log.encode(), tail.end) for log, tail in sorted(plan.grown.items())]
    old = [one for one in ends if one[0].decode() in known]
    new = [one for one in ends if one[0].decode() not in known]
    if old:
        connection.execute(
            "UPDATE log SET last = new.last"
            " FROM unnest(%b::bytea[], %b::int8[]) AS new (name, last)"
            " WHERE log.name = new.name",
            _columns(old),
        )
    if new:
        # If another made the same log meanwhile, this fails, and all is done again.
        connection.execute(
            "INSERT INTO log SELECT * FROM unnest(%b::bytea[], %b::int8[])",
            _columns(new),
        )


def _write_values(connection: Connection, plan: Plan) -> None:
    kept = [
        (space.encode(), key.encode(), value)
        for (space, key), value in sorted(plan.values.items(), key=lambda one: one[0])
    ]
    put = [(space, key, value) for space, key, value in kept if value is not None]
    for some in _chunks(put):
        connection.execute(
            "INSERT INTO value SELECT * FROM"
            " unnest(%b::bytea[], %b::bytea[], %b::bytea[])"
            " ON CONFLICT (space, key) DO UPDATE SET value = excluded.value",
            _columns(some),
        )
    gone = [(space, key) for space, key, value in kept if value is None]
    if gone:
        connection.execute(
            "DELETE FROM value USING unnest(%b::bytea[], %b::bytea[]) AS gone (s, k)"
            " WHERE space = s AND key = k",
            _columns(gone),
        )


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _chunks(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows in pieces that a statement can hold; the last column may be large."""
    piece: list[_Row] = []
    size = 0
    for row in rows:
        piece.append(row)
        size += len(row[-1]) if isinstance(row[-1], bytes) else 0
        if size > _MOST_BYTES or len(piece) == _MOST_ROWS:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _line(row: tuple[Any, ...]) -> Line:
    number, at, body, keys = row
    return Line(number, moment(at), tuple(key.decode() for key in keys), body)
