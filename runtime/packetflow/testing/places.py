"""Whose Python is running: from frames to lines of `.pf` files."""

from __future__ import annotations

import os
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

from packetflow.origin.report import place_in

_RUNTIME: Final = str(Path(__file__).resolve().parents[1]) + os.sep
_LIBRARIES: Final = tuple(
    {
        str(Path(path).resolve()) + os.sep
        for name, path in sysconfig.get_paths().items()
        if name in ("stdlib", "platstdlib", "purelib", "platlib")
    }
    | {str(Path(os.__file__).resolve().parent) + os.sep}
)
# They open files for Python itself: to import, to show a line of source, to read a zone.
_OWN: Final = frozenset(
    "importlib linecache tokenize traceback warnings inspect pkgutil encodings codecs "
    "locale gettext zoneinfo tzdata asyncio concurrent threading selectors".split()
)
_TRIPWIRE: Final = frozenset(
    {"packetflow.testing.tripwire", "packetflow.testing.reaching"}
)
# Here a task or thread begins: what is further out only waits for it.
_BEGINNINGS: Final = ("asyncio.events", "threading", "concurrent.futures.thread")
# Through these a program reads its environment.
_READING: Final = frozenset({"os", "collections.abc", "_collections_abc"})


class Place(msgspec.Struct, frozen=True):
    """The effect or function, its line, and the line of linked Python, if it is there."""

    name: str
    at: str
    through: str = ""


def place_of_use(
    frame: FrameType | None, *, itself: bool = False, name: str = ""
) -> Place | None:
    """Where a program's own Python does what happens in this frame; none if it does not.

    What Python, libraries that it imports and the runtime do for themselves is none.
    `itself`: what any library does is none. `name` is the effect that runs, if one does.
    """
    own = _outside_of_libraries(frame, itself)
    if own is None or _is_runtime(own):
        return None
    each: FrameType | None = own
    while each is not None and not _is_runtime(each):
        if _module(each) in _BEGINNINGS:
            break
        at = _generated(each)
        if at:
            through = "" if each is own else _line(own)
            return Place(name or _name(each.f_code.co_name, at), at, through)
        each = each.f_back
    if name and (each is None or not _is_runtime(each)):
        return Place(name, _line(own))
    return None


def _outside_of_libraries(frame: FrameType | None, itself: bool) -> FrameType | None:
    """The innermost frame that is of no library; none if Python does it for itself."""
    while frame is not None and _module(frame) in _TRIPWIRE:
        frame = frame.f_back
    while frame is not None and _kind(frame.f_code.co_filename) == "library":
        module = _module(frame)
        if module.partition(".")[0] in _OWN or "importlib" in frame.f_code.co_filename:
            return None
        if itself and module not in _READING:
            return None
        frame = frame.f_back
    return frame


def _module(frame: FrameType) -> str:
    name = frame.f_globals.get("__name__", "")
    return name if isinstance(name, str) else ""


def _is_runtime(frame: FrameType) -> bool:
    return _kind(frame.f_code.co_filename) == "runtime"


@lru_cache(maxsize=4096)
def _kind(file: str) -> str:
    if file.startswith("<frozen") or file == "<string>":
        return "library"
    if file.endswith(".pf") or file.startswith("<"):
        return "own"
    path = os.path.realpath(file)
    if path.startswith(_RUNTIME):
        return "runtime"
    return "library" if path.startswith(_LIBRARIES) else "own"


def _generated(frame: FrameType) -> str:
    """The line of a `.pf` file in which the frame is; "" if it is not generated."""
    return place_in(frame.f_code.co_filename, frame.f_lineno)


def _line(frame: FrameType) -> str:
    file = frame.f_code.co_filename
    for folder in sys.path:
        if folder and file.startswith(folder + os.sep):
            file = os.path.relpath(file, folder)
            break
    return f"{file}:{frame.f_lineno}"


def _name(function: str, at: str) -> str:
    """A function's name as it is written: `_home` is what the fence of `home` became."""
    fenced = at.partition(":")[0].endswith(".pf")
    return function.removeprefix("_") if fenced else function
