"""Keyed reactors: one cell a key, started on demand, passivated when idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from packetflow.actor.cell import Cell
from packetflow.actor.reactor import AnyReactor, Restart, State
from packetflow.actor.route import Route
from packetflow.actor.shards import Keyed, keys
from packetflow.context import Context
from packetflow.errors import Stopped
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System


@final
class _Live:
    """A cell that runs; `used` says whether it got anything since the last look."""

    __slots__ = ("cell", "routes", "used")

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.used = True
        self.routes = {
            one.intent: (Route(cell, one),) for one in cell.reactor_type.handlers
        }


@final
class Keys:
    """The reactors of all keys: those that run, and the states of the others."""

    def __init__(
        self,
        system: System,
        reactor_type: type[AnyReactor],
        supervisor: Supervisor,
        keyed: Keyed,
        limit: Restart,
    ) -> None:
        """Raises ValueError for a journal, or an intent without the key's field."""
        if reactor_type.journal is not None:
            raise ValueError(
                f"{reactor_type.name} keeps a journal: give it shards, not one for each "
                f"{keyed.by}"
            )
        self.model = Cell(system, reactor_type, supervisor)
        self._system = system
        self._type = reactor_type
        self._supervisor = supervisor
        self._idle = keyed.idle
        self._limit = limit
        self._live: dict[object, _Live] = {}
        self._parked: dict[object, State] = {}
        self._looking = False
        self._keys = {}
        for intent, key in keys(reactor_type, keyed.by).items():
            if key is None:
                raise ValueError(
                    f"{intent.__name__} has no {keyed.by}, so nobody can tell which "
                    f"{reactor_type.name} it is for"
                )
            self._keys[intent] = key

    @property
    def routes(self) -> list[Route]:
        """Those of the reactors that run."""
        return [
            route for one in self._live.values() for (route,) in one.routes.values()
        ]

    @property
    def cells(self) -> list[Cell]:
        """Those that run, in the order in which they were started."""
        return [one.cell for one in self._live.values()]

    def forget(self) -> None:
        """Begin anew: drop the states of those that do not run."""
        self._parked.clear()

    def choose(self, intent: Intent[Any], caller: Context) -> tuple[Route, ...]:
        """The one for the intent's key, started if it does not run."""
        kind = type(intent)
        key = self._keys[kind](intent)
        live = self._live.get(key)
        if live is None:
            live = self._start(key)
        live.used = True
        return live.routes[kind]

    def _start(self, key: object) -> _Live:
        system = self._system
        if system.stopping or system.failure is not None:
            raise Stopped(f"{self._type.name} starts no more: the app stops")
        name = f"{self._type.name}/{key}"
        cell = Cell(system, self._type, self._supervisor, name=name)
        kept = self._parked.pop(key, None)
        if kept is not None:
            cell.given(kept)
        self._supervisor.adopt(cell, self._limit)
        live = self._live[key] = _Live(cell)
        for dress in system.dressers:
            for (route,) in live.routes.values():
                dress(route)
        system.notify("started", name)
        if not self._looking:
            self._look_later()
        return live

    def _look_later(self) -> None:
        self._looking = True
        self._system.clock.call_later(self._idle, self._look)

    def _look(self) -> None:
        """Passivate those that got nothing since the last look."""
        self._looking = False
        if self._system.stopping:
            return
        idle = [key for key, one in self._live.items() if self._quiet(one)]
        gone = {self._passivate(key) for key in idle}
        if gone:
            self._supervisor.release(gone)
        if self._live:
            self._look_later()

    def _quiet(self, live: _Live) -> bool:
        if live.used:
            live.used = False
            return False
        # INVARIANT: a busy cell runs, has messages, pauses after a fault or has
        # stopped: none of them may be forgotten.
        return not live.cell.busy and live.cell.asking is None

    def _passivate(self, key: object) -> Cell:
        live = self._live.pop(key)
        cell = live.cell
        for (route,) in live.routes.values():
            route.forget()
        if cell.state != self._type.state_type():
            self._parked[key] = cell.state
        self._system.notify("passivated", cell.name)
        return cell
