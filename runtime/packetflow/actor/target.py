"""One reactor of a running app as a target that routers can send to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast, final

from packetflow.actor.cell import Cell
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.route import Route
from packetflow.actor.system import System
from packetflow.capability import Held
from packetflow.context import Context
from packetflow.errors import Unhandled
from packetflow.intent import Intent

R = TypeVar("R")


@final
class ReactorTarget:
    """A reactor, or one of many of it; it checks callers as the app does."""

    __slots__ = ("_cell", "_routes", "_system", "provides")

    def __init__(
        self,
        system: System,
        cell: Cell,
        routes: Mapping[type[Intent[Any]], Route],
        provides: Held | None = None,
    ) -> None:
        """`provides` is what the reactor holds, unless it is said."""
        self._system = system
        self._cell = cell
        self._routes = routes
        self.provides = cell.holds if provides is None else provides

    @property
    def name(self) -> str:
        """The reactor's name, with a number if there are many of it."""
        return self._cell.name

    @property
    def depth(self) -> int:
        """How many messages wait or are being handled."""
        return self._cell.depth + self._cell.busy

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Send an intent to this reactor and wait; raises what `App.ask` raises."""
        route, caller = self._admitted(intent, caller)
        return cast(R, await route.cell.asked(route, intent, caller))

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        """Send an intent to this reactor; raises what `App.tell` raises."""
        route, caller = self._admitted(intent, caller)
        entered = route.cell.told(route, intent, caller)
        if entered is not None:
            await entered

    def _admitted(self, intent: Intent[Any], caller: Context) -> tuple[Route, Context]:
        route = self._routes.get(type(intent))
        if route is None:
            raise Unhandled(f"{self.name} does not handle {type(intent).__name__}")
        return route, self._system.admit(route, intent, caller)


def targets(system: System, reactor: type[AnyReactor]) -> tuple[ReactorTarget, ...]:
    """Every one of a reactor that runs; raises KeyError if it is not in the app."""
    for pool in system.pools:
        if pool.reactor_type is reactor:
            return tuple(
                ReactorTarget(system, one.cell, one.routes) for one in pool.members
            )
    cell = system.cell(reactor)
    routes = {
        intent: route for intent, route in system.routes.items() if route.cell is cell
    }
    return (ReactorTarget(system, cell, routes),)
