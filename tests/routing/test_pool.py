"""Shards and workers of an app."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Child,
    Fault,
    Handler,
    Intent,
    MailboxFull,
    NoTarget,
    Reactor,
    Restart,
    Shards,
    State,
    Supervise,
    Turn,
    VirtualClock,
    Workers,
)
from packetflow.actor.stable import stable_hash
from tests.routing.keeping import (
    CALLER,
    GATES,
    Clear,
    Gate,
    Hold,
    Keeper,
    Put,
    an_app,
    values,
)

KEYS = [f"k{number}" for number in range(40)]


# -- shards --------------------------------------------------------------------------
async def test_each_key_has_one_shard_the_same_at_every_start() -> None:
    for _ in range(2):
        async with an_app(Shards(4, "key"))() as app:
            for key in KEYS * 2:
                await app.ask(Put(key=key), CALLER)
            found = values(app)
            assert len(found) == 4
            for number, kept in enumerate(found):
                assert set(kept) == {
                    key for key in KEYS if stable_hash(key) % 4 == number
                }
                assert {len(each) for each in kept.values()} == {2}


async def test_an_intent_without_the_field_goes_to_every_shard() -> None:
    async with an_app(Shards(4, "key"))() as app:
        for key in KEYS:
            await app.ask(Put(key=key), CALLER)
        assert await app.ask(Clear(), CALLER) is None
        assert values(app) == [{}, {}, {}, {}]
        for key in KEYS:
            await app.tell(Put(key=key), CALLER)
        await app.tell(Clear(), CALLER)
        # What is asked after it is handled after it.
        assert [await app.ask(Put(key=key), CALLER) for key in KEYS] == [1] * 40


async def test_shards_run_side_by_side_and_one_by_one_within() -> None:
    gate = Gate()
    GATES.append(gate)
    try:
        async with an_app(Shards(2, "key"))(clock=VirtualClock()) as app:
            here, there = two_shards()
            await app.tell(Hold(key=here), CALLER)
            await asyncio.sleep(0)
            assert await app.ask(Put(key=there), CALLER) == 1
            behind = asyncio.create_task(app.ask(Put(key=here, value=7), CALLER))
            await asyncio.sleep(0)
            assert not behind.done()
            gate.open.set()
            assert await behind == 2
    finally:
        GATES.pop()


def two_shards() -> tuple[str, str]:
    """Keys of the first and of the second of two shards."""
    first = next(key for key in KEYS if stable_hash(key) % 2 == 0)
    return first, next(key for key in KEYS if stable_hash(key) % 2 == 1)


async def test_a_full_shard_refuses_and_the_others_do_not() -> None:
    GATES.append(Gate())
    try:
        async with an_app(Shards(2, "key"))(clock=VirtualClock(), grace=0) as app:
            here, there = two_shards()
            for _ in range(11):
                await app.tell(Hold(key=here), CALLER)
                await asyncio.sleep(0)
            with pytest.raises(MailboxFull):
                await app.tell(Put(key=here), CALLER)
            await app.tell(Put(key=there), CALLER)
            # The others have it all the same.
            with pytest.raises(MailboxFull):
                await app.tell(Clear(), CALLER)
            await asyncio.sleep(0)
            assert values(app)[1] == {}
            GATES[-1].open.set()
    finally:
        GATES.pop()


@pytest.mark.parametrize("strategy", ["one_for_one", "one_for_all"])
async def test_each_shard_is_a_child_of_its_own(strategy: Any) -> None:
    seen: list[tuple[str, str]] = []
    async with an_app(Shards(2, "key"), strategy=strategy)() as app:
        app.on_lifecycle(lambda one: seen.append((one.what, one.name)))
        here, there = two_shards()
        await app.ask(Put(key=here), CALLER)
        with pytest.raises(Fault):
            await app.ask(Put(key=here, breaks=True), CALLER)
        assert await app.ask(Put(key=here), CALLER) == 2
        assert await app.ask(Put(key=there), CALLER) == 1
    restarted = [name for what, name in seen if what == "restarted"]
    every = ["keeping.Keeper/0", "keeping.Keeper/1"]
    assert restarted == (every if strategy == "one_for_all" else every[:1])
    assert ("faulted", "keeping.Keeper/0") in seen


async def test_the_faults_of_all_shards_count_for_the_supervisor() -> None:
    async with an_app(Shards(2, "key"), max_restarts=1)() as app:
        here, there = two_shards()
        for key in (here, there):
            with pytest.raises(Fault):
                await app.ask(Put(key=key, breaks=True), CALLER)
        assert app.failure is not None


def test_a_result_of_every_shard_is_refused() -> None:
    class Total(Intent[int], frozen=True):
        """How many there are."""

    class Counted(Keeper):
        handlers: ClassVar[tuple[AnyHandler, ...]] = (
            *Keeper.handlers,
            Handler(Total, lambda self, turn, intent: 1),
        )

    with pytest.raises(ValueError, match="Total has no key, so it goes to every"):
        an_app(Shards(2, "key"), reactor=Counted)()
    with pytest.raises(ValueError, match=r"no intent of .* has a field where"):
        an_app(Shards(2, "where"))()
    with pytest.raises(ValueError, match="at least 1"):
        Shards(0, "key")


def test_a_reactor_may_stand_in_an_app_once() -> None:
    children = (Child(Keeper), Child(Keeper, many=Shards(2, "key")))
    for pair in (children, children[1:] * 2, children[:1] * 2):

        class Twice(App):
            tree: ClassVar[Supervise] = Supervise(children=pair)

        with pytest.raises(ValueError, match="stands twice"):
            Twice()


# -- from inside ---------------------------------------------------------------------
class Many(Intent[int], frozen=True):
    """Put many keys, and clear them if that is wanted."""

    keys: tuple[str, ...] = ()
    sends: bool = False
    clears: bool = False


class Front(Reactor[State]):
    """Uses the keepers."""

    async def on_many(self, turn: Turn[State], intent: Many) -> int:
        """Ask or send."""
        total = 0
        for key in intent.keys:
            if intent.sends:
                turn.send(Put(key=key))
            else:
                total += await turn.ask(Put(key=key))
        if intent.clears:
            if intent.sends:
                turn.send(Clear())
                turn.send(Put(key="last"), after=timedelta(seconds=5))
            else:
                await turn.ask(Clear())
        return total

    name: ClassVar[str] = "keeping.Front"
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Many, on_many),)


class Both(App):
    """A front and its keepers."""

    name: ClassVar[str] = "keeping.Both"
    tree: ClassVar[Supervise] = Supervise(
        children=(Child(Keeper, many=Shards(3, "key")), Child(Front))
    )


async def test_a_handler_asks_and_sends_to_shards() -> None:
    async with Both(clock=VirtualClock()) as app:
        assert await app.ask(Many(keys=tuple(KEYS)), CALLER) == 40
        assert sum(map(len, values(app))) == 40
        await app.ask(Many(clears=True), CALLER)
        assert values(app) == [{}, {}, {}]
        await app.ask(Many(keys=("a", "b"), sends=True), CALLER)
        assert await app.ask(Put(key="a"), CALLER) == 2


async def test_a_delayed_send_reaches_its_shard() -> None:
    clock = VirtualClock()
    async with Both(clock=clock) as app:
        await app.ask(Many(keys=("a",), sends=True, clears=True), CALLER)
        await clock.advance(timedelta(seconds=4))
        assert values(app) == [{}, {}, {}]
        await clock.advance(timedelta(seconds=1))
        assert sorted(key for kept in values(app) for key in kept) == ["last"]


# -- workers -------------------------------------------------------------------------
async def test_workers_take_turns() -> None:
    async with an_app(Workers(3))() as app:
        for number in range(7):
            await app.ask(Put(key="a", value=number), CALLER)
        assert values(app) == [{"a": (0, 3, 6)}, {"a": (1, 4)}, {"a": (2, 5)}]


async def test_random_workers_are_the_same_for_the_same_seed() -> None:
    found = []
    for _ in range(2):
        async with an_app(Workers(3, "random", seed=7))() as app:
            for number in range(30):
                await app.ask(Put(key="a", value=number), CALLER)
            found.append(values(app))
    assert found[0] == found[1]
    assert all(kept for kept in found[0])


async def test_a_busy_worker_gets_nothing_while_another_is_idle() -> None:
    GATES.append(Gate())
    try:
        async with an_app(Workers(2, "smallest_mailbox"))() as app:
            holding = asyncio.create_task(app.ask(Hold(key="a"), CALLER))
            await asyncio.sleep(0)
            for _ in range(6):
                await app.ask(Put(key="b"), CALLER)
            assert Counter(len(kept.get("b", ())) for kept in values(app)) == {
                0: 1,
                6: 1,
            }
            GATES[-1].open.set()
            await holding
    finally:
        GATES.pop()


async def test_broadcast_goes_to_all_workers_and_may_have_no_result() -> None:
    class Clearer(Keeper):
        handlers: ClassVar[tuple[AnyHandler, ...]] = Keeper.handlers[2:]

    async with an_app(Workers(3, "broadcast"), reactor=Clearer)() as app:
        for cell in app.system.cells:
            cell.state.values = {"a": (1,)}  # type: ignore[attr-defined]  # Kept
        await app.ask(Clear(), CALLER)
        assert values(app, Clearer) == [{}, {}, {}]
    with pytest.raises(ValueError, match="which of their results is meant"):
        an_app(Workers(3, "broadcast"))()


async def test_a_worker_that_has_ended_gets_nothing_more() -> None:
    class Once(Keeper):
        restart: ClassVar[Restart] = Restart("temporary")

    async with an_app(Workers(2), reactor=Once)() as app:
        with pytest.raises(Fault):
            await app.ask(Put(key="a", breaks=True), CALLER)
        assert [await app.ask(Put(key="a"), CALLER) for _ in range(3)] == [1, 2, 3]
        with pytest.raises(Fault):
            await app.ask(Put(key="a", breaks=True), CALLER)
        with pytest.raises(NoTarget, match=r"no .*Keeper runs"):
            await app.ask(Put(key="a"), CALLER)


def test_strategies_of_routers_are_not_for_workers() -> None:
    with pytest.raises(ValueError, match="there are round_robin, random"):
        Workers(2, "scatter_gather")
    with pytest.raises(ValueError, match="at least 1"):
        Workers(0)
