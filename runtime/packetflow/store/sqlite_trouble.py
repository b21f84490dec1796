"""What SQLite says when it fails, in words that say which file and what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from packetflow.store.interface import StoreError

_KIND: Final = 0xFF  # the rest of a code says more about it


@contextmanager
def reported(path: str | Path) -> Iterator[None]:
    """Raise StoreError for what SQLite or the system say about a file."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"SQLite: {path}: {_advice(Path(path), error)}") from error
    except OSError as error:
        raise StoreError(f"SQLite: {path}: {error.strerror or error}") from error
    except (UnicodeError, OverflowError) as error:
        raise StoreError(f"SQLite: {error}") from error


def _advice(path: Path, error: sqlite3.Error) -> str:
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _KIND:
        case sqlite3.SQLITE_CANTOPEN:
            return _unopened(path)
        case sqlite3.SQLITE_NOTADB:
            return (
                f"{error}: it is another program's, or damaged from its beginning. "
                "Use another path, or put back a copy"
            )
        case sqlite3.SQLITE_CORRUPT:
            return (
                f"the file is damaged ({error}). `pfc store verify` tells how; put back "
                "a copy"
            )
        case sqlite3.SQLITE_BUSY:
            return (
                f"{error}: another process keeps it busy. Stop that one, or wait until "
                "it is done"
            )
        case sqlite3.SQLITE_READONLY:
            return f"{error}: {_unwritable(path)}"
        case sqlite3.SQLITE_FULL:
            return f"{error}: make room, it goes on then"
    return str(error)


def _unopened(path: Path) -> str:
    folder = path.absolute().parent
    try:
        if path.is_dir():
            return "this is a folder. Use the path of a file"
        if not folder.is_dir():
            return f"there is no folder {folder}. Make it, or use another path"
        there = path.exists()
    except OSError as error:  # such as a name that is too long
        return f"it cannot be opened ({error.strerror})"
    return f"it cannot be opened: {_unwritable(path) if there else _no_room(folder)}"


def _unwritable(path: Path) -> str:
    folder = path.absolute().parent
    try:
        if not os.access(path, os.R_OK | os.W_OK):
            return "this user needs the right to read and write it"
    except OSError as error:
        return str(error.strerror)
    return _no_room(folder)


def _no_room(folder: Path) -> str:
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"this user needs the right to write in {folder}, too"
    return "is its disk read-only, or full?"
