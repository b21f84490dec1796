"""pykka: an actor is a thread with a queue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import process_time
from typing import Any

import pykka


class Counter(pykka.ThreadingActor):
    """Counts."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def on_receive(self, message: Any) -> int:
        """Count, or break."""
        if message == "break":
            raise IndexError
        self.count += 1
        return self.count


def measures(
    loop: asyncio.AbstractEventLoop,
) -> dict[str, Callable[[int], Awaitable[float]]]:
    """Everything that can be timed, by name."""
    reference = Counter.start()

    async def ask(times: int) -> float:
        began = process_time()
        for _ in range(times):
            reference.ask("count")
        return process_time() - began

    async def tell(times: int) -> float:
        began = process_time()
        for _ in range(times):
            reference.tell("count")
        reference.ask("count")
        return process_time() - began

    async def spawn(times: int) -> float:
        began = process_time()
        made = []
        for _ in range(times):
            made.append(Counter.start())
            made[-1].ask("count")
        took = process_time() - began
        for each in made:
            each.stop()
        return took

    return {"ask": ask, "tell": tell, "spawn": spawn}
