"""A disk that may lose power: it keeps what was synced, and any part of the rest.

SQLite calls it in place of the system, through apsw's way of writing a VFS in Python;
what a store does with its connection stays as it is.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import apsw

_SECTOR: Final = 512
_names = itertools.count()

_Change = Callable[[bytearray], None]


class LosingDisk:
    """What of each file is durable, and what was written to it since."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        """`on_change` is called before each write, truncation, sync and deletion."""
        self.name = f"losing-{next(_names)}"
        self.durable: dict[str, bytearray] = {}
        self.pending: dict[str, list[_Change]] = {}
        self.on_change = on_change
        self.sync_fails = False
        self._vfs = _Vfs(self)

    def opened(self, path: str | Path, patience: float) -> Connection:
        """A connection that writes to this disk."""
        name = Path(path).name
        if name not in self.durable:
            there = Path(path).read_bytes() if Path(path).exists() else b""
            self.durable[name] = bytearray(there)
            self.pending[name] = []
        connection = apsw.Connection(str(path), vfs=self.name)
        connection.set_busy_timeout(round(1000 * patience))
        return Connection(connection)

    def after_power_loss(self, luck: random.Random) -> dict[str, bytes]:
        """The files as they may be found: each sector since the last sync, or not."""
        found: dict[str, bytes] = {}
        share = luck.choice([0.0, 0.5, 1.0])
        for name, durable in self.durable.items():
            content = bytearray(durable)
            for change in self.pending[name]:
                if luck.random() < share:
                    change(content)
            found[name] = bytes(content)
        return found

    def changed(self, name: str, *changes: _Change) -> None:
        self.on_change()
        self.durable.setdefault(name, bytearray())
        self.pending.setdefault(name, []).extend(changes)

    def synced(self, name: str) -> None:
        self.on_change()
        if self.sync_fails:
            failed = apsw.IOError("the disk does not answer")
            failed.extendedresult = apsw.SQLITE_IOERR_FSYNC
            raise failed
        for change in self.pending.get(name, ()):
            change(self.durable[name])
        self.pending[name] = []

    def deleted(self, name: str) -> None:
        self.on_change()
        self.durable.pop(name, None)
        self.pending.pop(name, None)


class Connection:
    """An apsw connection with the methods of sqlite3's that a store uses."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.close = connection.close

    @property
    def in_transaction(self) -> bool:
        return self.connection.in_transaction

    def execute(self, statement: str, values: Sequence[Any] = ()) -> apsw.Cursor:
        try:
            return self.connection.execute(statement, values)
        except apsw.IOError as error:
            told = sqlite3.OperationalError(str(error))
            told.sqlite_errorcode = error.extendedresult
            raise told from error

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(statement, rows)


class Careless(Connection):
    """One that asks for no syncs, whatever the store says."""

    def execute(self, statement: str, values: Sequence[Any] = ()) -> apsw.Cursor:
        return super().execute(statement.replace("= FULL", "= OFF"), values)


class _Vfs(apsw.VFS):
    def __init__(self, disk: LosingDisk) -> None:
        super().__init__(disk.name, "")
        self._disk = disk

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        return _File(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._disk.deleted(Path(filename).name)
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk: LosingDisk, name: Any, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._disk, self._name = disk, Path(path or "temporary").name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        sectors = [
            _written(offset + start, data[start : start + _SECTOR])
            for start in range(0, len(data), _SECTOR)
        ]
        self._disk.changed(self._name, *sectors)
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        def cut(content: bytearray) -> None:
            del content[newsize:]

        self._disk.changed(self._name, cut)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.synced(self._name)
        super().xSync(flags)


def _written(offset: int, data: bytes) -> _Change:
    def write(content: bytearray) -> None:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data

    return write
