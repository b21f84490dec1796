"""Doing independent work on all processors, by forking: nothing is loaded twice."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

_SETTING: Final = "PFC_JOBS"


def processors() -> int:
    """How many processes may work at once; 1 where forking is not safe or not there."""
    given = os.environ.get(_SETTING, "")
    if given.isdecimal():
        return max(1, int(given))
    if sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def is_alone() -> bool:
    """Whether this process has one thread: a fork copies no other."""
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def shared_out(
    sizes: Sequence[int], work: Callable[[Sequence[int]], bytes | None]
) -> list[tuple[Sequence[int], bytes | None]]:
    """`work` on all numbers up to `len(sizes)`, in parts of about one size.

    A part whose process failed comes back with none: who asked does it again, and
    sees why. This process does one of the parts itself.
    """
    parts = _parts(sizes, min(processors(), len(sizes)) if is_alone() else 1)
    started = [(part, *_start(part, work)) for part in parts[1:]]
    own = work(parts[0]) if parts else None
    done = [(part, _result(child, pipe)) for part, child, pipe in started]
    return [*([(parts[0], own)] if parts else []), *done]


def _parts(sizes: Sequence[int], count: int) -> list[list[int]]:
    """The largest first, each to whoever has least."""
    parts: list[list[int]] = [[] for _ in range(count)]
    loads = [0] * count
    for number in sorted(range(len(sizes)), key=lambda n: -sizes[n]):
        least = loads.index(min(loads))
        parts[least].append(number)
        loads[least] += sizes[number]
    return parts


def _start(
    part: Sequence[int], work: Callable[[Sequence[int]], bytes | None]
) -> tuple[int, int]:
    """A process that works on a part; its number, and where to read what it made."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:  # nothing of the parent's may run here: no buffers, no handlers at exit
        os.close(reading)
        made = work(part)
        if made is not None:
            with open(writing, "wb") as pipe:
                pipe.write(made)
            code = 0
    finally:
        os._exit(code)


def _result(child: int, reading: int) -> bytes | None:
    with open(reading, "rb") as pipe:
        made = pipe.read()
    _, status = os.waitpid(child, 0)
    return made if status == 0 else None
