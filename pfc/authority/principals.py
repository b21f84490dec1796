"""Walking what acts for a principal: streams, stage by stage, and schedules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfc.authority import rows
from pfc.authority.bounds import either
from pfc.authority.context import Context
from pfc.authority.facts import Fact
from pfc.authority.statements import StatementWalk
from pfc.authority.terms import Derived, Sym
from pfc.authority.trace import Authority, PrincipalPlace
from pfc.authority.values import Value, fresh
from pfc.authority.walk import Walk
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir.types import DeclId
from pfc.span import Span

_ONE_OF_THEM = ("min", "max", "first", "last")
"""Aggregates whose result is the value of one of the elements."""


def granted(walk: Walk, principal: d.Principal) -> tuple[Fact, ...]:
    """What a principal is sure to hold; what is granted on a condition is not."""
    found = []
    for index, rule in enumerate(principal.grants):
        if isinstance(rule, d.Grant):
            requirement = e.Requirement(
                rule.span, rule.cap, rule.each_symbol, rule.each_values
            )
            found += [
                Fact(need.capability, rule.span, "grant", need.each, index)
                for need in walk.needed(requirement, index)
            ]
    return tuple(found)


def acting(walk: Walk, principal: d.Principal | None, place: PrincipalPlace) -> None:
    """From here on, act with what the principal is granted, and nothing else."""
    holds = () if principal is None else granted(walk, principal)
    reason = "nobody" if principal is None else principal.name
    span = place.declaration.name_span
    walk.authority = Authority(span, reason, (), holds, is_block=False)


def schedule(context: Context, declaration: l.Schedule) -> None:
    """The sends of a schedule."""
    principal = _principal(context, declaration.principal)
    place = PrincipalPlace(declaration, principal)
    walk = StatementWalk(context, place, None)
    acting(walk, principal, place)
    context.trace.places[place] = walk.facts
    for send in declaration.sends:
        walk.statement(send)


def stream(context: Context, declaration: l.Stream) -> None:
    """What a stream reads, and what it does in the end."""
    principal = _principal(context, declaration.principal)
    place = PrincipalPlace(declaration, principal)
    walk = StreamWalk(context, place, None)
    acting(walk, principal, place)
    context.trace.places[place] = walk.facts
    walk.stages(declaration)


def _principal(context: Context, id_: DeclId | None) -> d.Principal | None:
    found = None if id_ is None else context.program.by_id.get(id_)
    return found if isinstance(found, d.Principal) else None


class StreamWalk(StatementWalk):
    """Follows what a stream carries from its events to its end.

    The facts held are what its events require: they guard, and cover nothing.
    """

    def __init__(
        self, context: Context, place: PrincipalPlace, caller: Value | None
    ) -> None:
        super().__init__(context, place, caller)
        self._reading: list[DeclId] = []
        self._read_at: Span | None = None

    def stages(self, declaration: l.Stream) -> Value:
        """What the readers of the stream get."""
        own = not self._reading
        self._reading.append(declaration.id)
        it, key = fresh("it"), fresh("key")
        first = True
        for stage in declaration.stages:
            match stage:
                case l.From(source=source):
                    found = self._source(source, stage)
                    it = found if first else _one_of((it, found))
                    first = False
                case l.KeyBy(it=symbol, key=expr):
                    self.bind(symbol, it)
                    key = self.value(expr)
                case l.Sink(it=symbol, statement=statement):
                    if own:
                        self.bind(symbol, it)
                        self.statement(statement)
                case _:
                    it = self._through_stage(stage, it, key)
        self._reading.pop()
        return it

    def _source(self, id_: DeclId, stage: l.From) -> Value:
        source = self.context.program.by_id.get(id_)
        if isinstance(source, d.Event):
            return self._event(source, stage)
        if isinstance(source, l.Stream) and id_ not in self._reading:
            outer, self._read_at = self._read_at, self._read_at or stage.span
            found = self.stages(source)
            self._read_at = outer
            return found
        return fresh("it", span=stage.span)

    def _event(self, event: d.Event, stage: l.From) -> Value:
        """An event is read: the principal must cover what it requires."""
        fields = rows.event_fields(self, event)
        needs = self.needs(event.requires, event.fields, fields, None)
        self.use("from", self._read_at or stage.span, event.id, needs, {})
        self.facts = self.facts.holding(
            *(
                Fact(need.capability, need.declared, "event", need.each, need.index)
                for need in needs
            )
        )
        return Value(Sym("it", span=stage.span), parts=fields)

    def _through_stage(self, stage: l.Stage, it: Value, key: Value) -> Value:
        match stage:
            case l.Keep(it=symbol, condition=condition):
                self.bind(symbol, it)
                self.value(condition)
                self.facts = self.after(condition, True)
            case l.Select(it=symbol, entries=entries):
                self.bind(symbol, it)
                return _made({name: self.value(expr) for name, expr in entries})
            case l.Aggregate(it=symbol, entries=entries):
                self.bind(symbol, it)
                found = {one.name: self._aggregated(one) for one in entries}
                window = fresh("window", span=stage.span)
                return _made({"key": key, "window": window, **found})
            case l.Join(it=symbol, other=other, key=expr):
                self.bind(symbol, it)
                self.value(expr)
                right = self._source(other, l.From(stage.span, other))
                return _made({**it.parts, "right": right})
            case l.Lookup(it=symbol, key=expr):
                self.bind(symbol, it)
                right = rows.row_with_key(self, stage, self.value(expr))
                return _made({**it.parts, "right": right})
            case l.Batch():
                return _made({"items": Value(Derived("list", (it.term,), "items"))})
            case l.Dedupe(it=symbol, key=expr):
                self.bind(symbol, it)
                self.value(expr)
            case l.Window(it=symbol, on=on) if on is not None:
                self.bind(symbol, it)
                self.value(on)
        return it

    def _aggregated(self, entry: l.Aggregation) -> Value:
        if entry.argument is None:
            return fresh(entry.name, span=entry.span)
        found = self.value(entry.argument)
        if entry.function in _ONE_OF_THEM:
            return found
        kind = "list" if entry.function in ("list", "set") else entry.function
        return Value(Derived(kind, (found.term,), entry.name))


def _made(parts: dict[str, Value]) -> Value:
    terms = tuple(part.term for part in parts.values())
    return Value(Derived(f"make row {tuple(parts)!r}", terms, "it"), parts=parts)


def _one_of(values: Iterable[Value]) -> Value:
    """Either of two elements with the same fields."""
    first, second = values
    parts = dict(_merged(first, second))
    return Value(Derived("make one of", (first.term, second.term), "it"), parts=parts)


def _merged(first: Value, second: Value) -> Iterator[tuple[str, Value]]:
    for name, value in first.parts.items():
        other = second.parts.get(name)
        if other is not None:
            terms = (value.term, other.term)
            bounds = either(value.bounds, other.bounds)
            yield name, Value(Derived("make one of", terms, name), bounds)
