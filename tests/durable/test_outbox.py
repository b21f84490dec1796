"""What a handler sends happens exactly once, after the line that says so is durable."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec import Raw

from packetflow import KeyMisused, VirtualClock
from packetflow.actor.undone import Undone
from packetflow.store import MemoryStore
from tests.durable.bank import (
    ANN,
    BOB,
    PERFORMED,
    Bank,
    BankApp,
    Book,
    Deposit,
    Later,
    Moved,
    Pages,
    Poor,
    Total,
    Withdraw,
)
from tests.durable.stores import Dying


async def test_what_was_not_done_is_done_after_a_restart_and_once():
    store = Dying(MemoryStore())
    PERFORMED.clear()
    app = BankApp(store=store)
    async with app:
        # The bank's first line is kept, nothing after it: neither the book's line nor
        # the mark that anything was done.
        store.allow(1)
        assert await app.ask(Deposit("a", 5), ANN) == 5
    assert [text for text, _ in PERFORMED] == ["a has 5"]
    moved = []
    again = BankApp(store=store.alive())
    again.subscribe(Moved, moved.append)
    async with again:
        assert await again.ask(Pages(), ANN) == ("a +5",)
        assert moved == [Moved("a", 5)]
        # An effect may run twice: with the same key both times.
        assert [text for text, _ in PERFORMED] == ["a has 5", "a has 5"]
        assert len({key for _, key in PERFORMED}) == 1
        assert None not in {key for _, key in PERFORMED}
    moved.clear()
    third = BankApp(store=store.alive())
    third.subscribe(Moved, moved.append)
    async with third:
        assert await third.ask(Pages(), ANN) == ("a +5",)
    assert moved == []
    assert len(PERFORMED) == 2


async def test_requests_of_one_context_have_keys_of_their_own():
    PERFORMED.clear()
    async with BankApp(store=MemoryStore()) as app:
        for _ in range(3):
            await app.ask(Deposit("a", 5), ANN)
        await app.ask(Deposit("a", 5), ANN, key="order 1")
        await app.ask(Deposit("a", 5), ANN, key="order 1")
    assert len({key for _, key in PERFORMED}) == len(PERFORMED) == 4


async def test_a_message_that_was_handled_is_not_handled_again():
    store = Dying(MemoryStore())
    async with BankApp(store=store) as app:
        store.allow(2)  # the bank's line and the book's: the mark is lost
        await app.ask(Deposit("a", 5), ANN)
    async with BankApp(store=store.alive()) as app:
        assert await app.ask(Pages(), ANN) == ("a +5",)
    async with BankApp(store=store.alive()) as app:
        assert app.system.cell(Bank).undone.open == {}


async def test_a_delayed_send_survives():
    store = MemoryStore()
    clock = VirtualClock()
    async with BankApp(store=store, clock=clock) as app:
        await app.ask(Later("now and then", timedelta(hours=1)), ANN)
    later = VirtualClock(clock.now() + timedelta(minutes=10))
    async with BankApp(store=store, clock=later) as app:
        await later.advance(timedelta(minutes=49))
        assert await app.ask(Pages(), ANN) == ()
        await later.advance(timedelta(minutes=2))
        assert await app.ask(Pages(), ANN) == ("now and then",)
    async with BankApp(store=store, clock=later) as app:
        await later.advance(timedelta(hours=2))
        assert await app.ask(Pages(), ANN) == ("now and then",)


async def test_a_request_with_a_key_is_handled_once():
    store = MemoryStore()
    async with BankApp(store=store) as app:
        assert await app.ask(Deposit("a", 5), ANN, key="k") == 5
        assert await app.ask(Deposit("a", 5), ANN, key="k") == 5
        assert await app.ask(Deposit("a", 5), BOB, key="k") == 10
        with pytest.raises(KeyMisused):
            await app.ask(Deposit("a", 6), ANN, key="k")
        with pytest.raises(Poor) as first:
            await app.ask(Withdraw("a", 99), ANN, key="w")
        await app.ask(Deposit("a", 1000), ANN)
    async with BankApp(store=store) as app:
        assert await app.ask(Deposit("a", 5), ANN, key="k") == 5
        with pytest.raises(Poor) as second:
            await app.ask(Withdraw("a", 99), ANN, key="w")
        assert first.value == second.value
        assert await app.ask(Total(), ANN) == 1010
        assert len(app.system.cell(Book).state.pages) == 3


async def test_two_at_once_with_one_key_are_one():

    async with BankApp(store=MemoryStore()) as app:
        asked = (app.ask(Deposit("a", 5), ANN, key="k") for _ in range(5))
        assert await asyncio.gather(*asked) == [5] * 5
        assert await app.ask(Total(), ANN) == 5


def test_a_snapshot_stands_for_marks_that_are_on_their_way():
    # Who restarts from it finds no line that says so: they were trimmed.
    undone = Undone()
    undone.open = {(1, 0): Raw(b"{}"), (1, 1): Raw(b"{}")}
    undone.finish((1, 0))
    assert list(undone.as_written()) == [(1, 0), (1, 1)]
    undone.written(2)
    assert list(undone.open) == [(1, 0), (1, 1)]
    assert list(undone.as_written()) == [(1, 1)]
    undone.durable(2)
    assert list(undone.open) == [(1, 1)]
    # What its receiver forgets is what the sender cannot send again: (1, 1) may be.
    assert undone.low(2) == (1, 1)
