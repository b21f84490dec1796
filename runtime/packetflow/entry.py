"""How intents enter an app: admitted first, then handled at once or queued."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from packetflow.actor import System
from packetflow.actor.mailbox import SETTLED
from packetflow.actor.outcome import failed_unasked
from packetflow.actor.pool import ask_all
from packetflow.adt.result import Err, Ok
from packetflow.context import Context
from packetflow.errors import (
    Denied,
    NoJournal,
    PacketFlowError,
    Stopped,
    Unavailable,
    Unhandled,
)
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.route import Route

R = TypeVar("R")


class Entry:
    """The entries of an app; there are none before its start and after its end."""

    name: ClassVar[str]
    system: System

    # A plain dictionary: each look-up counts.
    _entries: dict[type[Intent[Any]], Route]

    async def ask(
        self, intent: Intent[R], caller: Context, key: str | None = None
    ) -> R:
        """Send an intent and wait for its result.

        Raises its declared failures, Denied, Fault, Unavailable (full mailbox,
        deadline, stopped) or Unhandled. A caller who repeats a request to a reactor
        with a journal gives it a `key`: it is handled once, and answered each time, for
        seven days or what its journal says. Raises ValueError without such a reactor,
        KeyMisused if the caller used the key for another request.
        """
        # Each call and each attribute less is felt here. So `key` may stand without its
        # name, for Python calls functions with keyword-only parameters the slow way,
        # and what `Cell.run` does is written out for an idle reactor.
        try:
            route = self._entries[type(intent)]
        except KeyError:
            raise self._refused(intent) from None
        if key is not None:
            return cast(R, await self._asked_once(route, intent, caller, key))
        if route.last is not caller:
            caller = self._admitted(route, intent, caller)
            if route.pool is not None:
                chosen = route.pool.choose(intent, caller)
                if len(chosen) > 1:
                    return cast(R, await ask_all(chosen, intent, caller))
                route = chosen[0]
        turn = route.quick
        cell = route.cell
        if turn is None or cell.busy:
            if route.inline and not cell.busy:
                return cast(R, await cell.asked(route, intent, caller))
            reply: asyncio.Future[R] = self.system.loop.create_future()
            message = cell.enqueue(route, intent, caller, reply)
            try:
                return await reply
            finally:
                if message.stage != SETTLED:
                    cell.forsake(message)
        cell.busy = True
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
        if turn.is_light and cell.task is None:
            cell.state = turn.state
            cell.busy = cell.halted
        else:
            cell.commit(route, turn)
            if cell.after is not None:
                await cell.after
        lane = route.lane
        lane.budget = left = lane.budget - 1
        if left < 0:
            await self.system.rest()
        return result  # type: ignore[no-any-return]  # a cast is a call

    def _admitted(self, route: Route, intent: Intent[Any], caller: Context) -> Context:
        """The caller as admitted; who was let in before is let in just like that."""
        try:
            if route.remembers and type(intent) in caller.passes:
                if route.pool is None:
                    route.last = caller
                return caller
        except AttributeError:
            pass  # not a context: that is told there
        return self.system.admit(route, intent, caller)

    async def ask_alone(self, intent: Intent[R], caller: Context, key: str) -> R:
        """Like `ask` with a key; raises InProgress for what is handled just now."""
        try:
            route = self._entries[type(intent)]
        except KeyError:
            raise self._refused(intent) from None
        asked = self._asked_once(route, intent, caller, key, join=False)
        return cast(R, await asked)

    async def _asked_once(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        key: str,
        *,
        join: bool = True,
    ) -> Any:
        # Imported late: who keeps nothing does not wait for it.
        from packetflow.actor.durable import DurableCell
        from packetflow.actor.once import ask_once

        caller = self.system.admit(route, intent, caller)
        if route.pool is not None:
            route, *others = route.pool.choose(intent, caller)
            if others:
                raise NoJournal(f"{route.name} goes to many reactors: it has no key")
        cell = route.cell
        if not isinstance(cell, DurableCell):
            raise NoJournal(f"{cell.name} keeps no journal: {route.name} has no key")
        return await ask_once(cell, route, intent, caller, key, join=join)

    async def tell(
        self, intent: Intent[Any], caller: Context, key: str | None = None
    ) -> None:
        """Send an intent and do not wait: on return it is accepted, not answered.

        Raises Denied, MailboxFull, Stopped or Unhandled. What goes wrong later is
        logged and counted. With a `key`, as `ask` has it, it is handled on return.
        """
        try:
            route = self._entries[type(intent)]
        except KeyError:
            raise self._refused(intent) from None
        if key is not None:
            await self._told_once(route, intent, caller, key)
            return
        if route.last is not caller:
            caller = self._admitted(route, intent, caller)
        entered: Awaitable[None] | None
        if route.pool is None:
            entered = route.cell.told(route, intent, caller)
        else:
            entered = route.pool.tell(intent, caller)
        if entered is not None:
            await entered
        lane = route.lane
        lane.budget = left = lane.budget - 1
        if left < 0:
            await self.system.rest()

    async def _told_once(
        self, route: Route, intent: Intent[Any], caller: Context, key: str
    ) -> None:
        try:
            await self._asked_once(route, intent, caller, key)
        except (Denied, Unavailable, Unhandled):
            raise
        except PacketFlowError as error:
            failed_unasked(route.cell, route, error)

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
        if not self.running:
            return _failing(self._refused(intent))
        asked = self.ask(intent, caller)
        return asyncio.run_coroutine_threadsafe(asked, self.system.loop)

    def submit_tell(
        self, intent: Intent[Any], caller: Context
    ) -> concurrent.futures.Future[None]:
        """Tell from another thread than the one that the app runs in."""
        if not self.running:
            return _failing(self._refused(intent))
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


def _failing(error: PacketFlowError) -> concurrent.futures.Future[Any]:
    failed: concurrent.futures.Future[Any] = concurrent.futures.Future()
    failed.set_exception(error)
    return failed
