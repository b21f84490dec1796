"""How quickly rows are found by their key, and inserted so that they are durable."""

from __future__ import annotations

import asyncio
import random
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import peers
from benchmarks.claims import Setting
from benchmarks.result import Result
from benchmarks.tables.rows import (
    MANY,
    ROWS,
    Book,
    ByHand,
    Find,
    Insert,
    Library,
    books,
)
from packetflow import Context
from packetflow.store.sqlite import SqliteStore

_PEER: Final = "sqlalchemy"
_TIMES: Final = 10
_METHOD: Final = (
    " Table of {rows} rows and four columns in SQLite (WAL, synchronous=FULL). Ours is"
    " an ask, admitted and audited in the same store, of a handler that {does} {many}"
    " rows one by one. hand_written runs SQL of its own on the same driver, without an"
    " event loop, and makes the same objects; sqlalchemy is its ORM, one session for each"
    " {many} rows, in a process of its own. Medians of {rounds} interleaved rounds of"
    " {times} times; a ratio is the median of theirs."
)


def table_find(setting: Setting) -> Result:
    """Rows that are found by their key, a hundred in a handler."""
    return asyncio.run(_claim(setting, "find", "finds"))


def table_insert(setting: Setting) -> Result:
    """Rows that are inserted, a hundred in a handler, and durable when it answers."""
    return asyncio.run(_claim(setting, "insert", "inserts"))


async def _claim(setting: Setting, word: str, does: str) -> Result:
    by_hand = ByHand(setting.folder / f"{word}_by_hand.db")
    kept = books(ROWS)
    rng = random.Random()
    store = SqliteStore(setting.folder / f"{word}_ours.db")
    async with Library(store=store) as app:
        caller = Context()
        for start in range(0, ROWS, MANY):
            rows = tuple(kept[start : start + MANY])
            by_hand.insert(rows)
            await app.ask(Insert(rows), caller)

        async def ours() -> float:
            if word == "find":
                keys = tuple(one.id for one in rng.choices(kept, k=MANY))
                return await _timed(lambda: app.ask(Find(keys), caller))
            new = tuple(books(MANY))
            return await _timed(lambda: app.ask(Insert(new), caller))

        async def hand() -> float:
            if word == "find":
                keys = tuple(one.id for one in rng.choices(kept, k=MANY))
                return await _timed(lambda: _now(lambda: by_hand.find(keys)))
            new: tuple[Book, ...] = tuple(books(MANY))
            return await _timed(lambda: _now(lambda: by_hand.insert(new)))

        with _orm(setting.folder / f"{word}_orm.db") as orm:
            ways: dict[str, Callable[[], Awaitable[float]]] = {
                "ours": lambda: _often(ours),
                "hand_written": lambda: _often(hand),
            }
            if orm is not None:
                ask = orm
                ways[_PEER] = lambda: _now(lambda: ask(f"{word} {_TIMES}"))
            found: dict[str, list[float]] = {way: [] for way in ways}
            for number in range(setting.rounds + 1):
                for way, measure in ways.items():
                    seconds = await measure()
                    if number:  # the first is for warming up
                        found[way].append(seconds)
    store.close()
    return _result(f"table_{word}", found, setting, does)


def _result(
    name: str, found: dict[str, list[float]], setting: Setting, does: str
) -> Result:
    times = {way: median(some) for way, some in found.items()}
    ours = found["ours"]
    ratios = {
        way: median(theirs / mine for theirs, mine in zip(some, ours, strict=True))
        for way, some in found.items()
        if way != "ours"
    }
    method = "Seconds for a row." + _METHOD.format(
        rows=f"{ROWS:,}", many=MANY, does=does, rounds=setting.rounds, times=_TIMES
    )
    own = times.pop("ours")
    return Result(name, own, times, ratios, method)


async def _often(once: Callable[[], Awaitable[float]]) -> float:
    total = 0.0
    for _ in range(_TIMES):
        total += await once()
    return total / (_TIMES * MANY)


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


async def _now(work: Callable[[], float | int | None]) -> float:
    return float(work() or 0.0)


@contextmanager
def _orm(file: Path) -> Iterator[Callable[[str], float] | None]:
    """Asks SQLAlchemy, None if it is not installed."""
    if _PEER not in peers.present():
        yield None
        return
    python = peers.environment(_PEER) / "bin" / "python"
    script = Path(__file__).with_name("orm.py")
    with subprocess.Popen(
        [str(python), str(script), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told, heard = process.stdin, process.stdout
        heard.readline()

        def ask(question: str) -> float:
            told.write(f"{question}\n")
            told.flush()
            return float(heard.readline())

        yield ask
        told.close()


CLAIMS: Final[Mapping[str, Callable[[Setting], Result]]] = {
    "table_find": table_find,
    "table_insert": table_insert,
}
