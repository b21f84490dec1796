"""Bringing an output folder up to date.

Nothing is written if nothing changes. There is no fsync: generated files are compared
by content, so a build repairs whatever a power cut leaves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pfc.output.in_place import recover_in_place, write_in_place
from pfc.output.plan import OutputError, plan
from pfc.output.swap import CannotSwap, recover_swaps, swap

if sys.platform != "win32":
    import fcntl


@dataclass(frozen=True, slots=True)
class Written:
    """What a build changed: relative paths, sorted."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


def write_output(
    out: Path, files: Mapping[str, str], *, partial: bool = False
) -> Written:
    """Make `out` hold these files: path to text, with `/`.

    What an earlier build wrote and this one does not is removed (when `partial`: only
    in the folders that this one writes to); everything else in the folder stays.
    Raises OutputError with the folder as it was.
    """
    try:
        out = out.resolve()
        if out.exists() and not out.is_dir():
            raise OutputError(out, "it is not a folder")
        out.parent.mkdir(parents=True, exist_ok=True)
        with _locked(out.parent):
            return _write(out, files, partial)
    except (OSError, RuntimeError) as problem:  # RuntimeError: a loop of links
        reason = getattr(problem, "strerror", None) or str(problem)
        raise OutputError(out, reason) from problem


def _write(out: Path, files: Mapping[str, str], partial: bool) -> Written:
    recover_swaps(out)
    recover_in_place(out)
    planned = plan(out, files, partial=partial)
    if planned:
        try:
            swap(out, planned)
        except CannotSwap:
            write_in_place(out, planned)
    return Written(tuple(sorted(planned.changed)), tuple(sorted(planned.stale)))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One build at a time below a folder; the lock goes with the process."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
