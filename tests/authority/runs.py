"""Running generated programs on many callers and values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from pfc.ir import declarations as d
from pfc.ir.program import Program
from pfc.ir.types import INT, PATH, STRING, Type
from tests.authority.build import LOCAL, NUMBERS, PATHS, SMALL, TENANTS
from tests.authority.reference import ANY, Caller, Cell, Ground, Monitor, Run, Violation

_VALUES: dict[Type, tuple[Any, ...]] = {
    PATH: PATHS,
    LOCAL: ("/a", "/a/b"),
    STRING: TENANTS,
    INT: NUMBERS,
    SMALL: (1, 5),
}
_MORE: tuple[Ground, ...] = (
    ("g.F.read", ((("a",), True),)),
    ("g.F.read", (ANY,)),
    ("g.F.write", ((("a", "b"), False),)),
    ("g.F.write", ((("c",), False),)),
    ("g.F.write", ((("ab",), True),)),
    ("g.F.write", (ANY,)),
    ("g.F.read", ((("ab",), True),)),
    ("g.F.charge", ("x", 5)),
    ("g.F.charge", ("y", 1)),
    ("g.F.charge", (ANY, ANY)),
    ("g.F.boss", ("x",)),
    ("g.F.boss", ("y",)),
    ("g.F.admin", ()),
)


def assignments(intent: d.Intent) -> list[dict[str, Any]]:
    """All values of the fields of an intent; of a list, some."""
    choices = [_VALUES.get(f.type, ([], ["/c"], ["/a", "/ab"])) for f in intent.fields]
    names = [f.name for f in intent.fields]
    return [dict(zip(names, values, strict=True)) for values in product(*choices)]


def cells(value: Any) -> Any:
    """A list from outside is made of values from outside."""
    return (
        [Cell(item, chosen=True) for item in value]
        if isinstance(value, list)
        else value
    )


def least_caller(
    monitor: Monitor, intent: d.Intent, values: dict[str, Any]
) -> frozenset[Ground]:
    """Exactly what an intent requires at these values."""
    env = {f.symbol: Cell(values[f.name]) for f in intent.fields}
    run = Run(monitor, intent, Caller(frozenset()), env)
    return frozenset(need for r in intent.requires for need, _ in run.needs(r))


def violations(program: Program, random: Random, entries: int) -> Iterator[Violation]:
    """What goes wrong in runs of a few entries each, on the same state."""
    intents = [i for i in program.by_id.values() if isinstance(i, d.Intent)]
    worlds = [(i, values) for i in intents for values in assignments(i)]
    random.shuffle(worlds)
    monitor = Monitor(program)
    for number in range(entries):
        if number % 3 == 0:
            monitor.state = {}
        first_round = number < len(worlds)
        intent, plain = worlds[number] if first_round else random.choice(worlds)
        values = {name: cells(value) for name, value in plain.items()}
        held = least_caller(monitor, intent, values)
        if not first_round or number % 2:
            held |= frozenset(random.sample(_MORE, random.choice((1, 1, 2))))
        monitor.enter(intent, values, Caller(held))
        yield from monitor.violations
        monitor.violations.clear()
