"""Keyed reactors: started on demand, passivated when idle, never with a loss."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Fault,
    Handler,
    Keyed,
    Supervise,
    Unavailable,
    VirtualClock,
)
from tests.routing.keeping import (
    CALLER,
    GATES,
    Gate,
    Hold,
    Keeper,
    KeyedKeeper,
    Put,
    an_app,
    values,
)

KEYED = Keyed("key", idle=60.0)


def running(app: App) -> list[str]:
    return [cell.name.rpartition("/")[2] for cell in app.system.cells]


async def test_keyed_reactors_start_when_they_are_needed() -> None:
    async with an_app(KEYED, reactor=KeyedKeeper)(clock=VirtualClock()) as app:
        assert running(app) == []
        for key in ("ann", "bob", "ann"):
            await app.ask(Put(key=key), CALLER)
        assert running(app) == ["ann", "bob"]
        assert values(app, KeyedKeeper) == [{"ann": (0, 0)}, {"bob": (0,)}]


async def test_idle_ones_are_passivated_and_go_on_where_they_were() -> None:
    clock = VirtualClock()
    seen: list[tuple[str, str]] = []
    async with an_app(KEYED, reactor=KeyedKeeper)(clock=clock) as app:
        app.on_lifecycle(lambda one: seen.append((one.what, one.name)))
        await app.ask(Put(key="ann", value=1), CALLER)
        await app.ask(Put(key="bob", value=1), CALLER)
        await clock.advance(timedelta(seconds=61))
        await app.ask(Put(key="bob", value=2), CALLER)
        await clock.advance(timedelta(seconds=58))
        assert running(app) == ["ann", "bob"]
        await clock.advance(timedelta(seconds=1))
        assert running(app) == ["bob"]
        await clock.advance(timedelta(seconds=120))
        assert running(app) == []
        assert await app.ask(Put(key="ann", value=2), CALLER) == 2
        assert values(app, KeyedKeeper) == [{"ann": (1, 2)}]
    assert [what for what, name in seen if name.endswith("/ann")] == [
        "started",
        "passivated",
        "started",
        "stopped",
    ]


async def test_one_that_works_or_waits_is_never_passivated() -> None:
    clock = VirtualClock()
    GATES.append(Gate())
    try:
        async with an_app(KEYED, reactor=KeyedKeeper)(clock=clock) as app:
            holding = asyncio.create_task(app.ask(Hold(key="ann"), CALLER))
            behind = asyncio.create_task(app.ask(Put(key="ann"), CALLER))
            await clock.advance(timedelta(hours=1))
            assert running(app) == ["ann"]
            GATES[-1].open.set()
            await holding
            assert await behind == 2
            await clock.advance(timedelta(minutes=3))
            assert running(app) == []
    finally:
        GATES.pop()


async def test_what_is_as_at_the_start_leaves_nothing_behind() -> None:
    clock = VirtualClock()
    async with an_app(KEYED, reactor=KeyedKeeper)(clock=clock) as app:
        (pool,) = app.system.pools
        assert pool.keys is not None
        with pytest.raises(Fault):
            await app.ask(Put(key="ann", breaks=True), CALLER)
        await app.ask(Put(key="bob"), CALLER)
        await clock.advance(timedelta(minutes=3))
        assert running(app) == []
        assert list(pool.keys._place.parked) == ["bob"]
        assert app.system.root.children == []


async def test_a_supervisor_that_begins_anew_forgets_passivated_states() -> None:
    clock = VirtualClock()

    class Nested(App):
        tree: ClassVar[Supervise] = Supervise(
            children=(
                Supervise(max_restarts=0, children=(Child(KeyedKeeper, many=KEYED),)),
            )
        )

    async with Nested(clock=clock) as app:
        await app.ask(Put(key="ann"), CALLER)
        await clock.advance(timedelta(minutes=3))
        assert running(app) == []
        with pytest.raises(Fault):
            await app.ask(Put(key="bob", breaks=True), CALLER)
        assert await app.ask(Put(key="ann"), CALLER) == 1


async def test_nothing_is_started_while_the_app_stops() -> None:
    app = an_app(KEYED, reactor=KeyedKeeper)(clock=VirtualClock())
    async with app:
        pass
    with pytest.raises(Unavailable):
        await app.ask(Put(key="ann"), CALLER)


def test_every_intent_of_a_keyed_reactor_has_the_key() -> None:
    with pytest.raises(ValueError, match="Clear has no key"):
        an_app(KEYED)()
    with pytest.raises(ValueError, match="above zero"):
        Keyed("key", idle=0)


async def test_a_context_of_the_wrong_kind_is_refused_before_anything_starts() -> None:
    class Staff(Context, frozen=True):
        """Somebody who works here."""

    class StaffPut(Put, frozen=True):
        context: ClassVar[type[Context] | None] = Staff

    class StaffKeeper(KeyedKeeper):
        handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(StaffPut, Keeper.on_put),)

    async with an_app(KEYED, reactor=StaffKeeper)(clock=VirtualClock()) as app:
        with pytest.raises(Exception, match="callers with a Staff"):
            await app.ask(StaffPut(key="ann"), CALLER)
        assert running(app) == []
