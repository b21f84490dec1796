"""SQLite when something is wrong: a clear error, nothing by halves, and it goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import packetflow
from packetflow.store import Append, Entry, Put, StoreError, Write
from packetflow.store.sqlite import SqliteStore
from tests.store.conformance import NOON

RUNTIME = str(Path(packetflow.__file__).parents[1])


def batch(number: int) -> list[Write]:
    body = bytes([number % 256]) * 2_000
    return [
        Append("a", [Entry(NOON, ("k",), body)], number),
        Put("s", "count", str(number + 1).encode()),
    ]


def whole(store: SqliteStore) -> int:
    """How many batches are there, each wholly."""
    count = int(store.get("s", "count") or b"0")
    assert [line.body[0] for line in store.read("a", keys=["k"])] == [
        number % 256 for number in range(count)
    ]
    assert store.end("a") == count
    return count


def python(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": RUNTIME},
    )


def test_a_full_database_takes_nothing_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path / "s.db")
    store._writer.execute("PRAGMA max_page_count = 40")
    count = 0
    with pytest.raises(StoreError, match="full"):
        for count in range(1_000):
            store.commit(batch(count))
    assert count > 3
    assert whole(store) == count
    # All that came together is refused together: none of it was made durable.
    small: list[Write] = [Put("s", "small", b"")]
    with pytest.raises(StoreError, match="full"):
        store.commit_all([small, batch(count)])
    assert store.get("s", "small") is None
    store._writer.execute("PRAGMA max_page_count = 4000")
    store.commit(batch(count))
    assert whole(store) == count + 1
    store.close()


FILLING = """
import resource, sys
from datetime import UTC, datetime
from packetflow.store import Append, Entry, Put, StoreError
from packetflow.store.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, most))
count, at = 0, datetime(2026, 3, 1, 12, tzinfo=UTC)

def commit():
    body = bytes([count % 256]) * 2_000
    store.commit([
        Append("a", [Entry(at, ("k",), body)], count),
        Put("s", "count", str(count + 1).encode()),
    ])

refused = 0
while refused < 3:
    try:
        commit()
        count += 1
    except StoreError as error:
        refused += 1
        print(error, file=sys.stderr)
print(count)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
commit()
"""


def test_a_disk_that_takes_no_more_loses_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    with python(FILLING, tmp_path / "s.db") as child:
        out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    assert "SQLite" in err
    assert int(out) > 3
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        assert whole(store) == int(out) + 1


LOCKING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process writes to the file, and takes its time."""
    with python(LOCKING, file) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "locked\n"
        yield
        child.communicate("\n", timeout=20)


def test_a_file_that_another_process_locks(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    store = SqliteStore(file, patience=0.05)
    store.commit(batch(0))
    with locked(file):
        with pytest.raises(StoreError, match="locked"):
            store.commit(batch(1))
        assert whole(store) == 1  # who reads is not kept waiting
        with closing(SqliteStore(file, patience=0.05)) as other:
            assert whole(other) == 1
    store.commit(batch(1))
    assert whole(store) == 2
    store.close()


def test_who_is_patient_gets_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    store = SqliteStore(file, patience=30)
    with python(LOCKING, file) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        child.stdin.write("\n")
        child.stdin.flush()
        store.commit(batch(0))
        child.communicate(timeout=20)
    assert whole(store) == 1
    store.close()


READING = """
import os, sys
from packetflow.store import Put, StoreError
from packetflow.store.sqlite import SqliteStore
if os.geteuid() == 0:
    os.seteuid(65534)  # root may write to what is read-only
try:
    store = SqliteStore(sys.argv[1])
    print(store.get("s", "count"))
    store.commit([Put("s", "count", b"wrong")])
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("folder_too", [False, True])
def test_a_read_only_file_is_an_error_of_the_store(
    tmp_path: Path, folder_too: bool
) -> None:
    # The folders that pytest makes are for their owner only.
    folder = tmp_path / "f"
    folder.mkdir()
    for one in (tmp_path, *tmp_path.parents):
        if one == tmp_path or "pytest" in str(one):
            one.chmod(one.stat().st_mode | 0o055)
    file = folder / "s.db"
    store = SqliteStore(file)
    store.commit(batch(0))
    store.close()
    file.chmod(0o444)
    folder.chmod(0o555 if folder_too else 0o777)
    with python(READING, file) as child:
        out, err = child.communicate(timeout=20)
    folder.chmod(0o755)
    assert child.returncode == 0, err
    assert "SQLite: " in out
    assert "readonly" in out or "unable to open" in out
    with closing(SqliteStore(file)) as store:
        assert whole(store) == 1


def test_a_corrupted_file_is_an_error_of_the_store(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    with closing(SqliteStore(file)) as store:
        for number in range(40):
            store.commit(batch(number))
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    with closing(SqliteStore(file)) as store:
        for ask in (
            lambda: store.read("a"),
            lambda: store.get("s", "count"),
            lambda: store.commit(batch(40)),
            store.survey,
        ):
            with pytest.raises(StoreError, match=r"malformed|not a database"):
                ask()


def test_a_file_that_was_cut_off_is_an_error_of_the_store(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    with closing(SqliteStore(file)) as store:
        for number in range(40):
            store.commit(batch(number))
    os.truncate(file, 4096 * 3 + 7)
    with (
        pytest.raises(StoreError, match=r"malformed|not a database|short read"),
        closing(SqliteStore(file)) as store,
    ):
        store.read("a")
        store.commit(batch(40))
