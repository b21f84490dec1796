"""Exchanging two folders in one step, where the operating system can."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
# By platform: the function, what stands before each path, and the flag to exchange.
_CALLS: Final[dict[str, tuple[str, tuple[int, ...], int]]] = {
    "linux": ("renameat2", (_AT_FDCWD,), 2),
    "darwin": ("renamex_np", (), 2),
}


def exchange(one: Path, other: Path) -> bool:
    """Let two folders of one file system change places; False if that is impossible.

    There is no moment at which either name is missing (renameat2(2), renamex_np(2)).
    """
    name, here, flag = _CALLS.get(sys.platform, ("", (), 0))
    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError, TypeError):  # another system, an older C library
        return False
    names = (*here, os.fsencode(one), *here, os.fsencode(other))
    return bool(call(*names, flag) == 0)
