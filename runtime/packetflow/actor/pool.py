"""Pools: many cells of one reactor behind its intents."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, final

from packetflow.actor.cell import Cell
from packetflow.actor.keyed import Keys
from packetflow.actor.reactor import AnyReactor, Restart
from packetflow.actor.route import Route
from packetflow.actor.shards import Keyed, Many, Shards, Workers, has_result, keys
from packetflow.actor.stable import Placement
from packetflow.actor.strategies import NoTarget, strategy
from packetflow.capability import Held
from packetflow.context import Context
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System

logger: Final = logging.getLogger("packetflow.actor")

R = TypeVar("R")

Give: TypeAlias = Callable[[Route, Intent[Any], Context], Awaitable[None] | None]
Choose: TypeAlias = Callable[[Intent[Any], Context], tuple[Route, ...]]


@final
class Member:
    """One cell of a pool, as strategies see it."""

    __slots__ = ("cell", "provides", "routes")

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.provides: Held = cell.holds
        self.routes = {
            one.intent: Route(cell, one) for one in cell.reactor_type.handlers
        }

    @property
    def name(self) -> str:
        """The reactor's name and a number or key."""
        return self.cell.name

    @property
    def depth(self) -> int:
        """How many messages wait or are being handled."""
        return self.cell.depth + self.cell.busy


@final
class Pool:
    """Where the intents of a reactor of which there are many are given out."""

    __slots__ = ("_choose", "keys", "many", "members", "reactor_type", "system")

    def __init__(
        self,
        system: System,
        reactor_type: type[AnyReactor],
        supervisor: Supervisor,
        many: Many,
        limit: Restart,
    ) -> None:
        """Raises ValueError if the reactor's intents cannot be given out like this."""
        self.system = system
        self.reactor_type = reactor_type
        self.many = many
        self.keys: Keys | None = None
        self.members: tuple[Member, ...] = ()
        if isinstance(many, Keyed):
            self.keys = Keys(system, reactor_type, supervisor, many, limit)
            self._choose: Choose = self.keys.choose
            return
        name = reactor_type.name
        self.members = tuple(
            Member(system.new_cell(reactor_type, supervisor, f"{name}/{number}"))
            for number in range(many.count)
        )
        self._choose = (
            self._sharded(many) if isinstance(many, Shards) else (self._shared(many))
        )

    @property
    def cells(self) -> list[Cell]:
        """Those that run, by number."""
        return [one.cell for one in self.members]

    @property
    def routes(self) -> list[Route]:
        """Where intents end up; those of keyed reactors come and go."""
        found = [route for one in self.members for route in one.routes.values()]
        return found if self.keys is None else [*found, *self.keys.routes]

    def entries(self) -> dict[type[Intent[Any]], Route]:
        """Where intents for any of them enter."""
        some = self.members[0].cell if self.keys is None else self.keys.model
        return {
            one.intent: Route(some, one, pool=self)
            for one in self.reactor_type.handlers
        }

    def forget(self) -> None:
        """Begin anew: drop the states of passivated reactors."""
        if self.keys is not None:
            self.keys.forget()

    def choose(self, intent: Intent[Any], caller: Context) -> tuple[Route, ...]:
        """Whose it is: one route, or those of all; raises NoTarget."""
        return self._choose(intent, caller)

    def tell(self, intent: Intent[Any], caller: Context) -> Awaitable[None] | None:
        """Give out an intent that nobody waits for; inline to those that are idle.

        Raises what the first that refused it raised, once the others have it.
        """
        return self._each(_tell, intent, caller)

    def post(self, intent: Intent[Any], caller: Context) -> Awaitable[None] | None:
        """Queue an intent that nobody waits for; raises as `tell` does."""
        return self._each(_post, intent, caller)

    def _each(
        self, give: Give, intent: Intent[Any], caller: Context
    ) -> Awaitable[None] | None:
        refused: Exception | None = None
        entering: list[Awaitable[None]] = []
        for route in self._choose(intent, caller):
            try:
                entered = give(route, intent, caller)
            except Exception as error:
                refused = refused or error
            else:
                if entered is not None:
                    entering.append(entered)
        if refused is not None:
            raise refused
        return together(entering)

    def _sharded(self, many: Shards) -> Choose:
        every = {
            intent: tuple(one.routes[intent] for one in self.members)
            for intent in keys(self.reactor_type, many.by)
        }
        of_key = {
            # One tuple each, made once: choosing makes no object.
            intent: (key, Placement(tuple((route,) for route in every[intent])))
            for intent, key in keys(self.reactor_type, many.by).items()
            if key is not None
        }

        def choose(intent: Intent[Any], caller: Context) -> tuple[Route, ...]:
            kind = type(intent)
            found = of_key.get(kind)
            if found is None:
                return every[kind]
            key, places = found
            return places[key(intent)]

        return choose

    def _shared(self, many: Workers) -> Choose:
        chosen = strategy(many.by, seed=many.seed)
        if chosen is None:
            for handler in self.reactor_type.handlers:
                if has_result(handler.intent):
                    raise ValueError(
                        f"{handler.intent.__name__} goes to every "
                        f"{self.reactor_type.name}; which of their results is meant?"
                    )

        def choose(intent: Intent[Any], caller: Context) -> tuple[Route, ...]:
            able = [one for one in self.members if one.cell.stopped is None]
            if not able:
                raise NoTarget(f"no {self.reactor_type.name} runs")
            if chosen is None:
                return tuple(one.routes[type(intent)] for one in able)
            return (chosen.pick(able, intent, caller).routes[type(intent)],)

        return choose


def _tell(route: Route, intent: Intent[Any], caller: Context) -> Awaitable[None] | None:
    return route.cell.told(route, intent, caller)


def _post(route: Route, intent: Intent[Any], caller: Context) -> Awaitable[None] | None:
    return route.cell.post(route, intent, caller)


async def ask_all(
    routes: tuple[Route, ...], intent: Intent[Any], caller: Context
) -> Any:
    """Ask all at once; raises what the first that failed raised, when all are done."""
    asked = (route.cell.asked(route, intent, caller) for route in routes)
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def ask_each(
    routes: tuple[Route, ...], ask: Callable[[Route], Awaitable[Any]]
) -> Any:
    """Ask one after the other; raises what the first that failed raised, at the end.

    A handler waits for one reactor at a time: that is how circles are found.
    """
    if len(routes) == 1:
        return await ask(routes[0])
    failed: Exception | None = None
    for route in routes:
        try:
            await ask(route)
        except Exception as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return None


def together(pending: list[Awaitable[None]]) -> Awaitable[None] | None:
    """What is done when all are; None if there are none."""
    if not pending:
        return None
    return pending[0] if len(pending) == 1 else _all(pending)


async def _all(pending: list[Awaitable[None]]) -> None:
    for one in pending:
        await one
