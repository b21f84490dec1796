"""Reactors: compiled from a `.pf` file, checked at their entry; and bare Python.

Bare are an `await` of a method that counts, and an actor of an `asyncio.Queue` and a
task; they run in the same process.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import sys
import tempfile
import tracemalloc
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from time import process_time
from typing import Any, ClassVar, Final

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Keyed,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.actor.cell import Cell
from pfc.driver import compile_sources

_SOURCE: Final = Path(__file__).parents[2] / "samples" / "actors.pf.txt"
_AT_ONCE: Final = 100
_CALLERS: Final = 64

Measure = Callable[[int], Awaitable[float]]


class Count(State):
    """A number, as the compiled reactor has it."""

    count: int = 0


class Waiting(Intent[int], frozen=True):
    """Handled by a coroutine, so it is queued; with a deadline."""

    deadline: ClassVar[float | None] = 5.0


class Keeping(Intent[int], frozen=True):
    """For the reactor of a key, which is started when it is first needed."""

    key: int


class Waiter(Reactor[Count]):
    """Counts in a coroutine."""

    async def on_waiting(self, turn: Turn[Count], intent: Waiting) -> int:
        """Count."""
        turn.state.count += 1
        return turn.state.count

    name: ClassVar[str] = "bench.Waiter"
    state_type: ClassVar[type[State]] = Count
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Waiting, on_waiting),)


class Keeper(Reactor[Count]):
    """Counts, one for each key."""

    def on_keeping(self, turn: Turn[Count], intent: Keeping) -> int:
        """Count."""
        turn.state.count += 1
        return turn.state.count

    name: ClassVar[str] = "bench.Keeper"
    state_type: ClassVar[type[State]] = Count
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Keeping, on_keeping),)


class Others(App):
    """What the compiled app has not."""

    tree = Supervise(children=(Child(Waiter), Child(Keeper, many=Keyed("key"))))


class Bare:
    """A counter that is awaited."""

    def __init__(self) -> None:
        self.count = 0

    async def increment(self, intent: object, caller: object) -> int:
        """Count."""
        self.count += 1
        return self.count


class Queued:
    """A counter behind an `asyncio.Queue`, as one writes it by hand."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[Any, asyncio.Future[int] | None]]
        self.queue = asyncio.Queue(10_000)
        self.count = 0
        self.task = asyncio.ensure_future(self.run())

    async def run(self) -> None:
        """Handle what waits, until cancelled."""
        while True:
            intent, reply = await self.queue.get()
            if intent is None:
                if reply is not None:
                    reply.set_exception(IndexError())
                raise IndexError
            self.count += 1
            if reply is not None:
                reply.set_result(self.count)

    async def ask(self, intent: object) -> int:
        """Send, and wait for the answer."""
        reply: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        await self.queue.put((intent, reply))
        return await reply


def measures(loop: asyncio.AbstractEventLoop) -> dict[str, Measure]:
    """Everything that can be timed, by name."""
    return loop.run_until_complete(_measures())


async def _measures() -> dict[str, Measure]:
    logging.disable()  # a crash report is written, and shown to nobody
    package = _compiled()
    app = await package.CountingApp().__aenter__()
    others = await Others().__aenter__()
    held = (package.Counting.count,)
    callers = [package.Caller(name=str(n), capabilities=held) for n in range(_CALLERS)]
    return {
        **_asking(package, app, callers),
        **_queueing(others, Queued()),
        **_living(package, app, others, callers[0]),
    }


def _compiled() -> Any:
    folder = tempfile.mkdtemp(prefix="pfc-bench-actors-")
    made = compile_sources({"bench_actors.pf": _SOURCE.read_text("utf-8")})
    for path, text in made.files.items():
        file = Path(folder) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    sys.path.insert(0, folder)
    return importlib.import_module("bench_actors")


