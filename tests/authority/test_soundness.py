"""Accepted programs never deny and never amplify; most rejected ones would."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from pfc.authority import check_authority
from pfc.diagnostics import Severity
from tests.authority.soundness import WITNESSED, Tally, accepted, made, tallied

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

PROGRAMS = int(os.environ.get("PFC_SOUNDNESS_PROGRAMS", "60000"))
"""In all; `make soundness` has many more."""
SHARDS = 20


@pytest.mark.parametrize("shard", range(SHARDS))
def test_accepted_programs_keep_the_guarantee(
    shard: int, record_property: Callable[[str, object], None]
) -> None:
    count = PROGRAMS // SHARDS
    found = tallied(shard * count, count, every=1_000_000)
    record_property("programs", found.programs)
    record_property("accepted", found.accepted)
    print(f"programs {found.programs}, accepted {found.accepted}")
    assert not found.unsound
    assert found.accepted > count // 10


def test_rejected_programs_have_a_caller_who_shows_why() -> None:
    found = Tally()
    for first in range(0, 3_000, 1_000):
        found.add(tallied(1_000_000 + first, 1_000, every=3))
    # The rest have branches that contradict each other, or read state back.
    assert found.searched > 500
    assert found.witnessed / found.searched >= WITNESSED, found.unexplained


def test_accepted_is_what_the_checker_reports() -> None:
    for seed in range(1_000):
        errors = [
            each
            for each in check_authority(made(seed))
            if each.severity is Severity.ERROR
        ]
        assert accepted(made(seed)) == (not errors), seed
