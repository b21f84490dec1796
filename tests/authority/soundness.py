"""The long run: `python -m tests.authority.soundness --programs 1000000`.

Writes one line: how many programs were made and accepted, how many accepted ones broke
the guarantee, how many of the rejected ones have a caller who shows why, and how many
seeded bugs of the checker were found. Fails if the guarantee was broken, a bug was
missed, or too few rejections have a witness.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from random import Random

from pfc.authority import check
from pfc.ir.program import Program
from tests.authority.durable import DurableMaker
from tests.authority.generator import Maker
from tests.authority.giving import GivingMaker
from tests.authority.reference import Violation
from tests.authority.runs import violations

ENTRIES = 60
"""Runs of each accepted program."""
PATIENCE = 1_500
"""Runs of a rejected program in search of one that goes wrong."""
WITNESSED = 0.98
"""The least part of the rejections that must have a witness."""
BATCH = 1_000


@dataclass
class Tally:
    """What came of some programs."""

    programs: int = 0
    accepted: int = 0
    unsound: list[tuple[int, Violation]] = field(default_factory=list)
    searched: int = 0
    witnessed: int = 0
    unexplained: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """The programs of another one too."""
        self.programs += other.programs
        self.accepted += other.accepted
        self.unsound += other.unsound
        self.searched += other.searched
        self.witnessed += other.witnessed
        self.unexplained += other.unexplained


def made(seed: int) -> Program:
    """The program of a seed, from one of the generators in turn."""
    random = Random(seed)
    if seed % 12 == 3:
        return GivingMaker(random, (0.3, 0.9)[seed % 24 == 3]).make()
    if seed % 3 == 2:
        return DurableMaker(random, 0.5).make()
    return Maker(random, (0.15, 0.9)[seed % 3]).make()


def accepted(program: Program) -> bool:
    """Whether the checker finds no error; it need not say which."""
    judge = check.judged(program)
    if any(True for use in judge.context.trace.uses for _ in judge.failures(use)):
        return False
    return next(check.rewritten(judge.context, judge.flow), None) is None


def witness(program: Program, seed: int) -> Violation | None:
    """A run of a rejected program that shows what is wrong with it."""
    return next(violations(program, Random(seed), PATIENCE), None)


def tallied(first: int, count: int, every: int = 10) -> Tally:
    """Programs of these seeds; every so many rejected ones get a search."""
    found = Tally()
    rejected = 0
    for seed in range(first, first + count):
        program = made(seed)
        found.programs += 1
        if accepted(program):
            found.accepted += 1
            wrong = next(violations(program, Random(seed), ENTRIES), None)
            if wrong is not None:
                found.unsound.append((seed, wrong))
            continue
        rejected += 1
        if rejected % every == 0:
            found.searched += 1
            if witness(program, seed) is not None:
                found.witnessed += 1
            else:
                found.unexplained.append(seed)
    return found


def killed(patience: int) -> tuple[int, int]:
    """How many of the seeded bugs are found, and how many there are."""
    from tests.authority.test_seeded_bugs import is_killed

    names = seeded_names()
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(is_killed, names, repeat(patience))), len(names)


def seeded_names() -> list[str]:
    """The seeded bugs."""
    from tests.authority.bugs import BUGS

    return sorted(BUGS)


def total(programs: int, jobs: int) -> Tally:
    """The programs of the seeds from 0 on."""
    found = Tally()
    batches = list(_batches(programs))
    with ProcessPoolExecutor(jobs) as pool:
        for number, part in enumerate(pool.map(tallied, *zip(*batches, strict=True))):
            found.add(part)
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {len(batches)}", end="", file=sys.stderr)
    return found


def _batches(programs: int) -> Iterator[tuple[int, int]]:
    for first in range(0, programs, BATCH):
        yield first, min(BATCH, programs - first)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and say in one line what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--patience", type=int, default=60_000)
    given = parser.parse_args(arguments)
    found = total(given.programs, given.jobs)
    dead, bugs = killed(given.patience)
    share = found.witnessed / max(found.searched, 1)
    print(
        f"programs {found.programs}, accepted {found.accepted}, "
        f"unsound {len(found.unsound)}, rejections with witness {share:.1%} "
        f"({found.witnessed} of {found.searched} searched), "
        f"bugs killed {dead} of {bugs}"
    )
    for seed, wrong in found.unsound[:10]:
        print(f"  seed {seed}: {wrong}")
    return 1 if found.unsound or dead < bugs or share < WITNESSED else 0


if __name__ == "__main__":
    sys.exit(main())
