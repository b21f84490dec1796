"""One build at a time below a folder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pfc.output.plan import OutputError

if sys.platform != "win32":
    import fcntl

WAIT: Final = 60.0
"""Seconds that a build waits for another one."""

_PAUSE: Final = 0.02


@contextmanager
def locked(
    folder: Path, out: Path, on_wait: Callable[[], None], wait: float = WAIT
) -> Iterator[None]:
    """Hold the lock of a folder; it goes with the process, however that ends.

    `on_wait` is called once if another process has it. Raises OutputError for `out`
    if it still has after `wait` seconds.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not _taken(descriptor):
            on_wait()
            ends = time.monotonic() + wait
            while not _taken(descriptor):
                if time.monotonic() >= ends:
                    reason = f"another build has been writing for {wait:g} seconds"
                    raise OutputError(out, reason)
                time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Whether the lock is ours now; so it is on a file system that has none."""
    with suppress(OSError):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
