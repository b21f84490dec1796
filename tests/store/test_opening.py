"""Stores by their addresses, and what is made of them only when that is wanted."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from packetflow.store import MemoryStore, Put, StoreError
from packetflow.store.opening import open_store
from packetflow.store.sqlite import SqliteStore
from tests.store.test_sqlite_schema import FIRST, content, made


@pytest.mark.parametrize("prefix", ["", "sqlite:"])
def test_a_file(tmp_path: Path, prefix: str) -> None:
    with closing(open_store(f"{prefix}{tmp_path}/s.db")) as store:
        assert isinstance(store, SqliteStore)
        store.commit([Put("s", "k", b"v")])
    with closing(open_store(f"{prefix}{tmp_path}/s.db", existing=True)) as store:
        assert store.get("s", "k") == b"v"


def test_memory() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


def test_nothing_is_made_or_migrated_where_a_store_is_expected(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no file"):
        open_store(f"{tmp_path}/s.db", existing=True)
    assert not (tmp_path / "s.db").exists()
    file = made(tmp_path / "old.db", FIRST)
    before = content(file)
    with pytest.raises(StoreError, match="version 1 of a store's tables, not 3"):
        open_store(str(file), existing=True)
    assert content(file) == before


def test_without_its_driver_postgres_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in list(sys.modules):
        if name.startswith("packetflow.store.postgres"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"install pfc\[postgres\]"):
        open_store("postgresql://me@/db")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none/s.db", "there is no folder .*/none. Make it, or use another path"),
        ("folder", "this is a folder. Use the path of a file"),
        ("text.db", "another program's, or damaged"),
        ("foreign.db", "belongs to another program. Use another path"),
        ("x" * 300, "File name too long"),
        ("a\0b", "null"),
        ("busy.db", "another process keeps it busy. Stop that one"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_the_path(
    tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.db").write_text("some other file, " * 99)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE t (x)")
    with closing(sqlite3.connect(tmp_path / "busy.db")) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match=told) as raised:
            SqliteStore(tmp_path / name, patience=0.01)
    assert "\n" not in str(raised.value)
    assert repr(name)[1:-1] in str(raised.value)


def test_an_address_of_something_else() -> None:
    with pytest.raises(StoreError, match="no store is called mysql") as raised:
        open_store("mysql://me:secret@host/db")
    assert "secret" not in str(raised.value)


@pytest.mark.slow  # only where the driver is installed
def test_an_address_that_cannot_be_read_is_not_shown() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="It has to look like") as raised:
        open_store("postgresql://me:sec%ret@host/db")
    assert "ret@" not in str(raised.value)
    assert "sec" not in str(raised.value)
