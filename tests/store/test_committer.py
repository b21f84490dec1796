"""Group commit: order, one sync for many, failures that reach whom they concern."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from packetflow.store import (
    Append,
    Committer,
    Conflict,
    Entry,
    MemoryStore,
    Put,
    Store,
    StoreError,
    Write,
)
from packetflow.store.sqlite import SqliteStore
from tests.store.conformance import NOON


def line(log: str, number: int) -> list[Write]:
    return [Append(log, [Entry(NOON, (), str(number).encode())], number)]


class Gated(SqliteStore):
    """Commits when it may, and notes how many batches came together."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = threading.Semaphore(0)
        self.groups: list[int] = []
        self.trouble: Exception | None = None

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        assert self.gate.acquire(timeout=20)
        self.groups.append(len(batches))
        if self.trouble is not None:
            raise self.trouble
        return super().commit_all(batches)


async def test_what_waits_is_committed_together_and_in_order(tmp_path: Path) -> None:
    store = Gated(tmp_path / "s.db")
    committer = Committer(store, most=5)
    ended: list[int] = []
    futures = [committer.submit(line("a", number)) for number in range(12)]
    for number, future in enumerate(futures):
        future.add_done_callback(lambda _, number=number: ended.append(number))
    assert committer.pending == 12
    assert store.end("a") == 0
    for _ in range(5):
        store.gate.release()
    await asyncio.gather(*futures)
    await asyncio.sleep(0)
    assert ended == list(range(12))
    assert sum(store.groups) == 12
    # The first may have been taken before the second came.
    assert max(store.groups) == 5
    assert committer.pending == 0
    assert store.end("a") == 12
    await committer.close()
    store.close()


async def test_nothing_is_answered_before_it_is_durable(tmp_path: Path) -> None:
    store = Gated(tmp_path / "s.db")
    committer = Committer(store)
    future = committer.submit(line("a", 0))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(future), 0.05)
    store.gate.release()
    await future
    assert store.end("a") == 1
    await committer.close()
    store.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_a_batch_that_is_refused_fails_alone(kind: str, tmp_path: Path) -> None:
    store: Store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "s.db")
    committer = Committer(store)
    batches = [line("a", 0), line("a", 0), [Put("\ud800", "", b"")], line("a", 1)]
    futures = [committer.submit(batch) for batch in batches]
    told = await asyncio.gather(*futures, return_exceptions=True)
    assert told[0] is None
    assert isinstance(told[1], Conflict)
    assert isinstance(told[2], StoreError)
    assert told[3] is None
    assert store.end("a") == 2
    await committer.close()
    store.close()


@pytest.mark.parametrize("trouble", [StoreError("disk full"), ValueError("broken")])
async def test_a_store_that_fails_is_told_to_all_and_may_recover(
    tmp_path: Path, trouble: Exception
) -> None:
    store = Gated(tmp_path / "s.db")
    committer = Committer(store)
    store.trouble = trouble
    futures = [committer.submit(line("a", number)) for number in range(3)]
    store.gate.release()
    store.gate.release()
    told = await asyncio.gather(*futures, return_exceptions=True)
    assert all(isinstance(one, StoreError) for one in told)
    assert all(str(trouble) in str(one) for one in told)
    assert len({id(one) for one in told}) == 3
    store.trouble = None
    for _ in range(3):
        store.gate.release()
    await committer.submit(line("a", 0))
    assert store.end("a") == 1
    await committer.close()
    store.close()


async def test_a_wait_that_is_cancelled_takes_nothing_back(tmp_path: Path) -> None:
    store = Gated(tmp_path / "s.db")
    committer = Committer(store)
    future = committer.submit(line("a", 0))
    future.cancel()
    store.gate.release()
    store.gate.release()
    await committer.drain()
    assert store.end("a") == 1
    await committer.close()
    store.close()


