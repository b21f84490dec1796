"""Thespian, with its simplest system: actors in the process that asks them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import process_time
from typing import Any

from thespian.actors import Actor, ActorExitRequest, ActorSystem


class Counter(Actor):
    """Counts."""

    count = 0

    def receiveMessage(self, message: Any, sender: Any) -> None:
        """Count."""
        if message in ("count", "note"):
            self.count += 1
            if message == "count":
                self.send(sender, self.count)


def measures(
    loop: asyncio.AbstractEventLoop,
) -> dict[str, Callable[[int], Awaitable[float]]]:
    """Everything that can be timed, by name."""
    system = ActorSystem("simpleSystemBase")
    counter = system.createActor(Counter)

    async def ask(times: int) -> float:
        began = process_time()
        for _ in range(times):
            system.ask(counter, "count", 5)
        return process_time() - began

    async def tell(times: int) -> float:
        began = process_time()
        for _ in range(times):
            system.tell(counter, "note")
        return process_time() - began

    async def spawn(times: int) -> float:
        began = process_time()
        made = []
        for _ in range(times):
            made.append(system.createActor(Counter))
            system.ask(made[-1], "count", 5)
        took = process_time() - began
        for each in made:
            system.tell(each, ActorExitRequest())
        return took

    return {"ask": ask, "tell": tell, "spawn": spawn}
