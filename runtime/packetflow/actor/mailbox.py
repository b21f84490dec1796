"""Messages that wait for a reactor, and the bounded queue they wait in."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, final

from packetflow.actor.reactor import Mailbox
from packetflow.context import Context
from packetflow.errors import MailboxFull, Stopped, Unavailable
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.inbox import Key
    from packetflow.actor.outbox import Ticket
    from packetflow.actor.route import Route
    from packetflow.clock import Timer

# How far a message has come. Plain numbers: each message is compared several times.
WAITING: Final = 0
TAKEN: Final = 1
SETTLED: Final = 2


@final
class Message:
    """An intent on its way; `reply` is None if nobody waits for an answer.

    `stage` is WAITING until its handler begins, TAKEN until it ends or nobody waits
    for it any longer, then SETTLED. `key` is a caller's idempotency key, `ticket` comes
    with what a durable reactor sent. `origin` and `since` are there only if an observer
    has set them.
    """

    __slots__ = (
        "aborted",
        "caller",
        "intent",
        "key",
        "lapsed",
        "origin",
        "reply",
        "route",
        "since",
        "stage",
        "ticket",
        "timers",
    )

    origin: object
    since: float

    def __init__(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        reply: asyncio.Future[Any] | None,
    ) -> None:
        self.route = route
        self.intent = intent
        self.caller = caller
        self.reply = reply
        self.timers: tuple[Timer, ...] = ()
        self.lapsed = False
        # Why its handler was broken off.
        self.aborted: Unavailable | None = None
        self.stage = WAITING
        self.key: Key | None = None
        self.ticket: Ticket | None = None

    def fail(self, error: BaseException) -> bool:
        """Answer with an exception; False if nobody waits any longer."""
        if self.ticket is not None and not isinstance(error, Stopped):
            self.ticket.delivered()
        reply = self.reply
        if reply is None or reply.done():
            return False
        reply.set_exception(error)
        return True

    def succeed(self, result: object) -> None:
        """Answer with a result."""
        if self.ticket is not None:
            self.ticket.delivered()
        if self.reply is not None and not self.reply.done():
            self.reply.set_result(result)

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits any longer, or the authority for it has ended."""
        return self.lapsed or (self.reply is not None and self.reply.done())

    def settle(self) -> None:
        """Cancel the timers: there is nothing left to break off."""
        self.stage = SETTLED
        for timer in self.timers:
            timer.cancel()


class Queue:
    """Waiting messages, first in first out, those with priority before the others.

    The deques are made when they are first needed.
    """

    __slots__ = (
        "_blocked",
        "_forsaken",
        "_ordinary",
        "_policy",
        "_urgent",
        "dropped",
        # Of those who watch it: there only if somebody does.
        "watchers",
    )

    def __init__(self, policy: Mailbox) -> None:
        self._policy = policy
        self._ordinary: deque[Message] | None = None
        self._urgent: deque[Message] | None = None
        self._blocked: deque[tuple[Message, asyncio.Future[None]]] | None = None
        self._forsaken = 0
        self.dropped = 0

    def __len__(self) -> int:
        count = 0 if self._ordinary is None else len(self._ordinary)
        return count if self._urgent is None else count + len(self._urgent)

    def __bool__(self) -> bool:
        return bool(self._ordinary or self._urgent or self._blocked)

    def push(self, message: Message) -> asyncio.Future[None] | None:
        """Take a message in; a future that is returned is done once it is in.

        Raises MailboxFull if the policy refuses it. A message given up answers its
        sender with MailboxFull, is a dead letter if nobody waits for its answer, and is
        counted in `dropped`.
        """
        ordinary = self._ordinary
        if (
            ordinary is not None
            and self._urgent is None
            and not message.route.urgent
            and len(ordinary) < self._policy.room
        ):
            ordinary.append(message)
            return None
        # INVARIANT: nobody is blocked while there is room, so nobody is overtaken.
        if len(self) < self._policy.room or self._compacted():
            self.force(message)
            return None
        overflow = self._policy.overflow
        if overflow == "block":
            return self._block(message)
        self.dropped += 1
        if overflow == "reject":
            raise MailboxFull("the mailbox is full")
        victim = message
        if overflow == "drop_oldest":
            victim = self._oldest(message)
        victim.settle()
        error = MailboxFull("the mailbox is full: this message was dropped")
        victim.fail(error)
        if victim.reply is None:  # nobody else would hear of it
            victim.route.cell.system.dead_letter(victim.route.name, error)
        return None

    def force(self, message: Message) -> None:
        """Take a message in whether there is room or not."""
        if message.route.urgent:
            if self._urgent is None:
                self._urgent = deque()
            self._urgent.append(message)
            return
        if self._ordinary is None:
            self._ordinary = deque()
        self._ordinary.append(message)

    def pop(self) -> Message | None:
        """The next message that somebody still wants; lets a blocked sender in."""
        while True:
            if self._ordinary and not self._urgent:
                message = self._ordinary.popleft()
            elif (found := self._pop()) is not None:
                message = found
            else:
                return None
            if self._blocked:
                self._admit()
            reply = message.reply
            if not message.lapsed and (reply is None or not reply.done()):
                message.stage = TAKEN
                return message

    def forsake(self, message: Message) -> None:
        """Nobody wants this message any longer: its room may be had."""
        if message.stage == WAITING:
            self._forsaken += 1
            for blocked, entered in self._blocked or ():
                if blocked is message and not entered.done():
                    entered.set_result(None)
            if self._blocked:
                self._admit()

    def clear(self) -> list[Message]:
        """Take everything out, blocked messages too."""
        found = [*(self._urgent or ()), *(self._ordinary or ())]
        for message, entered in self._blocked or ():
            found.append(message)
            if not entered.done():
                entered.set_result(None)
        self._urgent = self._ordinary = self._blocked = None
        return found

    def _pop(self) -> Message | None:
        if self._urgent:
            return self._urgent.popleft()
        if self._ordinary:
            return self._ordinary.popleft()
        # Where there is no room at all, a message goes from hand to hand.
        while self._blocked:
            message, entered = self._blocked.popleft()
            if not entered.done():
                entered.set_result(None)
                return message
        return None

    def _oldest(self, new: Message) -> Message:
        """Give up the oldest of those without priority, the new one among them.

        One with priority is given up only where all have it.
        """
        waiting = self._ordinary or (self._urgent if new.route.urgent else None)
        if not waiting:
            return new
        oldest = waiting.popleft()
        self.force(new)
        return oldest

    def _compacted(self) -> bool:
        """Take out what nobody wants any longer; whether there is room now."""
        if not self._forsaken:
            return False
        self._forsaken = 0
        for waiting in (self._ordinary, self._urgent):
            if waiting:
                wanted = [one for one in waiting if not one.abandoned]
                waiting.clear()
                waiting.extend(wanted)
        return len(self) < self._policy.room

    def _block(self, message: Message) -> asyncio.Future[None]:
        entered = asyncio.get_running_loop().create_future()
        if self._blocked is None:
            self._blocked = deque()
        self._blocked.append((message, entered))
        return entered

    def _admit(self) -> None:
        while self._blocked and (len(self) < self._policy.room or self._compacted()):
            message, entered = self._blocked.popleft()
            if not entered.cancelled() and not message.abandoned:
                self.force(message)
            if not entered.done():
                entered.set_result(None)
