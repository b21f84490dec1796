"""The end of a journal: lines on their way to the store, and those known to be there."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, final

from packetflow import codec
from packetflow.actor.journal import Written, seal
from packetflow.store import planning
from packetflow.store.committer import Committer
from packetflow.store.interface import Append, Entry, StoreError, Write

# Lines on their way; beyond that, messages wait in the mailbox.
_CROWDED: Final = 4_096


@final
class Writer:
    """Writes lines in order, without waiting for one before the next.

    `line` is the last one given to the store, `durable` the last one known to be there.
    After a line that failed (`trouble`) nothing is written before `restart`: what came
    later builds on it, and the store refuses it for the same reason.
    """

    __slots__ = (
        "_began",
        "_committer",
        "_inflight",
        "_on_durable",
        "_on_trouble",
        "_told",
        "_waiters",
        "durable",
        "line",
        "log",
        "trouble",
    )

    def __init__(
        self,
        log: str,
        committer: Committer,
        on_durable: Callable[[], object],
        on_trouble: Callable[[StoreError], object],
    ) -> None:
        self.log = log
        self.line = self.durable = self._began = 0
        self.trouble: StoreError | None = None
        self._committer = committer
        self._inflight = 0
        self._on_durable = on_durable
        self._on_trouble = on_trouble
        self._told = self._answered  # one object: that is what it is known by
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()

    def restart(self, line: int) -> None:
        """Go on behind this line, which is durable."""
        self.line = self.durable = self._began = line
        self.trouble = None
        self._committer.mend(self.log)

    @property
    def has_written(self) -> bool:
        """Whether a line was durable since the start or restart."""
        return self.durable > self._began

    @property
    def quiet(self) -> bool:
        """Whether the store has answered for every line."""
        return self._inflight == 0

    @property
    def crowded(self) -> bool:
        """Whether so many lines are on their way that it is better to wait."""
        return self._inflight >= _CROWDED

    def write(self, written: Written, at: datetime, extra: Sequence[Write] = ()) -> int:
        """Give a line to the store, with what is written together with it; its number.

        Raises CodecError for what has no form or is too large; then nothing was given.
        """
        number = self.line + 1
        body = seal(self.log, number, codec.encode(written))
        if len(body) > planning.MOST_BODY:
            # The store would refuse it, and all lines that come after it.
            raise codec.CodecError(
                f"what changed cannot be kept: {len(body)} bytes are more than "
                f"{planning.MOST_BODY}"
            )
        self.line = number
        self._inflight += 1
        entry = Append(self.log, (Entry(at, (), body),), number - 1)
        self._committer.give((entry, *extra), self._told, number)
        return number

    def commit(self, work: Write) -> int:
        """Give the store a line that is made inside of the commit; its number.

        Whatever becomes of the work, it makes the line that comes next.
        """
        self.line += 1
        self._inflight += 1
        self._committer.give((work,), self._told, self.line)
        return self.line

    async def answered(self) -> None:
        """Wait until the store has answered for every line, whatever it said."""
        while self._inflight:
            await self._committer.drain()
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until all lines so far are durable; raises StoreError if they are not."""
        await self.reached(self.line)

    async def reached(self, number: int) -> None:
        """Wait until a line is durable; raises StoreError if it is not."""
        if self.trouble is not None:
            raise _same(self.trouble)
        if number > self.durable:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append((number, waiter))
            await waiter

    def _answered(self, number: int, count: int, refused: StoreError | None) -> None:
        self._inflight -= count
        if self.trouble is not None:
            # What failed first has been told. Only the count matters now.
            return
        if refused is None:
            self.durable = number
            while self._waiters and self._waiters[0][0] <= number:
                _, waiter = self._waiters.popleft()
                if not waiter.done():
                    waiter.set_result(None)
            self._on_durable()
            return
        self.trouble = refused
        while self._waiters:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(_same(refused))
        self._on_trouble(refused)


def _same(error: StoreError) -> StoreError:
    # One for each who waits: whoever raises it adds a traceback of their own.
    made = type(error)(*error.args)
    made.__cause__ = error
    return made
