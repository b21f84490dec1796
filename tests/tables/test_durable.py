"""Rows and the journal of their reactor: together, whatever becomes of the process."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from packetflow import Unavailable
from packetflow.store.sqlite import SqliteStore
from tests.tables.conftest import LASTING
from tests.tables.desk import desk
from tests.tables.programs import imported

KILLS = 5


@pytest.fixture
def module(tmp_path):
    with imported(tmp_path, "desk", desk(journal=True)) as found:
        yield found


@pytest.mark.parametrize("kind", LASTING)
async def test_rows_and_state_are_there_after_a_restart(module, opened, kind):
    ann = module.Session(tenant="acme")
    name = f"restart_{kind}"
    async with module.Help(store=opened(kind, name)) as app:
        for number in range(9):  # past two snapshots
            await app.ask(module.OpenTicket(number, f"t{number}"), ann)
        with pytest.raises(module.Duplicate):
            await app.ask(module.OpenTicket(1, "once more"), ann)
        await app.ask(module.OpenTicket(9, "t9"), ann, key="nine")
    async with module.Help(store=opened(kind, name)) as app:
        assert await app.ask(module.Count(), ann) == 10
        assert await app.ask(module.Total(1), ann) == 10
        assert app.system.cell(module.HelpDesk).state.titles[9] == "t9"
        again = await app.ask(module.OpenTicket(9, "t9"), ann, key="nine")
        assert again.title == "t9"
        assert await app.ask(module.Count(), ann) == 10


async def test_a_line_that_is_refused_takes_its_rows_along(module, opened, tmp_path):
    ann = module.Session(tenant="acme")
    async with module.Help(store=opened("sqlite", "two")) as app:
        await app.ask(module.OpenTicket(1, "one"), ann)
        other = opened("sqlite", "two")
        async with module.Help(store=other) as second:
            await second.ask(module.OpenTicket(2, "two"), ann)
        # The journal has a line that this process does not know.
        with pytest.raises(Unavailable):
            await app.ask(module.OpenTicket(3, "three"), ann)
    async with module.Help(store=opened("sqlite", "two")) as app:
        assert await app.ask(module.Total(1), ann) == 2
        assert await app.ask(module.Count(), ann) == 2
        await app.ask(module.OpenTicket(3, "three"), ann)
        assert await app.ask(module.Count(), ann) == 3


@pytest.mark.slow
def test_a_killed_process_loses_nothing_that_it_acknowledged(module, tmp_path):
    rng = random.Random("killed")
    told: set[int] = set()
    for kill in range(KILLS):
        told |= _until_killed(tmp_path, 1_000_000 * kill, rng.randrange(5, 60))
        rows, opened, titles = asyncio.run(_found(module, tmp_path))
        assert told <= rows
        assert len(rows) == opened == len(titles)
        assert rows == set(titles)
    assert len(told) > KILLS


def _until_killed(folder: Path, first: int, answers: int) -> set[int]:
    command = [sys.executable, "-m", "tests.tables.killed", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(answers)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    # The last line may be cut.
    return {int(line) for line in lines if line.endswith("\n")}


async def _found(module, folder):
    ann = module.Session(tenant="acme")
    store = SqliteStore(folder / "desk.db")
    try:
        async with module.Help(store=store) as app:
            page = await app.ask(module.ListTickets(limit=100_000), ann)
            count = await app.ask(module.Count(), ann)
            titles = dict(app.system.cell(module.HelpDesk).state.titles)
            return {one.id for one in page.items}, count, titles
    finally:
        store.close()


async def test_a_handler_that_is_late_leaves_all_or_nothing(module, opened):
    """Callers who give up do not tear a commit apart."""
    ann = module.Session(tenant="acme")
    async with module.Help(store=opened("sqlite", "late")) as app:
        for number in range(60):
            asked = asyncio.ensure_future(
                app.ask(module.OpenTicket(number, f"t{number}"), ann)
            )
            await asyncio.sleep(number % 7 * 0.0002)
            asked.cancel()
        await asyncio.sleep(0)
        while any(cell.running for cell in app.system.cells):
            await asyncio.sleep(0.001)
        assert await app.ask(module.Total(1), ann) == await app.ask(module.Count(), ann)
