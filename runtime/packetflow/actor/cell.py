"""A cell: one running reactor, one handler at a time, each in a transaction.

A handler that need not wait runs inline, in its caller's own call, while the cell is
idle; everything else is queued and taken by a task that lives only as long as there is
something to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Generator
from functools import partial
from types import coroutine
from typing import TYPE_CHECKING, Any, ClassVar, Final

from packetflow.actor.commit import begin, own
from packetflow.actor.deadline import expire, limit
from packetflow.actor.life import Life
from packetflow.actor.mailbox import SETTLED, Message
from packetflow.actor.outcome import failed_unasked, outcome
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.route import Route
from packetflow.actor.turn import Turn
from packetflow.context import Context
from packetflow.effect import SCOPE
from packetflow.errors import PacketFlowError, Stopped
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.inbox import Key
    from packetflow.actor.outbox import Ticket

logger: Final = logging.getLogger("packetflow.actor")

# Turns in a row before others in the event loop get theirs.
YIELD_BUDGET: Final = 128


@coroutine
def one_pass() -> Generator[None, None, None]:
    """Let the event loop go round once: `asyncio.sleep(0)`, and quicker."""
    yield


class Cell(Life):
    """A reactor that runs: its state, its queue, and its place under a supervisor.

    A task that has drained the queue lingers for one pass of the event loop: whoever
    got an answer often asks again at once. Meanwhile the cell is idle.
    """

    # Whether a handler may run in its caller's own call.
    runs_inline: ClassVar[bool] = True

    def run(self, route: Route, intent: Intent[Any], caller: Context) -> Any:
        """Handle an intent inline; the cell is not busy, the handler does not wait.

        What follows the commit and has to be awaited is left in `after`.
        """
        self.busy = True
        function = route.function
        turn = route.quick
        if turn is None:
            turn = self._turn(route, caller)
            if self.system.paranoid:
                function = partial(self._guarded, route)
        else:  # what `_turn` does: each call less is felt here
            turn.caller = caller
            turn.state = self.state if route.keeps else self.state.__copy__()
        try:
            result = function(route.reactor, turn, intent)
        except BaseException as error:
            found = self.broken(route, turn, error)
            if found is error:
                raise
            raise found from error
        if turn.is_light and self.task is None:
            self.state = turn.state
            self.busy = self.halted
            if turn is not route.turn:
                route.lane.spare = turn
        else:
            self.commit(route, turn)
        return result

    def commit(self, route: Route, turn: Turn[Any]) -> None:
        """Make an inline turn's draft the state, and do what follows from it."""
        rest = self._commit(route, turn)
        if rest is not None:
            self.after = self.system.loop.create_future()
            self._spawn(self._finish(rest, self.after))
        elif self.task is None and not self.halted:
            self.busy = False
        else:
            self._release()

    def broken(
        self, route: Route, turn: Turn[Any], error: BaseException
    ) -> BaseException:
        """Roll an inline turn back; what its caller gets for the error."""
        turn.roll_back()
        found = outcome(self, route, turn.caller, error)
        if turn is route.turn:
            route.renew()
        self._release()
        return found

    def asked(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        within: float | None = None,
    ) -> Coroutine[Any, Any, Any]:
        """Ask, inline if the reactor is idle; what gives the answer."""
        if self.busy or not route.inline:
            return self.ask(route, intent, caller, within)
        return self._inline(route, intent, caller, within)

    async def _inline(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        within: float | None,
    ) -> Any:
        if self.busy:
            return await self.ask(route, intent, caller, within)
        result = self.run(route, intent, caller)
        if self.after is not None:
            await self.after
        lane = route.lane
        lane.budget = left = lane.budget - 1
        if left < 0:
            await self.system.rest()
        return result

    def told(
        self, route: Route, intent: Intent[Any], caller: Context
    ) -> asyncio.Future[None] | None:
        """Tell, inline if the reactor is idle; what it raises then is counted."""
        if self.busy or not route.inline:
            return self.post(route, intent, caller)
        try:
            self.run(route, intent, caller)
        except PacketFlowError as error:
            failed_unasked(self, route, error)
        return None

    async def ask(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        within: float | None = None,
        *,
        key: Key | None = None,
    ) -> Any:
        """Queue an intent and wait for its answer.

        Whoever is cancelled meanwhile takes the message back if it still waits; a
        handler that has begun goes on to its end, and its answer is dropped.
        """
        reply: asyncio.Future[Any] = self.system.loop.create_future()
        message = self.enqueue(route, intent, caller, reply, key)
        if within is not None:
            expire(self, message, within)
        try:
            return await reply
        finally:
            if message.stage != SETTLED:
                self.forsake(message)

    def enqueue(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        reply: asyncio.Future[Any],
        key: Key | None = None,
    ) -> Message:
        """Queue an intent; the answer will be in `reply`. Raises MailboxFull or Stopped.

        Whoever does not wait for the answer until it is there says so by `forsake`.
        """
        message = Message(route, intent, caller, reply)
        message.key = key
        self._push(message)
        if route.deadline is not None:
            route.deadline.enter(message)
        deadline = caller.standing.deadline
        if deadline is not None:
            limit(self, message, deadline)
        return message

    def forsake(self, message: Message) -> None:
        """Nobody waits for the answer any longer."""
        self.queue.forsake(message)
        message.settle()

    def post(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        *,
        force: bool = False,
        ticket: Ticket | None = None,
    ) -> asyncio.Future[None] | None:
        """Queue an intent that nobody waits for; a future is done once it is in.

        Raises MailboxFull or Stopped. `force` takes it in whether there is room or not.
        """
        message = Message(route, intent, caller, None)
        message.ticket = ticket
        entered = None
        if force:
            self._check_running()
            self.queue.force(message)
            self._entered(message)
        else:
            entered = self._push(message)
        limit(self, message, caller.standing.deadline)
        return entered

    # -- one turn ------------------------------------------------------------------

    def _turn(self, route: Route, caller: Context) -> Turn[Any]:
        state = self.state if route.keeps else self.state.__copy__()
        # Nothing keeps a turn whose handler has returned, so one serves many.
        lane = route.lane
        turn = lane.spare
        if turn is None:
            return Turn(self, caller, state, is_light=route.plain)
        lane.spare = None
        turn.cell = self
        turn.caller = caller
        turn.state = state
        turn.is_light = route.plain
        return turn

    def _commit(
        self, route: Route, turn: Turn[Any]
    ) -> Coroutine[Any, Any, None] | None:
        """Make the draft the state; what follows from it and has to be awaited."""
        steps = turn.steps
        if not turn.is_light:
            if self.plan.maps:
                own(self.state, turn.state, self.plan.maps)
            turn.used()
            turn.is_light = route.plain
        self.state = turn.state
        if turn is not route.turn:
            route.lane.spare = turn
        return None if steps is None else begin(steps)

    def _guarded(
        self, route: Route, reactor: AnyReactor, turn: Turn[Any], intent: Intent[Any]
    ) -> Any:
        scope = SCOPE.get() or self.system.scope
        token = SCOPE.set(scope.within(turn.caller.held))
        try:
            return route.function(reactor, turn, intent)
        finally:
            SCOPE.reset(token)

    # -- the queue -----------------------------------------------------------------

    async def _finish(
        self, rest: Coroutine[Any, Any, None], after: asyncio.Future[None]
    ) -> None:
        await rest
        self.after = None
        if not after.done():
            after.set_result(None)
        await self._drain()

    async def _drain(self) -> None:
        me = self.task
        try:
            while True:
                budget = YIELD_BUDGET
                # Looked up from time to time: somebody may watch the queue by now.
                pop = self.queue.pop
                while not self.halted and (message := pop()) is not None:
                    await self._handle(message)
                    budget -= 1
                    if budget == 0:
                        budget = YIELD_BUDGET
                        pop = self.queue.pop
                        await asyncio.sleep(0)
                if self.halted:
                    return
                self._lingering = True
                self.busy = False
                await one_pass()
                if self.task is not me:
                    return  # what follows an inline turn has taken over
                self._lingering = False
                if not self._queue:
                    return
        finally:
            if self.task is me:
                self.task = None
                self._lingering = False
                self._release()

    async def _handle(self, message: Message) -> None:
        route = message.route
        caller = message.caller
        # Who was let in before holds nothing that ends.
        waits = route.is_async and route.last is not caller
        if waits and caller.held.expires is not None:
            # What the handler finds the caller to hold may end while it waits.
            used = caller.held.watched(partial(limit, self, message))
            caller = caller.holding(used, caller.standing)
        turn = route.turn
        if turn is None:
            turn = self._turn(route, caller)
        else:
            turn.caller = caller
            turn.state = self.state if route.keeps else self.state.__copy__()
        try:
            if self.system.paranoid:
                # This task's context is its own, so there is nothing to set back.
                SCOPE.set(self.system.scope.within(turn.caller.held))
            result = route.function(route.reactor, turn, message.intent)
            if route.is_async:
                self.active = message
                result = await result
                if message.aborted is not None:
                    # The handler ignored that it was broken off; its caller was told.
                    raise asyncio.CancelledError
        except BaseException as error:
            self.active = None
            message.settle()
            turn.roll_back()
            if turn is route.turn:
                route.renew()
            self._failed(message, error)
            return
        self.active = None
        rest = self._succeeded(message, turn, result)
        if rest is not None:
            await rest
            message.succeed(result)

    def _succeeded(
        self, message: Message, turn: Turn[Any], result: Any
    ) -> Coroutine[Any, Any, None] | None:
        """Commit and answer; what has to be awaited before the answer is returned."""
        message.stage = SETTLED
        if message.timers:
            message.settle()
        route = message.route
        if turn.is_light and turn is route.turn:
            self.state = turn.state
        else:
            rest = self._commit(route, turn)
            if rest is not None:
                return rest
        message.succeed(result)
        return None

    def _refuse(self, message: Message, outcome: BaseException) -> bool:
        """Answer that the handler failed; False if nobody waits any longer."""
        return message.fail(outcome)

    def _failed(self, message: Message, error: BaseException) -> None:
        task = asyncio.current_task(self.system.loop)
        if isinstance(error, asyncio.CancelledError):
            reason = message.aborted
            if reason is not None:
                if task is not None:
                    task.uncancel()
                message.fail(reason)
                return
            if task is not None and task.cancelling():
                message.fail(Stopped(f"{self.reactor_type.name} was broken off"))
                raise error
            error = RuntimeError("something the handler waited for was cancelled")
        if isinstance(error, GeneratorExit) and task is not self.task:
            raise error  # nobody raised it: the task itself is thrown away
        found = outcome(self, message.route, message.caller, error)
        if found is not error:
            found.__cause__ = error
        if not self._refuse(message, found) and message.reply is None:
            self.system.stats.failed_messages += 1
            logger.info("%s, sent and not asked: %s", message.route.name, found)
        if not isinstance(found, Exception):
            raise found
