"""More authority denies nothing; what a program does not mention changes nothing."""

from __future__ import annotations

from random import Random

import pytest

from pfc.ir import declarations as d
from tests.authority.ground import Ground
from tests.authority.reference import Caller, Monitor
from tests.authority.runs import MORE, assignments, cells, least_caller
from tests.authority.soundness import accepted, made

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

SEEDS = range(4_000)
UNMENTIONED: tuple[Ground, ...] = (
    ("g.F.read", ((("other",), True),)),
    ("g.F.write", ((("other", "top"), False),)),
    ("g.F.charge", ("other", 3)),
    ("g.F.boss", ("other",)),
)
"""What no generated program and no value of theirs is about."""


def trace(
    monitor: Monitor,
    intent: d.Intent,
    values: dict[str, object],
    held: frozenset[Ground],
) -> tuple[bool, list[tuple[str, tuple[object, ...]]], list[object]]:
    """Whether a caller is admitted, what is done then, and what went wrong."""
    monitor.state, monitor.done, monitor.turn = {}, [], 0
    monitor.violations.clear()
    admitted = monitor.enter(intent, values, Caller(held))
    return admitted, monitor.performed(), list(monitor.violations)


def _values(random: Random, intent: d.Intent) -> dict[str, object]:
    plain = random.choice(assignments(intent))
    return {name: cells(value) for name, value in plain.items()}


def test_more_authority_never_causes_a_denial() -> None:
    compared = 0
    for seed in SEEDS:
        program, random = made(seed), Random(seed)
        if not accepted(program):
            continue
        monitor = Monitor(program)
        intents = [i for i in program.by_id.values() if isinstance(i, d.Intent)]
        for intent in intents:
            values = _values(random, intent)
            held = least_caller(monitor, intent, values)
            for _ in range(4):
                more = held | frozenset(random.sample(MORE, random.randint(0, 3)))
                admitted, _, wrong = trace(monitor, intent, values, more)
                assert admitted, (seed, intent.name, more)
                assert not wrong, (seed, intent.name, more, wrong)
                compared += 1
                held = more
    assert compared > 1_000


def test_authority_that_a_program_does_not_mention_changes_nothing() -> None:
    acted = 0
    for seed in SEEDS:
        program, random = made(seed), Random(seed)
        monitor = Monitor(program)
        for intent in program.by_id.values():
            if not isinstance(intent, d.Intent):
                continue
            values = _values(random, intent)
            held = least_caller(monitor, intent, values)
            held |= frozenset(random.sample(MORE, random.randint(0, 2)))
            plain = trace(monitor, intent, values, held)
            acted += bool(plain[1])
            again = trace(monitor, intent, values, held | {random.choice(UNMENTIONED)})
            assert plain == again, (seed, intent.name, held)
    assert acted > 1_000


def test_what_is_mentioned_does_change_something() -> None:
    """The comparison above can see differences."""
    changed = 0
    for seed in range(400):
        program, random = made(seed), Random(seed)
        monitor = Monitor(program)
        for intent in program.by_id.values():
            if isinstance(intent, d.Intent):
                values = _values(random, intent)
                held = least_caller(monitor, intent, values)
                plain = trace(monitor, intent, values, held)
                admin: Ground = ("g.F.admin", ())
                changed += plain != trace(monitor, intent, values, held | {admin})
    assert changed > 20
