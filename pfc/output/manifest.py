"""The list of the files in an output folder that pfc wrote.

Only these may be overwritten or removed. It holds no times and no absolute paths, so
that the same sources give the same bytes everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = ".pfc-manifest.json"
_VERSION: Final = 1


def digest(data: bytes) -> str:
    """What identifies the content of a file."""
    return hashlib.sha256(data).hexdigest()


def manifest_text(files: Mapping[str, str]) -> str:
    """The manifest of these files: path to digest."""
    listed = dict(sorted(files.items()))
    return json.dumps({"version": _VERSION, "files": listed}, indent=2) + "\n"


def read_manifest(out: Path) -> dict[str, str]:
    """Path to digest of what pfc wrote; empty if there is no usable manifest.

    A path that would lead out of the folder is not believed: the manifest may come
    with a checkout of somebody else's.
    """
    try:
        content = json.loads((out / NAME).read_text("utf-8"))
        files = content["files"] if content["version"] == _VERSION else {}
        return {str(path): str(told) for path, told in files.items() if inside(path)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def inside(path: str) -> bool:
    """Whether a relative path stays in its folder."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts:
        return False
    return any(part not in ("", ".") for part in parts)
