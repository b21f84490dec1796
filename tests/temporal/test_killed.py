"""A process with a schedule is killed again and again: no time is lost or doubled."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from packetflow.store.sqlite import SqliteStore
from packetflow.temporal import Every
from tests.temporal import shop
from tests.temporal.night import PERIOD
from tests.temporal.shop import KeptHouse

ROOT = Path(__file__).parents[2]


def _killed(path: Path, after: int) -> None:
    """Run it until it has made some rounds, then kill it without a warning."""
    command = [sys.executable, "-m", "tests.temporal.night", str(path), "KeptHouse"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline() == b"made\n"
        process.kill()


@pytest.mark.slow
async def test_a_journal_has_each_time_once(tmp_path: Path) -> None:
    path = tmp_path / "night.db"
    chance = random.Random(7)
    for _ in range(8):
        _killed(path, chance.randint(1, 40))
    store = SqliteStore(path)
    async with shop.shop(Every(timedelta(days=1)), house=KeptHouse)(store=store) as app:
        made = await shop.rounds(app)
    store.close()
    assert len(made) > 8
    assert made == _each(made[0], len(made))


def _each(first: datetime, count: int) -> list[datetime]:
    return [first + n * PERIOD for n in range(count)]
