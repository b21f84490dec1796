"""Where what must outlast a process is kept: logs, in memory or in SQLite.

`packetflow.store.sqlite.SqliteStore` is imported from its own module, so that who
keeps things in memory does not load SQLite.
"""

from __future__ import annotations

from packetflow.store.interface import Conflict, Entry, Line, Store, StoreError
from packetflow.store.ledger import Head, Ledger
from packetflow.store.memory import MemoryStore

__all__ = [
    "Conflict",
    "Entry",
    "Head",
    "Ledger",
    "Line",
    "MemoryStore",
    "Store",
    "StoreError",
]
