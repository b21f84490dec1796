"""Power loss: what SQLite had not synced is lost, and nothing that was acknowledged."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from packetflow.store import (
    Append,
    Entry,
    Put,
    Remove,
    StoreError,
    Trim,
    Uncertain,
    Write,
    sqlite,
)
from packetflow.store.sqlite import SqliteStore
from tests.store.conformance import NOON
from tests.store.test_sqlite_schema import FIRST, made

# The disk is made with a driver that is not installed on every Python.
pytestmark = pytest.mark.slow

BATCHES = 50


def batch(number: int, luck: random.Random) -> list[Write]:
    body = bytes([number]) * luck.choice([1, 100, 6_000])
    writes: list[Write] = [
        Append("a", [Entry(NOON, ("k",), body)], number),
        Append("b", [Entry(NOON, (), b"")] * 2, 2 * number),
        Put("s", "count", str(number + 1).encode()),
        Put("s", str(number), body),
        Remove("s", str(number - 1)),
    ]
    if number % 10 == 9:
        writes.append(Trim("b", 2 * number))
    return writes


def kept(file: Path) -> int:
    """How many batches are in a store; each is there wholly, or not at all."""
    store = SqliteStore(file)
    count = int(store.get("s", "count") or b"0")
    assert [line.number for line in store.read("a")] == list(range(1, count + 1))
    assert (store.end("a"), store.end("b")) == (count, 2 * count)
    assert {key for key, _ in store.scan("s")} == (
        {"count", str(count - 1)} if count else set()
    )
    store.close()
    return count


def lost(folder: Path, seed: int, *, careless: bool = False) -> int:
    """How many acknowledged batches are not there after some loss of power."""
    from tests.store.losing_disk import Careless, LosingDisk

    luck = random.Random(seed)
    found: list[tuple[int, dict[str, bytes]]] = []
    acknowledged = 0

    def remember() -> None:
        if luck.random() < 0.05:
            found.append((acknowledged, disk.after_power_loss(luck)))

    disk = LosingDisk(remember)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "_opened", disk.opened)
        if careless:
            opened = disk.opened
            patch.setattr(
                sqlite, "_opened", lambda *given: Careless(opened(*given).connection)
            )
        store = SqliteStore(folder / "s.db")
        for number in range(BATCHES):
            store.commit(batch(number, luck))
            acknowledged = number + 1
            remember()
        store.close()
    assert len(found) > 10
    missing = 0
    for number, (before, files) in enumerate(found):
        (folder / str(number)).mkdir()
        for name, content in files.items():
            (folder / str(number) / name).write_bytes(content)
        count = kept(folder / str(number) / "s.db")
        assert count <= before + 1
        missing += max(0, before - count)
    return missing


@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path, seed: int) -> None:
    assert lost(tmp_path, seed) == 0


def test_a_store_that_does_not_sync_is_found(tmp_path: Path) -> None:
    try:
        missing = lost(tmp_path, 0, careless=True)
    except (StoreError, AssertionError):
        return  # what is left is no database, or not of one moment
    assert missing > 0


@pytest.mark.parametrize("seed", range(2))
def test_a_migration_is_done_wholly_or_not_at_all(tmp_path: Path, seed: int) -> None:
    from tests.store.losing_disk import LosingDisk

    luck = random.Random(seed)
    found: list[dict[str, bytes]] = []
    disk = LosingDisk(lambda: found.append(disk.after_power_loss(luck)))
    file = made(tmp_path / "s.db", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "_opened", disk.opened)
        SqliteStore(file).close()
    assert len(found) > 5
    for number, files in enumerate(found):
        (tmp_path / str(number)).mkdir()
        for name, content in files.items():
            (tmp_path / str(number) / name).write_bytes(content)
        store = SqliteStore(tmp_path / str(number) / "s.db")
        assert [line.body for line in store.read("a")] == [b"\1", b"\2"]
        assert (store.end("a"), store.end("b")) == (2, 1)
        store.close()


def test_a_sync_that_fails_leaves_all_or_nothing_and_says_so(tmp_path: Path) -> None:
    from tests.store.losing_disk import LosingDisk

    luck = random.Random(0)
    disk = LosingDisk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "_opened", disk.opened)
        store = SqliteStore(tmp_path / "s.db")
        store.commit(batch(0, luck))
        disk.sync_fails = True
        with pytest.raises(Uncertain, match="did not sync"):
            store.commit(batch(1, luck))
        found = [disk.after_power_loss(luck) for _ in range(20)]
        disk.sync_fails = False
        assert store.end("a") == 1
        store.commit(batch(1, luck))
        store.close()
    assert kept(tmp_path / "s.db") == 2
    counts = set()
    for number, files in enumerate(found):
        (tmp_path / str(number)).mkdir()
        for name, content in files.items():
            (tmp_path / str(number) / name).write_bytes(content)
        counts.add(kept(tmp_path / str(number) / "s.db"))
    assert counts == {1, 2}
