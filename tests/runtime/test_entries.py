"""Entries: order, fairness, other threads, and callers who were let in before."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetflow import (
    AnyHandler,
    App,
    Capability,
    Child,
    Context,
    Denied,
    Event,
    Handler,
    Intent,
    Kind,
    Reactor,
    State,
    Stopped,
    Supervise,
    Turn,
    by_caller,
)
from packetflow.actor.cell import YIELD_BUDGET
from tests.runtime.desk import CALLER, Note, Notes, Room, Slow

# -- from other threads ----------------------------------------------------------------


async def test_other_threads_ask_and_tell_in_the_order_of_each() -> None:
    async with Room(10_000) as room:
        wrong: list[object] = []

        def work(sender: str) -> None:
            told = [
                room.app.submit_tell(Note(number, sender), CALLER)
                if number % 3
                else room.app.submit(Slow(number, sender), CALLER)
                for number in range(300)
            ]
            for number, each in enumerate(told):
                found = each.result(30)
                if found not in (None, number):
                    wrong.append((sender, number, found))

        threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            await asyncio.sleep(0)
        await room.clock.settle()
        await room.app.system.cell(room.desk).idle()
        assert wrong == []
        for sender in "ab":
            own = [number for name, number in room.taken if name == sender]
            assert own == list(range(300))


# -- order and fairness ----------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from("xyz"),  # who sends
        st.sampled_from(("tell", "ask")),
        st.sampled_from((Note, Slow)),  # inline if idle, or queued
        st.integers(0, 2),  # passes of the loop before the next step
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_39_each_senders_order_holds_inline_and_queued(steps: Any) -> None:
    async def scene() -> tuple[tuple[str, int], ...]:
        async with Room() as room:
            asked = []
            for number, (sender, how, kind, passes) in enumerate(steps):
                send = room.app.tell if how == "tell" else room.app.ask
                asked.append(asyncio.create_task(send(kind(number, sender), CALLER)))
                for _ in range(passes):
                    await asyncio.sleep(0)
            await asyncio.gather(*asked)
            await room.app.system.cell(room.desk).idle()
            return room.taken

    taken = asyncio.run(scene())
    assert len(taken) == len(steps)
    for sender in "xyz":
        own = [number for name, number in taken if name == sender]
        assert own == sorted(own)


async def test_a_loop_of_asks_lets_others_run_and_can_be_cancelled() -> None:
    async with Room() as room:
        asked = 0

        async def ask_for_ever() -> None:
            nonlocal asked
            while True:
                await room.app.ask(Note(0), CALLER)
                asked += 1
                room.app.system.cell(room.desk).given(Notes())

        task = asyncio.create_task(ask_for_ever())
        for _ in range(4):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # Each pass of the loop let one budget of asks through, and no more.
        assert YIELD_BUDGET <= asked <= 5 * (YIELD_BUDGET + 1)


async def test_what_never_queued_anything_has_no_queue() -> None:
    async with Room() as room:
        cell = room.app.system.cell(room.desk)
        for _ in range(3):
            await room.app.ask(Note(1), CALLER)
            await room.app.tell(Note(1), CALLER)
        assert cell.depth == 0
        assert cell._queue is None
        await room.hold()
        assert cell._queue is not None


# -- callers who were let in before ----------------------------------------------------


async def test_being_let_in_before_does_not_let_another_intent_or_caller_in() -> None:
    kind = Kind("m.Door.open")
    needed = Capability(kind)

    class Open(Intent[int], frozen=True):
        number: int = 0

        @by_caller
        def missing(self, caller: Context) -> tuple[Capability, ...]:
            return () if caller.held.allows(needed) else (needed,)

    class ByField(Open, frozen=True):
        def missing(self, caller: Context) -> tuple[Capability, ...]:
            return () if self.number == 0 else (needed,)

    class Door(Reactor[State]):
        def on_open(self, turn: Turn[State], intent: Open) -> int:
            return intent.number

        name: ClassVar[str] = "m.Door"
        handlers: ClassVar[tuple[AnyHandler, ...]] = (
            Handler(Open, on_open),
            Handler(ByField, on_open),
        )

    class DoorApp(App):
        tree = Supervise(children=(Child(Door),))

    ann = Context(capabilities=(needed,))
    bob = Context()
    async with DoorApp() as app:
        for number in range(3):
            assert await app.ask(Open(number), ann) == number
            assert await app.ask(ByField(0), bob) == 0
        # What is cached is the caller's own, and only what does not look at fields.
        assert ann.passes == {Open}
        assert bob.passes == set()
        for caller in (bob, ann.holding(bob.held), Context()):
            with pytest.raises(Denied):
                await app.ask(Open(), caller)
            with pytest.raises(Denied):
                await app.tell(Open(), caller)
        with pytest.raises(Denied):
            await app.ask(ByField(1), bob)
        seen: list[object] = []
        app.on_audit(seen.append)
        await app.ask(Open(), ann)
        assert len(seen) == 1  # from now on each allow is recorded


# -- before the start and after the end ----------------------------------------------


def test_other_threads_hear_that_the_app_does_not_run() -> None:
    class Idle(App):
        pass

    app = Idle()

    async def run() -> None:
        async with app:
            pass

    for _ in range(2):  # before its start, and after its end, without an event loop
        with pytest.raises(Stopped):
            app.submit(Note(1), CALLER).result(1)
        with pytest.raises(Stopped):
            app.submit_tell(Note(1), CALLER).result(1)
        if not app.system.stopping:
            asyncio.run(run())


async def test_a_subscriber_that_would_never_be_awaited_is_refused() -> None:
    async def hears(event: Event) -> None:
        raise AssertionError(event)

    async with Room(10) as room:
        with pytest.raises(TypeError, match="never be awaited"):
            room.app.subscribe(Event, hears)


@pytest.mark.parametrize("caller", [None, 3, "ann"])
async def test_who_is_no_context_is_let_in_nowhere(caller: Any) -> None:
    """Also as the very first one, when nobody was let in before."""
    for doing in ("ask", "tell"):
        async with Room(10) as room:
            with pytest.raises(Denied):
                await getattr(room.app, doing)(Note(1), caller)
            assert room.numbers == []
            assert await room.app.ask(Note(2), CALLER) == 2
            with pytest.raises(Denied):
                await getattr(room.app, doing)(Note(3), caller)
            assert room.numbers == [2]
