"""The system as a graph: who sends what to whom, and with which authority."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.authority.analyses.questions import Questions
from pfc.authority.trace import (
    HandlerPlace,
    HookPlace,
    PagePlace,
    Place,
    PrincipalPlace,
    Use,
)
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import surface as s


@dataclass(frozen=True, slots=True)
class Row:
    """Something that can be reached: an intent of a box, with what it requires."""

    id: str
    name: str
    requires: str


@dataclass(frozen=True, slots=True)
class Box:
    """`kind`: page, api, tools, schedule, stream, plugin, reactor, workflow, outside.

    `column` is its place from left to right: entries 0, handlers 1, the outside 2.
    """

    id: str
    kind: str
    name: str
    detail: str
    column: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """`own`: with the reactor's own authority; `label` is its reason, or what happens."""

    source: str
    target: str
    kind: str
    own: bool
    label: str


@dataclass(frozen=True, slots=True)
class Graph:
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]

    def ids(self) -> Iterator[str]:
        """The ids of all that arrows can lead to, from top to bottom."""
        for box in self.boxes:
            yield box.id
            yield from (row.id for row in box.rows)


def graph_of(questions: Questions) -> Graph:
    """The graph of a program; what nothing reaches and nothing leaves is left out."""
    boxes = [*_entries(questions), *_handlers(questions), *_outside(questions)]
    known = {box.id for box in boxes} | {row.id for box in boxes for row in box.rows}
    edges = [
        edge
        for edge in dict.fromkeys(_edges(questions))
        if edge.source in known and edge.target in known and edge.source != edge.target
    ]
    used = {end for edge in edges for end in (edge.source, edge.target)}
    shown = [box for box in boxes if box.column == 1 or box.id in used]
    left = {box.id for box in shown} | {row.id for box in shown for row in box.rows}
    kept = [edge for edge in edges if edge.source in left and edge.target in left]
    return Graph(tuple(shown), tuple(kept))


# ---------------------------------------------------------------- boxes
def _entries(questions: Questions) -> Iterator[Box]:
    program = questions.context.program
    for module in program.modules.values():
        for declaration in module.declarations:
            match declaration:
                case s.Page():
                    needs = questions.required(
                        declaration.requires, declaration.parameters
                    )
                    shown = ", ".join(questions.show.need(need) for need in needs)
                    yield Box(declaration.id, "page", declaration.name, shown, 0, ())
                case l.Schedule():
                    who = _as(declaration.principal)
                    yield Box(declaration.id, "schedule", declaration.name, who, 0, ())
                case l.Stream():
                    who = _as(declaration.principal)
                    yield Box(declaration.id, "stream", declaration.name, who, 0, ())
                case l.Plugin():
                    yield Box(declaration.id, "plugin", declaration.name, "", 0, ())
                case s.App() if declaration.tools:
                    name = f"tools of {declaration.name}"
                    yield Box(f"{declaration.id} tools", "tools", name, "", 0, ())
        for api in module.apis:
            context = "" if api.context is None else f"in {_last(api.context)}"
            yield Box(f"api {api.prefix}", "api", api.prefix, context, 0, ())


def _as(principal: str | None) -> str:
    return "as nobody" if principal is None else f"as {_last(principal)}"


def _handlers(questions: Questions) -> Iterator[Box]:
    program = questions.context.program
    for one in program.by_id.values():
        if isinstance(one, d.Reactor):
            rows = tuple(_rows(questions, [h.intent for h in one.handlers]))
            yield Box(one.id, "reactor", one.name, _holds(questions, one), 1, rows)
    for workflow in program.workflows.values():
        rows = tuple(_rows(questions, [workflow.id]))
        held = _holds(questions, workflow)
        yield Box(f"{workflow.id} body", "workflow", workflow.name, held, 1, rows)


def _rows(questions: Questions, intents: list[str]) -> Iterator[Row]:
    for id_ in intents:
        intent = questions.context.program.by_id.get(id_)
        if isinstance(intent, d.Intent):
            shown = map(questions.show.need, questions.needs(intent))
            yield Row(id_, intent.name, ", ".join(shown) or "nothing")


def _holds(questions: Questions, owner: d.Reactor | l.Workflow) -> str:
    if not owner.holds:
        return ""
    caps = [questions.show.capability(questions.capability(c)) for c in owner.holds]
    return f"holds {', '.join(caps)}"


def _outside(questions: Questions) -> Iterator[Box]:
    for one in questions.context.program.by_id.values():
        match one:
            case d.Effect(parameters=fields):
                kind = "effect"
            case d.Event(fields=fields):
                kind = "event"
            case l.Table():
                yield Box(one.id, "table", one.name, "", 2, ())
                continue
            case _:
                continue
        needs = questions.required(one.requires, fields)
        shown = ", ".join(questions.show.need(need) for need in needs)
        yield Box(one.id, kind, one.name, shown, 2, ())


# ---------------------------------------------------------------- edges
def _edges(questions: Questions) -> Iterator[Edge]:
    for use in questions.context.trace.uses:
        if use.kind != "read":
            yield _edge(use)
    program = questions.context.program
    for module in program.modules.values():
        for api in module.apis:
            for endpoint in api.endpoints:
                label = f"{endpoint.method} {endpoint.route_text}"
                yield Edge(f"api {api.prefix}", endpoint.intent, "entry", False, label)
    for one in program.by_id.values():
        if isinstance(one, s.App):
            for tool in one.tools:
                caps = (questions.capability(cap) for cap in tool.ceiling)
                shown = ", ".join(map(questions.show.capability, caps))
                label = f"{tool.name}, at most {shown}"
                yield Edge(f"{one.id} tools", tool.intent, "entry", False, label)


def _edge(use: Use) -> Edge:
    source = _source(use.place)
    if use.kind in ("from", "await"):
        return Edge(use.target, source, use.kind, False, "")
    own = use.authority is not None and use.authority.is_block
    label = use.authority.reason if own and use.authority is not None else ""
    return Edge(source, use.target, use.kind, own, label)


def _source(place: Place) -> str:
    match place:
        case HandlerPlace():
            return place.intent.id
        case PagePlace() | PrincipalPlace() | HookPlace():
            return place.id


def _last(id_: str) -> str:
    return id_.rpartition(".")[2]
