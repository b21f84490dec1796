"""Group commit: what handlers write meanwhile is made durable with one sync."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from packetflow.store.interface import (
    Append,
    Put,
    Store,
    StoreError,
    Write,
)
from packetflow.store.memory import MemoryStore

_MOST: Final = 1_000
_MOST_BYTES: Final = 1 << 24

_Waiting = tuple[Sequence[Write], "asyncio.Future[None]"]
_Outcome = tuple["asyncio.Future[None]", StoreError | None]


class Committer:
    """Takes batches from one event loop and commits them, in order, in a thread.

    A batch that is refused fails alone; if the store fails, all batches that were
    committed with it do. A store in memory answers at once and needs no thread.
    """

    def __init__(self, store: Store, *, most: int = _MOST) -> None:
        """`most` is how many batches share a sync at most."""
        self.store = store
        self.pending = 0
        self._most = most
        self._at_once = isinstance(store, MemoryStore)
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, writes: Sequence[Write]) -> asyncio.Future[None]:
        """Commit a batch after all that were submitted before.

        The future is done once the batch is durable, and raises what `Store.commit`
        does. Cancelling it does not take the batch back. Called from the event loop.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        if self._closed:
            done.set_exception(StoreError("the committer is closed"))
        elif self._at_once:
            _settle(done, self._commit([writes])[0])
        else:
            self._queue(writes, done, loop)
        return done

    async def drain(self) -> None:
        """Wait until all that was submitted so far is durable or has failed."""
        if self.pending:
            # What is submitted last is done last.
            with suppress(StoreError):
                await self.submit(())

    async def close(self) -> None:
        """Commit what waits, and end the thread; the store stays open."""
        await self.drain()
        with self._changed:
            self._closed = True
            self._changed.notify()
        if (thread := self._thread) is not None:
            await asyncio.to_thread(thread.join)

    def _queue(
        self,
        writes: Sequence[Write],
        done: asyncio.Future[None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.pending += 1
        with self._changed:
            self._waiting.append((writes, done))
            if self._thread is None:
                self._start(loop)
            self._changed.notify()

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(loop,), name="packetflow-commit", daemon=True
        )
        self._thread.start()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while taken := self._take():
            refused = self._commit([writes for writes, _ in taken])
            done = [future for _, future in taken]
            outcomes = list(zip(done, refused, strict=True))
            try:
                loop.call_soon_threadsafe(self._resolve, outcomes)
            except RuntimeError:
                # The loop was closed: nobody waits, and nobody will close this.
                self._closed = True

    def _take(self) -> list[_Waiting]:
        """What waits, up to a limit of batches and bytes; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            taken: list[_Waiting] = []
            size = 0
            while self._waiting and len(taken) < self._most and size < _MOST_BYTES:
                taken.append(self._waiting.popleft())
                size += _size(taken[-1][0])
            return taken

    def _commit(self, batches: list[Sequence[Write]]) -> list[StoreError | None]:
        try:
            return self.store.commit_all(batches)
        except StoreError as error:
            return [_again(error) for _ in batches]
        except Exception as error:  # a store of somebody else: the thread goes on
            broke = StoreError(f"the store broke: {error!r}")
            broke.__cause__ = error
            return [_again(broke) for _ in batches]

    def _resolve(self, outcomes: list[_Outcome]) -> None:
        self.pending -= len(outcomes)
        for done, refused in outcomes:
            _settle(done, refused)


def _settle(done: asyncio.Future[None], refused: StoreError | None) -> None:
    if done.done():  # cancelled
        return
    if refused is None:
        done.set_result(None)
    else:
        done.set_exception(refused)


def _again(error: StoreError) -> StoreError:
    # One for each who waits: whoever raises it adds a traceback of their own.
    made = type(error)(*error.args)
    made.__cause__ = error
    return made


def _size(writes: Sequence[Write]) -> int:
    size = 0
    for one in writes:
        if isinstance(one, Append):
            size += sum(len(entry.body) for entry in one.entries)
        elif isinstance(one, Put):
            size += len(one.value)
    return size
