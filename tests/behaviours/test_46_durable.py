"""Behaviour 46: a durable reactor, kill -9, the last acknowledged state."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.web.building import build

SOURCE = Path(__file__).parent / "park.pf"

LIFE = """
import asyncio, os, signal, sys
from packetflow import Context
from park import Enter, Full, Park, SeenAll, Where

NOBODY = Context()


async def enter(app, number):
    lot = f"lot {number % 4}"
    plate = f"{sys.argv[1]}{number}"
    try:
        await app.ask(Enter(lot=lot, plate=plate), NOBODY, key=plate)
    except Full:
        return
    print(lot, plate, sep="/", flush=True)


async def main():
    async with Park() as app:
        for number in range(4):
            lot = f"lot {number}"
            for plate in await app.ask(Where(lot=lot), NOBODY):
                print("there", lot, plate, sep="/")
        while any(one.running for one in app.system.cells):
            await asyncio.sleep(0.01)
        for plate, count in (await app.ask(SeenAll(), NOBODY)).items():
            print("seen", plate, count, sep="/", flush=True)
        await asyncio.gather(*(enter(app, number) for number in range(8)))
        os.kill(os.getpid(), signal.SIGKILL)


asyncio.run(main())
"""


def test_46_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    build(tmp_path, {"park.pf": SOURCE.read_text("utf-8")}, {})
    (tmp_path / "life.py").write_text(LIFE, "utf-8")
    acknowledged: list[str] = []
    for life in "abc":
        done = subprocess.run(
            [sys.executable, "life.py", life],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == -9, done.stderr
        lines = done.stdout.splitlines()
        there = [one.removeprefix("there/") for one in lines if one[:5] == "there"]
        seen = [one.removeprefix("seen/") for one in lines if one[:4] == "seen"]
        assert sorted(there) == sorted(acknowledged)
        # What was sent was handled once, by a reactor of its own.
        assert sorted(seen) == sorted(f"{one[6:]}/1" for one in acknowledged)
        acknowledged += [one for one in lines if one.startswith("lot")]
    assert len(acknowledged) == 12
    assert (tmp_path / "park.db").exists()
