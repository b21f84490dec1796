"""Covering through implications against everything that follows, fact by fact."""

from __future__ import annotations

import pytest

from tests.authority.kernel import cases, enough, fixpoint, instances


@pytest.mark.parametrize("seed", [1, 2])
def test_covering_is_what_follows_fact_by_fact(seed: int) -> None:
    answers = []
    for known, held, need, answer in cases(seed):
        wanted = instances(known, need)
        assert answer == (wanted <= fixpoint(known, held)), (held, need)
        answers.append(answer)
    enough(answers)
