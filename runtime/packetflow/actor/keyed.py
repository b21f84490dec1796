"""Keyed reactors: one cell a key, started on demand, passivated when idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, final

from packetflow.actor.cell import Cell
from packetflow.actor.keyed_places import InMemory, Place
from packetflow.actor.reactor import AnyReactor, Restart
from packetflow.actor.route import Route
from packetflow.actor.shards import Keyed, keys
from packetflow.actor.stable import key_text
from packetflow.context import Context
from packetflow.errors import Stopped
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.durable_keys import DurableKeys
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System


Routes: TypeAlias = dict[type[Intent[Any]], tuple[Route, ...]]


@final
class _Live:
    """A cell that runs; `used` says whether it got anything since the last look.

    `known_as` are the equal values that it was asked for by.
    """

    __slots__ = ("cell", "known_as", "routes", "used")

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.used = True
        self.known_as: list[object] = []
        self.routes: Routes = {
            one.intent: (Route(cell, one, lean=True),)
            for one in cell.reactor_type.handlers
        }


@final
class Keys:
    """The reactors of all keys: those that run, and what is left of the others.

    Keys are texts here: equal keys have one, in every process.
    """

    def __init__(
        self,
        system: System,
        reactor_type: type[AnyReactor],
        supervisor: Supervisor,
        keyed: Keyed,
        limit: Restart,
    ) -> None:
        """Raises ValueError for an intent without the key's field."""
        self.model = Cell(system, reactor_type, supervisor)
        self.durable: DurableKeys | None = None
        self._place: Place = InMemory(system, reactor_type, supervisor)
        if reactor_type.journal is not None:
            # Imported late: who keeps nothing does not wait for it.
            from packetflow.actor.durable_keys import DurableKeys

            self.durable = self._place = DurableKeys(self, reactor_type, supervisor)
        self.reactor_type = reactor_type
        self.system = system
        self._supervisor = supervisor
        self._idle = keyed.idle
        self._limit = limit
        self._live: dict[str, _Live] = {}
        self._known: dict[object, _Live] = {}
        self._looking = False
        # Of those that were passivated.
        self.restarts = 0
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
        self._place.forget()

    def choose(self, intent: Intent[Any], caller: Context) -> tuple[Route, ...]:
        """The one for the intent's key, started if it does not run."""
        kind = type(intent)
        key = self._keys[kind](intent)
        live = self._known.get(key)
        if live is None:
            live = self._known[key] = self._find(key_text(key))
            live.known_as.append(key)
        live.used = True
        return live.routes[kind]

    def current(self, key: str) -> Routes:
        """The routes of the one that runs for a key, started if none does."""
        live = self._find(key)
        live.used = True
        return live.routes

    async def passivate(self, key: object) -> bool:
        """Let the one for a key's value finish, and take it away; False if none runs.

        Raises Unavailable if what it did cannot be kept, or it has stopped.
        """
        text = key_text(key)
        live = self._live.get(text)
        if live is None:
            return False
        while self._live.get(text) is live:
            await self._place.finished(live.cell)
            if self._live.get(text) is live and self._place.rests(live.cell):
                self._supervisor.release({self._passivate(text)})
        return True

    def take_away(self, key: str) -> None:
        """Let one run no more; it may be started again at once."""
        self._supervisor.release({self._remove(key)})

    def passivate_if_unused(self, key: str) -> None:
        """Take one away that got nothing since the last look, and rests."""
        live = self._live.get(key)
        if live is not None and not live.used and self._place.rests(live.cell):
            self._supervisor.release({self._passivate(key)})

    def _find(self, key: str) -> _Live:
        live = self._live.get(key)
        return self._start(key) if live is None else live

    def _start(self, key: str) -> _Live:
        system = self.system
        if system.stopping or system.failure is not None:
            raise Stopped(f"{self.reactor_type.name} starts no more: the app stops")
        cell = self._place.new(key)
        cell.plan.family = self.reactor_type.name
        self._supervisor.adopt(cell, self._limit)
        live = self._live[key] = _Live(cell)
        for dress in system.dressers:
            for (route,) in live.routes.values():
                dress(route)
        self._place.begin(cell)
        system.notify("started", cell.name)
        if not self._looking:
            self._look_later()
        return live

    def _look_later(self) -> None:
        self._looking = True
        self.system.clock.call_later(self._idle, self._look)

    def _look(self) -> None:
        """Passivate those that got nothing since the last look."""
        self._looking = False
        if self.system.stopping:
            return
        idle = [key for key, one in self._live.items() if self._quiet(one)]
        gone = {self._passivate(key) for key in idle if self._parts(key)}
        if gone:
            self._supervisor.release(gone)
        if self._live:
            self._look_later()

    def _quiet(self, live: _Live) -> bool:
        if live.used:
            live.used = False
            return False
        return self._place.rests(live.cell)

    def _parts(self, key: str) -> bool:
        """Whether it can go at once; else it goes when what is left of it is kept."""
        return self._place.parts(self._live[key].cell)

    def _passivate(self, key: str) -> Cell:
        cell = self._remove(key)
        self.system.notify("passivated", cell.name)
        return cell

    def _remove(self, key: str) -> Cell:
        live = self._live.pop(key)
        for one in live.known_as:
            del self._known[one]
        for (route,) in live.routes.values():
            route.forget()
        self._place.gone(key, live.cell)
        self.restarts += live.cell.restarts
        return live.cell


async def passivate(system: System, reactor: type[AnyReactor], key: object) -> bool:
    """See `App.passivate`."""
    for pool in system.pools:
        if pool.reactor_type is reactor and pool.keys is not None:
            return await pool.keys.passivate(key)
    raise KeyError(reactor.__name__)
