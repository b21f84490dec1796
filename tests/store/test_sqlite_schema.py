"""Files of earlier releases are migrated, wholly or not at all; others are refused."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from packetflow.store import Entry, Ledger, Line, Put, StoreError, schema_sqlite
from packetflow.store.sqlite import SqliteStore
from tests.store.conformance import NOON

# What the first release wrote: no version, and no table for values.
FIRST = """
CREATE TABLE line (
  log TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (log, number)
) WITHOUT ROWID;
CREATE INDEX line_at ON line (log, at);
CREATE TABLE line_key (
  log TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY (log, key, number, place)
) WITHOUT ROWID;
CREATE INDEX line_key_number ON line_key (log, number, place);
INSERT INTO line VALUES ('a', 1, 1772366400000000, x'01'), ('a', 2, 0, x'02');
INSERT INTO line VALUES ('b', 1, 1772366400000000, x'03');
INSERT INTO line_key VALUES ('a', 'k', 1, 0), ('a', 'j', 1, 1);
"""


def made(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(script)
    return path


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            *connection.iterdump(),
            str(connection.execute("PRAGMA user_version").fetchone()),
            str(connection.execute("PRAGMA application_id").fetchone()),
        ]


def test_a_file_of_the_first_release_is_migrated(tmp_path: Path) -> None:
    file = made(tmp_path / "s.db", FIRST)
    for _ in range(2):  # also when it is opened once more
        store = SqliteStore(file)
        assert store.read("a")[0] == Line(1, NOON, ("k", "j"), b"\1")
        assert [line.body for line in store.read("a")] == [b"\1", b"\2"]
        assert (store.end("a"), store.end("b"), store.end("c")) == (2, 1, 0)
        store.close()
    store = SqliteStore(file)
    store.append("b", [Entry(NOON, (), b"4")], after=1)
    store.commit([Put("s", "k", b"v")])
    assert (store.end("b"), store.get("s", "k")) == (2, b"v")
    store.close()


def test_a_file_with_an_index_that_nothing_used_loses_it(tmp_path: Path) -> None:
    file = made(tmp_path / "s.db", FIRST)
    with closing(sqlite3.connect(file)) as connection:
        for step in schema_sqlite.STEPS[1:2]:
            for statement in step:
                connection.execute(statement)
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    with closing(SqliteStore(file)) as store:
        assert [line.body for line in store.read("a")] == [b"\1", b"\2"]
        # What it was meant for is still answered.
        assert [line.number for line in store.read("a", since=NOON)] == [1]
        assert [line.number for line in store.read("a", before=NOON)] == [2]
    assert not any("line_at" in statement for statement in content(file))


def test_a_new_file_and_a_migrated_one_have_the_same_tables(tmp_path: Path) -> None:
    old, new = made(tmp_path / "old.db", FIRST), tmp_path / "new.db"
    for file in (old, new):
        SqliteStore(file).close()

    def tables(file: Path) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(file)) as connection:
            ask = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            found = connection.execute(ask).fetchall()
        return sorted((name, "".join(sql.split())) for name, sql in found)

    assert tables(old) == tables(new)


def test_a_file_of_a_newer_release_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    SqliteStore(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = content(file)
    with pytest.raises(StoreError, match="version 99 .*use a newer release"):  # noqa: RUF043
        SqliteStore(file)
    assert content(file) == before


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE theirs (a)",
        "CREATE TABLE line (a); PRAGMA user_version = 3",
        "PRAGMA application_id = 7",
    ],
)
def test_a_file_of_another_program_is_refused_untouched(
    tmp_path: Path, script: str
) -> None:
    file = made(tmp_path / "s.db", script)
    before = content(file)
    with pytest.raises(StoreError, match="belongs to another program"):
        SqliteStore(file)
    assert content(file) == before


@pytest.mark.parametrize("start", ["", FIRST])
def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    file = made(tmp_path / "s.db", start)
    before = content(file)
    with monkeypatch.context() as patch:
        steps = (*schema_sqlite.STEPS, ("CREATE TABLE more (a)", "no SQL"))
        patch.setattr(schema_sqlite, "STEPS", steps)
        with pytest.raises(StoreError, match="syntax error"):
            SqliteStore(file)
    assert content(file) == before
    SqliteStore(file).close()


@pytest.mark.parametrize("start", ["", FIRST])
def test_many_open_a_file_at_once(tmp_path: Path, start: str) -> None:
    for number in range(5):
        file = tmp_path / f"{number}.db"
        if start:
            made(file, start)
        with ThreadPoolExecutor(8) as pool:
            stores = list(pool.map(lambda _, file=file: SqliteStore(file), range(8)))
        for store in stores:
            Ledger(store, "new").append([Entry(NOON, (), b"x")])
        assert stores[0].end("new") == 8
        for store in stores:
            store.close()


def test_a_new_file_that_another_writes_to_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    schema_sqlite.migrate(other)  # not in WAL mode yet: changing that needs a lock
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        SqliteStore(file, patience=0.05)
    leaving = threading.Timer(0.1, other.execute, ["ROLLBACK"])
    leaving.start()
    SqliteStore(file, patience=30).close()
    leaving.join()
    other.close()
