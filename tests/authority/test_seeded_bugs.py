"""Each seeded bug of the checker is found by the tests, or the tests are too weak."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from tests.authority import seeded_durable, seeded_giving
from tests.authority.bugs import BUGS
from tests.authority.checking import CASES, NAMES, checked_case, expected, places
from tests.authority.runs import violations
from tests.authority.soundness import accepted, made

PATIENCE = 20_000
INVISIBLE = {"single_level_implication"}
"""What makes the checker only stricter shows in programs that it must accept."""


def first_unsound(seeds: Iterable[int]) -> int | None:
    """The first program that is accepted and should not be."""
    for seed in seeds:
        program = made(seed)
        if accepted(program) and next(violations(program, Random(seed), 60), None):
            return seed
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
        return first_unsound(seeds_about(name, patience)) is not None


def seeds_about(name: str, patience: int) -> Iterable[int]:
    """The programs that have what a bug is about."""
    match BUGS[name].__module__:
        case seeded_giving.__name__:
            return range(3, patience, 12)
        case seeded_durable.__name__:
            return range(2, patience, 3)
        case _:
            return (seed for seed in range(patience) if seed % 3 != 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BUGS))
def test_it_is_killed(name: str) -> None:
    assert is_killed(name, PATIENCE)


@pytest.mark.parametrize("name", sorted(INVISIBLE))
def test_without_the_bug_the_corpus_is_judged_as_it_says(name: str) -> None:
    assert name in BUGS
    assert not shows_in_the_corpus()
