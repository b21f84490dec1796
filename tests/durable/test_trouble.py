"""A store that refuses, is damaged, or is written by somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from packetflow import Stopped, Unavailable
from packetflow.actor import inbox
from packetflow.clock import VirtualClock
from packetflow.store import Append, Entry, MemoryStore, StoreError, Write
from packetflow.store.committer import Committer, Told
from packetflow.store.sqlite import SqliteStore
from tests.durable.bank import (
    ANN,
    Bank,
    BankApp,
    Deposit,
    Pages,
    Total,
)
from tests.durable.stores import Breaking

LOG = "journal:bank.Bank"


async def test_what_could_not_be_kept_is_not_answered_and_not_there():
    store = Breaking()
    async with BankApp(store=store) as app:
        await app.ask(Deposit("a", 5), ANN)
        store.trouble = StoreError("the disk is full")
        with pytest.raises(Unavailable, match="the disk is full"):
            await app.ask(Deposit("a", 100), ANN)
        store.trouble = None
        assert await app.ask(Total(), ANN) == 5
        assert await app.ask(Deposit("a", 1), ANN) == 6
        assert app.system.cell(Bank).faults == 1
        assert await app.ask(Pages(), ANN) == ("a +5", "a +1")
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == 6


async def test_while_the_store_cannot_be_read_asks_are_refused():
    store = Breaking()
    async with BankApp(store=store) as app:
        store.trouble = StoreError("gone")
        store.unreadable = True
        with pytest.raises(Unavailable, match="gone"):
            await app.ask(Deposit("a", 100), ANN)
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await app.ask(Total(), ANN)
        store.trouble = None
        store.unreadable = False
        while True:
            try:
                assert await app.ask(Total(), ANN) == 0
                break
            except Unavailable:
                await asyncio.sleep(0.01)
        assert await app.ask(Deposit("a", 1), ANN) == 1


async def test_two_writers_of_one_journal_are_not_both_believed():
    store = MemoryStore()
    async with BankApp(store=store) as first, BankApp(store=store) as second:
        await first.ask(Deposit("a", 5), ANN)
        await first.system._quiet()
        # It has written nothing: what is there may come from a process that is dead.
        with pytest.raises(Unavailable):
            await second.ask(Deposit("a", 5), ANN)
        assert await second.ask(Deposit("a", 1), ANN) == 6
        await second.system._quiet()
        # Now the first one is not alone, and knows it as soon as it writes.
        with pytest.raises(Unavailable):
            await first.ask(Deposit("a", 5), ANN)
        with pytest.raises(Stopped, match="another process"):
            await first.ask(Total(), ANN)
        assert await second.ask(Deposit("a", 1), ANN) == 7


async def test_a_damaged_tail_is_moved_aside(tmp_path):
    store = SqliteStore(tmp_path / "s")
    async with BankApp(store=store) as app:
        for amount in (1, 2, 4):
            await app.ask(Deposit("a", amount), ANN)
        line = app.system.cell(Bank).writer.line
    bad = Entry(datetime.now(UTC), (), b"12345678{not whole")
    after = store.end(LOG)
    assert after >= line
    store.append(LOG, [bad], after=after)
    store.append(LOG, [bad], after=after + 1)
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == 7
        assert any("is not whole" in str(one) for one in app.system.reports)
        assert len(store.scan("aside")) == 2
        assert await app.ask(Deposit("a", 8), ANN) == 15
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == 15
        assert not app.system.reports
    store.close()


async def test_snapshots_and_trimmed_lines(monkeypatch):
    store = MemoryStore()
    monkeypatch.setattr(Bank.journal, "snapshot_every", 10)
    async with BankApp(store=store) as app:
        for number in range(95):
            await app.ask(Deposit(f"a{number}", 1), ANN)
            await asyncio.sleep(0)
        pages = await app.ask(Pages(), ANN)
    lines = store.read(LOG)
    assert lines[0].number > 50
    assert len(lines) < 40
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == 95
        assert await app.ask(Pages(), ANN) == pages
        assert app.system.cell(Bank).undone.open == {}


async def test_no_answer_before_it_is_durable(monkeypatch):
    held: list[tuple[Sequence[Write], Told, int]] = []
    monkeypatch.setattr(Committer, "give", lambda self, *given: held.append(given))
    store = MemoryStore()

    async def let_through() -> None:
        writes, told, number = held.pop(0)
        store.commit(writes)
        told(number, 1, None)
        await asyncio.sleep(0.01)

    app = BankApp(store=store, grace=0.0)
    async with app:
        first = asyncio.create_task(app.ask(Deposit("a", 5), ANN))
        second = asyncio.create_task(app.ask(Deposit("a", 6), ANN))
        reader = asyncio.create_task(app.ask(Total(), ANN))
        await asyncio.sleep(0.01)
        # All three handlers have run; nobody hears of it.
        assert app.system.cell(Bank).state.balances == {"a": 11}
        assert len(held) == 2
        assert not first.done() and not second.done() and not reader.done()
        await let_through()
        assert await first == 5
        assert not second.done() and not reader.done()
        await let_through()
        assert await second == 11
        assert await reader == 11
        assert all(isinstance(one, Append) for writes, *_ in held for one in writes)
        monkeypatch.undo()


async def test_no_snapshot_of_what_the_store_refused(monkeypatch):
    monkeypatch.setattr(Bank.journal, "snapshot_every", 10)
    snapshots: list[bytes] = []

    class Noting(Breaking):
        def commit_all(self, batches):
            refused = super().commit_all(batches)
            snapshots.append(self.get("snapshot", LOG) or b"")
            return refused

    store = Noting()
    async with BankApp(store=store) as app:
        cell = app.system.cell(Bank)
        while cell.painter.since < 9:
            await app.ask(Deposit("a", 1), ANN)
        store.trouble = StoreError("the disk is full")
        with pytest.raises(Unavailable):
            await app.ask(Deposit("a", 987_654_321), ANN)
        store.trouble = None
        await app.system._quiet()
        assert await app.ask(Deposit("a", 1), ANN) < 700
        await app.system._quiet()
    assert snapshots[-1]
    assert not [one for one in snapshots if b"987654" in one]


async def test_old_answers_are_forgotten_as_quickly_as_they_come(monkeypatch):
    monkeypatch.setattr(Bank.journal, "snapshot_every", 100)
    monkeypatch.setattr(inbox, "_FORGET", 10)
    clock = VirtualClock()
    store = MemoryStore()
    async with BankApp(store=store, clock=clock) as app:
        for number in range(200):
            await app.ask(Deposit("a", 1), ANN, key=str(number))
        assert len(store.scan("replies:bank.Bank")) == 200
        await clock.advance(timedelta(days=8))
        for _ in range(100):
            await app.ask(Deposit("a", 1), ANN)
        await app.system.cell(Bank).idle()
        assert not store.scan("replies:bank.Bank")
        assert not store.scan("replies-by-time:bank.Bank")


async def test_a_damaged_log_of_delegations_is_told_and_the_store_closed(tmp_path):
    file = tmp_path / "s.db"
    store = SqliteStore(file)
    store.append("delegations", [Entry(datetime.now(UTC), (), b"\x00" * 40)], after=0)
    store.close()
    opened = []

    class Place:
        def open(self):
            opened.append(SqliteStore(file))
            return opened[-1]

    class Kept(BankApp):
        store = Place()

    with pytest.raises(StoreError, match="line 1 of the log of delegations is damaged"):
        Kept()
    with pytest.raises(StoreError, match="closed"):
        opened[0].end("delegations")
