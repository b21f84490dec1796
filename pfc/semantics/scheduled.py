"""Schedules that no app runs (PF416)."""

from __future__ import annotations

from pfc.ir import durable as l
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.semantics.world import World


def check_run(program: Program, world: World) -> None:
    """Warns of schedules that no app runs, where there are apps."""
    declared = program.by_id.values()
    apps = [each for each in declared if isinstance(each, u.App)]
    run = {id_ for app in apps for id_ in app.runs}
    for each in declared:
        if apps and isinstance(each, l.Schedule) and each.id not in run:
            notes = [f"write `run {each.name}` in `app {apps[0].name}`"]
            world.report("PF416", each.name_span, notes=notes, name=each.name)
