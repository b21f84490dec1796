"""What identifies this very compiler: another one may make something else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Final

from pfc import __version__
from pfc.cache.store import key_of
from pfc.resources import resource_folder

_PARTS: Final = (".py", ".jinja", ".lark", ".json", ".toml", ".md")


@cache
def compiler_fingerprint() -> str:
    """A hash of the version, the Python, and size and time of each of pfc's files."""
    told = [f"{path}:{size}:{time}" for path, size, time in _all()]
    return key_of(__version__, sys.version, *told)


def compiler_files() -> list[str]:
    """The paths of everything that decides what is compiled to what."""
    return [path for path, _, _ in _all()]


def _all() -> Iterator[tuple[str, int, int]]:
    folders = {os.path.dirname(os.path.dirname(__file__))}
    folders |= {str(resource_folder(name)) for name in ("grammar", "templates")}
    for folder in sorted(folders):
        yield from _files(folder)


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.name == "__pycache__":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name.endswith(_PARTS):
                    told = entry.stat()
                    yield entry.path, told.st_size, told.st_mtime_ns
