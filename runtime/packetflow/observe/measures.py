"""Counts and times of every reactor, switched on for one app.

Nothing on the way of an intent asks whether it is on: to switch it on is to put a
function that measures in the place of each handler's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, final

from packetflow.errors import Denied
from packetflow.intent import Failure
from packetflow.observe.instruments import LATENCIES, Histogram
from packetflow.observe.shown import Reading

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.route import Route
    from packetflow.actor.system import System


@final
class Measure:
    """What one reactor did with one kind of intent since it was switched on.

    `failed` ended with a declared failure, `denied` with a denial by the handler,
    `faulted` with anything else; `handled` with none of them.
    """

    __slots__ = ("denied", "failed", "faulted", "handled", "latency")

    def __init__(self) -> None:
        self.handled = 0
        self.failed = 0
        self.denied = 0
        self.faulted = 0
        self.latency = Histogram(LATENCIES)

    def broken(self, error: BaseException) -> None:
        """Count a handler that raised."""
        if isinstance(error, Failure):
            self.failed += 1
        elif isinstance(error, Denied):
            self.denied += 1
        elif isinstance(error, Exception):
            self.faulted += 1


@final
class Measures:
    """The measures of an app's reactors; times are in seconds of the machine's clock."""

    def __init__(self, system: System) -> None:
        """Switches them on."""
        self._system = system
        self.started = perf_counter()
        self._keyed = {one.reactor_type for one in system.pools if one.keys}
        self.by_route: dict[tuple[str, str], Measure] = {}
        for route in system.every_route():
            self.dress(route)
        system.dressers.append(self.dress)

    @property
    def uptime(self) -> float:
        """Seconds since they were switched on."""
        return perf_counter() - self.started

    def dress(self, route: Route) -> None:
        """Measure a route too."""
        cell = route.cell
        key = (cell.name, route.name)
        if cell.reactor_type in self._keyed:
            # There may be any number of keys: they are measured together.
            key = (cell.reactor_type.name, route.name)
        measure = self.by_route.get(key)
        if measure is None:
            measure = self.by_route[key] = Measure()
        timed = _waiting if inspect.iscoroutinefunction(route.function) else _plain
        route.function = timed(route.function, measure)

    def readings(self) -> list[Reading]:
        """Every reactor that runs, in the order of starting."""
        return [self._reading(cell) for cell in self._system.cells]

    def _reading(self, cell: Cell) -> Reading:
        mine = [one for (name, _), one in self.by_route.items() if name == cell.name]
        latency = Histogram(LATENCIES)
        for one in mine:
            latency.sum += one.latency.sum
            both = zip(latency.counts, one.latency.counts, strict=True)
            latency.counts = [left + right for left, right in both]
        return Reading(
            cell.name,
            cell.depth,
            cell.busy and cell.stopped is None,
            cell.stopped,
            cell.restarts,
            sum(one.handled for one in mine),
            sum(one.failed for one in mine),
            sum(one.denied for one in mine),
            sum(one.faulted for one in mine),
            latency.quantile(0.5),
            latency.quantile(0.99),
        )


def _plain(function: Callable[..., Any], measure: Measure) -> Callable[..., Any]:
    observe = measure.latency.observe

    def measured(reactor: Any, turn: Any, intent: Any) -> Any:
        start = perf_counter()
        try:
            result = function(reactor, turn, intent)
        except BaseException as error:
            measure.broken(error)
            raise
        else:
            measure.handled += 1
            return result
        finally:
            observe(perf_counter() - start)

    return measured


def _waiting(function: Callable[..., Any], measure: Measure) -> Callable[..., Any]:
    observe = measure.latency.observe

    async def measured(reactor: Any, turn: Any, intent: Any) -> Any:
        start = perf_counter()
        try:
            result = await function(reactor, turn, intent)
        except BaseException as error:
            measure.broken(error)
            raise
        else:
            measure.handled += 1
            return result
        finally:
            observe(perf_counter() - start)

    return measured
