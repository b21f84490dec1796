"""Parsing tables kept between runs: making them takes seconds, reading them a moment.

The tables are a file in the user's cache folder. Its name says what they were made from
(grammar, Lark, Python) and what they hold, so one that is out of date, cut short or changed
is never read. It is a pickle: only a file that no other user can write is trusted. Whatever
goes wrong here costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import lark
from lark import Lark

from pfc.collecting import without_collector

_KEPT: Final = 8
"""Tables of as many Pythons and versions of the grammar are kept beside each other."""


def cached(grammar: str, make: Callable[[], Lark], options: Mapping[str, Any]) -> Lark:
    """The parser that `make` makes, from tables of an earlier run if there are any.

    `options` are those of Lark that are no part of the tables: what it calls.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    made_from = f"{grammar}\0{lark.__version__}\0{sys.version}"
    prefix = f"tables-{_digest(made_from.encode())}-"
    with without_collector():
        known = _read(folder, prefix)
        if known is not None:
            with contextlib.suppress(Exception):
                return _revived(known, options)
        parser = make()
        with contextlib.suppress(OSError):
            _write(folder, prefix, _tables(parser, options))
    return parser


def cache_folder() -> Path | None:
    """Where this user's programs keep what they can make again; none if nowhere."""
    given = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        base = Path(given) if given else Path.home() / ".cache"
    except RuntimeError:  # this user has no home
        return None
    return base / "pfc" if base.is_absolute() else None


# ---------------------------------------------------------------- tables
def _tables(parser: Lark, options: Mapping[str, Any]) -> bytes:
    saved = io.BytesIO()
    parser.save(saved, list(options))
    return pickle.dumps(_shared(pickle.loads(saved.getvalue()), {}))


def _revived(content: bytes, options: Mapping[str, Any]) -> Lark:
    """The way parsers that Lark generates begin: tables in, and what they call."""
    tables = pickle.loads(content)
    load = cast("Callable[..., Lark]", Lark._load_from_dict)
    return load(tables["data"], tables["memo"], **options)


def _shared(value: Any, seen: dict[str, Any]) -> Any:
    """The same tables with equal cells made one object: a tenth of the time to read."""
    if isinstance(value, dict):
        return {key: _shared(inner, seen) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shared(inner, seen) for inner in value]
    return seen.setdefault(repr(value), value) if isinstance(value, tuple) else value


# ---------------------------------------------------------------- files
def _read(folder: Path, prefix: str) -> bytes | None:
    """The tables of an earlier run, if they are whole and this user's own."""
    with contextlib.suppress(OSError):
        for file in folder.glob(f"{prefix}*"):
            content = file.read_bytes()
            if _is_own(file) and _digest(content) == file.name.removeprefix(prefix):
                return content
    return None


def _is_own(file: Path) -> bool:
    """Whether no other user can have written the file."""
    if not hasattr(os, "getuid"):
        return True
    found = [file.stat(), file.parent.stat()]
    shared = stat.S_IWGRP | stat.S_IWOTH
    return all(each.st_uid == os.getuid() for each in found) and not any(
        each.st_mode & shared for each in found
    )


def _write(folder: Path, prefix: str, content: bytes) -> None:
    """Written apart, then put in place: nobody ever reads half of it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix="making-", dir=folder)
    apart = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        for broken in folder.glob(f"{prefix}*"):
            broken.unlink(missing_ok=True)
        apart.replace(folder / f"{prefix}{_digest(content)}")
    finally:
        apart.unlink(missing_ok=True)
    oldest_first = sorted(
        folder.glob("tables-*"), key=lambda each: each.stat().st_mtime
    )
    for old in oldest_first[:-_KEPT]:
        old.unlink(missing_ok=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
