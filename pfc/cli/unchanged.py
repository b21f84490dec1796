"""Saying at once that nothing has changed, before anything is imported.

A run without findings that wrote nothing leaves a record: what it said, and for every
file and folder it looked at (sources, settings, linked Python, generated files, pfc
itself) what the system says of it. The same command in the same folder says the same if
all of that is as it was. The system sets the time of change (ctime) itself; a record is
only made if nothing has changed since shortly before the run began.
"""

from __future__ import annotations

import os
import sys

# Types only: importing `typing` or `collections.abc` costs more than the work here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_VERBS = frozenset(("build", "check"))
_FORMAT = "pfc unchanged 1"
_END = "end"
_MARGIN = 50_000_000  # nanoseconds: kernels tell the time of a file a tick late
_MISSING = "-"


def is_unchanged(arguments: Sequence[str]) -> bool:
    """Whether the command has nothing to do; then it has said so."""
    if not arguments or arguments[0] not in _VERBS:
        return False
    file = _record(arguments)
    content = _read(file) if file else None
    if content is None:
        return False
    format_, message, *entries, end = content
    if format_ != _FORMAT or end != _END:
        return False
    for at in range(0, len(entries) - 1, 2):
        if _told(entries[at]) != entries[at + 1]:
            return False
    sys.stdout.write(message)
    return True


def remember(
    arguments: Sequence[str], began: int, message: str, paths: Iterable[str]
) -> None:
    """Keep what a command said; `began` is when it started, in nanoseconds.

    Nothing is kept if anything may have changed meanwhile.
    """
    file = _record(arguments)
    if not file:
        return
    content = [_FORMAT, message]
    for path in paths:
        told = _told(path)
        if told != _MISSING and int(told.split()[0]) > began - _MARGIN:
            return
        content += [path, told]
    _write(file, "\0".join([*content, _END]))


def own_files() -> list[str]:
    """The files of pfc, its grammar and its templates."""
    from pfc.incremental.fingerprint import compiler_files

    return compiler_files()


def _told(path: str) -> str:
    try:
        told = os.stat(path)
    except OSError:
        return _MISSING
    size = 0 if told.st_mode & 0o040000 else told.st_size
    return f"{told.st_ctime_ns} {told.st_mtime_ns} {size} {told.st_ino}"


def _record(arguments: Sequence[str]) -> str:
    """The file for this command in this folder; "" if nothing is kept."""
    from pfc.cache.folder import cache_folder

    folder = cache_folder()
    if folder is None or "--no-cache" in arguments:
        return ""
    from _blake2 import blake2b  # type: ignore[import-not-found,unused-ignore]  # as hashlib has it, without the rest

    try:
        here = os.getcwd()
    except OSError:
        return ""
    text = "\0".join([sys.version, __file__, here, *arguments])
    name = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()
    return f"{folder}/unchanged/{name}"


def _read(file: str) -> list[str] | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        try:
            told = os.fstat(descriptor)
            if hasattr(os, "getuid") and (
                told.st_uid != os.getuid() or told.st_mode & 0o022
            ):
                return None
            data = os.read(descriptor, told.st_size + 1)
        finally:
            os.close(descriptor)
        return data.decode("utf-8", "surrogateescape").split("\0")
    except (OSError, ValueError):
        return None


def _write(file: str, content: str) -> None:
    from pfc.cache.store import Store

    folder, _, name = file.rpartition("/")
    base, _, kind = folder.rpartition("/")
    Store(base).put_plain(kind, name, content.encode("utf-8", "surrogateescape"))
