"""Handlers that raise what is no ordinary exception: a fault, and the reactor goes on."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Fault,
    Handler,
    Intent,
    Reactor,
    State,
    Supervise,
    Turn,
)

CALLER = Context()


class Odd(BaseException):
    """No exception that anybody expects."""


RAISED: dict[str, type[BaseException]] = {
    "generator exit": GeneratorExit,
    "cancelled": asyncio.CancelledError,
    "stop iteration": StopIteration,
    "recursion": RecursionError,
    "memory": MemoryError,
    "odd": Odd,
}


class Raise(Intent[int], frozen=True):
    what: str


class RaiseLater(Raise, frozen=True):
    pass


class Counted(State):
    count: int = 0


class Breaker(Reactor[Counted]):
    def on_raise(self, turn: Turn[Counted], intent: Raise) -> int:
        turn.state.count += 1
        if intent.what in RAISED:
            raise RAISED[intent.what]("mine")
        return turn.state.count

    async def on_raise_later(self, turn: Turn[Counted], intent: Raise) -> int:
        turn.state.count += 1
        await asyncio.sleep(0)
        if intent.what in RAISED:
            raise RAISED[intent.what]("mine")
        return turn.state.count

    name: ClassVar[str] = "t.Breaker"
    state_type: ClassVar[type[State]] = Counted
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Raise, on_raise),
        Handler(RaiseLater, on_raise_later),
    )


class Broken(App):
    tree = Supervise(max_restarts=100, within=1.0, children=(Child(Breaker),))


@pytest.mark.parametrize("kind", [Raise, RaiseLater])
@pytest.mark.parametrize("what", RAISED)
async def test_whatever_a_handler_raises_is_a_fault(
    kind: type[Raise], what: str
) -> None:
    async with Broken() as app, asyncio.timeout(5):
        waits = asyncio.create_task(app.ask(RaiseLater("nothing"), CALLER))
        with pytest.raises(Fault):
            await app.ask(kind(what), CALLER)
        assert await waits == 1
        assert await app.ask(kind("nothing"), CALLER) == 2
        assert app.stats.faults == 1
        assert len(app.crashes) == 1


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("kind", [Raise, RaiseLater])
def test_what_ends_the_process_is_not_kept_from_it(
    kind: type[Raise], ends: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RAISED, "ends", ends)

    async def main() -> None:
        # asyncio also tells of tasks that nobody awaits any more.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        async with Broken() as app:
            await app.ask(kind("ends"), CALLER)

    with pytest.raises(ends):
        asyncio.run(main())
