"""Stores and ledgers: both kinds of stores answer alike, and changes are found."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from packetflow.store import (
    Conflict,
    Entry,
    Head,
    Ledger,
    Line,
    MemoryStore,
    Store,
    StoreError,
)
from packetflow.store.sqlite import SqliteStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEP = timedelta(microseconds=1)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = (
        MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "s.db")
    )
    yield made
    made.close()


def entry(number: int, *keys: str) -> Entry:
    return Entry(NOON + number * STEP, keys, f"body {number}".encode())


def test_lines_are_kept_in_order_in_logs_of_their_own(store: Store) -> None:
    store.append("a", [entry(1, "x"), entry(2)], after=0)
    store.append("b", [entry(9)], after=0)
    store.append("a", [entry(3, "x", "y")], after=2)
    assert store.read("a") == [
        Line(1, *entry(1, "x")),
        Line(2, *entry(2)),
        Line(3, *entry(3, "x", "y")),
    ]
    assert store.last("b") == Line(1, *entry(9))
    assert store.last("none") is None
    assert store.read("none") == []


def test_lines_are_found_by_keys_times_and_numbers(store: Store) -> None:
    store.append("a", [entry(n, "odd" if n % 2 else "even") for n in range(6)], after=0)

    def numbers(**question: object) -> list[int]:
        return [line.number for line in store.read("a", **question)]  # type: ignore[arg-type]

    assert numbers(keys=["odd"]) == [2, 4, 6]
    assert numbers(keys=["odd", "even"]) == []
    assert numbers(since=NOON + 2 * STEP, before=NOON + 4 * STEP) == [3, 4]
    assert numbers(after=4) == [5, 6]
    assert numbers(keys=["even"], limit=2) == [1, 3]


def test_who_does_not_know_the_end_adds_nothing(store: Store) -> None:
    store.append("a", [entry(1)], after=0)
    for wrong in (0, 2):
        with pytest.raises(Conflict):
            store.append("a", [entry(2), entry(3)], after=wrong)
    assert len(store.read("a")) == 1


def test_a_ledger_goes_on_where_others_wrote(store: Store) -> None:
    one, two = Ledger(store, "a"), Ledger(store, "a")
    for ledger in (one, two, two, one):
        ledger.append([entry(1, "k"), entry(2)])
    assert [line.body for line in one.read(keys=["k"])] == [b"body 1"] * 4
    assert one.broken() is None
    assert one.head().number == 8


def test_a_file_outlives_its_store(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    first = SqliteStore(file)
    Ledger(first, "a").append([entry(1, "k")])
    first.close()
    with pytest.raises(StoreError):
        first.read("a")
    second = SqliteStore(file)
    ledger = Ledger(second, "a")
    ledger.append([entry(2)])
    assert [line.body for line in ledger.read()] == [b"body 1", b"body 2"]
    assert ledger.broken() is None
    second.close()


def test_a_file_that_is_no_database_is_an_error_of_the_store(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    file.write_text("no database at all, but long enough to be read as one" * 40)
    with pytest.raises(StoreError):
        SqliteStore(file)
    with pytest.raises(StoreError):
        SqliteStore(tmp_path / "no" / "folder" / "s.db")


TAMPERING = [
    "UPDATE line SET body = body || x'00' WHERE number = {n}",
    "UPDATE line SET body = x'' WHERE number = {n}",
    "UPDATE line SET at = at + 1 WHERE number = {n}",
    "UPDATE line_key SET key = 'verdict:allowed' WHERE number = {n} AND place = 0",
    "DELETE FROM line_key WHERE number = {n} AND place = 0",
    "INSERT INTO line_key VALUES ('a', 'more', {n}, 9)",
    "DELETE FROM line WHERE number = {n}",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_tampering_with_any_line_is_found(tmp_path: Path, statement: str) -> None:
    file = tmp_path / "s.db"
    store = SqliteStore(file)
    ledger = Ledger(store, "a")
    ledger.append([entry(n, f"verdict:{n}") for n in range(1, 8)])
    head = ledger.head()
    number = random.Random(statement).randint(1, 6)
    assert ledger.broken(head) is None
    with sqlite3.connect(file) as connection:
        connection.execute(statement.format(n=number))
    connection.close()
    assert ledger.broken() == number
    store.close()


def test_lines_cut_off_or_written_anew_are_found_with_a_head(tmp_path: Path) -> None:
    def written(text: bytes, lines: int, key: bytes = b"") -> Ledger:
        ledger = Ledger(MemoryStore(), "a", key=key)
        ledger.append([Entry(NOON, (), text)] * lines)
        return ledger

    head = written(b"true", 3).head()
    assert written(b"true", 3).broken(head) is None
    assert written(b"true", 2).broken() is None
    assert written(b"true", 2).broken(head) == 3
    assert written(b"false", 3).broken(head) == 3
    assert written(b"true", 5).broken(head) is None
    # Who lacks the key cannot make a chain that holds with it.
    forged = written(b"true", 3)
    assert Ledger(forged.store, "a", key=b"secret").broken() == 1
    assert written(b"true", 3, b"secret").broken() is None


def test_an_empty_ledger_is_whole() -> None:
    ledger = Ledger(MemoryStore(), "a")
    ledger.append([])
    assert ledger.head() == Head(0, bytes(32))
    assert ledger.broken() is None


def test_a_ledger_that_was_trimmed_is_whole_and_goes_on(store: Store) -> None:
    ledger = Ledger(store, "a", key=b"secret")
    ledger.append([entry(n, "k") for n in range(1, 8)])
    head = ledger.head()
    for upto, left in ((0, 7), (3, 4), (2, 4), (9, 0)):
        ledger.trim(upto)
        again = Ledger(store, "a", key=b"secret")
        assert len(again.read()) == left
        assert again.broken(head) is None
        assert again.head() == head
    again.append([entry(8)])
    assert again.head().number == 8
    assert [line.number for line in again.read()] == [8]
    assert Ledger(store, "a", key=b"secret").broken(head) is None
    # Whoever lacks the key cannot say where it begins.
    assert Ledger(store, "a", key=b"other").broken() == 1


def test_lines_removed_at_either_end_are_found_without_a_head(tmp_path: Path) -> None:
    for gone in ("< 3", "> 5"):
        file = tmp_path / f"{gone[-1]}.db"
        store = SqliteStore(file)
        ledger = Ledger(store, "a")
        ledger.append([entry(n) for n in range(1, 8)])
        with sqlite3.connect(file) as connection:
            connection.execute(f"DELETE FROM line WHERE number {gone}")
        connection.close()
        assert ledger.broken() == (1 if gone == "< 3" else 6)
        if gone == "> 5":
            with pytest.raises(StoreError, match="lines behind 5 are gone"):
                Ledger(store, "a").append([entry(9)])
        store.close()


def test_who_writes_meanwhile_is_not_taken_for_one_who_cuts_off(tmp_path: Path) -> None:
    class Busy(SqliteStore):
        """Somebody writes between any two questions."""

        def last(self, log: str) -> Line | None:
            found = super().last(log)
            if found is not None:
                Ledger(other, log).append([entry(1)])
            return found

    other = SqliteStore(tmp_path / "s.db")
    Ledger(other, "a").append([entry(0)])
    busy = Busy(tmp_path / "s.db")
    assert Ledger(busy, "a").head().number == 1
    assert Ledger(other, "a").broken() is None
    busy.close()
    other.close()
