"""Request ids: unique, and in order of time."""

from __future__ import annotations

import os
import secrets
import threading
import time
from typing import Final

# A 60-bit time in steps of about 244 ns comes first, as in a UUID of version 7; where
# the clock stands still or goes back, it moves on by one step. The rest tells processes
# apart and is drawn once for each.
_STEPS_PER_MILLISECOND: Final = 4096
_lock: Final = threading.Lock()
_last = 0
_process = secrets.token_hex(8)


def new_request_id() -> str:
    """A new id of 31 hexadecimal digits, greater than all this process made before."""
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() * _STEPS_PER_MILLISECOND // 1_000_000)
        return f"{_last:015x}{_process}"


def _after_fork() -> None:
    global _process
    _process = secrets.token_hex(8)


os.register_at_fork(after_in_child=_after_fork)
