"""The schedules of an app: they enter like callers do, as their principals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

from packetflow.actor import System
from packetflow.configuration import Settings
from packetflow.context import Principal
from packetflow.entry import Entry
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.store.interface import Store
    from packetflow.temporal.running import Runs
    from packetflow.temporal.schedule import Schedule
    from packetflow.temporal.scheduler import Scheduler


class Scheduling(Entry):
    """What an app runs by the clock. An app without schedules loads nothing of it."""

    schedules: ClassVar[tuple[Schedule, ...]] = ()

    _scheduler: Scheduler | None = None
    _kept_in: Store | None = None

    @property
    def runs(self) -> tuple[Runs, ...]:
        """How it goes with each schedule of the app."""
        return () if self._scheduler is None else self._scheduler.runs

    async def _start_schedules(self) -> None:
        if not self.schedules:
            return
        # Imported late: who has no schedules does not wait for it.
        from packetflow.temporal.scheduler import Scheduler

        self._scheduler = Scheduler(
            self.schedules, _Door(self), self.system.clock, self._kept_in
        )
        await self._scheduler.start()

    def _pause_schedules(self) -> None:
        if self._scheduler is not None:
            self._scheduler.pause()

    async def _end_schedules(self) -> None:
        if self._scheduler is not None:
            await self._scheduler.close()


@final
class _Door:
    """Where the intents of schedules enter an app."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    @property
    def settings(self) -> Settings:
        """The configurations of the app."""
        return self._entry.system.settings

    async def send_scheduled(
        self, intent: Intent[Any], principal: Principal, key: str
    ) -> None:
        """Have an intent handled: it is admitted as from any caller."""
        once = key if _keeps(self._entry.system, intent, principal) else None
        await self._entry.ask(intent, principal, key=once)

    def trouble(self, error: BaseException) -> None:
        """Keep a trouble that nobody waits to hear of."""
        self._entry.system.report(error)


def _keeps(system: System, intent: Intent[Any], principal: Principal) -> bool:
    """Whether one reactor handles the intent, and keeps a journal."""
    route = system.routes.get(type(intent))
    if route is None or route.cell.reactor_type.journal is None:
        return False
    return route.pool is None or len(route.pool.choose(intent, principal)) == 1
