"""Stores for the tests of tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from packetflow.store import MemoryStore, Store
from packetflow.store.sqlite import SqliteStore
from tests.store.postgres_server import PostgresServer

POSTGRES = pytest.param("postgres", marks=pytest.mark.slow)
LASTING = ("sqlite", POSTGRES)
KINDS = ("memory", *LASTING)

Opened = Callable[..., Store]
_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the tests of one process."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens stores of a kind, each with a place of its own or one that has a name."""
    stores: list[Store] = []

    def open_store(kind: str, name: str = "") -> Store:
        store: Store
        place = name or f"rows{next(_NUMBERS)}"
        if kind == "memory":
            store = MemoryStore()
        elif kind == "sqlite":
            store = SqliteStore(tmp_path / f"{place}.db")
        else:
            from packetflow.store.postgres import PostgresStore

            server = request.getfixturevalue("postgres")
            store = PostgresStore(server.url, schema=place)
        stores.append(store)
        return store

    yield open_store
    for store in stores:
        store.close()
