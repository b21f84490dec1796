"""Two processes and one journal: the one that is not the first gives way, unharmed."""

from __future__ import annotations

import asyncio

import pytest

from packetflow import Unavailable, codec
from packetflow.actor.journal import Written, seal
from packetflow.store import Entry, MemoryStore, StoreError
from tests.durable.bank import ANN, Bank, BankApp, Deposit, Total
from tests.store.conformance import NOON

LOG = "journal:bank.Bank"
SNAPSHOT = ("snapshot", LOG)


class Meanwhile(MemoryStore):
    """A store in which another process works between two questions of this one.

    `old` are values that there were a moment ago, told once each.
    """

    def __init__(self, kept: MemoryStore) -> None:
        super().__init__()
        self.__dict__.update(kept.__dict__)
        self.old: dict[tuple[str, str], bytes | None] = {}
        self.after_reading = lambda: None
        self.before_writing = lambda: None

    def get(self, space, key):
        if (space, key) in self.old:
            return self.old.pop((space, key))
        return super().get(space, key)

    def read(self, log, **options):
        found = super().read(log, **options)
        if log == LOG and not found:
            self.after_reading()
        return found

    def commit_all(self, batches):
        if any(getattr(one, "log", "") == LOG for batch in batches for one in batch):
            self.before_writing()
        return super().commit_all(batches)


async def _deposit(store: MemoryStore, count: int) -> None:
    async with BankApp(store=store) as app:
        for _ in range(count):
            await app.ask(Deposit("a", 1), ANN)
            await asyncio.sleep(0)


async def test_a_snapshot_that_is_taken_while_another_process_reads(monkeypatch):
    monkeypatch.setattr(Bank.journal, "snapshot_every", 10)
    kept = MemoryStore()
    await _deposit(kept, 35)
    old = kept.get(*SNAPSHOT)
    await _deposit(kept, 35)
    assert kept.get(*SNAPSHOT) != old
    store = Meanwhile(kept)
    store.old[SNAPSHOT] = old
    # It reads a snapshot, and then lines that begin behind a later one.
    async with BankApp(store=store) as app:
        assert await app.ask(Total(), ANN) == 70
        assert not app.system.reports
    assert not store.scan("aside")


async def test_a_line_that_is_written_while_another_process_reads():
    kept = MemoryStore()
    await _deposit(kept, 3)
    store = Meanwhile(kept)

    def write() -> None:
        store.after_reading = lambda: None
        end = kept.end(LOG)
        body = codec.encode(Written(fields={"moves": 17}))
        line = Entry(NOON, (), seal(LOG, end + 1, body))
        kept.append(LOG, [line], after=end)

    store.after_reading = write
    async with BankApp(store=store) as app:
        assert not app.system.reports
        # The first line of this process is refused, and it reads the other's.
        with pytest.raises(Unavailable):
            await app.ask(Deposit("a", 1), ANN)
        assert await app.ask(Deposit("a", 1), ANN) == 4
        assert app.system.cell(Bank).state.moves == 18
    assert not store.scan("aside")


async def test_another_process_that_writes_while_this_one_migrates():
    kept = MemoryStore()
    await _deposit(kept, 3)
    writes = 0

    def write() -> None:
        nonlocal writes
        writes += 1
        end = kept.end(LOG)
        body = codec.encode(Written(fields={"moves": 17 + writes}))
        kept.append(LOG, [Entry(NOON, (), seal(LOG, end + 1, body))], after=end)

    def once() -> None:
        store.before_writing = lambda: None
        write()

    store = Meanwhile(kept)
    store.before_writing = once
    async with BankApp(store=store, migrations={"bank.Bank": _same}) as app:
        assert app.system.cell(Bank).state.moves == 18
        assert await app.ask(Total(), ANN) == 3
    store.before_writing = write
    with pytest.raises(StoreError, match="another process writes while this one"):
        async with BankApp(store=store, migrations={"bank.Bank": [_same, _again]}):
            pass


def _same(state):
    return state


def _again(state):
    return state
