"""Where an app keeps things, as its `store` clause says; opened when it is started."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol, final

from packetflow.store.interface import Store, StoreError
from packetflow.store.memory import MemoryStore

# The folder of files whose names are relative; else that is the working directory.
FOLDER: Final = "PACKETFLOW_DATA"

_ENVIRONMENT: Final = "env:"


class Place(Protocol):
    """Something that a store is opened from."""

    def open(self) -> Store:
        """Open the store, made if it is not there; raises StoreError."""


@final
class Memory:
    """Nothing is kept longer than the process."""

    __slots__ = ()

    def open(self) -> Store:
        """An empty store."""
        return MemoryStore()


@final
class Sqlite:
    """A file, in the folder that PACKETFLOW_DATA names, else where the process runs.

    `env:NAME` takes the path from the environment.
    """

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def open(self) -> Store:
        """Open the file; raises StoreError."""
        # Imported late: who keeps nothing in files does not wait for it.
        from packetflow.store.sqlite import SqliteStore

        return SqliteStore(Path(os.environ.get(FOLDER, ""), _told(self.path)))


@final
class Postgres:
    """A PostgreSQL database; `env:NAME` takes the address from the environment."""

    __slots__ = ("address",)

    def __init__(self, address: str) -> None:
        self.address = address

    def open(self) -> Store:
        """Connect; raises StoreError."""
        from packetflow.store.opening import open_store

        return open_store(f"postgres:{_told(self.address)}")


def _told(text: str) -> str:
    name = text.removeprefix(_ENVIRONMENT)
    if name == text:
        return text
    value = os.environ.get(name)
    if not value:
        raise StoreError(
            f"the environment has no {name}, which says where the store is"
        )
    return value
