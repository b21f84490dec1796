"""A cell whose reactor keeps a journal: what it has answered outlives the process.

Handlers run one after another without waiting for the store; each answer waits until
everything that its handler has seen is durable, and so does what a handler sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from packetflow.actor.answers import Answer, Answers
from packetflow.actor.cell import YIELD_BUDGET, Cell
from packetflow.actor.commit import own
from packetflow.actor.courier import Courier
from packetflow.actor.inbox import Key, Place, Seen, reply_for
from packetflow.actor.journal import Written, changes
from packetflow.actor.mailbox import TAKEN, Message
from packetflow.actor.outbox import DurableTurn, Outgoing, Ticket
from packetflow.actor.painter import Painter
from packetflow.actor.reactor import AnyReactor, State
from packetflow.actor.recovery import Recovered
from packetflow.actor.reload import Reload
from packetflow.actor.route import Route
from packetflow.actor.turn import Turn
from packetflow.actor.undone import Undone
from packetflow.actor.writer import Writer
from packetflow.codec import CodecError
from packetflow.context import Context
from packetflow.errors import Stopped, Unavailable
from packetflow.intent import Failure
from packetflow.store.interface import StoreError, Write

if TYPE_CHECKING:
    from packetflow.actor.durability import Durability
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System


class DurableCell(Cell):
    """A cell with a journal.

    `writer` has its end, `undone` what it sent and is not known to have arrived,
    `answers` what handlers came to and nobody has heard of.

    INVARIANT: answers are given, and entries of the outbox are run, in the order of
    their handlers, and not before all lines up to their own are durable.
    """

    __slots__ = (
        "_flushing",
        "_tasks",
        "answers",
        "courier",
        "durability",
        "first",
        "keys",
        "painter",
        "reload",
        "replies",
        "schema",
        "seen",
        "undone",
        "writer",
    )

    runs_inline = False

    def __init__(
        self,
        system: System,
        reactor_type: type[AnyReactor],
        supervisor: Supervisor,
        durability: Durability,
        *,
        name: str | None = None,
    ) -> None:
        """Nothing is read before `recover`."""
        super().__init__(system, reactor_type, supervisor, name=name)
        assert reactor_type.journal is not None
        self.durability = durability
        self.schema = durability.schema(reactor_type)
        self.courier = Courier(self)
        self.replies = durability.replies(reactor_type, self.name)
        self.seen = Seen(durability.low)
        self.undone = Undone()
        self.reload = Reload(self)
        log = f"journal:{self.name}"
        self.writer = Writer(
            log, durability.committer, self._durable, self.reload.begin
        )
        self.answers = Answers(self._run, self.follow)
        self.keys: dict[str, tuple[Key, asyncio.Task[Any]]] = {}
        self.first: State | None = None
        every = reactor_type.journal.snapshot_every
        self.painter = Painter(self, self._write_line, every)
        self._flushing = False
        self._tasks: set[asyncio.Task[None]] = set()
        durability.add(self)

    # -- before the first intent -------------------------------------------------------

    def given(self, state: State) -> None:
        """Begin with this state, if the journal knows of no other."""
        self.first = state
        self.state = state

    def recovering(self) -> Recovered:
        """What will hold what the journal says."""
        first = self.first
        state = self.reactor_type.state_type() if first is None else first
        seen = Seen(self.durability.low)
        return Recovered(self.writer.log, self.schema, state, seen)

    def adopt(self, found: Recovered) -> list[Place]:
        """Go on from there; the places of what is still to be run."""
        self.painter.restart(found.since)
        self.state = found.state
        self.seen = found.seen
        self.writer.restart(found.line)
        self.answers.durable = found.line
        if found.damage is not None:
            self.system.report(StoreError(found.damage))
        return list(self.undone.reload(found.out))

    def run_again(self, places: Sequence[Place]) -> None:
        """Run entries that the journal does not know to be done."""
        for place in places:
            body = self.undone.open.get(place)
            run = None if body is None else self.courier.again(body)
            if run is not None and self.undone.start(place):
                pending = run(Ticket(self, *place))
                if pending is not None:
                    self.follow(pending)

    # -- handlers ----------------------------------------------------------------------

    def _push(self, message: Message) -> asyncio.Future[None] | None:
        if self.reload.down and message.reply is not None:
            raise Unavailable(f"{self.name}: {self.writer.trouble}")
        waits = message.reply is None or message.route.is_async or self.writer.crowded
        if self.busy or waits:
            return super()._push(message)
        lane = message.route.lane
        lane.budget -= 1
        if lane.budget < 0:
            # A store that answers at once would never let others run.
            lane.budget = YIELD_BUDGET
            return super()._push(message)
        self.busy = True
        message.stage = TAKEN
        try:
            self._handle_now(message)
        finally:
            self._release()
        return None

    def _turn(self, route: Route, caller: Context) -> Turn[Any]:
        return DurableTurn(self, caller, self.state.__copy__())

    def _handle_now(self, message: Message) -> None:
        route = message.route
        turn = self._turn(route, message.caller)
        try:
            if self.system.paranoid:
                result = self._guarded(route, route.reactor, turn, message.intent)
            else:
                result = route.function(route.reactor, turn, message.intent)
        except BaseException as error:
            turn.roll_back()
            self._failed(message, error)
        else:
            self._succeeded(message, turn, result)

    async def _handle(self, message: Message) -> None:
        ticket = message.ticket
        if ticket is not None and ticket.sender in self.seen:
            message.settle()
            self.answers.add(Answer(self.writer.line, message))
            return
        if self.writer.crowded:
            try:
                await self.writer.settled()
            except StoreError:
                # What there is was not kept: it is for the state that comes then.
                self.queue.force(message)
                return
        await super()._handle(message)

    def _succeeded(self, message: Message, turn: Turn[Any], result: Any) -> None:
        assert isinstance(turn, DurableTurn)
        try:
            own(self.state, turn.state, self.plan.maps)
            self._write(message, turn, result)
        except CodecError as error:
            turn.roll_back()
            self._failed(message, error)
            return
        if message.reply is None:
            message.settle()
        self.state = turn.state
        self.answers.add(Answer(self.writer.line, message, turn.out, result))
        self.painter.look()

    def _refuse(self, message: Message, outcome: BaseException) -> bool:
        if message.key is not None and isinstance(outcome, Failure):
            # A repeated request is answered with the failure, too.
            self._keep_failure(message.key, outcome)
        self.answers.add(Answer(self.writer.line, message, error=outcome))
        return message.reply is not None

    def _keep_failure(self, key: Key, outcome: Failure) -> None:
        try:
            reply = reply_for(key, None, outcome)
            self._write_line(Written(), self.replies.keep(key, reply, self._now()))
        except CodecError as error:
            # Its caller gets it all the same; a repeated request is handled again.
            self.system.report(error)

    def _write(self, message: Message, turn: DurableTurn[Any], result: Any) -> None:
        number = turn.line
        if number:
            self.painter.since += 1
        else:
            made = self.line_of(message, turn, result)
            if made is None:
                return
            number = self._write_line(*made)
        if turn.out:
            self.undone.add(number, turn.out)
        if message.ticket is not None:
            self.seen.add(message.ticket.sender)

    def line_of(
        self, message: Message, turn: DurableTurn[Any], result: Any
    ) -> tuple[Written, Sequence[Write]] | None:
        """The line of a handler, and what is written with it; None if it did nothing.

        Raises CodecError for what has no form.
        """
        changed = changes(self.schema, self.state, turn.state, turn.undo)
        sender = None if message.ticket is None else message.ticket.sender
        key = message.key
        if not (any(changed) or turn.out or sender or key):
            return None
        written = Written(
            message.caller.request_id,
            message.route.name,
            changed.fields,
            changed.maps,
            [one.wire for one in turn.out],
            sender,
            more=changed.more,
        )
        extra: Sequence[Write] = ()
        if key is not None:
            extra = self.replies.keep(key, reply_for(key, result, None), self._now())
        return written, extra

    def _write_line(self, written: Written, extra: Sequence[Write] = ()) -> int:
        """Write a line, with all that is done since the last one; its number."""
        written.done = self.undone.marks
        number = self.writer.write(written, self._now(), extra)
        self.undone.written(number)
        self.painter.since += 1
        if self.writer.durable >= number:
            self._durable()
        return number

    def _now(self) -> datetime:
        return self.system.clock.now()

    # -- what follows ------------------------------------------------------------------

    def _durable(self) -> None:
        """More lines are durable."""
        line = self.answers.durable = self.writer.durable
        self.undone.durable(line)
        self.answers.advance()

    def _run(self, line: int, place: int, one: Outgoing) -> Awaitable[None] | None:
        if self.undone.start((line, place)):
            return one.run(Ticket(self, line, place))
        return None

    def done(self, line: int, place: int) -> None:
        """An entry of the outbox was handled for good."""
        self.undone.finish((line, place))
        if not self._flushing:
            self._flushing = True
            self.system.loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write down what is done, if no other line has said so."""
        self._flushing = False
        if self.undone.marks and self.writer.trouble is None:
            self._write_line(Written())

    def follow(self, pending: Awaitable[None]) -> None:
        """Take care of something that has to be awaited."""
        system = self.system
        task = system.loop.create_task(_awaited(pending), context=system.context.copy())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until all that this reactor knows is durable; raises Unavailable."""
        try:
            await self.writer.settled()
        except StoreError as error:
            raise Unavailable(f"{self.name}: {error}") from error

    # -- restarts and the end ----------------------------------------------------------

    def restart(self, *, fresh: bool) -> None:
        """Break off the running handler; what was acknowledged is never dropped."""
        del fresh
        super().restart(fresh=False)

    def fell_back(self, error: StoreError) -> None:
        """The state is what is durable: that counts as a fault."""
        self.faults += 1
        self.system.stats.faults += 1
        if self.durability.is_news(self.system.clock.monotonic()):
            self.supervisor.fault(self, error)
        self._release()

    def stop(self, reason: str) -> None:
        """Handle nothing any more; what is not done is done after the next start."""
        super().stop(reason)
        self.courier.stop()

    @property
    def running(self) -> bool:
        """Whether something of this reactor has still to happen."""
        return (
            super().running
            or len(self.answers) > 0
            or not self.writer.quiet
            or self._flushing
            or bool(self._tasks)
            or self.painter.task is not None
        )

    def _running(self) -> list[asyncio.Task[None]]:
        painting = self.painter.task
        return [*self._tasks, *([] if painting is None else [painting])]

    async def turned(self) -> None:
        """Wait until the running handler has ended."""
        await super().idle()

    async def idle(self) -> None:
        """Wait until nothing runs, nothing is queued and all answers are given."""
        while self.running:
            await super().idle()
            await self.writer.answered()
            waiting = self._running()
            if waiting:
                await asyncio.wait(waiting)
            await asyncio.sleep(0)

    async def end(self) -> None:
        """Break off whatever still runs and wait until it has ended."""
        await super().end()
        tasks = self._running()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for answer in self.answers.clear():
            answer.message.fail(Stopped(f"{self.name} has stopped: {self.stopped}"))


async def _awaited(pending: Awaitable[None]) -> None:
    await pending
