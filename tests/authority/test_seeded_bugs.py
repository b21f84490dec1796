"""Each seeded bug of the checker is found by the tests, or the tests are too weak."""

from __future__ import annotations

from random import Random

import pytest

from tests.authority.checking import CASES, NAMES, checked_case, expected, places
from tests.authority.generator import Maker
from tests.authority.runs import violations
from tests.authority.seeded import BUGS
from tests.authority.test_soundness import accepted

PATIENCE = 8_000
INVISIBLE = {"single_level_implication"}
"""What makes the checker only stricter shows in programs that it must accept."""


def first_unsound(limit: int) -> int | None:
    """How many programs it takes to find one that is accepted and should not be."""
    for seed in range(limit):
        own = 0.15 if seed % 3 == 0 else 0.9
        program = Maker(Random(seed), own).make()
        if accepted(program) and next(violations(program, Random(seed), 60), None):
            return seed + 1
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BUGS.keys() - INVISIBLE))
def test_soundness_kills(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    assert first_unsound(PATIENCE) is not None


@pytest.mark.parametrize("name", sorted(INVISIBLE))
def test_the_corpus_kills(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    texts = [(CASES / f"{case}.pf").read_text("utf-8") for case in NAMES]
    assert any(places(checked_case(text), text) != expected(text) for text in texts)