class Heard:
    """Notes what it is told, and that nothing was told too early."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.told: list[tuple[int, int, StoreError | None]] = []

    def __call__(self, number: int, count: int, refused: StoreError | None) -> None:
        assert refused is not None or self.store.end("a") >= number
        self.told.append((number, count, refused))

    @property
    def kept(self) -> list[tuple[int, int]]:
        return [(number, count) for number, count, why in self.told if why is None]


async def test_what_is_given_is_told_once_for_many(tmp_path: Path) -> None:
    store = Gated(tmp_path / "s.db")
    committer = Committer(store, most=5)
    heard = Heard(store)
    for number in range(12):
        committer.give(line("a", number), heard, number + 1)
    await asyncio.sleep(0.01)
    assert heard.told == []
    for _ in range(5):
        store.gate.release()
    await committer.drain()
    # What one turn of the event loop gives is taken together.
    assert heard.kept == [(5, 5), (10, 5), (12, 2)]
    assert committer.pending == 0
    await committer.close()
    store.close()


async def test_who_is_told_too_early_notices(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Heard(MemoryStore())(1, 1, None)


async def test_each_that_is_refused_is_told_alone(tmp_path: Path) -> None:
    store = Gated(tmp_path / "s.db")
    committer = Committer(store)
    heard, other = Heard(store), Heard(store)
    batches = [line("a", 0), line("a", 1), line("b", 9), line("a", 2), line("a", 3)]
    for number, batch in enumerate(batches):
        committer.give(batch, heard, number)
        committer.give([Put("s", str(number), b"")], other, 0)
    store.gate.release()
    store.gate.release()
    await committer.drain()
    numbers = [(number, count, type(why)) for number, count, why in heard.told]
    nothing = type(None)
    assert numbers == [(1, 2, nothing), (2, 1, Conflict), (4, 2, nothing)]
    assert other.told == [(0, 5, None)]
    store.trouble = StoreError("disk full")
    for number in (5, 6):
        committer.give(line("a", number - 1), heard, number)
    for _ in range(2):
        store.gate.release()
    await committer.drain()
    assert [(number, str(why)) for number, _, why in heard.told[3:]] == [
        (5, "disk full"),
        (6, "disk full"),
    ]
    store.gate.release()
    await committer.close()
    committer.give(line("a", 9), heard, 9)
    assert "closed" in str(heard.told[-1][2])
    store.close()


async def test_who_breaks_when_told_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    committer = Committer(store)
    reports: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, report: reports.append(report))

    def breaks(number: int, count: int, refused: StoreError | None) -> None:
        raise ValueError("broken")

    heard = Heard(store)
    committer.give(line("a", 0), breaks, 1)
    committer.give(line("a", 1), heard, 2)
    await committer.submit(line("a", 2))
    assert heard.told == [(2, 1, None)]
    (report,) = reports
    assert isinstance(report["exception"], ValueError)
    await committer.close()
    store.close()


async def test_no_wake_up_is_lost() -> None:
    # One at a time, so the thread falls asleep before almost each of them.
    store = SqliteStore(":memory:")
    committer = Committer(store)

    async def all_of_them() -> None:
        for number in range(1_000):
            await committer.submit(line("a", number))

    await asyncio.wait_for(all_of_them(), 60)
    assert store.end("a") == 1_000
    await committer.close()
    store.close()


async def test_closing_commits_what_waits_and_ends_the_thread(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    committer = Committer(store)
    futures = [committer.submit(line("a", number)) for number in range(50)]
    await committer.close()
    assert all(future.done() for future in futures)
    assert store.end("a") == 50
    assert "packetflow-commit" not in {one.name for one in threading.enumerate()}
    with pytest.raises(StoreError, match="closed"):
        await committer.submit(line("a", 50))
    await committer.close()
    store.close()


async def test_memory_answers_at_once_without_a_thread() -> None:
    committer = Committer(MemoryStore())
    before = threading.active_count()
    future = committer.submit(line("a", 0))
    assert future.done()
    assert committer.pending == 0
    assert threading.active_count() == before
    await committer.drain()
    await committer.close()


def test_a_loop_that_ends_first_leaves_no_noise(tmp_path: Path) -> None:
    store = Gated(tmp_path / "s.db")

    async def leave() -> None:
        Committer(store).submit(line("a", 0))

    asyncio.run(leave())
    store.gate.release()
    (thread,) = (
        one for one in threading.enumerate() if one.name == "packetflow-commit"
    )
    thread.join(20)
    assert not thread.is_alive()
    assert store.end("a") == 1
    store.close()
