"""Generated programs: what the generated Python gives is what the evaluator gives.

`PFC_DIFFERENTIAL_PROGRAMS=100000` tests more programs, `PFC_DIFFERENTIAL_SEED=x` others.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pfc.semantics.stdlib import methods
from tests.differential import coverage
from tests.differential.batches import Batch, Finding, checked
from tests.differential.generator.programs import Program, make
from tests.differential.generator.templates import templates
from tests.differential.shrinking import shrunk
from tests.generated.building import output_of

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


@pytest.mark.slow
def test_every_construct_occurs() -> None:
    batch: Batch = checked(programs(0, 400))
    found = coverage.counted(batch.modules)
    print(coverage.table(found))  # shown by `pytest -s`
    missing = {*coverage.NODES, *coverage.OPERATORS, "interpolation"} - {*found}
    assert not missing
    named = {
        f".{name}"
        for template in templates()
        for name in re.findall(r"\.([a-z]\w+)", template.text)
        if name in {method for _, method in methods()}
    }
    assert len(named) > 100
    assert len(named & {*found}) > 0.9 * len(named), named - {*found}


_TEXT = """
from tests.differential.batches import text_of
from tests.differential.generator.programs import make
print(text_of([make(f"seed{n}", f"p{n}_") for n in range(60)]))
"""


@pytest.mark.slow
def test_a_seed_gives_the_same_program_in_every_process(tmp_path: Path) -> None:
    texts = {
        output_of("-c", _TEXT, folder=tmp_path, PYTHONHASHSEED=seed)
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert texts.pop()[0] == 0
