"""Making the trace of a program: every handler and page, walked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pfc.authority import plugins, principals
from pfc.authority.context import Context
from pfc.authority.pages import PageWalk
from pfc.authority.statements import StatementWalk
from pfc.authority.terms import Source, Sym
from pfc.authority.trace import Authority, HandlerPlace, PagePlace
from pfc.authority.values import Value
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir import surface as s
from pfc.ir.program import Program
from pfc.ir.types import DeclId


def traced(program: Program) -> Context:
    """The trace of a program, in a context that can show what is in it."""
    context = Context(program)
    for module in program.modules.values():
        for declaration in module.declarations:
            match declaration:
                case d.Reactor():
                    _reactor(context, declaration)
                case s.Page():
                    _page(context, declaration)
                case l.Stream():
                    principals.stream(context, declaration)
                case l.Schedule():
                    principals.schedule(context, declaration)
                case l.Plugin():
                    plugins.plugin(context, declaration)
    for workflow in program.workflows.values():
        _workflow(context, workflow)
    return context


def _caller(id_: DeclId | None) -> Value | None:
    """The authenticated caller: not caller-chosen."""
    return None if id_ is None else Value(Sym("caller"))


def _reactor(context: Context, reactor: d.Reactor) -> None:
    for handler in reactor.handlers:
        intent = context.program.by_id.get(handler.intent)
        if isinstance(intent, d.Intent):
            _handler(context, HandlerPlace(reactor, intent, handler))


def _handler(context: Context, place: HandlerPlace) -> None:
    intent, handler = place.intent, place.handler
    context.forget_reads()
    walk = StatementWalk(context, place, _caller(intent.context))
    fields = _field_values(context, intent)
    walk.arrive(intent.requires, {f.symbol: fields[f.name] for f in intent.fields})
    start = walk.facts
    walk.holds(place.reactor)
    walk.performs(intent.performs, intent)
    if handler is not None:
        for field, symbol in zip(intent.fields, handler.bindings, strict=False):
            if symbol is not None:
                walk.bind(symbol, fields[field.name])
        walk.block(handler.body, start)


def _workflow(context: Context, workflow: l.Workflow) -> None:
    """A workflow is walked as one handler of the intent that starts it."""
    intent = workflow.intent
    named = workflow.principal
    found = None if named is None else context.program.by_id.get(named)
    principal = found if isinstance(found, d.Principal) else None
    place = HandlerPlace(workflow, intent, None, principal)
    context.forget_reads()
    walk = StatementWalk(context, place, _caller(intent.context))
    fields = _field_values(context, intent)
    walk.arrive(intent.requires, {f.symbol: fields[f.name] for f in intent.fields})
    start = walk.facts
    walk.holds(workflow)
    walk.performs(intent.performs, intent)
    if principal is not None:
        holds = principals.granted(walk, principal)
        walk.authority = Authority(
            workflow.name_span, principal.name, (), holds, is_block=False
        )
    walk.block(workflow.body, start)


def _field_values(context: Context, intent: d.Intent) -> Mapping[str, Value]:
    """The fields of an intent: whoever sends it chooses them."""
    return {
        field.name: Value(
            Sym(
                field.name,
                Source("field", field.name, intent.id, field.span),
                span=field.span,
            ),
            context.bounds.of_field(field),
        )
        for field in intent.fields
    }


def _page(context: Context, page: s.Page) -> None:
    context.forget_reads()
    place = PagePlace(page)
    walk = PageWalk(context, place, _caller(page.context))
    walk.arrive(page.requires, dict(_parameters(context, page)))
    walk.nodes(page.body)


def _parameters(context: Context, page: s.Page) -> Iterator[tuple[e.Symbol, Value]]:
    for field in page.parameters:
        source = Source("page", field.name, page.id, field.span)
        symbol = Sym(field.name, source, span=field.span)
        yield field.symbol, Value(symbol, context.bounds.of_field(field))
