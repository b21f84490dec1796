"""Accepted programs never deny and never amplify; most rejected ones would."""

from __future__ import annotations

import os
from random import Random

import pytest

from pfc.authority import check_authority
from pfc.diagnostics import Severity
from pfc.ir.program import Program
from tests.authority.generator import Maker
from tests.authority.runs import violations

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

PROGRAMS = int(os.environ.get("PFC_SOUNDNESS_PROGRAMS", "2000"))
"""For each of two generators; a long run has many more."""
ENTRIES = 60


def accepted(program: Program) -> bool:
    return not any(f.severity is Severity.ERROR for f in check_authority(program))


@pytest.mark.parametrize("own", [0.15, 0.9], ids=["plain", "authority"])
def test_accepted_programs_keep_the_guarantee(own: float) -> None:
    count = 0
    for seed in range(PROGRAMS):
        program = Maker(Random(seed), own).make()
        if accepted(program):
            count += 1
            found = next(violations(program, Random(seed), ENTRIES), None)
            assert found is None, (seed, found)
    assert count > PROGRAMS // 10


@pytest.mark.parametrize("own", [0.15, 0.9], ids=["plain", "authority"])
def test_rejected_programs_have_a_caller_who_shows_why(own: float) -> None:
    rejected = shown = 0
    for seed in range(min(PROGRAMS // 4, 2_000)):
        program = Maker(Random(seed), own).make()
        if not accepted(program):
            rejected += 1
            shown += next(violations(program, Random(seed), 300), None) is not None
    # The rest have branches that no run of a small world enters, or state that no
    # handler happens to change.
    assert shown / rejected > 0.85, (shown, rejected)
