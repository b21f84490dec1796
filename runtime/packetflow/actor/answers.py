"""What the handlers of a durable reactor came to, until they may be heard of."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, final

from packetflow.actor.commit import begin
from packetflow.actor.mailbox import Message
from packetflow.actor.outbox import Outgoing
from packetflow.actor.turn import Step

Run = Callable[[int, int, Outgoing], Awaitable[None] | None]


class Answer(NamedTuple):
    """What a handler came to; nobody hears of it before `line` is durable."""

    line: int
    message: Message
    out: Sequence[Outgoing] = ()
    result: Any = None
    error: BaseException | None = None


@final
class Answers:
    """Gives answers and runs what was sent, in the order of the handlers.

    `run` runs an entry of the outbox, `follow` takes care of what has to be awaited.
    """

    __slots__ = ("_follow", "_following", "_run", "_waiting", "durable")

    def __init__(self, run: Run, follow: Callable[[Awaitable[None]], object]) -> None:
        self.durable = 0
        self._run = run
        self._follow = follow
        self._following = False
        self._waiting: deque[Answer] = deque()

    def __len__(self) -> int:
        return len(self._waiting) + self._following

    def add(self, answer: Answer) -> None:
        """One more; it is given at once if nothing is in its way."""
        self._waiting.append(answer)
        self.advance()

    def advance(self) -> None:
        """Give the answers to all that is durable, up to one that has to wait."""
        while (
            not self._following
            and self._waiting
            and self._waiting[0].line <= self.durable
        ):
            answer = self._waiting.popleft()
            if answer.out:
                steps: list[Step] = [
                    partial(self._run, answer.line, place, one)
                    for place, one in enumerate(answer.out)
                ]
                rest = begin(steps)
                if rest is not None:
                    self._following = True
                    self._follow(self._finish(rest, answer))
                    return
            tell(answer)

    def undurable(self) -> list[Answer]:
        """Take out those whose lines are not durable."""
        kept = [one for one in self._waiting if one.line <= self.durable]
        gone = [one for one in self._waiting if one.line > self.durable]
        self._waiting = deque(kept)
        return gone

    def clear(self) -> list[Answer]:
        """Take out all that were not given."""
        gone = list(self._waiting)
        self._waiting.clear()
        return gone

    async def _finish(self, rest: Awaitable[None], answer: Answer) -> None:
        try:
            await rest
        finally:
            self._following = False
        tell(answer)
        self.advance()


def tell(answer: Answer) -> None:
    """Give an answer to whoever waits for it."""
    message = answer.message
    if answer.error is not None:
        message.fail(answer.error)
    else:
        message.succeed(answer.result)
