"""Stores by their addresses, and what is made of them only when that is wanted."""

from __future__ import annotations

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
    with pytest.raises(StoreError, match="version 1 of a store's tables, not 2"):
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
