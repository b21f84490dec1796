"""The mailbox against a list: every policy, priorities, and senders who give up."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, ClassVar, cast

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from packetflow import Context, Intent, Mailbox, MailboxFull
from packetflow.actor.mailbox import WAITING, Message, Queue
from packetflow.actor.reactor import Overflow

SHORT = settings(
    max_examples=100, stateful_step_count=30, deadline=None, report_multiple_bugs=False
)
# A fault that is found need not be made small.
HASTY = settings(SHORT, max_examples=500, phases=(Phase.generate,), database=None)


class Route:
    """What a queue looks at in a message's route."""

    def __init__(self, *, urgent: bool) -> None:
        self.urgent = urgent


class Model:
    """What a mailbox should do, in the plainest way: by number, in lists."""

    def __init__(self, room: int, overflow: str) -> None:
        self.room = room
        self.overflow = overflow
        self.waiting: list[tuple[int, bool]] = []  # (number, urgent)
        self.blocked: list[tuple[int, bool]] = []
        self.refused: list[int] = []

    def push(self, number: int, *, urgent: bool) -> None:
        new = (number, urgent)
        if len(self.waiting) < self.room:
            self.waiting.append(new)
        elif self.overflow == "block":
            self.blocked.append(new)
        elif self.overflow == "drop_oldest":
            everybody = [*self.waiting, new]
            ordinary = [each for each in everybody if not each[1]]
            oldest = (ordinary or everybody)[0] if self.waiting else new
            everybody.remove(oldest)
            self.waiting = everybody
            self.refused.append(oldest[0])
        else:
            self.refused.append(number)

    def pop(self) -> int | None:
        if not self.waiting:
            return self.blocked.pop(0)[0] if self.blocked else None
        first = next((each for each in self.waiting if each[1]), self.waiting[0])
        self.waiting.remove(first)
        self._admit()
        return first[0]

    def give_up(self, number: int) -> None:
        self.waiting = [each for each in self.waiting if each[0] != number]
        self.blocked = [each for each in self.blocked if each[0] != number]
        self._admit()

    def _admit(self) -> None:
        while self.blocked and len(self.waiting) < self.room:
            self.waiting.append(self.blocked.pop(0))


class MailboxMachine(RuleBasedStateMachine):
    """Does the same to a queue and to the model."""

    kind: ClassVar[type[Queue]] = Queue

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.messages: dict[int, Message] = {}
        self.entering: dict[int, asyncio.Future[None]] = {}
        self.refused: list[int] = []
        self.number = 0

    def teardown(self) -> None:
        self.loop.close()

    @initialize(
        room=st.integers(0, 3),
        overflow=st.sampled_from(("reject", "block", "drop_oldest", "drop_newest")),
    )
    def begin(self, room: int, overflow: Overflow) -> None:
        self.queue = self.kind(Mailbox(room, overflow))
        self.model = Model(room, overflow)

    @rule(urgent=st.booleans())
    def push(self, urgent: bool) -> None:
        self._pushed(urgent=urgent)

    @rule(urgent=st.integers(0, 4))
    def fill(self, urgent: int) -> None:
        """More than there is room for: drawn one by one, that would be rare."""
        for number in range(self.model.room + 2):
            self._pushed(urgent=number == urgent)

    def _pushed(self, *, urgent: bool) -> None:
        self.number += 1
        number = self.number
        reply: asyncio.Future[Any] = self.loop.create_future()
        route = cast("Any", Route(urgent=urgent))
        message = Message(route, Intent[Any](), Context(), reply)
        self.messages[number] = message
        self.model.push(number, urgent=urgent)
        try:
            entered = self.loop.run_until_complete(self._push(message))
        except MailboxFull:
            self.refused.append(number)
            del self.messages[number]
            return
        if entered is not None:
            self.entering[number] = entered
        self._take_refused()

    async def _push(self, message: Message) -> asyncio.Future[None] | None:
        return self.queue.push(message)

    def _take_refused(self) -> None:
        for number, message in list(self.messages.items()):
            reply = message.reply
            assert reply is not None
            if reply.done() and not reply.cancelled():
                assert isinstance(reply.exception(), MailboxFull)
                self.refused.append(number)
                del self.messages[number]

    @rule()
    def pop(self) -> None:
        found = self.queue.pop()
        expected = self.model.pop()
        if expected is None:
            assert found is None
        else:
            assert found is self.messages.pop(expected)

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.messages)))
        message = self.messages.pop(number)
        assert message.stage == WAITING
        assert message.reply is not None
        message.reply.cancel()
        self.queue.forsake(message)
        self.model.give_up(number)

    @invariant()
    def alike(self) -> None:
        if not hasattr(self, "model"):
            return
        assert self.refused == self.model.refused
        assert self.queue.dropped == len(self.model.refused)
        assert bool(self.queue) or not (self.model.waiting or self.model.blocked)
        blocked = [number for number, _ in self.model.blocked]
        waiting = [n for n, one in self.entering.items() if not one.done()]
        assert [n for n in waiting if n in self.messages] == blocked


class Backwards(Queue):
    """Gives the latest first."""

    def pop(self) -> Message | None:
        if self._ordinary:
            self._ordinary.rotate(1)
        return super().pop()


class NoPriority(Queue):
    """Forgets who is urgent."""

    def force(self, message: Message) -> None:
        self._ordinary = self._ordinary or deque()
        self._ordinary.append(message)


class Roomy(Queue):
    """Has room for one more."""

    def __len__(self) -> int:
        return max(super().__len__() - 1, 0)


class Hoarding(Queue):
    """Keeps the room of those who gave up."""

    def forsake(self, message: Message) -> None:
        """Do nothing."""


class Overtaking(Queue):
    """Lets in whoever comes, before those who are blocked."""

    def _admit(self) -> None:
        """Do nothing."""


class RoomyAtFirst(Queue):
    """Has room for one more as long as nobody was urgent."""

    def push(self, message: Message) -> asyncio.Future[None] | None:
        if self._urgent is None and len(self) == self._policy.room > 0:
            self.force(message)
            return None
        return super().push(message)


class LatestBlockedFirst(Queue):
    """Lets in who was blocked last."""

    def _admit(self) -> None:
        if self._blocked:
            self._blocked.rotate(1)
        super()._admit()


class LatestUrgentFirst(Queue):
    """Gives the latest of those who are urgent first."""

    def force(self, message: Message) -> None:
        super().force(message)
        if message.route.urgent and self._urgent:
            self._urgent.rotate(1)


class RoomForNobody(Queue):
    """Gives the room of those who gave up to nobody who is blocked."""

    def forsake(self, message: Message) -> None:
        self._forsaken += 1
        for blocked, entered in self._blocked or ():
            if blocked is message:
                entered.set_result(None)


FAULTY = (
    *(Backwards, NoPriority, Roomy, Hoarding, Overtaking),
    *(RoomyAtFirst, LatestBlockedFirst, LatestUrgentFirst, RoomForNobody),
)


def test_the_mailbox_does_what_the_model_does() -> None:
    run_state_machine_as_test(MailboxMachine, settings=SHORT)


@pytest.mark.parametrize("faulty", FAULTY)
def test_the_model_finds_a_faulty_mailbox(faulty: type[Queue]) -> None:
    machine = type("Faulty", (MailboxMachine,), {"kind": faulty})
    with pytest.raises((AssertionError, KeyError)):
        run_state_machine_as_test(machine, settings=HASTY)
