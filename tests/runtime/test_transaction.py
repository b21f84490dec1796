"""A handler that fails, faults, is denied or broken off leaves the state as it was."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Denied,
    Event,
    Failure,
    Fault,
    Handler,
    Intent,
    Reactor,
    State,
    Supervise,
    Turn,
    Unavailable,
)
from tests.runtime.handwritten import store


class Failed(Failure):
    def __init__(self) -> None:
        super().__init__()


class Changed(Event, frozen=True):
    pass


Operation = tuple[str, str, int]


class Change(Intent[None], frozen=True):
    """Do these operations, then end in one of several ways."""

    operations: tuple[Operation, ...] = ()
    ending: str = "reply"


class ChangeLater(Change, frozen=True):
    """The same in a handler that waits in between."""


class Both(State):
    left: dict[str, int] = msgspec.field(default_factory=dict)
    right: dict[str, int] | None = None
    total: int = 0
    names: tuple[str, ...] = ()


def apply(turn: Turn[Both], operation: Operation) -> None:
    what, key, value = operation
    state = turn.state
    if what == "put":
        turn.put(state.left, key, value)
    elif what == "drop":
        turn.drop(state.left, key)
    elif what == "put_right":
        if state.right is None:
            state.right = {}
        turn.put(state.right, key, value)
    elif what == "replace":
        state.left = {key: value}
    elif what == "clear_right":
        state.right = None
    elif what == "alias":
        state.right = dict(state.left)
    else:
        state.total += value
        state.names = (*state.names, key)


def end(turn: Turn[Both], ending: str) -> None:
    if ending == "fail":
        raise Failed
    if ending == "deny":
        raise turn.denial(store.READ("/a"))
    if ending == "fault":
        raise ZeroDivisionError


class Keeper(Reactor[Both]):
    def on_change(self, turn: Turn[Both], intent: Change) -> None:
        turn.emit(Changed())
        for operation in intent.operations:
            apply(turn, operation)
        end(turn, intent.ending)

    async def on_change_later(self, turn: Turn[Both], intent: ChangeLater) -> None:
        turn.emit(Changed())
        for operation in intent.operations:
            apply(turn, operation)
            await asyncio.sleep(0)
        if intent.ending == "wait":
            await asyncio.Event().wait()
        end(turn, intent.ending)

    name: ClassVar[str] = "m.Keeper"
    state_type: ClassVar[type[State]] = Both
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Change, on_change),
        Handler(ChangeLater, on_change_later),
    )


class KeeperApp(App):
    tree: ClassVar[Supervise] = Supervise(
        max_restarts=10_000, children=(Child(Keeper),)
    )


def shape(state: Any) -> tuple[object, ...]:
    """All there is to see of a state, the order of its maps too."""
    right = None if state.right is None else list(state.right.items())
    return (list(state.left.items()), right, state.total, state.names)


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            "put put drop drop put_right replace alias add clear_right".split()
        ),
        st.sampled_from("abcde"),
        st.integers(0, 9),
    ),
    max_size=8,
).map(tuple)


class Transactions(RuleBasedStateMachine):
    """Runs the same operations on a reactor and on a model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.app = KeeperApp()
        self.loop.run_until_complete(self.app.__aenter__())
        self.caller = Context()
        self.model = shape(Both())
        self.events = 0

    def state(self) -> Any:
        return self.app.system.cell(Keeper).state

    def teardown(self) -> None:
        self.loop.run_until_complete(self.app.__aexit__(None, None, None))
        self.loop.close()

    @rule(operations=OPERATIONS, kind=st.sampled_from([Change, ChangeLater]))
    def succeed(self, operations: tuple[Operation, ...], kind: type[Change]) -> None:
        expected = Both(
            left=dict(self.state().left),
            right=None if self.state().right is None else dict(self.state().right),
            total=self.state().total,
            names=self.state().names,
        )
        fake = Turn(self.app.system.cell(Keeper), self.caller, expected)
        for operation in operations:
            apply(fake, operation)
        self.loop.run_until_complete(self.app.ask(kind(operations), self.caller))
        self.model = shape(expected)
        self.events += 1

    @rule(
        operations=OPERATIONS,
        kind=st.sampled_from([Change, ChangeLater]),
        ending=st.sampled_from(["fail", "deny", "fault"]),
    )
    def do_not_succeed(
        self, operations: tuple[Operation, ...], kind: type[Change], ending: str
    ) -> None:
        raised = {"fail": Failed, "deny": Denied, "fault": Fault}[ending]
        with pytest.raises(raised):
            self.loop.run_until_complete(
                self.app.ask(kind(operations, ending), self.caller)
            )

    @rule(operations=OPERATIONS)
    def be_broken_off(self, operations: tuple[Operation, ...]) -> None:
        async def break_off() -> None:
            waiting = asyncio.create_task(
                self.app.ask(ChangeLater(operations, "wait"), self.caller)
            )
            for _ in range(len(operations) + 3):
                await asyncio.sleep(0)
            self.app.system.cell(Keeper).restart(fresh=False)
            await asyncio.wait([waiting])
            assert waiting.exception() is not None

        self.loop.run_until_complete(break_off())

    @invariant()
    def the_state_is_that_of_the_last_success(self) -> None:
        assert shape(self.state()) == self.model
        assert len(self.app.system.events) == min(self.events, 1000)


Transactions.TestCase.settings = settings(max_examples=60, deadline=None)
TestTransactions = Transactions.TestCase


async def test_a_handler_that_ignores_its_cancellation_does_not_commit() -> None:
    class Stubborn(Intent[None], frozen=True):
        pass

    class StubbornKeeper(Reactor[Both]):
        async def on_stubborn(self, turn: Turn[Both], intent: Stubborn) -> None:
            turn.state.total = 1
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

        name = "m.StubbornKeeper"
        state_type = Both
        handlers = (Handler(Stubborn, on_stubborn),)

    class StubbornApp(App):
        tree = Supervise(children=(Child(StubbornKeeper),))

    async with StubbornApp() as app:
        asked = asyncio.create_task(app.ask(Stubborn(), Context()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        cell = app.system.cell(StubbornKeeper)
        cell.restart(fresh=False)
        with pytest.raises(Unavailable):
            await asked
        assert cell.state == Both()


async def test_a_map_that_is_assigned_is_copied_into_the_state() -> None:
    theirs = {"a": 1}

    class Take(Intent[None], frozen=True):
        values: dict[str, int]

    class Taker(Reactor[Both]):
        def on_take(self, turn: Turn[Both], intent: Take) -> None:
            turn.state.left = intent.values

        name = "m.Taker"
        state_type = Both
        handlers = (Handler(Take, on_take),)

    class TakerApp(App):
        tree = Supervise(children=(Child(Taker),))

    async with TakerApp() as app:
        await app.ask(Take(theirs), Context())
        theirs["b"] = 2
        kept = app.system.cell(Taker).state
        assert isinstance(kept, Both)
        assert kept.left == {"a": 1}
