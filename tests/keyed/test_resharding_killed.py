"""A process that is killed while it moves shards leaves the store as it was, or moved."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from packetflow.store.sqlite import SqliteStore
from tests.keyed.shelves import filled, house, moved, shards, whole

ROOT = Path(__file__).parents[2]

CHILD = """
import sys
from packetflow.store.sqlite import SqliteStore
from tests.keyed.shelves import moved
store = SqliteStore(sys.argv[1])
print("begin", flush=True)
moved(store, int(sys.argv[2]))
"""


@pytest.mark.slow
def test_killed_in_the_middle_it_is_as_before_or_as_after(tmp_path):
    path = tmp_path / "s.db"
    store = SqliteStore(path)
    asyncio.run(filled(store, 3, 1_000))
    store.close()
    chance = random.Random(5)
    for number in range(5):
        count = 3 + number % 2
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path), str(7 - count)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.random() * 0.06)
        child.kill()
        child.communicate()
        store = SqliteStore(path)
        moved(store, count)

        async def look() -> dict[str, int]:
            async with house(shards(count))(store=store) as app:  # noqa: B023
                return whole(app)

        assert asyncio.run(look()) == {f"i{one}": one + 1 for one in range(1_000)}
        store.close()
