"""Who handles what, and who starts before whom, in a system that is being made."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import Any

from packetflow.actor.cell import Cell
from packetflow.actor.pool import Pool
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.route import Route
from packetflow.intent import Intent


def routes_of(cells: list[Cell], pools: list[Pool]) -> dict[type[Intent[Any]], Route]:
    """Where each intent enters; raises ValueError if two handle one."""
    routes: dict[type[Intent[Any]], Route] = {}
    pooled = {pool.reactor_type for pool in pools}
    entries = [pool.entries() for pool in pools]
    for cell in cells:
        if cell.reactor_type not in pooled:
            made = {one.intent: Route(cell, one) for one in cell.reactor_type.handlers}
            entries.append(made)
    for found in entries:
        for intent, route in found.items():
            if intent in routes:
                raise ValueError(f"two handlers for {intent.__name__}")
            routes[intent] = route
    return routes


def starting_order(cells: list[Cell], pools: list[Pool]) -> list[Cell]:
    """As written, but everything after what it needs; cycles are errors."""
    by_type: dict[type[AnyReactor], list[Cell]] = {
        pool.reactor_type: pool.cells for pool in pools
    }
    if len(by_type) != len(pools):
        raise ValueError("a reactor stands twice in the supervision tree")
    for cell in cells:
        if cell not in by_type.setdefault(cell.reactor_type, [cell]):
            raise ValueError("a reactor stands twice in the supervision tree")
    order = list(dict.fromkeys(cell.reactor_type for cell in cells))
    order.extend(kind for kind in by_type if kind not in order)
    by_type = {kind: by_type[kind] for kind in order}
    sorter: TopologicalSorter[type[AnyReactor]] = TopologicalSorter()
    for kind in by_type:
        absent = [need.__name__ for need in kind.needs if need not in by_type]
        if absent:
            raise ValueError(
                f"{kind.__name__} needs {', '.join(absent)}: not in the app"
            )
        sorter.add(kind, *kind.needs)
    try:
        sorter.prepare()
    except CycleError as error:
        names = " needs ".join(kind.__name__ for kind in reversed(error.args[1]))
        raise ValueError(f"a cycle: {names}") from None
    ordered: list[Cell] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=list(by_type).index)
        ordered.extend(cell for kind in ready for cell in by_type[kind])
        sorter.done(*ready)
    return ordered
