"""How intents enter an app: admitted first, then handled at once or queued."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Awaitable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from packetflow.actor import System
from packetflow.actor.pool import ask_chosen
from packetflow.adt.result import Err, Ok
from packetflow.context import Context
from packetflow.errors import (
    Denied,
    PacketFlowError,
    Stopped,
    Unavailable,
    Unhandled,
)
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.pool import Pool
    from packetflow.actor.route import Route

logger: Final = logging.getLogger("packetflow.app")

R = TypeVar("R")


class Entry:
    """The entries of an app; there are none before its start and after its end."""

    name: ClassVar[str]
    system: System

    # Plain dictionaries: each look-up counts.
    _entries: dict[type[Intent[Any]], Route]
    _quick: dict[type[Intent[Any]], Route]
    _pooled: dict[type[Intent[Any]], Pool]

    async def ask(
        self, intent: Intent[R], caller: Context, *, key: str | None = None
    ) -> R:
        """Send an intent and wait for its result.

        Raises its declared failures, Denied, Fault, Unavailable (full mailbox,
        deadline, stopped) or Unhandled. A caller who repeats a request to a reactor
        with a journal gives it a `key`: it is handled once, and answered each time, for
        seven days. Raises ValueError without such a reactor, KeyMisused if the caller
        used the key for another request.
        """
        if key is not None:
            return cast(R, await self._asked_once(intent, caller, key))
        kind = type(intent)
        route = self._quick.get(kind)
        if route is None or route.last is not caller:
            try:
                let_in = kind in caller.passes
            except AttributeError:  # not a context: that is told below
                let_in = False
            if route is None or not let_in:
                pool = self._pooled.get(kind) if let_in else None
                if pool is None:
                    return cast(R, await self._asked(intent, caller, let_in=let_in))
                chosen = pool.choose(intent, caller)
                route = chosen[0]
                if len(chosen) > 1 or not route.quick:
                    return cast(R, await ask_chosen(chosen, intent, caller))
            else:
                route.last = caller
        # What `admit` and `Cell.run` do, for an idle reactor and a caller who was let
        # in before: each call and each attribute less is felt here.
        cell = route.cell
        lane = route.lane
        turn = lane.spare
        if turn is None or cell.busy:
            if kind in self._pooled:
                return cast(R, await ask_chosen((route,), intent, caller))
            return cast(R, await self._asked(intent, caller))
        cell.busy = True
        lane.spare = None
        turn.cell = cell
        turn.caller = caller
        turn.state = cell.state if route.keeps else cell.state.__copy__()
        handler = route.function
        try:
            result = handler(route.reactor, turn, intent)
        except BaseException as error:
            outcome = cell.broken(route, turn, error)
            if outcome is error:
                raise
            raise outcome from error
        if turn.steps is None and turn.undo is None and route.plain:
            cell.state = turn.state
            lane.spare = turn
            cell.busy = cell.halted
        else:
            cell.commit(route, turn)
            if cell.after is not None:
                await cell.after
        left = lane.budget - 1
        lane.budget = left
        if left < 0:
            await self.system.rest()
        return result  # type: ignore[no-any-return]  # a cast is a call

    def _asked(
        self, intent: Intent[Any], caller: Context, *, let_in: bool = False
    ) -> Coroutine[Any, Any, Any]:
        """Admit the caller; what gives the answer."""
        route = self._entries.get(type(intent))
        if route is None:
            raise self._refused(intent)
        if not (let_in and self.system.trusting):
            caller = self.system.admit(route, intent, caller)
        if route.pool is not None:
            return route.pool.ask(intent, caller)
        if route.inline and not route.cell.busy:
            return self._inline(route, intent, caller)
        return route.cell.ask(route, intent, caller)

    async def _inline(self, route: Route, intent: Intent[Any], caller: Context) -> Any:
        cell = route.cell
        result = cell.run(route, intent, caller)
        if cell.after is not None:
            await cell.after
        await self.system.turned()
        return result

    async def _asked_once(self, intent: Intent[Any], caller: Context, key: str) -> Any:
        # Imported late: who keeps nothing does not wait for it.
        from packetflow.actor.durable import DurableCell
        from packetflow.actor.once import ask_once

        route = self._entries.get(type(intent))
        if route is None:
            raise self._refused(intent)
        caller = self.system.admit(route, intent, caller)
        if route.pool is not None:
            route, *others = route.pool.choose(intent, caller)
            if others:
                raise ValueError(f"{route.name} goes to many reactors: it has no key")
        cell = route.cell
        if not isinstance(cell, DurableCell):
            raise ValueError(f"{cell.name} keeps no journal: {route.name} has no key")
        return await ask_once(cell, route, intent, caller, key)

    async def tell(
        self, intent: Intent[Any], caller: Context, *, key: str | None = None
    ) -> None:
        """Send an intent and do not wait: on return it is accepted, not answered.

        Raises Denied, MailboxFull, Stopped or Unhandled. What goes wrong later is
        logged and counted. With a `key`, as `ask` has it, it is handled on return.
        """
        if key is not None:
            await self._told_once(intent, caller, key)
            return
        kind = type(intent)
        route = self._entries.get(kind)
        if route is None:
            raise self._refused(intent)
        system = self.system
        try:
            let_in = system.trusting and (route.last is caller or kind in caller.passes)
        except AttributeError:
            let_in = False
        if not let_in:
            caller = system.admit(route, intent, caller)
        cell = route.cell
        if cell.busy or not route.inline:
            entered: Awaitable[None] | None
            if route.pool is None:
                entered = cell.post(route, intent, caller)
            else:
                entered = route.pool.tell(intent, caller)
            if entered is not None:
                await entered
        else:
            try:
                cell.run(route, intent, caller)
            except PacketFlowError as error:
                system.stats.failed_messages += 1
                logger.info("%s, told and not asked: %s", route.name, error)
        lane = route.lane
        lane.budget -= 1
        if lane.budget < 0:
            await system.rest()

    async def _told_once(self, intent: Intent[Any], caller: Context, key: str) -> None:
        try:
            await self._asked_once(intent, caller, key)
        except (Denied, Unavailable, Unhandled):
            raise
        except PacketFlowError as error:
            self.system.stats.failed_messages += 1
            logger.info("%s, told and not asked: %s", type(intent).__name__, error)

    async def try_ask(
        self, intent: Intent[R], caller: Context
    ) -> Ok[R] | Err[PacketFlowError]:
        """Like `ask`, with what went wrong as a value."""
        try:
            return Ok(await self.ask(intent, caller))
        except PacketFlowError as error:
            return Err(error)

    def submit(
        self, intent: Intent[R], caller: Context
    ) -> concurrent.futures.Future[R]:
        """Ask from another thread than the one that the app runs in."""
        asked = self.ask(intent, caller)
        return asyncio.run_coroutine_threadsafe(asked, self.system.loop)

    def submit_tell(
        self, intent: Intent[Any], caller: Context
    ) -> concurrent.futures.Future[None]:
        """Tell from another thread than the one that the app runs in."""
        told = self.tell(intent, caller)
        return asyncio.run_coroutine_threadsafe(told, self.system.loop)

    @property
    def running(self) -> bool:
        """Whether the app takes intents: between start and stop."""
        return bool(self._entries)

    def _refused(self, intent: Intent[Any]) -> PacketFlowError:
        if not self.running:
            return Stopped(f"{self.name} is not running")
        return Unhandled(f"no reactor of {self.name} handles {type(intent).__name__}")
