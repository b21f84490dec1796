"""Bringing an output folder up to date.

Nothing is written if nothing changes. There is no fsync: generated files are compared
by content, so a build repairs whatever a power cut leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pfc.frozen import dataclass
from pfc.output.in_place import recover_in_place, write_in_place
from pfc.output.lock import WAIT, locked
from pfc.output.plan import OutputError, plan
from pfc.output.swap import CannotSwap, recover_swaps, swap


@dataclass(frozen=True, slots=True)
class Written:
    """What a build changed: relative paths, sorted."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


def write_output(
    out: Path,
    files: Mapping[str, str],
    *,
    partial: bool = False,
    on_wait: Callable[[], None] = lambda: None,
    wait: float = WAIT,
) -> Written:
    """Make `out` hold these files: path to text, with `/`.

    What an earlier build wrote and this one does not is removed (when `partial`: only
    in the folders that this one writes to); everything else in the folder stays.
    Another build beside it is waited for, `wait` seconds at most, after `on_wait`.
    Raises OutputError with the folder as it was.
    """
    try:
        out = out.resolve()
        if out.exists() and not out.is_dir():
            raise OutputError(out, "it is not a folder")
        out.parent.mkdir(parents=True, exist_ok=True)
        with locked(out.parent, out, on_wait, wait):
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
