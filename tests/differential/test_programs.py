"""Generated programs: what the generated Python gives is what the evaluator gives.

`PFC_DIFFERENTIAL_PROGRAMS=100000` tests more programs, `PFC_DIFFERENTIAL_SEED=x` others.
"""

from __future__ import annotations

import os

import pytest

from tests.differential import coverage
from tests.differential.batches import Batch, Finding, checked
from tests.differential.generator.programs import Program, make
from tests.differential.shrinking import shrunk

PROGRAMS = int(os.environ.get("PFC_DIFFERENTIAL_PROGRAMS", "10000"))
SEED = os.environ.get("PFC_DIFFERENTIAL_SEED", "a")
CHUNK = 500
BATCH = 100

KNOWN: tuple[str, ...] = ()
"""Beginnings of findings that are known and not repaired yet."""


def programs(first: int, count: int) -> list[Program]:
    return [make(f"{SEED}{n}", f"p{n}_") for n in range(first, first + count)]


def unknown(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if not each.what.startswith(KNOWN or ("\0",))]


def report(findings: list[Finding]) -> str:
    """All seeds, and the first finding made small."""
    seeds = ", ".join(each.program.seed for each in findings)
    return f"{len(findings)} programs: {seeds}\n\n{shrunk(findings[0])}"


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, PROGRAMS, CHUNK))
def test_python_and_evaluator_agree(first: int) -> None:
    findings: list[Finding] = []
    count = min(CHUNK, PROGRAMS - first)
    outcomes = faults = 0
    for start in range(first, first + count, BATCH):
        batch = checked(programs(start, min(BATCH, first + count - start)))
        findings += unknown(batch.findings)
        outcomes += batch.outcomes
        faults += batch.faults
    assert not findings, report(findings)
    assert outcomes >= 3.9 * count
    assert 0.02 < faults / outcomes < 0.4, "programs fail too rarely, or too often"


def test_layout_does_not_change_what_programs_mean() -> None:
    """The other batches leave black out, which is most of the time of a build."""
    batch = checked(programs(PROGRAMS, 40), formatted=True)
    findings = unknown(batch.findings)
    assert not findings, report(findings)


def test_every_construct_occurs() -> None:
    batch: Batch = checked(programs(0, 400))
    found = coverage.counted(batch.modules)
    print(coverage.table(found))  # shown by `pytest -s`
    missing = {*coverage.NODES, *coverage.OPERATORS, "interpolation"} - {*found}
    assert not missing


def test_a_seed_gives_the_same_program_again() -> None:
    first, second = (make(f"{SEED}7", "p_") for _ in range(2))
    assert first.terms == second.terms
    assert first.arguments == second.arguments
