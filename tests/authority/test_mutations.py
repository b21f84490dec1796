"""What happens when one part of an accepted program is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from pfc.authority import check_authority
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.span import Span
from tests.authority.generator import Maker
from tests.authority.runs import violations
from tests.authority.soundness import accepted

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter


def without(program: Program, intent: d.Intent, index: int) -> Program:
    """The program in which the intent does not require one thing."""
    requires = (*intent.requires[:index], *intent.requires[index + 1 :])
    less = replace(intent, requires=requires)
    module = program.modules["g"]
    declarations = [less if x is intent else x for x in module.declarations]
    changed = replace(module, declarations=declarations)
    known = {**program.by_id, intent.id: less}
    return Program({"g": changed}, known, program.handler_of)


def placed(program: Program) -> Program:
    """The program with a place of its own for each requirement."""
    number = 0
    for intent in intents(program):
        requires = []
        for requirement in intent.requires:
            number += 1
            requires.append(replace(requirement, span=Span("g.pf", number, number)))
        new = replace(intent, requires=tuple(requires))
        program.by_id[intent.id] = new
        declarations = program.modules["g"].declarations
        declarations[declarations.index(intent)] = new
    return program


def intents(program: Program) -> list[d.Intent]:
    return [each for each in program.by_id.values() if isinstance(each, d.Intent)]


def requirements(program: Program) -> Iterator[tuple[d.Intent, int, e.Requirement]]:
    for intent in intents(program):
        for index, requirement in enumerate(intent.requires):
            yield intent, index, requirement


def test_a_requirement_called_unused_is_not_needed() -> None:
    unused = needed = 0
    for seed in range(1_500):
        program = placed(Maker(Random(seed), 0.3).make())
        if not accepted(program):
            continue
        found = check_authority(program)
        told = {each.span for each in found if each.code == "PF402"}
        for intent, index, requirement in requirements(program):
            less = without(program, intent, index)
            fine = accepted(less)
            if requirement.span in told:
                unused += 1
                assert fine, (seed, intent.name, index)
            elif not fine:
                needed += 1
            else:
                # Not needed by the proof, and then nothing can go wrong without it.
                assert next(violations(less, Random(seed), 40), None) is None
    assert unused > 20
    assert needed > 50


def test_more_requirements_of_an_entry_never_make_a_program_wrong() -> None:
    checked = 0
    for seed in range(1_500):
        maker = Maker(Random(seed), 0.5)
        program = maker.make()
        if not accepted(program):
            continue
        first = intents(program)[0]  # the others may be sent by it
        more = e.Requirement(Span("g.pf", 0, 0), maker.cap({}))
        program.by_id[first.id] = replace(first, requires=(*first.requires, more))
        checked += 1
        assert accepted(program), (seed, first.name)
    assert checked > 100
