"""A line that builds on one that was refused is never kept, even if its number fits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from packetflow import Unavailable
from packetflow.store import Append, Conflict, Entry, MemoryStore
from packetflow.store.committer import Committer
from packetflow.store.planning import Pipelined
from packetflow.store.sqlite import SqliteStore
from tests.durable.bank import ANN, Bank, BankApp, Later

LOG = "journal:bank.Bank"
LATER = timedelta(days=1)


async def test_of_two_processes_the_one_that_lost_keeps_nothing(tmp_path):
    stores = [SqliteStore(tmp_path / "s.db") for _ in range(2)]
    async with BankApp(store=stores[0]) as one, BankApp(store=stores[1]) as other:
        await one.ask(Later("x", LATER), ANN)
        end = stores[0].end(LOG)
        # The second of these has the number that comes next in truth.
        asked = [other.ask(Later(f"y{number}", LATER), ANN) for number in range(5)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(each, Unavailable) for each in found)
        assert stores[0].end(LOG) == end
        await other.ask(Later("z", LATER), ANN)
        assert len(other.system.cell(Bank).undone.open) == 2
    for each in stores:
        each.close()


def line(log: str, after: int) -> Append:
    return Append(log, [Entry(datetime(2026, 1, 1, tzinfo=UTC), (), b"x")], after)


def test_behind_a_refused_line_no_other_of_its_log_is_taken():
    store = MemoryStore()
    store.commit([line("a", 0)])
    batches = [[line("a", 0)], [line("a", 1)], [line("b", 0)], [line("b", 1)]]
    refused = store.commit_all(Pipelined(batches, lambda place: True))
    assert [type(each) for each in refused] == [Conflict, Conflict, *[type(None)] * 2]
    assert store.end("a") == 1
    # A control, and what others rely on: each is judged on its own.
    assert store.commit_all(batches)[1] is None


@pytest.mark.parametrize("mends", [False, True])
async def test_nor_in_the_next_group_before_who_writes_has_read_again(tmp_path, mends):
    store = SqliteStore(tmp_path / "s.db")
    store.commit([line("a", 0)])
    committer = Committer(store, most=1)
    told: list[object] = []
    for after in (0, 1):
        committer.give(
            (line("a", after),), lambda *outcome: told.append(outcome[2]), after
        )
    await committer.drain()
    assert [type(each) for each in told] == [Conflict, Conflict]
    if mends:
        committer.mend("a")
    committer.give((line("a", 1),), lambda *outcome: told.append(outcome[2]), 2)
    await committer.drain()
    assert (told[2] is None) == mends
    await committer.close()
    store.close()


class Handler:
    """As a handler that writes rows in the commit: its line is not made before."""

    log = "a"


@pytest.mark.parametrize("log", ["a", ""])
async def test_nor_is_a_handler_run_that_would_write_behind_it(tmp_path, log):
    """Negative control: of one that names no log nobody knows, and it is tried."""
    store = SqliteStore(tmp_path / "s.db")
    store.commit([line("a", 0)])
    committer = Committer(store, most=1)
    told: list[object] = []
    handler = Handler()
    handler.log = log
    for number, write in enumerate((line("a", 0), handler)):
        committer.give((write,), lambda *outcome: told.append(outcome[2]), number)
    await committer.drain()
    assert isinstance(told[0], Conflict)
    assert isinstance(told[1], Conflict) == (log == "a")
    await committer.close()
    store.close()
