"""Where this user's programs keep what they can make again."""

from __future__ import annotations

import os

_SETTING = "PFC_CACHE_DIR"


def cache_folder() -> str | None:
    """The folder for everything that pfc keeps; none if nothing is kept.

    `PFC_CACHE_DIR` names the folder itself; an empty one turns caching off.
    """
    given = os.environ.get(_SETTING)
    if given is not None:
        return given if os.path.isabs(given) else None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not base:
        base = os.path.expanduser("~/.cache")
    return f"{base}/pfc" if os.path.isabs(base) else None