def _asking(package: Any, app: App, callers: list[Context]) -> dict[str, Measure]:
    ann = callers[0]
    ready = package.Increment()
    counter = Bare()
    ask, tell = app.ask, app.tell

    async def one(times: int) -> None:
        for _ in range(times):
            await ask(package.Increment(), ann)

    async def made(times: int) -> None:
        for _ in range(times):
            await ask(ready, ann)

    async def draft(times: int) -> None:
        for _ in range(times):
            await ask(package.Twice(), ann)

    async def many(times: int) -> None:
        for number in range(times):
            await ask(package.Increment(), callers[number % _CALLERS])

    async def told(times: int) -> None:
        for _ in range(times):
            await tell(package.Increment(), ann)

    async def bare(times: int) -> None:
        for _ in range(times):
            await counter.increment(package.Increment(), ann)

    async def bare_made(times: int) -> None:
        for _ in range(times):
            await counter.increment(ready, ann)

    async def bare_many(times: int) -> None:
        for number in range(times):
            await counter.increment(package.Increment(), callers[number % _CALLERS])

    return {
        "ask": _timed(one),
        "ask_made": _timed(made),
        "ask_draft": _timed(draft),
        "ask_many": _timed(many),
        "tell": _timed(told),
        "bare": _timed(bare),
        "bare_made": _timed(bare_made),
        "bare_many": _timed(bare_many),
    }


def _queueing(app: App, actor: Queued) -> dict[str, Measure]:
    nobody = Context()

    async def one(times: int) -> None:
        for _ in range(times):
            await app.ask(Waiting(), nobody)

    async def many(times: int) -> None:
        for _ in range(0, times, _AT_ONCE):
            await asyncio.gather(*(app.ask(Waiting(), nobody) for _ in range(_AT_ONCE)))

    async def queue_one(times: int) -> None:
        for _ in range(times):
            await actor.ask(Waiting())

    async def queue_many(times: int) -> None:
        for _ in range(0, times, _AT_ONCE):
            await asyncio.gather(*(actor.ask(Waiting()) for _ in range(_AT_ONCE)))

    async def queue_tell(times: int) -> None:
        for _ in range(times):
            await actor.queue.put((Waiting(), None))
        await actor.ask(Waiting())

    return {
        "queued": _timed(one),
        "queued_100": _timed(many),
        "queue_ask": _timed(queue_one),
        "queue_ask_100": _timed(queue_many),
        "queue_tell": _timed(queue_tell),
    }


def _living(package: Any, app: App, others: App, ann: Context) -> dict[str, Measure]:
    keys = iter(range(10**12))
    nobody = Context()

    async def spawn(times: int) -> None:
        for _ in range(times):
            await others.ask(Keeping(next(keys)), nobody)

    async def queue_spawn(times: int) -> None:
        actors = []
        for _ in range(times):
            actor = Queued()
            await actor.ask(Waiting())
            actors.append(actor)
        for actor in actors:
            actor.task.cancel()

    async def restart(times: int) -> None:
        for _ in range(times):
            try:
                await app.ask(package.Break(), ann)
            except Exception:
                await app.ask(package.Increment(), ann)

    async def queue_restart(times: int) -> None:
        actor = Queued()
        for _ in range(times):
            try:
                await actor.ask(None)
            except IndexError:
                actor.task.exception()
                actor = Queued()
                await actor.ask(Waiting())
        actor.task.cancel()

    return {
        "spawn": _timed(spawn),
        "queue_spawn": _timed(queue_spawn),
        "restart": _timed(restart),
        "queue_restart": _timed(queue_restart),
        "memory": _weighed(lambda: Cell(others.system, Keeper, others.system.root)),
        "memory_keyed": _weighed_keyed(others, keys),
        "queue_memory": _weighed(Queued, until_idle=True),
    }


def _timed(do: Callable[[int], Coroutine[Any, Any, None]]) -> Measure:
    async def timed(times: int) -> float:
        began = process_time()
        await do(times)
        return process_time() - began

    return timed


def _weighed(make: Callable[[], Any], *, until_idle: bool = False) -> Measure:
    """Bytes of so many things that do nothing, and the list that has them."""

    async def weighed(times: int) -> float:
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        made = [make() for _ in range(times)]
        if until_idle:
            await asyncio.sleep(0)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        for each in made:
            if until_idle:
                each.task.cancel()
        return float(after - before)

    return weighed


def _weighed_keyed(app: App, keys: Any) -> Measure:
    nobody = Context()

    async def weighed(times: int) -> float:
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(times):
            await app.ask(Keeping(next(keys)), nobody)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return float(after - before)

    return weighed
