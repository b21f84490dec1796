"""What is sent at one time of a schedule, until all of it is handled."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, final

from packetflow.clock import Clock
from packetflow.configuration import Settings
from packetflow.context import Principal
from packetflow.errors import Denied, Stopped
from packetflow.intent import Intent
from packetflow.temporal.schedule import Schedule, Sending, Tick

logger: Final = logging.getLogger("packetflow.temporal")


class Entrance(Protocol):
    """How what is sent enters an app."""

    @property
    def settings(self) -> Settings:
        """The configurations of the app."""

    async def send_scheduled(
        self, intent: Intent[Any], principal: Principal, key: str
    ) -> None:
        """Have an intent handled, once for each key if its reactor keeps a journal.

        Raises what `ask` does.
        """

    def trouble(self, error: BaseException) -> None:
        """Keep a trouble that nobody waits to hear of."""


@dataclass(slots=True)
class Runs:
    """How it goes with a schedule, in counts since the start.

    `due` is the next time, before jitter; None if there is none. `skipped` are times
    left out because the last one was still handled, `closed` those outside of its
    hours, `missed` those that were made up for.
    """

    name: str
    due: datetime | None = None
    last: datetime | None = None
    running: int = 0
    done: int = 0
    failed: int = 0
    denied: int = 0
    skipped: int = 0
    closed: int = 0
    missed: int = 0


@final
class Sender:
    """Sends what a schedule says, as its principal."""

    def __init__(
        self, schedule: Schedule, entrance: Entrance, clock: Clock, runs: Runs
    ) -> None:
        self._schedule = schedule
        self._entrance = entrance
        self._clock = clock
        self._runs = runs

    async def send(self, due: datetime) -> bool:
        """Have it all handled; False if the app stopped before."""
        tick = Tick(due, max(due, self._clock.now()), self._entrance.settings)
        try:
            self._schedule.send(tick)
        except Exception as error:  # such as a value that does not fit
            self._failed(error)
            return True
        # Tasks begin in the order in which they are made: so intents enter in order.
        loop = asyncio.get_running_loop()
        sent = [
            loop.create_task(self._handled(one, f"{due.isoformat()}/{place}"))
            for place, one in enumerate(tick.sendings)
        ]
        # Who is cancelled cancels them, too.
        if not all(await asyncio.gather(*sent)):
            return False
        self._runs.done += 1
        return True

    async def _handled(self, sending: Sending, place: str) -> bool:
        name = self._schedule.name
        if sending.after:
            await self._clock.sleep(sending.after.total_seconds())
        principal = self._schedule.principal()
        if sending.only is not None:
            principal = principal.derive(name, only=sending.only)
        try:
            key = f"schedule {name} {place}"
            await self._entrance.send_scheduled(sending.intent, principal, key)
        except Stopped:
            return False
        except Denied as error:
            self._runs.denied += 1
            logger.warning("%s: %s", name, error)
            self._entrance.trouble(error)
        except Exception as error:  # whatever it is, the next time comes
            self._failed(error)
        return True

    def _failed(self, error: Exception) -> None:
        self._runs.failed += 1
        self._entrance.trouble(error)
