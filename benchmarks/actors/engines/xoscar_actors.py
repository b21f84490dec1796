"""xoscar: actors of a pool in the process that asks them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import process_time

import xoscar as xo


class Counter(xo.Actor):
    """Counts."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def increment(self) -> int:
        """Count."""
        self.count += 1
        return self.count


def measures(
    loop: asyncio.AbstractEventLoop,
) -> dict[str, Callable[[int], Awaitable[float]]]:
    """Everything that can be timed, by name."""
    address = "test://127.0.0.1:13527"
    pool = loop.run_until_complete(xo.create_actor_pool(address, n_process=0))
    counter = loop.run_until_complete(
        xo.create_actor(Counter, uid="counter", address=pool.external_address)
    )
    numbers = iter(range(10**9))

    async def ask(times: int) -> float:
        began = process_time()
        for _ in range(times):
            await counter.increment()
        return process_time() - began

    async def tell(times: int) -> float:
        began = process_time()
        for _ in range(times):
            await counter.increment.tell()
        return process_time() - began

    async def spawn(times: int) -> float:
        began = process_time()
        made = []
        for _ in range(times):
            uid = f"counter-{next(numbers)}"
            one = await xo.create_actor(Counter, uid=uid, address=pool.external_address)
            await one.increment()
            made.append(one)
        took = process_time() - began
        for one in made:
            await xo.destroy_actor(one)
        return took

    return {"ask": ask, "tell": tell, "spawn": spawn}
