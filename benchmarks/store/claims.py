"""How quickly writes are acknowledged, when acknowledged means durable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import ClassVar, Final

from benchmarks.claims import Setting
from benchmarks.result import Result
from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Journal,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.store import Append, Committer, Entry, StoreError, Write
from packetflow.store.sqlite import SqliteStore

_TOGETHER: Final = 100
_BODY: Final = bytes(100)
_AT: Final = datetime(2026, 3, 1, tzinfo=UTC)


def durable_ack(setting: Setting) -> Result:
    """Lines that are committed a hundred at a time, and one by one."""
    store = SqliteStore(setting.folder / "store.db")
    writer = _Writer(store)
    ways: dict[str, Callable[[], float]] = {
        "together": lambda: writer.commit(batches=100, together=_TOGETHER),
        "one_by_one": lambda: writer.commit(batches=200, together=1),
        "waiting": lambda: asyncio.run(writer.give(10_000)),
        "asked": lambda: asyncio.run(_asked(setting.folder / "app.db", 10_000)),
    }
    found: dict[str, list[float]] = {way: [] for way in ways}
    # In turns: what else uses the disk slows all of them down alike.
    for number in range(setting.rounds + 1):
        for way, measure in ways.items():
            seconds = measure()
            if number:  # the first is for warming up
                found[way].append(seconds)
    store.close()
    times = {way: median(some) for way, some in found.items()}
    ratio = median(
        alone / together
        for alone, together in zip(found["one_by_one"], found["together"], strict=True)
    )
    method = (
        "Seconds until a line of 100 bytes is durable in SQLite (WAL, synchronous=FULL),"
        f" each line a batch of its own: {_TOGETHER} batches share a sync"
        f" ({_rate(times['together'])} acknowledged/s), or each has its own"
        f" ({_rate(times['one_by_one'])}/s). Given to the committer of an event loop, with"
        f" {_TOGETHER} waiting at any time: {_rate(times['waiting'])}/s. Asked of a reactor"
        f" with a journal by {_TOGETHER} callers, each admitted and audited in the same"
        f" store: {_rate(times['asked'])}/s. Medians of"
        f" {setting.rounds} rounds; the ratio is the median of theirs."
    )
    return Result(
        "durable_ack",
        times["together"],
        {"one_by_one": times["one_by_one"]},
        {"one_by_one": ratio},
        method,
    )


class _Writer:
    """Writes to a log that nobody else writes to."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._end = 0

    def _next(self) -> list[Write]:
        self._end += 1
        return [Append("log", [Entry(_AT, (), _BODY)], self._end - 1)]

    def commit(self, *, batches: int, together: int) -> float:
        """Seconds for a line, if so many are committed together."""
        seconds = 0.0
        for _ in range(batches):
            group = [self._next() for _ in range(together)]
            start = time.perf_counter()
            refused = self._store.commit_all(group)
            seconds += time.perf_counter() - start
            assert not any(refused)
        return seconds / (batches * together)

    async def give(self, lines: int) -> float:
        """Seconds for a line, if a hundred wait at any time."""
        committer = Committer(self._store)
        room = asyncio.Semaphore(_TOGETHER)

        def told(number: int, count: int, refused: StoreError | None) -> None:
            assert refused is None
            for _ in range(count):
                room.release()

        start = time.perf_counter()
        for _ in range(lines):
            await room.acquire()
            committer.give(self._next(), told, self._end)
        await committer.drain()
        seconds = (time.perf_counter() - start) / lines
        await committer.close()
        return seconds


class Count(Intent[int], frozen=True):
    """Count one more."""


class Counted(State):
    """How many there were."""

    count: int = 0


class Counter(Reactor[Counted]):
    """Counts, and remembers it."""

    def on_count(self, turn: Turn[Counted], intent: Count) -> int:
        """Count."""
        turn.state.count += 1
        return turn.state.count

    name: ClassVar[str] = "bench.Counter"
    state_type: ClassVar[type[State]] = Counted
    journal: ClassVar[Journal | None] = Journal(snapshot_every=1_000)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Count, on_count),)


class CountingApp(App):
    """Nothing but the counter."""

    name: ClassVar[str] = "bench.CountingApp"
    tree: ClassVar[Supervise] = Supervise(children=(Child(Counter),))


async def _asked(file: Path, asks: int) -> float:
    """Seconds for an answer, of a hundred callers who ask again and again."""
    store = SqliteStore(file)
    async with CountingApp(store=store) as app:

        async def caller() -> None:
            context = Context()
            for _ in range(asks // _TOGETHER):
                await app.ask(Count(), context)

        start = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(_TOGETHER)))
        seconds = (time.perf_counter() - start) / asks
    store.close()
    return seconds


def _rate(seconds: float) -> str:
    return f"{1 / seconds:,.0f}"


CLAIMS: Final[Mapping[str, Callable[[Setting], Result]]] = {"durable_ack": durable_ack}
