"""Stores by their addresses, as they stand in settings and on command lines."""

from __future__ import annotations

import re
from pathlib import Path

from packetflow.store.interface import Store, StoreError
from packetflow.store.memory import MemoryStore

_URLS = ("postgres://", "postgresql://")
_OTHER = re.compile(r"(?!sqlite:)[A-Za-z][A-Za-z0-9+.-]*://")


def open_store(
    address: str, *, schema: str = "packetflow", existing: bool = False
) -> Store:
    """Open `sqlite:FILE` (or a path), `postgres:URL` (or its URL), or `memory:`.

    A URL is what libpq takes: postgresql://user@host/database. With `existing` nothing
    is made or migrated. Raises StoreError.
    """
    if address == "memory:":
        return MemoryStore()
    if address.startswith(("postgres:", *_URLS)):
        given = address if address.startswith(_URLS) else address.partition(":")[2]
        # Imported late: the driver is an extra.
        try:
            from packetflow.store.postgres import PostgresStore
        except ImportError as error:
            raise StoreError(
                "PostgreSQL: its driver is not installed; install pfc[postgres]"
            ) from error
        return PostgresStore(given, schema=schema, existing=existing)
    if _OTHER.match(address):
        # Not shown whole: there may be a password in it.
        kind = address.partition(":")[0]
        raise StoreError(
            f"no store is called {kind}: there are sqlite:FILE, postgres:URL, memory:"
        )
    from packetflow.store.sqlite import SqliteStore

    return SqliteStore(Path(address.removeprefix("sqlite:")), existing=existing)
