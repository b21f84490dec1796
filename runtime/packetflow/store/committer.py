"""Group commit: what handlers write meanwhile is made durable with one sync."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

from packetflow.store.interface import (
    Append,
    Put,
    Store,
    StoreError,
    Write,
)
from packetflow.store.memory import MemoryStore
from packetflow.store.planning import Pipelined

_MOST: Final = 1_000
_MOST_BYTES: Final = 1 << 24


class Told(Protocol):
    """Who is told what became of the batches that were given."""

    def __call__(self, number: int, count: int, refused: StoreError | None) -> object:
        """`count` batches up to this one are durable, or this one was refused."""


_Waiting = tuple[Sequence[Write], Told | None, "int | asyncio.Future[None]"]
_Outcome = tuple[Told | None, "int | asyncio.Future[None]", int, StoreError | None]


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
        self._asleep = self._waking = False
        self._closed = False
        # Logs of which a batch was refused that was given: others may be on their way.
        self._broken: dict[str, StoreError] = {}

    def submit(self, writes: Sequence[Write]) -> asyncio.Future[None]:
        """Commit a batch after all that were submitted or given before.

        The future is done once the batch is durable, and raises what `Store.commit`
        does. Cancelling it does not take the batch back. Called from the event loop.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._closed:
            done.set_exception(_closed())
        elif self._at_once:
            _settle(done, self._commit([writes])[0])
        else:
            self._queue((writes, None, done))
        return done

    def give(self, writes: Sequence[Write], told: Told, number: int) -> None:
        """Commit a batch as `submit` does, without a future.

        `told` is called in the event loop with `number`: once for each batch, or once
        for many that are durable, with the number of the last one.
        """
        if self._closed:
            told(number, 1, _closed())
        elif self._at_once:
            told(number, 1, self._commit([writes])[0])
        else:
            self._queue((writes, told, number))

    def mend(self, log: str) -> None:
        """What is given for a log from now on knows where it ends.

        After a batch that was refused, all that were given for its log are refused until
        then: they build on it, and one of them may fit by chance behind what somebody
        else has written.
        """
        self._broken.pop(log, None)

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

    def _queue(self, waiting: _Waiting) -> None:
        self.pending += 1
        self._waiting.append(waiting)
        if not self._waking:
            # What others in the event loop write before their turn ends comes along.
            self._waking = True
            loop = asyncio.get_running_loop()
            loop.call_soon(self._wake, loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        self._waking = False
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(loop,), name="packetflow-commit", daemon=True
            )
            self._thread.start()
        elif self._asleep:
            with self._changed:
                self._changed.notify()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while taken := self._take():
            refused = self._given(taken)
            outcomes = _outcomes(taken, refused)
            try:
                loop.call_soon_threadsafe(self._resolve, outcomes, len(taken))
            except RuntimeError:
                # The loop was closed: nobody waits, and nobody will close this.
                self._closed = True

    def _given(self, taken: list[_Waiting]) -> list[StoreError | None]:
        """Commit what was taken; why each was refused, or None."""
        if not self._broken:
            refused = self._commit(_pipelined(taken))
        else:
            before = [self._refused_before(one) for one in taken]
            whole = [one for one, why in zip(taken, before, strict=True) if not why]
            found = iter(self._commit(_pipelined(whole)))
            refused = [next(found) if why is None else why for why in before]
        if any(refused):
            for (writes, told, _), why in zip(taken, refused, strict=True):
                if why is not None and told is not None:
                    for log in _logs(writes):
                        self._broken.setdefault(log, why)
        return refused

    def _refused_before(self, one: _Waiting) -> StoreError | None:
        for log in _logs(one[0]) if one[1] is not None else ():
            if (why := self._broken.get(log)) is not None:
                return _again(why)
        return None

    def _take(self) -> list[_Waiting]:
        """What waits, up to a limit of batches and bytes; nothing at the end."""
        waiting = self._waiting
        if not waiting:
            with self._changed:
                # INVARIANT: who adds does so before looking whether this is asleep;
                # this says so before looking whether there is anything.
                self._asleep = True
                self._changed.wait_for(lambda: waiting or self._closed)
                self._asleep = False
        taken: list[_Waiting] = []
        size = 0
        while waiting and len(taken) < self._most and size < _MOST_BYTES:
            one = waiting.popleft()
            taken.append(one)
            size += _size(one[0])
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

    def _resolve(self, outcomes: list[_Outcome], count: int) -> None:
        self.pending -= count
        for told, what, batches, refused in outcomes:
            if told is None:
                assert isinstance(what, asyncio.Future)
                _settle(what, refused)
                continue
            assert isinstance(what, int)
            try:
                told(what, batches, refused)
            except Exception as error:  # others wait to be told as well
                asyncio.get_running_loop().call_exception_handler(
                    {"message": "what follows a commit broke", "exception": error}
                )


def _outcomes(
    taken: list[_Waiting], refused: list[StoreError | None]
) -> list[_Outcome]:
    """What is to be told; of what is durable for one of them only the last."""
    outcomes: list[_Outcome] = []
    places: dict[int, int] = {}
    for (_, told, what), why in zip(taken, refused, strict=True):
        if told is None:
            outcomes.append((None, what, 1, why))
        elif why is not None:
            # What is durable after that is told after that.
            places.pop(id(told), None)
            outcomes.append((told, what, 1, why))
        elif (place := places.get(id(told))) is not None:
            outcomes[place] = (told, what, outcomes[place][2] + 1, None)
        else:
            places[id(told)] = len(outcomes)
            outcomes.append((told, what, 1, None))
    return outcomes


def _pipelined(taken: list[_Waiting]) -> Pipelined:
    return Pipelined([one[0] for one in taken], lambda at: taken[at][1] is not None)


def _logs(writes: Sequence[Write]) -> list[str]:
    """The logs that a batch builds on; a handler that is run for it names its own."""
    named = (getattr(one, "log", "") for one in writes)
    return [log for log in named if log]


def _settle(done: asyncio.Future[None], refused: StoreError | None) -> None:
    if done.done():  # cancelled
        return
    if refused is None:
        done.set_result(None)
    else:
        done.set_exception(refused)


def _closed() -> StoreError:
    return StoreError("the committer is closed")


def _again(error: StoreError) -> StoreError:
    # One for each who waits: whoever raises it adds a traceback of their own.
    made = type(error)(*error.args)
    made.__cause__ = error
    return made


def _size(writes: Sequence[Write]) -> int:
    if len(writes) == 1 and type(one := writes[0]) is Append and len(one.entries) == 1:
        return len(one.entries[0].body)  # as most are
    size = 0
    for one in writes:
        if isinstance(one, Append):
            size += sum(len(entry.body) for entry in one.entries)
        elif isinstance(one, Put):
            size += len(one.value)
    return size
