"""Six faults in a program are six findings: measured on programs that are otherwise sound.

A fault is told if a finding, or a label of it, lies on its line or on that of the next token;
where a token was taken away, anywhere in the gap. A finding is precise if it is about a fault
in the same sense.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from pfc.driver import compile_sources
from pfc.span import Source
from pfc.syntax.mistakes import WORK
from pfc.syntax.parser import parse
from pfc.syntax.tables import Tables
from tests.diagnostics.mutations import (
    FAULTS,
    SOUND,
    Faulty,
    findings,
    programs,
    seen,
)

ENOUGH = 0.95


def measured(
    faulty: list[Faulty], *, at_most: int | None = None
) -> tuple[float, float]:
    """Recall and precision; `at_most` findings of each program are looked at."""
    faults = told = recalled = precise = 0
    for program in faulty:
        found = findings(program)[:at_most]
        first, second = seen(program, found)
        recalled, precise = recalled + first, precise + second
        faults, told = faults + len(program.lines), told + len(found)
    print(
        f"{len(faulty)} programs, {faults} faults, {told} findings: "
        f"recall {recalled / faults:.3f}, precision {precise / told:.3f}"
    )
    return recalled / faults, precise / told


@pytest.mark.slow
def test_six_faults_a_file_are_told_and_nothing_else() -> None:
    recall, precision = measured(list(programs(range(6))))
    assert recall >= ENOUGH
    assert precision >= ENOUGH


@pytest.mark.slow
def test_one_fault_in_a_file_is_told_once() -> None:
    faulty = list(programs(range(2), count=1))
    recall, precision = measured(faulty)
    assert recall >= ENOUGH
    assert precision >= ENOUGH
    once = [program for program in faulty if len(findings(program)) == 1]
    assert len(once) >= ENOUGH * len(faulty)


def test_the_measure_tells_good_from_bad() -> None:
    """Only the first finding: most faults are missed. Faults elsewhere: none is precise."""
    faulty = list(programs(range(1)))
    recall, _ = measured(faulty, at_most=1)
    assert recall <= 1.5 / FAULTS
    moved = [
        replace(each, lines=tuple(frozenset({-1}) for _ in each.lines))
        for each in faulty
    ]
    assert measured(moved) == (0, 0)


def test_sound_programs_have_no_errors() -> None:
    for path in SOUND:
        sound = Faulty(path.name, path.read_text("utf-8"), (), ())
        assert findings(sound) == []


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_users_of_a_declaration_that_does_not_parse_are_not_reported(
    path: Path,
) -> None:
    """A declaration gets a bracket too many at its end."""
    text = path.read_text("utf-8")
    nodes = parse(Source("sound.pf", text)).module.declarations
    for node in Random(path.stem).sample(nodes, k=3):
        broken = f"{text[: node.span.end]}\n){text[node.span.end :]}"
        found = findings(Faulty(path.name, broken, (), ()))
        assert [each.span.start for each in found] == [node.span.end + 1]


def test_types_are_judged_beside_a_declaration_that_does_not_parse() -> None:
    text = 'record A { x Int }\nfn f() -> Int = "x"\nfn g(a: A) -> Int = a.y\n'
    found = compile_sources({"a.pf": text}).diagnostics
    assert [each.code for each in found] == ["PF101", "PF220"]


def test_names_of_a_broken_module_are_known_elsewhere() -> None:
    texts = {
        "a.pf": "record A { x Int }\n",
        "b.pf": "from a import A\nfn f(a: A) -> Int = a.x\nfn g() -> B = 1\n",
    }
    found = compile_sources(texts).diagnostics
    assert [(each.span.path, each.code) for each in found] == [
        ("a.pf", "PF101"),
        ("b.pf", "PF210"),
    ]


@pytest.mark.parametrize(
    "line", ["  a Int", "  = = =", ") ) )", '  "', "reactor {", "on on on on"]
)
def test_the_work_on_a_broken_file_is_bounded(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps of the parser, not seconds: so many take about half a second."""
    made: list[Tables] = []
    begin = Tables.__init__

    def noted(tables: Tables, *given: object) -> None:
        made.append(tables)
        begin(tables, *given)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Tables, "__init__", noted)
    text = "record R {\n" + f"{line}\n" * 2_000 + "}\n"
    assert parse(Source("broken.pf", text)).diagnostics
    assert sum(tables.steps for tables in made) < 1.5 * WORK
