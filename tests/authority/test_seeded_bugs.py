"""Each seeded bug of the checker is found by the tests, or the tests are too weak."""

from __future__ import annotations

from random import Random

import pytest

from tests.authority.checking import CASES, NAMES, checked_case, expected, places
from tests.authority.runs import violations
from tests.authority.seeded import BUGS
from tests.authority.soundness import accepted, made

PATIENCE = 12_000
INVISIBLE = {"single_level_implication"}
"""What makes the checker only stricter shows in programs that it must accept."""


def first_unsound(limit: int) -> int | None:
    """How many programs it takes to find one that is accepted and should not be."""
    for seed in range(limit):
        program = made(seed)
        if accepted(program) and next(violations(program, Random(seed), 60), None):
            return seed + 1
    return None


def shows_in_the_corpus() -> bool:
    """Whether a program of the corpus is judged otherwise than it says."""
    texts = [(CASES / f"{case}.pf").read_text("utf-8") for case in NAMES]
    return any(places(checked_case(text), text) != expected(text) for text in texts)


def is_killed(name: str, patience: int) -> bool:
    """Whether a seeded bug is found."""
    with pytest.MonkeyPatch.context() as patch:
        BUGS[name](patch)
        if name in INVISIBLE:
            return shows_in_the_corpus()
        return first_unsound(patience) is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BUGS))
def test_it_is_killed(name: str) -> None:
    assert is_killed(name, PATIENCE)


@pytest.mark.parametrize("name", sorted(INVISIBLE))
def test_without_the_bug_the_corpus_is_judged_as_it_says(name: str) -> None:
    assert name in BUGS
    assert not shows_in_the_corpus()
