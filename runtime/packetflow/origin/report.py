"""The place in a `.pf` file where an error came from, with or without the import hook."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from packetflow.origin.source_map import Mapped, mapped
from packetflow.origin.sources import HEADER, NAMES


def origin_of(error: BaseException) -> str:
    """The innermost place, such as `orders.pf:11`, that an error went through; else "".

    Without the hook it is read from the comments in the generated files.
    """
    found = ""
    trace = error.__traceback__
    while trace is not None:
        found = _place(trace) or found
        trace = trace.tb_next
    return found


def _place(trace: TracebackType) -> str:
    file = trace.tb_frame.f_code.co_filename
    if file.endswith(".pf"):
        return f"{NAMES.get(file, file)}:{trace.tb_lineno}"
    found = ""
    for each in _map_of(file):
        first, last = each.lines
        if each.origin is not None and first <= trace.tb_lineno <= last:
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
