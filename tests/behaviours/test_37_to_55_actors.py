"""Behaviours 37 to 45, 54 and 55: reactors as actors, on a compiled program.

Routing, 47 to 51, stands in a file of its own. 46 and 53 need a store and a second
process. 52 speaks of a reactor that moves to another node: within one process none ever
moves, and what a keyed reactor keeps when it is put to rest is tested with routing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from packetflow import (
    App,
    DeadlineExceeded,
    Expired,
    Fault,
    Lifecycle,
    MailboxFull,
    Stopped,
    VirtualClock,
)
from tests.web.building import build, imported

HERE = Path(__file__).parent
MODULES = ("actors_shared", "actors_counting", "actors_trees", "actors_boxes")
IMPLEMENTATION = '''"""What the program performs."""

from __future__ import annotations

import asyncio

BREAKS: set[int] = set()
GATES: dict[str, asyncio.Event] = {}


async def hold(gate: str) -> None:
    """Wait until the gate is open."""
    await GATES.setdefault(gate, asyncio.Event()).wait()


def break_on(number: int) -> None:
    """Break if the number says so."""
    if number in BREAKS:
        raise OSError("it broke")
'''


@pytest.fixture(scope="module")
def actors(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """All names of the packages made from `actors_*.pf`."""
    folder = tmp_path_factory.mktemp("actors")
    sources = {f"{name}.pf": (HERE / f"{name}.pf").read_text() for name in MODULES}
    build(folder, sources, {"actors_impl": IMPLEMENTATION})
    found: dict[str, Any] = {}
    for name in MODULES:
        found |= vars(imported(folder, name))
    imported(folder, "actors_impl")
    return SimpleNamespace(**found)


@pytest.fixture(autouse=True)
def world(actors: Any) -> Iterator[Any]:
    """The linked Python: nothing breaks but -1, and every gate is shut."""
    made = sys.modules["actors_impl"]
    made.BREAKS.clear()
    made.BREAKS.add(-1)
    made.GATES.clear()
    yield made
    made.GATES.clear()


def ann(actors: Any) -> Any:
    return actors.Visitor(name="ann")


@asynccontextmanager
async def started(
    kind: Any,
) -> AsyncIterator[tuple[App, VirtualClock, list[Lifecycle]]]:
    clock = VirtualClock()
    app: App = kind(clock=clock, grace=0.0)
    seen: list[Lifecycle] = []
    app.on_lifecycle(seen.append)
    async with app:
        yield app, clock, seen


def named(seen: list[Lifecycle], what: str) -> list[str]:
    return [one.name.rpartition(".")[2] for one in seen if one.what == what]


async def test_37_a_crash_is_an_error_for_its_caller_and_changes_nothing(
    actors: Any,
) -> None:
    async with started(actors.Counting) as (app, _, seen):
        assert await app.ask(actors.Add(5), ann(actors)) == 5
        before = await app.ask(actors.Keep("a", (1,)), ann(actors))
        with pytest.raises(Fault, match="OSError: it broke"):
            await app.ask(actors.Add(-1), ann(actors))
        assert await app.ask(actors.Total(), ann(actors)) == 5
        assert await app.ask(actors.Order(), ann(actors)) == (5,)
        assert await app.ask(actors.Keep("a", (1,)), ann(actors)) == before
        assert named(seen, "faulted") == named(seen, "restarted") == ["Counter"]
        (crash,) = app.crashes
        lines = (HERE / "actors_counting.pf").read_text("utf-8").splitlines()
        line = lines.index("    perform break_on(number)") + 1
        assert crash.at == f"actors_counting.pf:{line}"
        assert "OSError: it broke" in str(crash)


async def test_37_the_others_live_on(actors: Any) -> None:
    async with started(actors.OneForOne) as (app, _, _):
        for _ in range(2):
            assert await app.ask(actors.A(0), ann(actors))
        with pytest.raises(Fault):
            await app.ask(actors.A(-1), ann(actors))
        assert await app.ask(actors.B(0), ann(actors)) == 1
        assert await app.ask(actors.A(0), ann(actors)) == 3


async def test_38_callers_times_increments(actors: Any) -> None:
    async with started(actors.Counting) as (app, _, _):

        async def increments() -> None:
            for number in range(50):
                send = app.tell if number % 2 else app.ask
                await send(actors.Add(1), ann(actors))
                if number % 7 == 0:
                    await asyncio.sleep(0)

        await asyncio.gather(*(increments() for _ in range(20)))
        assert await app.ask(actors.Total(), ann(actors)) == 20 * 50


async def test_39_the_order_of_a_sender_holds_inline_and_queued(
    actors: Any, world: Any
) -> None:
    async with started(actors.Counting) as (app, clock, _):
        await app.tell(actors.Add(1), ann(actors))
        await app.tell(actors.Slowly(2), ann(actors))  # waits, and all behind it
        await app.tell(actors.Add(3), ann(actors))
        await app.tell(actors.Slowly(4), ann(actors))
        await app.tell(actors.Add(5), ann(actors))
        await clock.settle()
        world.GATES["slowly"].set()
        assert await app.ask(actors.Order(), ann(actors)) == (1, 2, 3, 4, 5)


async def test_40_an_ask_sees_what_was_told_before(actors: Any, world: Any) -> None:
    async with started(actors.Counting) as (app, clock, _):
        await app.tell(actors.Add(2), ann(actors))
        assert await app.ask(actors.Total(), ann(actors)) == 2
        await app.tell(actors.Slowly(9), ann(actors))
        await app.tell(actors.Add(3), ann(actors))
        asked = asyncio.create_task(app.ask(actors.Total(), ann(actors)))
        await clock.settle()
        assert not asked.done()
        world.GATES["slowly"].set()
        assert await asked == 5


async def test_41_a_late_answer_is_nobodys(actors: Any, world: Any) -> None:
    async with started(actors.Counting) as (app, clock, _):
        late = asyncio.create_task(app.ask(actors.Slowly(1), ann(actors)))
        await clock.advance(timedelta(seconds=4.9))
        assert not late.done()
        await clock.advance(timedelta(seconds=0.1))
        with pytest.raises(DeadlineExceeded, match="no answer within 5 s"):
            await late
        next_one = asyncio.create_task(app.ask(actors.Slowly(2), ann(actors)))
        await clock.settle()
        world.GATES["slowly"].set()
        assert await next_one == 2
        assert await app.ask(actors.Order(), ann(actors)) == (2,)


async def test_42_two_instances_have_two_states(actors: Any) -> None:
    async with (
        started(actors.Counting) as (one, _, _),
        started(actors.Counting) as (other, _, _),
    ):
        await one.ask(actors.Add(1), ann(actors))
        await one.ask(actors.Keep("a", (1,)), ann(actors))
        assert await other.ask(actors.Total(), ann(actors)) == 0
        assert await other.ask(actors.Keep("b", ()), ann(actors)) == {"b": ()}


@pytest.mark.parametrize(
    ("app_name", "restarted"),
    [
        ("OneForOne", ["Second"]),
        ("OneForAll", ["First", "Second", "Third"]),
        ("RestForOne", ["Second", "Third"]),
    ],
)
async def test_43_each_strategy_restarts_what_it_says(
    actors: Any, app_name: str, restarted: list[str]
) -> None:
    async with started(getattr(actors, app_name)) as (app, _, seen):
        with pytest.raises(Fault):
            await app.ask(actors.B(-1), ann(actors))
        assert named(seen, "restarted") == restarted


async def test_44_beyond_the_most_restarts_it_escalates(actors: Any) -> None:
    async with started(actors.Nested) as (app, clock, seen):
        assert await app.ask(actors.A(0), ann(actors)) == 1
        for escalated in ([], ["one_for_all"]):
            failing = asyncio.create_task(app.ask(actors.B(-1), ann(actors)))
            await clock.settle()
            with pytest.raises(Fault):
                await failing
            assert named(seen, "escalated") == escalated
            await clock.advance(timedelta(seconds=2))
        assert named(seen, "failed") == []
        assert await app.ask(actors.A(0), ann(actors)) == 2
        failing = asyncio.create_task(app.ask(actors.B(-1), ann(actors)))
        await clock.settle()
        with pytest.raises(Fault):
            await failing
        assert named(seen, "escalated")[-1] == "one_for_one"
        assert isinstance(app.failure, Fault)
        with pytest.raises(Stopped):
            await app.ask(actors.A(0), ann(actors))


async def test_44_faults_outside_the_period_do_not_count(actors: Any) -> None:
    async with started(actors.OneForOne) as (app, clock, _):
        for _ in range(5):
            with pytest.raises(Fault):
                await app.ask(actors.A(-1), ann(actors))
            await clock.advance(timedelta(seconds=10))
        assert app.failure is None


async def test_45_permanent_transient_and_temporary(actors: Any) -> None:
    async with started(actors.OneForOne) as (app, clock, seen):
        for intent in (actors.A, actors.B, actors.C):
            assert await app.ask(intent(0), ann(actors)) == 1
        with pytest.raises(Fault):
            await app.ask(actors.C(-1), ann(actors))
        with pytest.raises(Stopped, match="temporary"):
            await app.ask(actors.C(0), ann(actors))
        with pytest.raises(Fault):
            await app.ask(actors.B(-1), ann(actors))
        paused = asyncio.create_task(app.ask(actors.B(0), ann(actors)))
        await clock.advance(timedelta(seconds=0.4))
        assert not paused.done()  # the backoff is half of its second, or more
        await clock.advance(timedelta(seconds=0.6))
        assert await paused == 2
        with pytest.raises(Fault):
            await app.ask(actors.A(-1), ann(actors))
        assert named(seen, "restarted") == ["Second", "First"]
        # Ended in good order, only the permanent one begins again.
        await app.end(actors.First)
        await app.end(actors.Second)
        assert await app.ask(actors.A(0), ann(actors)) == 1
        with pytest.raises(Stopped):
            await app.ask(actors.B(0), ann(actors))


async def test_54_state_cannot_be_replaced_from_outside(actors: Any) -> None:
    async with started(actors.Counting) as (app, _, _):
        values = [1, 2]
        answer = await app.ask(actors.Keep("a", tuple(values)), ann(actors))
        answer["a"] = (9,)
        answer["b"] = (9,)
        again = await app.ask(actors.Keep("c", ()), ann(actors))
        assert again == {"a": (1, 2), "c": ()}
        given = actors.Keep("d", (3,))
        with pytest.raises(AttributeError):
            given.values = (4,)
        for name in ("state", "given", "cells"):
            assert not hasattr(app, name)


PUSHED = {
    "reject": ("Rejecting", 1, [1, 2]),
    "drop_oldest": ("Oldest", 2, [2, 3]),
    "drop_newest": ("Newest", 3, [1, 2]),
    "block": ("Blocking", 4, [1, 2, 3]),
}


@pytest.mark.parametrize("policy", PUSHED)
async def test_55_a_full_mailbox_follows_its_policy(
    actors: Any, world: Any, policy: str
) -> None:
    reactor, number, expected = PUSHED[policy]
    hold, put = getattr(actors, f"Hold{number}"), getattr(actors, f"Put{number}")
    async with started(actors.Boxes) as (app, clock, _):
        await app.tell(hold(), ann(actors))
        await clock.settle()
        told = [asyncio.create_task(app.tell(put(n), ann(actors))) for n in (1, 2, 3)]
        await clock.settle()
        if policy == "reject":
            with pytest.raises(MailboxFull):
                await told[2]
        assert told[2].done() is (policy != "block")
        world.GATES["full"].set()
        await clock.settle()
        assert told[2].done()
        cell = app.system.cell(getattr(actors, reactor))
        await cell.idle()
        state: Any = cell.state
        assert list(state.got) == expected


async def test_55_priority_goes_first_and_what_expired_not_at_all(
    actors: Any, world: Any
) -> None:
    async with started(actors.Boxes) as (app, clock, _):
        await app.tell(actors.Hold4(), ann(actors))
        await clock.settle()
        brief = asyncio.create_task(app.ask(actors.Brief4(1), ann(actors)))
        await clock.settle()
        await app.tell(actors.Put4(2), ann(actors))
        hasty = asyncio.create_task(app.tell(actors.Hasten4(3), ann(actors)))
        await clock.advance(timedelta(seconds=10))
        with pytest.raises(Expired):
            await brief
        await hasty  # what expired has left it its room
        world.GATES["full"].set()
        await clock.settle()
        state: Any = app.system.cell(actors.Blocking).state
        assert list(state.got) == [3, 2]
