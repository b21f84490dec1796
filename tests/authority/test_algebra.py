"""Covering against brute force: every value that symbols can have."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from pfc.authority.context import Context
from pfc.authority.facts import NOTHING_KNOWN, Fact
from pfc.authority.flow import Flow
from pfc.authority.instances import Instances
from pfc.authority.judge import Judge
from pfc.authority.terms import Sym
from pfc.authority.trace import Need
from pfc.authority.values import Value
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.ir.types import INT, PATH, STRING, Type
from tests.authority.build import AT, LOCAL, SMALL, symbol
from tests.authority.generator import Maker
from tests.authority.ground import Cell
from tests.authority.reference import Caller, Monitor, Run

FIELDS = {"p": LOCAL, "q": PATH, "t": STRING, "u": STRING, "n": SMALL, "m": INT}
VALUES: dict[Type, tuple[Any, ...]] = {
    # Each has a value that no generated program names: what is true of it is true of all.
    LOCAL: ("/a", "/a/b", "/a/b/z", "/a/zz"),
    PATH: ("/a", "/a/b", "/a/b/z", "/ab", "/c", "/zz/z"),
    STRING: ("x", "y", "b", "zz"),
    SMALL: (0, 1, 5),
    INT: (0, 1, 5, 9, 100),
}
SCOPE = {name: symbol(name, type_) for name, type_ in FIELDS.items()}


@pytest.fixture(scope="module")
def program() -> Program:
    return Maker(Random(0), 0).make()


def symbolic(program: Program, held: e.Cap, need: e.Cap) -> bool:
    """What the checker says."""
    context = Context(program)
    inside = Instances(context, None)
    for own in SCOPE.values():
        inside.bind(own, Value(Sym(own.name)))
    fact = Fact(inside.instance(held).capability, AT, "requires")
    wanted = inside.instance(need)
    judge = Judge(context, Flow(context))
    found = Need(wanted.capability, wanted.limits, AT)
    return judge.cover(found, (fact,), NOTHING_KNOWN) is not None


def names(*caps: e.Cap) -> list[str]:
    """The symbols in capabilities."""
    found = []
    for cap in caps:
        for argument in cap.arguments:
            match argument:
                case e.ValueArgument(value=e.Local(symbol=own)):
                    found.append(own.name)
                case e.PathArgument(leading=leading, segments=segments):
                    parts = (leading, *segments)
                    found += [x.symbol.name for x in parts if isinstance(x, e.Local)]
    return sorted(set(found))


def everywhere(program: Program, held: e.Cap, need: e.Cap) -> bool:
    """Whether it is so for all values."""
    monitor = Monitor(program)
    intent = next(i for i in program.by_id.values() if isinstance(i, d.Intent))
    used = names(held, need)
    for values in product(*(VALUES[FIELDS[name]] for name in used)):
        cells = {SCOPE[n]: Cell(v) for n, v in zip(used, values, strict=True)}
        run = Run(monitor, intent.id, Caller(frozenset()), cells)
        if not monitor.proves(run.ground(held)[0], run.ground(need)[0]):
            return False
    return True


@pytest.mark.parametrize("seed", range(20))
def test_covering_is_what_brute_force_says(program: Program, seed: int) -> None:
    maker = Maker(Random(seed), 0)
    covered = 0
    for _ in range(150):
        held, need = maker.cap(SCOPE), maker.cap(SCOPE)
        expected = everywhere(program, held, need)
        covered += expected
        assert symbolic(program, held, need) == expected, (held, need)
    assert covered > 3
