"""Counts and times of every reactor, switched on for one app.

Nothing on the way of an intent asks whether it is on: to switch it on is to put a
function that measures in the place of each handler's.
"""

from __future__ import annotations

import inspect
from bisect import bisect_left
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any, final

from packetflow.errors import Denied
from packetflow.intent import Failure
from packetflow.observe.commits import Commits
from packetflow.observe.instruments import LATENCIES, Histogram
from packetflow.observe.shown import Kept, Reading
from packetflow.observe.watched_queue import Watcher, watch

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.mailbox import Message
    from packetflow.actor.route import Route
    from packetflow.actor.system import System


@final
class Measure:
    """What one reactor did with one kind of intent since it was switched on.

    `failed` ended with a declared failure, `denied` with a denial by the handler,
    `cancelled` was broken off, `faulted` ended with anything else; `handled` with none
    of them. `latency` is the time in the handler, `waited` the time in the mailbox of
    those that had to wait there.
    """

    __slots__ = ("cancelled", "denied", "failed", "faulted", "latency", "waited")

    def __init__(self) -> None:
        self.failed = 0
        self.denied = 0
        self.faulted = 0
        self.cancelled = 0
        self.latency = Histogram(LATENCIES)
        self.waited = Histogram(LATENCIES)

    @property
    def handled(self) -> int:
        """How many ended well."""
        others = self.failed + self.denied + self.faulted + self.cancelled
        return self.latency.count - others

    def broken(self, error: BaseException) -> None:
        """Count a handler that raised."""
        if isinstance(error, Failure):
            self.failed += 1
        elif isinstance(error, Denied):
            self.denied += 1
        elif isinstance(error, Exception):
            self.faulted += 1
        else:
            self.cancelled += 1


@final
class Measures:
    """The measures of an app's reactors; times are in seconds of the machine's clock."""

    def __init__(self, system: System) -> None:
        """Switches them on."""
        self._system = system
        self._watcher = Watcher(_enters, self._leaves)
        self.started = perf_counter()
        self.by_route: dict[tuple[str, str], Measure] = {}
        for route in system.every_route():
            self.dress(route)
        system.dressers.append(self.dress)
        self._commits = Commits(system)

    @property
    def uptime(self) -> float:
        """Seconds since they were switched on."""
        return perf_counter() - self.started

    def dress(self, route: Route) -> None:
        """Measure a route too."""
        key = (route.cell.family, route.name)
        measure = self.by_route.get(key)
        if measure is None:
            measure = self.by_route[key] = Measure()
        timed = _waiting if inspect.iscoroutinefunction(route.function) else _plain
        route.function = timed(route.function, measure)
        watch(route.cell, self._watcher)

    def _leaves(self, message: Message) -> None:
        key = (message.route.cell.family, message.route.name)
        self.by_route[key].waited.observe(perf_counter() - message.since)
        # It may come back, and waits anew then.
        del message.since

    def readings(self) -> list[Reading]:
        """Every reactor, in the order of starting; those of all keys as one."""
        restarts: dict[str, int] = {}
        families: dict[str, list[Cell]] = {}
        for cell in self._system.cells:
            families.setdefault(cell.family, []).append(cell)
        for pool in self._system.pools:
            if pool.keys is not None:
                families.setdefault(pool.reactor_type.name, [])
                restarts[pool.reactor_type.name] = pool.keys.restarts
        return [
            self._reading(name, cells, restarts.get(name, 0))
            for name, cells in families.items()
        ]

    def kept(self) -> list[Kept]:
        """Every durable reactor."""
        return self._commits.kept()

    def _reading(self, name: str, cells: list[Cell], restarts: int) -> Reading:
        mine = [one for (family, _), one in self.by_route.items() if family == name]
        latency = together(one.latency for one in mine)
        waited = together(one.waited for one in mine)
        stopped = [one.stopped for one in cells if one.stopped is not None]
        return Reading(
            name,
            sum(one.depth for one in cells),
            any(one.busy and one.stopped is None for one in cells),
            stopped[-1] if stopped else None,
            restarts + sum(one.restarts for one in cells),
            sum(one.handled for one in mine),
            sum(one.failed for one in mine),
            sum(one.denied for one in mine),
            sum(one.faulted for one in mine),
            latency.quantile(0.5),
            latency.quantile(0.99),
            sum(one.cancelled for one in mine),
            waited.quantile(0.99),
            len(cells) - len(stopped),
        )


def together(histograms: Iterable[Histogram]) -> Histogram:
    """The values of all of them in one."""
    made = Histogram(LATENCIES)
    for one in histograms:
        made.sum += one.sum
        both = zip(made.counts, one.counts, strict=True)
        made.counts = [left + right for left, right in both]
    return made


def _enters(message: Message) -> None:
    if not hasattr(message, "since"):
        message.since = perf_counter()


# What `Histogram.observe` does stands in these two: a call costs as much as the rest.
def _plain(function: Callable[..., Any], measure: Measure) -> Callable[..., Any]:
    latency = measure.latency
    counts = latency.counts

    def measured(reactor: Any, turn: Any, intent: Any) -> Any:
        start = perf_counter()
        try:
            return function(reactor, turn, intent)
        except BaseException as error:
            measure.broken(error)
            raise
        finally:
            took = perf_counter() - start
            counts[bisect_left(LATENCIES, took)] += 1
            latency.sum += took

    return measured


def _waiting(function: Callable[..., Any], measure: Measure) -> Callable[..., Any]:
    latency = measure.latency
    counts = latency.counts

    async def measured(reactor: Any, turn: Any, intent: Any) -> Any:
        start = perf_counter()
        try:
            return await function(reactor, turn, intent)
        except BaseException as error:
            measure.broken(error)
            raise
        finally:
            took = perf_counter() - start
            counts[bisect_left(LATENCIES, took)] += 1
            latency.sum += took

    return measured
