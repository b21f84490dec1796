"""Plugins: they run before anybody is admitted, and may not decide who is."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.authority.context import Context
from pfc.authority.facts import NOTHING_KNOWN
from pfc.authority.flow import Flow
from pfc.authority.nodes import nodes
from pfc.authority.statements import StatementWalk
from pfc.authority.terms import Source, Sym
from pfc.authority.trace import HookPlace
from pfc.authority.values import Value
from pfc.diagnostics import Diagnostic, Label, diagnostic
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.span import Span


def plugin(context: Context, declaration: l.Plugin) -> None:
    """What its hooks do: with nobody's authority."""
    for hook in declaration.hooks:
        intent = context.program.by_id.get(hook.intent)
        if isinstance(intent, d.Intent):
            place = HookPlace(declaration, hook, intent)
            walk = StatementWalk(context, place, None)
            parts = {
                field.name: Value(
                    Sym(
                        field.name,
                        Source("hook", field.name, intent.id, field.span),
                        span=field.span,
                    )
                )
                for field in intent.fields
            }
            walk.bind(hook.symbol, Value(Sym(hook.symbol.name), parts=parts))
            context.trace.places[place] = NOTHING_KNOWN
            walk.block(hook.body, NOTHING_KNOWN)


def rewritten(context: Context, flow: Flow) -> Iterator[Diagnostic]:
    """Authority fields that a `transform` changes."""
    for place in context.trace.places:
        if isinstance(place, HookPlace) and place.hook.kind == "transform":
            yield from _rewrites(place, flow)


def _rewrites(place: HookPlace, flow: Flow) -> Iterator[Diagnostic]:
    intent = place.intent
    reasons = _named(intent)
    reached = flow.authority_fields.get(intent.id, frozenset())
    for node in nodes((place.hook.body,)):
        if not isinstance(node, e.With) or getattr(node.type, "id", "") != intent.id:
            continue
        for name, value in node.changes:
            span = reasons.get(name)
            if span is None and name not in reached:
                continue
            why = "what it requires is about this field"
            if span is None:
                why = "its handler uses authority on this field"
            field = next(one for one in intent.fields if one.name == name)
            yield diagnostic(
                "PF311",
                value.span,
                plugin=place.plugin.name,
                intent=intent.name,
                field=name,
                related=(Label(span or field.span, why),),
                notes=("refuse the intent instead: `validate` with `reject`",),
            )


def _named(intent: d.Intent) -> dict[str, Span]:
    """The fields that occur in `requires`, and where."""
    symbols = {field.symbol: field.name for field in intent.fields}
    return {
        symbols[node.symbol]: node.span
        for requirement in intent.requires
        for node in nodes((requirement,))
        if isinstance(node, e.Local) and node.symbol in symbols
    }
