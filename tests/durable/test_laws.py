"""Behaviour 46, as laws: a durable reactor is what a model of it says, whatever happens."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from packetflow import Child, Failure, Fault, State, Supervise
from packetflow.actor.evolution import Plain
from packetflow.actor.journal import Line, Schema, Written, changes
from packetflow.actor.turn import Turn
from packetflow.codec import decode, encode
from packetflow.store import MemoryStore
from tests.durable.bank import (
    ANN,
    Bank,
    BankApp,
    Book,
    Boom,
    Close,
    Deposit,
    Pages,
    Withdraw,
)

ACCOUNTS = st.sampled_from("abc")
AMOUNTS = st.integers(1, 9)
INTENTS = st.one_of(
    st.builds(Deposit, ACCOUNTS, AMOUNTS),
    st.builds(Withdraw, ACCOUNTS, AMOUNTS),
    st.builds(Close, ACCOUNTS),
    st.builds(Boom, ACCOUNTS),
)
# What happens: several at once, a restart, a death before anything of it is kept.
STEPS = st.lists(
    st.one_of(
        st.lists(INTENTS, min_size=1, max_size=5),
        st.just("restart"),
    ),
    max_size=12,
)


class Patient(BankApp):
    """Faults are part of it: no supervisor gives up here."""

    tree: ClassVar[Supervise] = Supervise(
        max_restarts=10_000, children=(Child(Bank), Child(Book))
    )


class Model:
    """The bank, in a few lines of Python."""

    def __init__(self) -> None:
        self.balances: dict[str, int] = {}
        self.pages: list[str] = []

    def expect(self, intent: object) -> object:
        match intent:
            case Deposit(account, amount):
                self.balances[account] = self.balances.get(account, 0) + amount
                self.pages.append(f"{account} +{amount}")
                return self.balances[account]
            case Withdraw(account, amount):
                there = self.balances.get(account, 0)
                if there < amount:
                    return "Poor"
                self.balances[account] = there - amount
                return there - amount
            case Close(account):
                self.balances.pop(account, None)
                return None
        return "Fault"


async def _answer(app: BankApp, intent: object) -> object:
    try:
        return await app.ask(intent, ANN)
    except (Failure, Fault) as error:
        return type(error).__name__


async def _lives(steps: list[object], snapshot_every: int) -> None:
    store = MemoryStore()
    model = Model()
    app = await _started(store, snapshot_every)
    for step in steps:
        if step == "restart":
            await app.__aexit__(None, None, None)
            app = await _started(store, snapshot_every)
        else:
            asked = [_answer(app, intent) for intent in step]
            answers = await asyncio.gather(*asked)
            assert answers == [model.expect(intent) for intent in step]
        state = app.system.cell(Bank).state
        assert list(state.balances.items()) == list(model.balances.items())
    while len(found := await app.ask(Pages(), ANN)) < len(model.pages):
        await asyncio.sleep(0)
    assert list(found) == model.pages
    await app.__aexit__(None, None, None)


async def _started(store: MemoryStore, snapshot_every: int) -> BankApp:
    app = Patient(store=store)
    for cell in app.system.cells:
        cell.every = snapshot_every
    return await app.__aenter__()


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, snapshot_every=st.integers(1, 6))
@example(
    steps=[
        [Deposit("a", 1), Deposit("b", 1), Close("a")],
        [Deposit("a", 2)],
        "restart",
    ],
    snapshot_every=3,
)
def test_it_is_what_the_model_says(steps, snapshot_every) -> None:
    asyncio.run(_lives(steps, snapshot_every))


class Maps(State):
    first: dict[str, int] = msgspec.field(default_factory=dict)
    second: dict[tuple[int, bool], tuple[str, ...]] = msgspec.field(
        default_factory=dict
    )
    plain: int = 0


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("wxyz"), st.integers(0, 3)),
        st.tuples(st.just("drop"), st.sampled_from("wxyz")),
        st.tuples(st.just("other"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("forget"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("plain"), st.integers(0, 3)),
        st.tuples(st.just("replace"), st.sampled_from("wxyz")),
    ),
    max_size=12,
)


def _change(turn: Turn[Maps], what: str, *given: object) -> None:
    state = turn.state
    match what, given:
        case "put", (key, value):
            turn.put(state.first, key, value)
        case "drop", (key,):
            turn.drop(state.first, key)
        case "other", place:
            turn.put(state.second, place, ("x",) * len(state.second))
        case "forget", place:
            turn.drop(state.second, place)
        case "plain", (value,):
            state.plain = value
        case "replace", (key,):
            state.first = {key: 7}


@settings(max_examples=300, deadline=None)
@given(st.lists(CHANGES, max_size=4))
def test_lines_make_the_same_state_in_the_same_order(turns) -> None:
    schema = Schema(Maps)
    state = Maps(first={}, second={})
    copy = Maps(first={}, second={})
    for steps in turns:
        turn: Turn[Maps] = Turn(None, ANN, state.__copy__())
        for step in steps:
            _change(turn, *step)
        made = changes(schema, state, turn.state, turn.undo)
        line: Line = decode(encode(Written(**made._asdict())), Line)
        state = turn.state
        schema.apply(copy, line)
        assert copy == state
        assert list(copy.first) == list(state.first)
        assert list(copy.second) == list(state.second)


def test_a_line_costs_what_was_changed_and_not_what_there_is() -> None:
    def size(entries: int) -> int:
        state = Maps(first={f"k{number}": 1 for number in range(entries)}, second={})
        turn: Turn[Maps] = Turn(None, ANN, state.__copy__())
        turn.put(turn.state.first, "k1", 5)
        made = changes(Schema(Maps), state, turn.state, turn.undo)
        return len(encode(Written(**made._asdict())))

    assert size(10) == size(10_000)


class Lists(State):
    some: tuple[object, ...] = ()
    kept: tuple[str, ...] = ("a",)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "put", "drop"]),
            st.lists(st.sampled_from([1, True, 1.0, "x", None]), max_size=3),
        ),
        max_size=6,
    )
)
def test_what_comes_to_the_end_of_a_list(steps) -> None:
    schema = Schema(Lists)
    state, copy = Lists(), Lists()
    plain = Plain({"state": {}, "types": {}}, _written(state))
    for what, values in steps:
        after = state.__copy__()
        match what:
            case "add":
                after.some = (*state.some, *values)
            case "put":
                after.some = tuple(values)
            case "drop":
                after.some = (*state.some[1:], *values)
        made = changes(schema, state, after, None)
        line: Line = decode(encode(Written(**made._asdict())), Line)
        state = after
        schema.apply(copy, line)
        plain.apply(line)
        # Also what is equal and not the same, such as 1 and true.
        assert repr(copy) == repr(state)
        assert repr(plain.state()["some"]) == repr(list(state.some))
        assert plain.state()["kept"] == ["a"]


def _written(state: State) -> dict[str, msgspec.Raw]:
    return {
        name: msgspec.Raw(encode(getattr(state, name)))
        for name in state.__struct_fields__
    }


def test_a_line_costs_what_was_added_to_a_list_and_not_the_list() -> None:
    def size(entries: int) -> int:
        state = Lists(some=tuple(range(1_000, 1_000 + entries)))
        after = state.__copy__()
        after.some = (*state.some, "new")
        made = changes(Schema(Lists), state, after, None)
        return len(encode(Written(**made._asdict())))

    assert size(10) == size(9_000)
