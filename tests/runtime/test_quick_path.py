"""What an idle reactor that is asked in a row does again and again, and what it must not."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import msgspec

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Event,
    Fault,
    Handler,
    Intent,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.actor.setting import quicken

ANN = Context()
SEEN: list[Turn[Any]] = []


class Said(Event, frozen=True):
    what: int


class Numbers(State):
    count: int = 0
    name: str | None = None


class Maps(State):
    held: dict[str, int] = msgspec.field(default_factory=dict)
    items: tuple[object, ...] = ()


class Items(State):
    items: tuple[object, ...] = ()


class Watched(State):
    count: int = 0

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)


class Frozen(State, frozen=True):
    count: int = 0


def _is_quick(kind: type[State]) -> bool:
    quicken(kind)
    return kind.__setattr__ is object.__setattr__


def test_python_sets_fields_by_itself_where_nobody_else_has_to_look() -> None:
    assert _is_quick(Numbers)
    assert _is_quick(Maps)
    for kind in (Items, Watched, Frozen):
        assert not _is_quick(kind)
    state = Numbers()
    state.count, state.name = 3, "ann"
    assert state == Numbers(3, "ann")
    assert msgspec.json.encode(state.__copy__()) == b'{"count":3,"name":"ann"}'


class Add(Intent[int], frozen=True):
    number: int


class Slowly(Intent[int], frozen=True):
    number: int


class Adder(Reactor[Numbers]):
    def on_add(self, turn: Turn[Numbers], intent: Add) -> int:
        SEEN.append(turn)
        turn.state.count += intent.number
        turn.emit(Said(intent.number))
        if intent.number < 0:
            raise ValueError(intent.number)
        return turn.state.count

    async def on_slowly(self, turn: Turn[Numbers], intent: Slowly) -> int:
        await asyncio.sleep(0)
        return self.on_add(turn, Add(intent.number))

    name: ClassVar[str] = "quick.Adder"
    state_type: ClassVar[type[State]] = Numbers
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Add, on_add),
        Handler(Slowly, on_slowly),
    )


class AdderApp(App):
    name: ClassVar[str] = "quick.AdderApp"
    tree: ClassVar[Supervise] = Supervise(children=(Child(Adder),), max_restarts=99)


async def _refused(app: AdderApp, intent: Intent[int]) -> None:
    try:
        await app.ask(intent, ANN)
    except Fault:
        return
    raise AssertionError(intent)


async def test_what_failed_leaves_nothing_behind() -> None:
    for kind in (Add, Slowly):
        SEEN.clear()
        async with AdderApp() as app:
            said: list[int] = []
            app.subscribe(Said, lambda one, said=said: said.append(one.what))
            assert [await app.ask(kind(n), ANN) for n in (1, 2)] == [1, 3]
            await _refused(app, kind(-1))
            assert [await app.ask(kind(n), ANN) for n in (4, 5)] == [7, 12]
            assert said == [1, 2, 4, 5]
        first, second, failed, third, fourth = map(id, SEEN)
        assert first == second == failed
        # Something of the handler that failed may still use its turn.
        assert third == fourth != failed


async def test_whoever_watches_hears_of_each_one_from_then_on() -> None:
    async with AdderApp() as app:
        for _ in range(3):
            await app.ask(Add(1), ANN)
        heard: list[str] = []
        app.on_audit(lambda record: heard.append(record.verdict))
        for _ in range(3):
            await app.ask(Add(1), ANN)
            await app.tell(Add(1), ANN)
        assert heard == ["allowed"] * 6


async def test_an_ask_is_a_coroutine_that_begins_when_it_is_awaited() -> None:
    async with AdderApp() as app:
        asked = app.ask(Add(1), ANN)
        assert app.system.cell(Adder).state == Numbers()
        assert asyncio.iscoroutine(asked)
        assert await asyncio.create_task(asked) == 1
        both = await asyncio.gather(app.ask(Add(1), ANN), app.ask(Add(1), ANN))
        assert both == [2, 3]
        assert await asyncio.wait_for(app.ask(Slowly(1), ANN), 5) == 4
