"""A cell: one running reactor, one handler at a time, each in a transaction.

A handler that need not wait runs inline, in its caller's own call, while the cell is
idle; everything else is queued and taken by a task that lives only as long as there is
something to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

from packetflow.actor.commit import begin, map_fields
from packetflow.actor.mailbox import Message, Queue
from packetflow.actor.reactor import AnyReactor, State
from packetflow.actor.route import Route
from packetflow.actor.turn import Turn
from packetflow.capability import Held
from packetflow.context import Context
from packetflow.effect import SCOPE
from packetflow.errors import (
    DeadlineExceeded,
    Denied,
    Fault,
    InternalDenial,
    Stopped,
    Unavailable,
)
from packetflow.intent import Failure, Intent

if TYPE_CHECKING:
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System

logger: Final = logging.getLogger("packetflow.actor")

# Turns in a row before others in the event loop get theirs.
YIELD_BUDGET: Final = 128


@final
class Cell:
    """A reactor that runs: its state, its queue, and its place under a supervisor.

    INVARIANT: `busy` is true while a handler or what follows its commit runs, while
    messages wait, and while the cell is paused or stopped. So a false `busy` alone
    says that a handler may run inline and that no earlier message is overtaken.
    """

    __slots__ = (
        "_aborted",
        "_active",
        "_halted",
        "_task",
        "after",
        "asking",
        "busy",
        "faults",
        "holds",
        "maps",
        "queue",
        "reactor",
        "reactor_type",
        "restarts",
        "state",
        "stopped",
        "supervisor",
        "system",
    )

    def __init__(
        self, system: System, reactor_type: type[AnyReactor], supervisor: Supervisor
    ) -> None:
        self.system = system
        self.reactor_type = reactor_type
        self.supervisor = supervisor
        self.reactor = reactor_type()
        self.holds = Held(reactor_type.holds)
        self.maps = map_fields(reactor_type.state_type)
        self.state: State = reactor_type.state_type()
        self.queue = Queue(reactor_type.mailbox)
        self.busy = False
        self.stopped: str | None = None
        self.after: asyncio.Future[None] | None = None
        self.asking: Cell | None = None
        self.faults = 0
        self.restarts = 0
        self._halted = False
        self._task: asyncio.Task[None] | None = None
        self._active: Message | None = None
        self._aborted: Unavailable | None = None

    def run(self, route: Route, intent: Intent[Any], caller: Context) -> Any:
        """Handle an intent inline; the cell is not busy, the handler does not wait.

        What follows the commit and has to be awaited is left in `after`.
        """
        self.busy = True
        system = self.system
        state = self.state if route.reads_only else self.state.__copy__()
        # Nothing keeps a turn whose handler has returned, so one serves them all.
        turn = system.spare
        if turn is None:
            turn = Turn(self, caller, state)
        else:
            system.spare = None
            turn.cell = self
            turn.caller = caller
            turn.state = state
        try:
            if system.paranoid:
                result = self._guarded(turn, route, intent)
            else:
                result = route.function(self.reactor, turn, intent)
        except BaseException as error:
            turn.roll_back()
            outcome = self._outcome(route, error)
            self._release()
            if outcome is error:
                raise
            raise outcome from error
        if self.maps:
            self._commit(turn)
        else:
            self.state = turn.state
        if turn.steps is None:
            if turn.undo is None:
                system.spare = turn
        elif (rest := begin(turn.steps)) is not None:
            self.after = system.loop.create_future()
            self._spawn(self._finish(rest, self.after))
            return result
        if self._task is None and not self._halted:
            self.busy = False
        return result

    async def ask(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        within: float | None = None,
    ) -> Any:
        """Queue an intent and wait for its answer."""
        reply: asyncio.Future[Any] = self.system.loop.create_future()
        message = Message(route, intent, caller, reply)
        self._push(message)
        self._expire(message, route.deadline, aborts=True)
        self._expire(message, within, aborts=False)
        self._limit(message, caller.standing.deadline)
        try:
            return await reply
        finally:
            message.settle()

    def post(
        self, route: Route, intent: Intent[Any], caller: Context, *, force: bool = False
    ) -> asyncio.Future[None] | None:
        """Queue an intent that nobody waits for; a future is done once it is in.

        Raises MailboxFull or Stopped. `force` takes it in whether there is room or not.
        """
        message = Message(route, intent, caller, None)
        entered = None
        if force:
            self._check_running()
            self.queue.force(message)
            self.start()
        else:
            entered = self._push(message)
        self._limit(message, caller.standing.deadline)
        return entered

    def start(self) -> None:
        """Make sure that what is queued is handled."""
        self.busy = True
        if self._task is None and not self._halted:
            self._spawn(self._drain())

    def pause(self, seconds: float) -> None:
        """Handle nothing for a while; messages wait."""
        if seconds <= 0 or self._halted:
            return
        self._halted = self.busy = True
        self.system.clock.call_later(seconds, self._resume)

    def given(self, state: State) -> None:
        """Begin with this state; before the app starts."""
        self.state = state

    def restart(self, *, fresh: bool) -> None:
        """Break off the running handler; with `fresh` begin with the initial state."""
        self.restarts += 1
        self._abort(Unavailable(f"{self.reactor_type.name} was restarted"))
        if fresh:
            self.state = self.reactor_type.state_type()

    def stop(self, reason: str) -> None:
        """Handle nothing any more; whoever waits gets Stopped."""
        if self.stopped is not None:
            return
        self.stopped = reason
        self._halted = self.busy = True
        error = self._stopped_error()
        self._abort(error)
        for message in self.queue.clear():
            message.settle()
            message.fail(error)

    @property
    def running(self) -> bool:
        """Whether a task of this cell has something to do."""
        return self._task is not None

    async def idle(self) -> None:
        """Wait until nothing runs and nothing is queued."""
        while self._task is not None and self._task is not asyncio.current_task():
            await asyncio.wait([self._task])

    async def end(self) -> None:
        """Break off whatever still runs and wait until it has ended."""
        task = self._task
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait([task])

    # -- one turn ------------------------------------------------------------------

    def _guarded(self, turn: Turn[Any], route: Route, intent: Intent[Any]) -> Any:
        scope = SCOPE.get() or self.system.scope
        token = SCOPE.set(scope.within(turn.caller.held))
        try:
            return route.function(self.reactor, turn, intent)
        finally:
            SCOPE.reset(token)

    def _commit(self, turn: Turn[Any]) -> None:
        before, state = self.state, turn.state
        for name in self.maps:
            value = getattr(state, name)
            # A map that was assigned may be somebody else's: own a copy of it.
            if value is not getattr(before, name) and value is not None:
                setattr(state, name, dict(value))
        self.state = state

    def _outcome(self, route: Route, error: BaseException) -> BaseException:
        """What the caller gets for what the handler raised; counts faults."""
        if isinstance(error, Failure):
            return error
        if isinstance(error, Denied):
            error.intent = error.intent or route.name
            return error
        if not isinstance(error, Exception):
            return error
        outcome: Exception = error
        if not isinstance(error, (Fault, InternalDenial)):
            outcome = Fault(
                f"{self.reactor_type.name} failed on {route.name}: "
                f"{type(error).__name__}: {error}"
            )
        self.faults += 1
        self.system.stats.faults += 1
        logger.error("%s", outcome, exc_info=error)
        self.supervisor.fault(self, outcome)
        return outcome

    # -- the queue -----------------------------------------------------------------

    def _push(self, message: Message) -> asyncio.Future[None] | None:
        self._check_running()
        entered = self.queue.push(message)
        self.start()
        return entered

    def _check_running(self) -> None:
        if self.stopped is not None:
            raise self._stopped_error()

    def _stopped_error(self) -> Stopped:
        return Stopped(f"{self.reactor_type.name} has stopped: {self.stopped}")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        system = self.system
        self._task = system.loop.create_task(work, context=system.context.copy())

    def _release(self) -> None:
        if self._halted or self._task is not None:
            return
        if self.queue:
            self.start()
        else:
            self.busy = False

    async def _finish(
        self, rest: Coroutine[Any, Any, None], after: asyncio.Future[None]
    ) -> None:
        await rest
        self.after = None
        if not after.done():
            after.set_result(None)
        await self._drain()

    async def _drain(self) -> None:
        budget = YIELD_BUDGET
        try:
            while not self._halted and (message := self.queue.pop()) is not None:
                await self._handle(message)
                budget -= 1
                if budget == 0:
                    budget = YIELD_BUDGET
                    await asyncio.sleep(0)
        finally:
            self._task = None
            self._release()

    async def _handle(self, message: Message) -> None:
        route = message.route
        caller = message.caller
        if route.is_async and caller.held.expires is not None:
            # What the handler finds the caller to hold may end while it waits.
            used = caller.held.watched(partial(self._limit, message))
            caller = caller.holding(used, caller.standing)
        turn = Turn(self, caller, self.state.__copy__())
        try:
            if self.system.paranoid:
                # This task's context is its own, so there is nothing to set back.
                SCOPE.set(self.system.scope.within(turn.caller.held))
            result = route.function(self.reactor, turn, message.intent)
            if route.is_async:
                self._active = message
                result = await result
                if self._aborted is not None:
                    # The handler ignored that it was broken off; its caller was told.
                    raise asyncio.CancelledError
        except BaseException as error:
            self._active = None
            message.settle()
            turn.roll_back()
            self._failed(message, error)
            return
        self._active = None
        message.settle()
        self._commit(turn)
        if turn.steps is not None:
            rest = begin(turn.steps)
            if rest is not None:
                await rest
        if message.reply is not None and not message.reply.done():
            message.reply.set_result(result)

    def _failed(self, message: Message, error: BaseException) -> None:
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError):
            reason, self._aborted = self._aborted, None
            if reason is not None:
                if task is not None:
                    task.uncancel()
                message.fail(reason)
                return
            if task is not None and task.cancelling():
                message.fail(Stopped(f"{self.reactor_type.name} was broken off"))
                raise error
            error = RuntimeError("something the handler waited for was cancelled")
        outcome = self._outcome(message.route, error)
        if outcome is not error:
            outcome.__cause__ = error
        if not message.fail(outcome) and message.reply is None:
            self.system.stats.failed_messages += 1
            logger.info("%s, sent and not asked: %s", message.route.name, outcome)
        if not isinstance(outcome, Exception):
            raise outcome

    # -- time ----------------------------------------------------------------------

    def _expire(self, message: Message, within: float | None, *, aborts: bool) -> None:
        if within is not None:
            expired = partial(self._expired, message, within, aborts)
            message.timers += (self.system.clock.call_later(within, expired),)

    def _expired(self, message: Message, within: float, aborts: bool) -> None:
        error = DeadlineExceeded(f"{message.route.name}: no answer within {within:g} s")
        if message.fail(error) and aborts and self._active is message:
            self._abort(error)

    def _limit(self, message: Message, end: datetime | None) -> None:
        """Break the message off when a grant ends that it relies on."""
        if end is not None:
            clock = self.system.clock
            seconds = (end - clock.now()).total_seconds()
            lapsed = clock.call_later(seconds, partial(self._lapsed, message))
            message.timers += (lapsed,)

    def _lapsed(self, message: Message) -> None:
        message.lapsed = True
        error = DeadlineExceeded(
            f"{message.route.name}: a grant it relies on has ended"
        )
        if not message.fail(error) and message.reply is None:
            self.system.dead_letter(message.route.name, error)
        if self._active is message:
            self._abort(error)

    def _abort(self, reason: Unavailable) -> None:
        if self._active is None or self._aborted is not None or self._task is None:
            return
        self._aborted = reason
        self._task.cancel()

    def _resume(self) -> None:
        if self.stopped is None:
            self._halted = False
            self._release()
