"""Makes a program smaller while the same is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.differential.batches import Finding, checked
from tests.differential.evaluator.types import Type
from tests.differential.generator.drawing import has_instant
from tests.differential.generator.programs import Program
from tests.differential.generator.samples import Samples
from tests.differential.generator.terms import Term

MOST_TRIES = 400


def shrunk(finding: Finding, tries: int = MOST_TRIES) -> Finding:
    """A smaller program with the same fault, found greedily."""
    best = finding
    while True:
        for program in _smaller(best.program):
            if tries == 0:
                return best
            tries -= 1
            found = checked([program]).findings
            if found and _kind(found[0].what) == _kind(best.what):
                best = found[0]
                break
        else:
            return best


def _kind(what: str) -> str:
    """What is wrong, without values."""
    if what.startswith("of "):
        return "value" if "python    fault" not in what else "fault"
    return what.split()[0] if what.startswith("PF") else what[:30]


def _smaller(program: Program) -> Iterator[Program]:
    if len(program.arguments) > 1:
        for arguments in program.arguments:
            yield replace(program, arguments=[arguments])
    for place in range(len(program.terms) - 1):
        yield replace(program, terms=program.terms[:place] + program.terms[place + 1 :])
    samples = Samples(Random(0), program.world)
    for place in range(len(program.terms)):
        for term in _variations(program.terms[place], samples):
            terms = [*program.terms[:place], term, *program.terms[place + 1 :]]
            yield replace(program, terms=terms)


def _variations(term: Term, samples: Samples) -> Iterator[Term]:
    """The term with one part of it replaced, large parts first."""
    for place, part in enumerate(term.parts):
        if not isinstance(part, Term):
            continue
        for other in _instead(part, samples):
            yield replace(
                term, parts=[*term.parts[:place], other, *term.parts[place + 1 :]]
            )
        for inner in _variations(part, samples):
            yield replace(
                term, parts=[*term.parts[:place], inner, *term.parts[place + 1 :]]
            )


def _instead(term: Term, samples: Samples) -> Iterator[Term]:
    if term.type is None:
        if len(term.parts) > 1:
            yield Term([])
        return
    for inner in term.walk():
        if inner is not term and inner.type == term.type:
            yield inner.at(term.level)
    if len(term.parts) > 1 and not has_instant(term.type) and _has_values(term.type):
        yield samples.literal(term.type, 0)


def _has_values(type_: Type) -> bool:
    return type_.name not in ("T", "U")
