"""The monitor: looks at the health of reactors, raises and clears alerts."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from packetflow.observe.declared import Alert, Check, Health, Look, Severity, Waiting
from packetflow.observe.live import LiveOnes, Watch, pause
from packetflow.observe.shown import Condition, Raised

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.system import System
    from packetflow.clock import Timer

logger: Final = logging.getLogger("packetflow.observe")

_LEVELS: Final[dict[Severity, int]] = {
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}


AlertHook: TypeAlias = Callable[[Raised, bool], object]


class Monitor:
    """Looks at all reactors of a system, each check at its own time."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._hooks: list[AlertHook] = []
        self._conditions: dict[tuple[str, int], Condition] = {}
        self._watches: list[Watch] = []
        self._timers: set[Timer] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._threads: set[tuple[str, int]] = set()
        self._stopped = False
        self._live: list[LiveOnes] = []

    def start(self) -> None:
        """Begin to look, in the running event loop."""
        for cell in self._system.cells:
            if cell.family != cell.name:
                continue  # one for a key: those that run are looked at together
            kind = cell.reactor_type
            for number, health in enumerate(kind.health):
                key = (cell.name, number)
                self._conditions[key] = Condition(cell.name)
                self.later(health.every, self._examine, cell, health, key)
            for alert in kind.alerts:
                watch = Watch(cell, alert)
                self._watches.append(watch)
                self.later(pause(alert), self._watch, watch)
        for pool in self._system.pools:
            if pool.keys is not None:
                self._live.append(LiveOnes(self, pool.keys))

    def stop(self) -> None:
        """Look no more."""
        self._stopped = True
        for timer in self._timers:
            timer.cancel()
        for task in self._running:
            task.cancel()

    def on_alert(self, hook: AlertHook) -> None:
        """Call back with each alert, and whether it was raised (else cleared)."""
        self._hooks.append(hook)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The health of each reactor that has a check, all its checks together."""
        found: dict[str, Condition] = {}
        for one in self._conditions.values():
            known = found.setdefault(one.reactor, Condition(one.reactor))
            known.why = "; ".join(filter(None, (known.why, one.why)))
        return (*found.values(), *(one.condition for one in self._live if one.checks))

    @property
    def alerts(self) -> tuple[Raised, ...]:
        """Those that are raised now."""
        return tuple(one.raised for one in self._all() if one.raised is not None)

    def _all(self) -> list[Watch]:
        return [*self._watches, *(watch for one in self._live for watch in one.watches)]

    @property
    def watched(self) -> tuple[tuple[str, Alert, bool], ...]:
        """All that may be raised: the reactor, the alert, and whether it is now."""
        found = [(one.cell.name, one.alert, bool(one.raised)) for one in self._watches]
        return (*found, *(watched for one in self._live for watched in one.watched))

    def clear_alerts(self) -> tuple[Raised, ...]:
        """Clear all; what still holds is raised again when it has lasted anew."""
        cleared = self.alerts
        for watch in self._all():
            watch.turned = None
            self.calm(watch)
        return cleared

    def calm(self, watch: Watch) -> None:
        """Clear an alert, if it is raised."""
        if watch.raised is not None:
            self._clear(watch, watch.raised)

    # -- health ----------------------------------------------------------------------

    def _examine(self, cell: Cell, health: Health, key: tuple[str, int]) -> None:
        # The next look does not wait for this one: a slow check delays nobody.
        self.later(health.every, self._examine, cell, health, key)
        self.examine(cell, health, key, self._conditions[key])

    def examine(
        self, cell: Cell, health: Health, key: tuple[str, int], condition: Condition
    ) -> None:
        """Look at a reactor once; what is found is noted in `condition`."""
        if cell.stopped is not None:
            condition.why = f"it has stopped: {cell.stopped}"
            return
        if health.blocking:
            # A thread cannot be broken off: there is one for each check at most.
            if key not in self._threads:
                self._threads.add(key)
                begin = partial(
                    asyncio.to_thread, self._block, cell, health, _copy(cell), key
                )
                self._examine_slowly(begin, health, condition)
        elif inspect.iscoroutinefunction(health.check):
            begin = partial(health.check, cell.reactor, _look(cell))
            self._examine_slowly(begin, health, condition)
        else:
            condition.why = _judge(cell, health.check)

    def _block(
        self, cell: Cell, health: Health, look: Look[object], key: tuple[str, int]
    ) -> bool:
        try:
            return bool(health.check(cell.reactor, look))
        finally:
            self._threads.discard(key)

    def _examine_slowly(
        self,
        begin: Callable[[], Awaitable[bool]],
        health: Health,
        condition: Condition,
    ) -> None:
        async def examined() -> None:
            try:
                condition.why = "" if await begin() else "its check does not hold"
            except asyncio.CancelledError:
                if not self._stopped:
                    condition.why = f"its check took longer than {health.timeout:g} s"
            except Exception as error:
                condition.why = f"its check broke: {type(error).__name__}: {error}"

        task = self._system.loop.create_task(examined())
        self._running.add(task)
        timer = self._system.clock.call_later(health.timeout, task.cancel)

        def ended(_: object) -> None:
            timer.cancel()
            self._running.discard(task)

        task.add_done_callback(ended)

    # -- alerts ----------------------------------------------------------------------

    def _watch(self, watch: Watch) -> None:
        self.later(pause(watch.alert), self._watch, watch)
        self.judge(watch)

    def judge(self, watch: Watch) -> None:
        """Look at an alert once: raise it, or clear it, if it is time to."""
        cell = watch.cell
        if cell.stopped is not None:
            return
        try:
            breached = bool(watch.alert.check(cell.reactor, _look(cell)))
        except Exception as error:
            self._system.report(error)
            return
        now = self._system.clock.monotonic()
        if breached == (watch.raised is not None):
            watch.turned = None
            return
        if watch.turned is None:
            watch.turned = now
        if now - watch.turned >= watch.alert.lasting:
            watch.turned = None
            if watch.raised is None:
                self._raise(watch)
            else:
                self._clear(watch, watch.raised)

    def _raise(self, watch: Watch) -> None:
        alert, name = watch.alert, watch.cell.name
        now = self._system.clock.now()
        raised = watch.raised = Raised(name, alert.name, alert.severity, now)
        logger.log(_LEVELS[alert.severity], "%s: %s is raised", name, alert.name)
        self._tell(raised, True)

    def _clear(self, watch: Watch, raised: Raised) -> None:
        watch.raised = None
        logger.info("%s: %s is cleared", raised.reactor, raised.name)
        self._tell(raised, False)

    def _tell(self, alert: Raised, is_raised: bool) -> None:
        what = "alerted" if is_raised else "cleared"
        self._system.notify(what, f"{alert.reactor}.{alert.name}")
        for hook in tuple(self._hooks):
            try:
                hook(alert, is_raised)
            except Exception as error:
                self._system.report(error)

    def later(
        self, seconds: float, call: Callable[..., object], *given: object
    ) -> None:
        """Call after so many seconds, unless it looks no more then."""
        if self._stopped:
            return

        def due() -> None:
            self._timers.discard(timer)
            call(*given)

        timer = self._system.clock.call_later(seconds, due)
        self._timers.add(timer)


def _look(cell: Cell) -> Look[object]:
    room = cell.reactor_type.mailbox.room
    return Look(cell.state, Waiting(cell.depth, room), cell.system)


def _copy(cell: Cell) -> Look[object]:
    """What a thread may look at while the reactor goes on."""
    state = cell.state.__copy__()
    for name, value in ((one, getattr(state, one)) for one in state.__struct_fields__):
        if isinstance(value, dict):
            setattr(state, name, dict(value))
    room = cell.reactor_type.mailbox.room
    return Look(state, Waiting(cell.depth, room), cell.system)


def _judge(cell: Cell, check: Check) -> str:
    try:
        return "" if check(cell.reactor, _look(cell)) else "its check does not hold"
    except Exception as error:
        return f"its check broke: {type(error).__name__}: {error}"
