"""Reactors that others need have to be supervised in the same app (PF254)."""

from __future__ import annotations

from pfc.ir import declarations as d
from pfc.ir import surface as u
from pfc.ir.program import Program
from pfc.semantics.declare_apps import supervised
from pfc.semantics.world import World


def check_needed(program: Program, world: World) -> None:
    """Reports what an app supervises without what it needs."""
    for app in program.by_id.values():
        if isinstance(app, u.App):
            _check_app(app, program, world)


def _check_app(app: u.App, program: Program, world: World) -> None:
    running = {child.reactor for child in supervised(app)}
    for child in supervised(app):
        reactor = program.by_id.get(child.reactor)
        if not isinstance(reactor, d.Reactor):
            continue
        for needed in dict.fromkeys(reactor.needs):
            if needed not in running:
                name = needed.rpartition(".")[2]
                world.report(
                    "PF254",
                    child.span,
                    notes=[f"supervise `{name}` in `{app.name}`, too"],
                    name=reactor.name,
                    reason=f"it needs `{name}`, which `{app.name}` does not start",
                )
