"""The life of a cell: idle, busy, paused, stopped; what runs in it and what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from packetflow.actor.deadline import abort
from packetflow.actor.mailbox import Message, Queue
from packetflow.actor.reactor import AnyReactor, State
from packetflow.capability import Held
from packetflow.errors import Stopped, Unavailable

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System


class Life:
    """What a cell is besides its handlers: its state, its queue, its task.

    INVARIANT: `busy` is true while a handler or what follows its commit runs, while
    messages wait, and while the cell is paused or stopped. So a false `busy` alone
    says that a handler may run inline and that no earlier message is overtaken.
    """

    __slots__ = (
        "_lingering",
        "_queue",
        "active",
        "after",
        "asking",
        "busy",
        "faults",
        "halted",
        "name",
        "plan",
        "restarts",
        "state",
        "stopped",
        "supervisor",
        "system",
        "task",
    )

    def __init__(
        self,
        system: System,
        reactor_type: type[AnyReactor],
        supervisor: Supervisor,
        *,
        name: str | None = None,
    ) -> None:
        """`name` is the reactor's own if there is one of it, else `Reactor/2`."""
        self.system = system
        self.name = reactor_type.name if name is None else name
        self.plan = system.plan(reactor_type)
        self.supervisor = supervisor
        self.state: State = reactor_type.state_type()
        self.busy = False
        self.stopped: str | None = None
        self.after: asyncio.Future[None] | None = None
        self.asking: Cell | None = None
        self.faults = 0
        self.restarts = 0
        self._queue: Queue | None = None
        self.halted = False
        self._lingering = False
        self.task: asyncio.Task[None] | None = None
        self.active: Message | None = None

    @property
    def reactor_type(self) -> type[AnyReactor]:
        """What runs here."""
        return self.plan.reactor_type

    @property
    def family(self) -> str:
        """What it is counted under: of keys there are too many to count each."""
        return self.plan.family or self.name

    @property
    def reactor(self) -> AnyReactor:
        """What the handlers' functions are called with."""
        return self.plan.reactor

    @property
    def holds(self) -> Held:
        """The reactor's own authority."""
        return self.plan.holds

    @property
    def queue(self) -> Queue:
        """What waits; made when it is first needed."""
        queue = self._queue
        if queue is None:
            queue = self._queue = Queue(self.plan.mailbox)
        return queue

    @property
    def depth(self) -> int:
        """How many messages wait."""
        return 0 if self._queue is None else len(self._queue)

    def _push(self, message: Message) -> asyncio.Future[None] | None:
        if self.stopped is not None:
            raise self._stopped_error()
        queue = self._queue
        entered = (self.queue if queue is None else queue).push(message)
        self._entered(message)
        return entered

    def _entered(self, message: Message) -> None:
        expiry = message.route.expiry
        if expiry is not None:
            expiry.enter(message)
        self.busy = True
        if self.task is None:
            self.start()

    def start(self) -> None:
        """Make sure that what is queued is handled."""
        self.busy = True
        if self.task is None and not self.halted:
            self._spawn(self._drain())

    def pause(self, seconds: float) -> None:
        """Handle nothing for a while; messages wait."""
        if seconds <= 0 or self.halted:
            return
        self.halted = self.busy = True
        self.system.clock.call_later(seconds, self._resume)

    def given(self, state: State) -> None:
        """Begin with this state; before the app starts."""
        self.state = state

    def restart(self, *, fresh: bool) -> None:
        """Break off the running handler; with `fresh` begin with the initial state."""
        self.restarts += 1
        abort(self, Unavailable(f"{self.reactor_type.name} was restarted"))
        if fresh:
            self.state = self.reactor_type.state_type()

    def stop(self, reason: str) -> None:
        """Handle nothing any more; whoever waits gets Stopped."""
        if self.stopped is not None:
            return
        self.stopped = reason
        self.halted = self.busy = True
        error = self._stopped_error()
        abort(self, error)
        if self._queue is not None:
            for message in self._queue.clear():
                message.settle()
                message.fail(error)
                asked = message.reply is not None or message.ticket is not None
                if not asked and not message.lapsed:  # nobody else would hear of it
                    self.system.dead_letter(message.route.name, error)
        self.system.endings.ended(self, reason)

    @property
    def running(self) -> bool:
        """Whether a task of this cell has something to do."""
        return self.task is not None and not self._lingering

    async def idle(self) -> None:
        """Wait until nothing runs and nothing is queued."""
        while self.task is not None and self.task is not asyncio.current_task():
            await asyncio.wait([self.task])

    async def end(self) -> None:
        """Break off whatever still runs and wait until it has ended."""
        task = self.task
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait([task])

    def _check_running(self) -> None:
        if self.stopped is not None:
            raise self._stopped_error()

    def _stopped_error(self) -> Stopped:
        return Stopped(f"{self.reactor_type.name} has stopped: {self.stopped}")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        system = self.system
        self._lingering = False
        self.task = system.loop.create_task(work, context=system.context.copy())

    def _release(self) -> None:
        """What comes after a turn: the queue, or idleness."""
        if self.halted or (self.task is not None and not self._lingering):
            return
        if self._queue:
            self.start()
        else:
            self.busy = False

    def _resume(self) -> None:
        if self.stopped is None:
            self.halted = False
            self._release()

    async def _drain(self) -> None:
        """Handle what waits."""
        raise NotImplementedError
