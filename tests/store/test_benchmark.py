"""The benchmark of durable writes runs, and says how many are acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.claims import Setting
from benchmarks.registry import CLAIMS


@pytest.mark.slow
def test_sharing_a_sync_is_quicker_than_one_for_each(tmp_path: Path) -> None:
    result = CLAIMS["durable_ack"](Setting(tmp_path, 0, 1))
    # How much quicker depends on the disk; in memory it still saves the statements.
    assert result.ratios["one_by_one"] > 3
    assert result.ours < result.peers["one_by_one"]
    assert "acknowledged/s" in result.method
