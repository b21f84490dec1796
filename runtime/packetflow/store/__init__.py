"""Where what must outlast a process is kept: in memory, in SQLite or in PostgreSQL.

`packetflow.store.sqlite.SqliteStore` is imported from its own module, so that who
keeps things in memory does not load SQLite.
"""

from __future__ import annotations

from packetflow.store.committer import Committer
from packetflow.store.interface import (
    Append,
    Conflict,
    Entry,
    Line,
    Put,
    Remove,
    Store,
    StoreError,
    Trim,
    Uncertain,
    Write,
)
from packetflow.store.ledger import Head, Ledger
from packetflow.store.memory import MemoryStore

__all__ = [
    "Append",
    "Committer",
    "Conflict",
    "Entry",
    "Head",
    "Ledger",
    "Line",
    "MemoryStore",
    "Put",
    "Remove",
    "Store",
    "StoreError",
    "Trim",
    "Uncertain",
    "Write",
]
