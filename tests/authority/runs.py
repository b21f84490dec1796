"""Running generated programs on many callers and values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir.program import Program
from pfc.ir.types import INT, PATH, STRING, Type
from pfc.semantics.built_in import SYSTEM
from tests.authority.build import LOCAL, NUMBERS, PATHS, SMALL, TENANTS
from tests.authority.ground import ANY, Cell, Ground
from tests.authority.reference import Caller, Monitor, Run, Violation
from tests.authority.reference_giving import DELEGATE, REVOKE
from tests.authority.reference_rows import publish, tick

_VALUES: dict[Type, tuple[Any, ...]] = {
    PATH: PATHS,
    LOCAL: ("/a", "/a/b"),
    STRING: TENANTS,
    INT: (0, *NUMBERS),
    SMALL: (0, 1, 5),
}
MORE: tuple[Ground, ...] = (
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

_STARTS = ("/a/own", "/s/own", "/a/b", "/c")
"""What state may hold before anybody changes it; the first two no program names."""
_ANSWERS = ("/picked", "/a/b", "/picked", "/c", "/ab")
"""What effects and other handlers may give."""


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
    run = Run(monitor, intent.id, Caller(frozenset()), env)
    return frozenset(need for r in intent.requires for need, _ in run.needs(r))


def violations(program: Program, random: Random, entries: int) -> Iterator[Violation]:
    """What goes wrong in runs of a few entries each, on the same state.

    What state holds at first is part of the search: any program may have said it. So is
    what handlers ask about with `can`: some callers hold just that.
    """
    intents = [i for i in program.by_id.values() if isinstance(i, d.Intent)]
    worlds = [(i, values) for i in intents for values in assignments(i)]
    random.shuffle(worlds)
    actors = [
        each
        for each in program.by_id.values()
        if isinstance(each, l.Stream | l.Schedule)
    ]
    monitor = Monitor(program)
    least: dict[int, frozenset[Ground]] = {}
    for number in range(entries):
        if number % 3 == 0:
            monitor.state, monitor.given = {}, {}
            monitor.start = _STARTS[number // 3 % len(_STARTS)]
        monitor.answer = _ANSWERS[number % len(_ANSWERS)]
        if actors and number % 3 == 2:
            _happens(monitor, random, random.choice(actors))
            yield from monitor.violations
            monitor.violations.clear()
        first_round = number < len(worlds)
        index = number if first_round else random.randrange(len(worlds))
        intent, plain = worlds[index]
        values = {name: cells(value) for name, value in plain.items()}
        if index not in least:
            least[index] = least_caller(monitor, intent, values)
        held = least[index]
        if not first_round or number % 2:
            held |= _more(monitor, random)
        # Somebody else asks, who may have been given something meanwhile.
        held |= monitor.given.get(TENANTS[number % 2], set())
        monitor.enter(intent, values, Caller(held))
        yield from monitor.violations
        monitor.violations.clear()


def _happens(monitor: Monitor, random: Random, actor: l.Stream | l.Schedule) -> None:
    """A schedule's time comes, or somebody emits an event that a stream reads."""
    if isinstance(actor, l.Schedule):
        tick(monitor, actor)
        return
    event = next(
        monitor.program.by_id[stage.source]
        for stage in actor.stages
        if isinstance(stage, l.From)
    )
    assert isinstance(event, d.Event)
    publish(monitor, event, {"p": Cell(random.choice(PATHS))})


def _more(monitor: Monitor, random: Random) -> frozenset[Ground]:
    """What a caller may hold besides."""
    asked = sorted(monitor.asked, key=repr)
    if not asked or random.random() < 0.3:
        more = (*MORE, DELEGATE, REVOKE) if SYSTEM in monitor.program.by_id else MORE
        return frozenset(random.sample(more, random.choice((1, 1, 2))))
    return frozenset(random.sample(asked, min(len(asked), random.choice((0, 1, 1, 2)))))
