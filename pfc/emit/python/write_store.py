"""Where an app keeps what outlives its process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.emit import views
from pfc.emit.code import Code, splice
from pfc.emit.names import snake_case
from pfc.emit.python.file import File
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import surface as u
from pfc.ir.walk import uses
from pfc.semantics.row_checks import ROWS

_PLACES: Final = {"sqlite": "Sqlite", "postgres": "Postgres", "memory": "Memory"}
_MODULE: Final = "packetflow.store.place"


def store_variable(file: File, app: u.App) -> Iterator[views.Variable]:
    """The store that an app declares.

    Without one it is a file, for journals and for schedules that make up for times
    that they missed.
    """
    store = app.store
    if store is None:
        made_up_for = any(
            isinstance(each, l.Schedule) and each.missed != "skip"
            for each in map(file.program.by_id.get, app.runs)
        )
        if not made_up_for and not any(_keeps(file, tree) for tree in app.trees):
            return
        store = u.Store(app.span, "sqlite", f"{snake_case(app.name)}.db")
    kind = file.py.name(_MODULE, _PLACES[store.kind])
    value = splice("{}()", kind)
    if store.where:
        value = splice("{}({})", kind, file.out.literal(store.where))
    place = file.py.name(_MODULE, "Place")
    annotation = splice("{}[{} | None]", file.py.typing("ClassVar"), place)
    yield views.Variable(Code("store"), annotation, value)


def _keeps(file: File, tree: u.Supervise) -> bool:
    for child in tree.children:
        if isinstance(child, u.Supervise):
            if _keeps(file, child):
                return True
            continue
        reactor = file.program.by_id.get(child.reactor)
        if isinstance(reactor, d.Reactor) and (
            reactor.journal is not None or uses(ROWS, reactor.handlers)
        ):
            return True
    return False
