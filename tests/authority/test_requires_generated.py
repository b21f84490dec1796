"""`pfc fix --requires` on generated programs: no worse, nobody let in, done in one go."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from pfc.cli.requiring import compiled
from tests.authority.generator import Maker
from tests.authority.source import module_of
from tests.authority.test_requires import bare, errors, fixed, gains

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

PROGRAMS = 50


def source(seed: int) -> dict[str, str]:
    program = Maker(Random(seed), (0.15, 0.9)[seed % 2]).make()
    return {"g.pf": module_of({"a": program})}


def outcome(texts: dict[str, str]) -> str:
    if compiled(texts).program is None:
        return "refused"  # a reactor that asks itself is generated, too
    before = errors(texts)
    found = fixed(texts, "g.pf")
    after = errors(found.texts)
    assert not gains(texts, found.texts)
    assert bare(found.texts, "g.pf") == bare(texts, "g.pf")
    assert len(after) <= len(before)
    if found.problem or not found.changes:
        assert found.texts == texts
    else:
        assert not fixed(found.texts, "g.pf").changes
    if not before:
        return "accepted"
    if after:
        assert found.problem or found.refused
        return "left"
    return "fixed"


def test_generated_programs_get_what_they_need() -> None:
    told = Counter(outcome(source(seed)) for seed in range(PROGRAMS))
    # Not all can be repaired: state, replies and own authority on what callers chose.
    assert told["fixed"] > told["left"]
    assert told["fixed"] > PROGRAMS // 4


def test_the_least_clauses_are_enough() -> None:
    changed = 0
    for seed in range(PROGRAMS):
        texts = source(seed)
        if compiled(texts).program is not None and not errors(texts):
            found = fixed(texts, "g.pf", least=True)
            assert not errors(found.texts)
            assert not found.refused
            assert not fixed(found.texts, "g.pf", least=True).changes
            changed += bool(found.changes)
    assert changed
