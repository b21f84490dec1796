"""All that a program's stores may hold, as plain data that a lock file is compared with.

`{"reactors": {journal: {"shape", "migrations", "span", "places"}}, "messages": {name:
{"fields", "uses", "span", "places", "sent"}}, "types": {...}, "places": {...}}`: shapes are those
of `packetflow.shape`, spans are `[path, start, end]`. A message is named by what it is and
its id, as in `intent till.Booked`; `sent` says that a store may hold it today, `uses`
which of the types it is made of, `order` is that of an effect's arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from packetflow.shape import reached
from pfc.ir import declarations as d
from pfc.ir import statements as s
from pfc.ir import types as t
from pfc.ir.program import Program
from pfc.ir.walk import nodes
from pfc.semantics.shapes import Shaper, durable, state_shape
from pfc.span import Span

Facts = dict[str, Any]

_KINDS: Final[dict[type, str]] = {
    d.Intent: "intent",
    d.Event: "event",
    d.Effect: "effect",
    d.Context: "context",
    d.Failure: "failure",
}
ANSWER: Final = "answer"


def facts(program: Program) -> Facts:
    """What stores may hold; nothing if no reactor keeps a journal."""
    reactors = list(durable(program))
    if not reactors:
        return {}
    shaper = Shaper(program)
    sent = {name for one in reactors for name in _sent(program, one)}
    messages = {
        name: {**found, "sent": name in sent}
        for each in program.by_id.values()
        for name, found in _messages(shaper, each)
    }
    for message in messages.values():
        message["uses"] = sorted(reached(message["fields"], shaper.types))
    places = dict(shaper.places)
    return {
        "reactors": {one.id: _reactor(program, one, places) for one in reactors},
        "messages": messages,
        "types": shaper.types,
        "places": {name: list(span) for name, span in places.items()},
    }


def _reactor(program: Program, reactor: d.Reactor, places: dict[str, Span]) -> Facts:
    shaper = Shaper(program)
    shape = state_shape(shaper, reactor)
    places.update(shaper.places)
    clauses = [each.span for each in reactor.migrations]
    if reactor.journal_span is not None:
        clauses.insert(0, reactor.journal_span)
    return {
        "shape": shape,
        "migrations": [f"{m.module}:{m.function}" for m in reactor.migrations],
        "span": list(reactor.name_span),
        "places": _places(reactor.state),
        "clause": list(clauses[-1]),
    }


# -------------------------------------------------------------------- messages
def _messages(shaper: Shaper, declared: object) -> Iterator[tuple[str, Facts]]:
    fields: tuple[d.Field, ...]
    match declared:
        case d.Intent(id=id_, fields=fields, name_span=span):
            result = {"result": {"type": shaper.type(declared.result, {})}}
            yield f"{ANSWER} {id_}", _message(result, span, {})
        case d.Event(id=id_, fields=fields, name_span=span):
            pass
        case d.Effect(id=id_, parameters=fields, name_span=span):
            pass
        case d.Context(id=id_, fields=fields, span=span):
            pass
        case d.Failure(id=id_, fields=fields, span=span):
            pass
        case _:
            return
    made = _message(shaper.fields(fields), span, _places(fields))
    if isinstance(declared, d.Effect):
        # As generated code calls it: those without a default stand first.
        ordered = sorted(fields, key=lambda each: each.default is not None)
        made["order"] = [field.name for field in ordered]
    yield f"{_KINDS[type(declared)]} {id_}", made


def _message(fields: Facts, span: Span, places: Facts) -> Facts:
    return {"fields": fields, "span": list(span), "places": places}


def _sent(program: Program, reactor: d.Reactor) -> Iterator[str]:
    """The names of what a reactor's journal may hold besides its state."""
    for handler in reactor.handlers:
        intent = program.by_id.get(handler.intent)
        if not isinstance(intent, d.Intent):
            continue
        for call in intent.performs:
            if call.effect in program.by_id:
                yield f"effect {call.effect}"
        if not handler.reads_only:
            # Whoever gives a key to a request is answered from the store later.
            if intent.result != t.UNIT:
                yield f"{ANSWER} {intent.id}"
            yield from (f"failure {failure}" for failure in intent.fails)
        for node in nodes(handler.body):
            if isinstance(node, s.Emit):
                yield f"event {node.event.id}"
            elif isinstance(node, s.Send):
                yield f"intent {node.intent.id}"
                if intent.context is not None:
                    yield f"context {intent.context}"


def _places(fields: tuple[d.Field, ...]) -> Facts:
    return {field.name: list(field.span) for field in fields}
