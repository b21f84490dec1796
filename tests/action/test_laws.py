"""The monad laws, effects and their order included, on actions made at random."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.action import Action, Compensations

Log = list[str]
Make = Callable[[Log], Action[int]]


class Broken(Exception):
    """What the made actions fail with."""


def does(name: str) -> Make:
    """Notes its name and gives its length."""

    def made(log: Log) -> Action[int]:
        def work() -> int:
            log.append(name)
            return len(name)

        return Action.of(work)

    return made


def waits(name: str) -> Make:
    def made(log: Log) -> Action[int]:
        async def work() -> int:
            await asyncio.sleep(0)
            log.append(name)
            return -len(name)

        return Action.of(work)

    return made


def fails(name: str) -> Make:
    def made(log: Log) -> Action[int]:
        def work() -> int:
            log.append(name)
            raise Broken(name)

        return Action.of(work)

    return made


names = st.text("abc", min_size=1, max_size=3)
simple = st.one_of(
    st.integers(-3, 3).map(lambda n: lambda log: Action.pure(n)),
    names.map(does),
    names.map(waits),
    names.map(fails),
    names.map(lambda name: lambda log: Action.failing(Broken(name))),
)


def composed(parts: st.SearchStrategy[Make]) -> st.SearchStrategy[Make]:
    def both(one: Make, other: Make) -> Make:
        return lambda log: one(log).bind(lambda n: other(log).map(lambda m: n + m))

    def recovered(one: Make, other: Make) -> Make:
        return lambda log: one(log).recover(Broken, lambda error: other(log))

    def undone(one: Make, name: str) -> Make:
        return lambda log: one(log).compensate(lambda n: does(f"undo{name}{n}")(log))

    return st.one_of(
        st.builds(both, parts, parts),
        st.builds(recovered, parts, parts),
        st.builds(undone, parts, names),
    )


actions = st.recursive(simple, composed, max_leaves=8)
functions = actions.map(
    lambda made: lambda log: lambda n: made(log).map(lambda m: n - m)
)


def outcome(make: Make) -> tuple[object, Log]:
    """What an action gives or fails with, and what it did, in order."""
    log: Log = []

    async def work() -> object:
        try:
            return await make(log)
        except Broken as error:
            return "broken", str(error)

    return asyncio.run(work()), log


@given(st.integers(-5, 5), functions)
def test_left_identity(n: int, f: Any) -> None:
    assert outcome(lambda log: Action.pure(n).bind(f(log))) == outcome(
        lambda log: f(log)(n)
    )


@given(actions)
def test_right_identity(made: Make) -> None:
    assert outcome(lambda log: made(log).bind(Action.pure)) == outcome(made)


@given(actions, functions, functions)
def test_associativity(made: Make, f: Any, g: Any) -> None:
    assert outcome(lambda log: made(log).bind(f(log)).bind(g(log))) == outcome(
        lambda log: made(log).bind(lambda n: f(log)(n).bind(g(log)))
    )


def test_a_law_that_does_not_hold_is_seen() -> None:
    """Swapping what stands before and after is not the same."""
    one, other = does("a"), does("bb")
    first = outcome(lambda log: one(log).then(other(log)))
    second = outcome(lambda log: other(log).then(one(log)))
    assert first != second


# A reference: what a description does, by plain recursion.
Tree = Any
trees = st.recursive(
    st.one_of(
        st.tuples(st.just("do"), names),
        st.tuples(st.just("fail"), names),
    ),
    lambda inner: st.one_of(
        st.tuples(st.just("then"), inner, inner),
        st.tuples(st.just("recover"), inner, inner),
        st.tuples(st.just("undo"), inner, names),
    ),
    max_leaves=10,
)


def as_action(tree: Tree, log: Log) -> Action[int]:
    match tree:
        case "do", name:
            return does(name)(log)
        case "fail", name:
            return fails(name)(log)
        case "then", one, other:
            return as_action(one, log).then(as_action(other, log))
        case "recover", one, other:
            return as_action(one, log).recover(Broken, lambda _: as_action(other, log))
        case _, one, name:
            return as_action(one, log).compensate(lambda _: does(f"-{name}")(log))


def reference(tree: Tree, log: Log, undo: list[str]) -> None:
    match tree:
        case "do", name:
            log.append(name)
        case "fail", name:
            log.append(name)
            raise Broken(name)
        case "then", one, other:
            reference(one, log, undo)
            reference(other, log, undo)
        case "recover", one, other:
            own: list[str] = []
            try:
                reference(one, log, own)
            except Broken:
                log.extend(reversed(own))
                reference(other, log, undo)
            else:
                undo.extend(own)
        case _, one, name:
            reference(one, log, undo)
            undo.append(f"-{name}")


@given(trees)
def test_compensations_run_backwards_as_in_a_reference(tree: Tree) -> None:
    log: Log = []
    undo: list[str] = []
    try:
        reference(tree, log, undo)
    except Broken:
        log.extend(reversed(undo))
    assert outcome(lambda log: as_action(tree, log))[1] == log


async def test_a_chain_of_any_length_needs_no_stack() -> None:
    left: Action[int] = Action.pure(0)
    for _ in range(100_000):
        left = left.map(lambda n: n + 1)
    assert await left == 100_000
    right: Action[int] = Action.pure(0)
    for _ in range(100_000):
        right = Action.pure(1).bind(lambda n, rest=right: rest.map(lambda m: m))
    assert await Action.sequence(Action.pure(n) for n in range(5_000)) == list(
        range(5_000)
    )


async def test_what_fails_while_it_compensates_is_told_and_hides_nothing() -> None:
    log: Log = []
    action = (
        does("a")(log)
        .compensate(lambda _: does("-a")(log))
        .then(does("b")(log).compensate(lambda _: fails("-b")(log)))
        .then(fails("c")(log))
    )
    with pytest.raises(Broken, match="c") as raised:
        await action
    assert log == ["a", "b", "c", "-b", "-a"]
    assert isinstance(raised.value.__cause__, Compensations)
    assert [str(error) for error in raised.value.__cause__.errors] == ["-b"]
