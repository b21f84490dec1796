"""The place in a `.pf` file where an error came from, with or without the import hook."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from packetflow.origin.source_map import Mapped, mapped
from packetflow.origin.sources import HEADER, NAMES


def origin_of(error: BaseException) -> str:
    """The innermost place, such as `orders.pf:11`, that an error went through; else "".

    Without the hook it is read from the comments in the generated files.
    """
    return (origins_of(error) or [""])[-1]


def origins_of(error: BaseException) -> list[str]:
    """All places in `.pf` files that an error went through, the outermost first."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if place := place_in(code.co_filename, trace.tb_lineno):
            found.append(place)
        trace = trace.tb_next
    return found


def place_in(file: str, line: int) -> str:
    """The place, such as `orders.pf:11`, of a line that runs; "" if it is not generated."""
    if file.endswith(".pf"):
        return f"{NAMES.get(file, file)}:{line}"
    found = ""
    for each in _map_of(file):
        first, last = each.lines
        if each.origin is not None and first <= line <= last:
            found = f"{each.origin.path}:{each.origin.line}"
    return found


@lru_cache(maxsize=64)
def _map_of(file: str) -> Sequence[Mapped]:
    """The map of a generated file; empty for any other one."""
    try:
        text = Path(file).read_text("utf-8")
        if not text.startswith(HEADER):
            return ()
        return mapped(ast.parse(text), text.split("\n"))
    except (OSError, ValueError, SyntaxError):
        return ()
