"""Messages that wait for a reactor, and the bounded queue they wait in."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, final

from packetflow.actor.reactor import Mailbox
from packetflow.context import Context
from packetflow.errors import MailboxFull
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.clock import Timer


@final
class Message:
    """An intent on its way; `reply` is None if nobody waits for an answer."""

    __slots__ = ("caller", "intent", "lapsed", "reply", "route", "timers")

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

    def fail(self, error: BaseException) -> bool:
        """Answer with an exception; False if nobody waits any longer."""
        reply = self.reply
        if reply is None or reply.done():
            return False
        reply.set_exception(error)
        return True

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits any longer, or the authority for it has ended."""
        return self.lapsed or (self.reply is not None and self.reply.done())

    def settle(self) -> None:
        """Cancel the timers: there is nothing left to break off."""
        for timer in self.timers:
            timer.cancel()


@final
class Queue:
    """Waiting messages, first in first out, those with priority before the others.

    The deques are made when they are first needed: an idle reactor has none.
    """

    __slots__ = ("_blocked", "_ordinary", "_policy", "_urgent", "dropped")

    def __init__(self, policy: Mailbox) -> None:
        self._policy = policy
        self._ordinary: deque[Message] | None = None
        self._urgent: deque[Message] | None = None
        self._blocked: deque[tuple[Message, asyncio.Future[None]]] | None = None
        self.dropped = 0

    def __len__(self) -> int:
        count = 0 if self._ordinary is None else len(self._ordinary)
        return count if self._urgent is None else count + len(self._urgent)

    def push(self, message: Message) -> asyncio.Future[None] | None:
        """Take a message in; a future that is returned is done once it is in.

        Raises MailboxFull if the policy refuses it. A message given up answers its
        sender with MailboxFull and is counted in `dropped`.
        """
        # INVARIANT: nobody is blocked while there is room, so nobody is overtaken.
        if len(self) < self._policy.room:
            self.force(message)
            return None
        overflow = self._policy.overflow
        if overflow == "block":
            return self._block(message)
        self.dropped += 1
        if overflow == "drop_oldest":
            oldest = self._pop()
            if oldest is not None:
                oldest.settle()
                oldest.fail(MailboxFull("the mailbox is full: dropped as the oldest"))
            self.force(message)
            return None
        refused = MailboxFull("the mailbox is full")
        if overflow == "drop_newest":
            message.fail(refused)
            return None
        raise refused

    def force(self, message: Message) -> None:
        """Take a message in whether there is room or not."""
        if type(message.intent) in self._policy.priority:
            if self._urgent is None:
                self._urgent = deque()
            self._urgent.append(message)
            return
        if self._ordinary is None:
            self._ordinary = deque()
        self._ordinary.append(message)

    def pop(self) -> Message | None:
        """The next message that somebody still wants; lets a blocked sender in."""
        while (message := self._pop()) is not None:
            if self._blocked:
                self._admit()
            if not message.abandoned:
                return message
        return None

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
        return self._ordinary.popleft() if self._ordinary else None

    def _block(self, message: Message) -> asyncio.Future[None]:
        entered = asyncio.get_running_loop().create_future()
        if self._blocked is None:
            self._blocked = deque()
        self._blocked.append((message, entered))
        return entered

    def _admit(self) -> None:
        while self._blocked and len(self) < self._policy.room:
            message, entered = self._blocked.popleft()
            if not entered.cancelled():
                self.force(message)
                if not entered.done():
                    entered.set_result(None)
