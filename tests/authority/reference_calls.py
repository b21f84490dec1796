"""What the rules mean for effects, events and intents that a handler calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from tests.authority import reference_giving as giving
from tests.authority import reference_rows as rows
from tests.authority.ground import Cell, Ground, domain_of, inside
from tests.authority.reference_values import Caller

if TYPE_CHECKING:
    from tests.authority.reference import Giver, Run


def perform(run: Run, call: e.Perform) -> Cell:
    effect = run.monitor.program.by_id[call.effect]
    assert isinstance(effect, d.Effect)
    if "." not in effect.id:
        return giving.perform(run, call)
    cells = {name: run.value(each) for name, each in call.arguments}
    inner = run.within({p.symbol: cells[p.name] for p in effect.parameters})
    run.monitor.done.append((effect.name, tuple(cells.values())))
    for requirement in effect.requires:
        for need, named in inner.needs(requirement):
            run.demand(need, named or _of_domains(run, need, cells))
    if call.compensate is not None:
        perform(run, call.compensate)  # it may come to that
    return Cell(run.monitor.answer, chosen=True)


def emit(run: Run, made: e.Construct) -> None:
    event = run.monitor.program.by_id[made.id]
    assert isinstance(event, d.Event)
    cells = {name: run.value(each) for name, each in made.arguments}
    env = {f.symbol: cells[f.name] for f in event.fields}
    inner = run.within(env)
    for requirement in event.requires:
        for need, named in inner.needs(requirement):
            run.demand(need, named)
    rows.publish(run.monitor, event, cells)


def _of_domains(run: Run, need: Ground, cells: Mapping[str, Cell]) -> tuple[Cell, ...]:
    """Where a constant is required, what the effect may act on all the same."""
    domains = {p.domain for p in run.monitor.operations[need[0]].parameters}
    return tuple(cell for cell in cells.values() if domain_of(cell) in domains)


def dispatch(run: Run, made: e.Construct, only: tuple[e.Cap, ...]) -> None:
    run.monitor.dispatched += 1
    intent = run.monitor.program.by_id[made.id]
    assert isinstance(intent, d.Intent)
    cells = {name: run.value(each) for name, each in made.arguments}
    env = {f.symbol: cells[f.name] for f in intent.fields}
    callee = run.within(env)
    needs = [each for r in intent.requires for each in callee.needs(r)]
    given = [run.ground(cap) for cap in only] or needs
    held: set[Ground] = set()
    lent: set[Ground] = set()
    givers: set[Giver | None] = set()
    for need, named in given:
        giver = run.demand(need, named)
        givers.add(giver)
        (lent if giver or run.for_principal else held).add(need)
    for need, _ in needs:
        if not run.monitor.any_proves(frozenset(held | lent), need):
            run.note("denied", need)
    # The callee gets what it needs (or what `only` says) and no more: the strictest
    # way of handing authority on.
    suspects = None if "own" in givers else run.caller.suspects
    if run.for_principal:
        suspects = frozenset(c for cell in cells.values() for c in inside(cell))
    vouched = run.checked | run.accepted
    caller = Caller(frozenset(held), frozenset(lent), vouched, suspects)
    run.monitor.handle(intent, cells, caller)
