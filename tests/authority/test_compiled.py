"""Accepted programs do, when compiled and run, what the reference says, and no more.

Inner borders are checked in these runs (PF_PARANOID=1): none denies.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.authority.bugs import BUGS
from tests.authority.compiled import run

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

PROGRAMS = int(os.environ.get("PFC_COMPILED_PROGRAMS", "2000"))
SHARDS = 8


@pytest.mark.parametrize("shard", range(SHARDS))
def test_compiled_programs_do_what_the_reference_says(
    shard: int, tmp_path: Path
) -> None:
    count = PROGRAMS // SHARDS
    # A few are refused: a reactor that asks itself is generated, too.
    found = run(tmp_path, shard * 1_000_000, count + count // 20 + 1)
    assert {text.split()[0] for text in found.refused} <= {"PF206"}
    assert found.programs >= count
    assert found.differences == []
    assert found.compared > found.runs * 3 // 4
    assert found.acted > found.runs // 4


def test_another_rule_of_implication_is_seen(tmp_path: Path) -> None:
    """The comparison can fail: here writing no longer lets one read."""

    def change(files: dict[str, str]) -> dict[str, str]:
        text = files["g/capabilities.py"]
        old = "implies=(Implies(F_READ, Argument(0)),),"
        assert old in text
        return {**files, "g/capabilities.py": text.replace(old, "")}

    assert run(tmp_path, 0, 40, change).differences


def test_what_a_checker_without_a_rule_accepts_is_denied_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The borders inside are there: what is sent and not covered shows."""
    BUGS["send_unchecked"](monkeypatch)
    found = run(tmp_path, 0, 60, must_hold=False)
    assert any("inner border" in str(each) for each in found.differences)
