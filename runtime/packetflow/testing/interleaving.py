"""Interleavings: the order in which tasks get their turn, drawn from a seed.

Programs may rely on the order within one task and on nothing between two. An ordinary
event loop shows one order in all runs; this one shows another order for each seed, and
the same one for the same seed, as long as nothing comes from outside (sockets, threads,
the real clock).
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from random import Random
from typing import Any, Final, TypeVar

T = TypeVar("T")

SEED_VARIABLE: Final = "PF_SEED"


class _Drawn(deque[asyncio.Handle]):
    """What is ready to run; each pass of the loop takes it in an order of its own."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random
        self._left = 0

    def popleft(self) -> asyncio.Handle:
        # The loop takes in one pass just what was there when the pass began.
        if self._left == 0:
            self._left = len(self)
            self._draw()
        self._left -= 1
        return super().popleft()

    def _draw(self) -> None:
        lanes: dict[object, deque[asyncio.Handle]] = {}
        order = []
        for handle in self:
            owner = _owner(handle)
            lanes.setdefault(owner, deque()).append(handle)
            order.append(owner)
        # Lots are drawn for lanes, so that what one task does stays in its order.
        self._random.shuffle(order)
        self.clear()
        self.extend(lanes[owner].popleft() for owner in order)


def _owner(handle: asyncio.Handle) -> object:
    callback = getattr(handle, "_callback", None)
    task = getattr(callback, "__self__", None)
    return id(task) if isinstance(task, asyncio.Task) else None


class SeededLoop(asyncio.SelectorEventLoop):
    """An event loop that gives ready tasks their turns in an order drawn from a seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        # asyncio has no public way to say what comes next; the name is the same in
        # all versions that are supported, and a test would see it change.
        self._ready = _Drawn(Random(seed))


def interleaved(main: Callable[[], Coroutine[Any, Any, T]], seed: int) -> T:
    """Run a coroutine function in an event loop of its own, in the seed's order."""
    with asyncio.Runner(loop_factory=lambda: SeededLoop(seed)) as runner:
        return runner.run(main())


def explore(
    main: Callable[[], Coroutine[Any, Any, object]], seeds: Iterable[int] = range(100)
) -> None:
    """Run a coroutine function once for each seed; raises what it raises first.

    The exception gets a note with the seed. With `PF_SEED` in the environment only that
    one is run.
    """
    chosen = os.environ.get(SEED_VARIABLE)
    for seed in seeds if chosen is None else (int(chosen),):
        try:
            interleaved(main, seed)
        except BaseException as error:
            error.add_note(f"with the interleaving of {SEED_VARIABLE}={seed}")
            raise
