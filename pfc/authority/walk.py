"""The part of the walk that handlers and pages share: facts, needs, and uses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from pfc.authority import rows
from pfc.authority.bounds import (
    constraints,
)
from pfc.authority.context import Context
from pfc.authority.evaluate import Evaluator
from pfc.authority.facts import NOTHING_KNOWN, Each, Fact, Facts
from pfc.authority.instances import Instances
from pfc.authority.terms import Source, Sym
from pfc.authority.trace import Authority, Check, Need, Place, Query, Rebound, Use
from pfc.authority.values import Value, fresh
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.types import Type
from pfc.span import Span


class Walk(Instances):
    """Goes through a body in the order of the program and writes the trace.

    `facts` is what is known at the place that has been reached.
    """

    def __init__(self, context: Context, place: Place, caller: Value | None) -> None:
        super().__init__(context, caller)
        self.place = place
        self.facts = NOTHING_KNOWN
        self.authority: Authority | None = None
        self.through: tuple[Span, ...] = ()
        self.statement_span: Span | None = None
        self._checks: dict[int, Fact] = {}
        self._calls: list[str] = []

    # ------------------------------------------------------------ what is known
    def arrive(
        self, requires: Iterable[e.Requirement], fields: Mapping[e.Symbol, Value]
    ) -> None:
        """Start where callers have exactly what is required of them."""
        self.env.update(fields)
        facts = []
        for index, requirement in enumerate(requires):
            each = self._each(requirement)
            capability = self.instance(requirement.cap).capability
            span = requirement.span
            facts.append(Fact(capability, span, "requires", each, index))
        self.facts = self.facts.holding(*facts)
        self.context.trace.places[self.place] = self.facts

    def _each(self, requirement: e.Requirement) -> Each | None:
        symbol, values = requirement.each_symbol, requirement.each_values
        if symbol is None or values is None:
            return None
        whole = self.value(values)
        own = Sym(symbol.name, span=symbol.span)
        self.bind(symbol, Value(own))
        return Each(own, whole.term)

    def checking(self, check: e.CanExpr) -> None:
        """A `can` is reached: note what is known before it."""
        found = self.instance(check.cap)
        self._checks[id(check)] = Fact(found.capability, check.span, "check")
        need = Need(found.capability, found.limits, check.cap.span, fixed=found.fixed)
        self.context.trace.checks.append(
            Check(check.span, need, self.place, self.facts, self.through)
        )

    def after(self, condition: e.Expr, holds: bool) -> Facts:
        """What is known where a condition, just evaluated, is true (or false)."""
        held, absent = self._told(condition, holds)
        bounds = [
            (self.seen[id(subject)].term, found)
            for subject, found in constraints(condition, holds)
            if id(subject) in self.seen
        ]
        facts = self.facts.holding(*held) if held else self.facts
        if absent:
            facts = facts.lacking(*absent)
        return facts.bounding(bounds) if bounds else facts

    def _told(self, condition: e.Expr, holds: bool) -> tuple[list[Fact], list[Fact]]:
        match condition:
            case e.CanExpr():
                fact = self._checks.get(id(condition))
                facts = [] if fact is None else [fact]
                return (facts, []) if holds else ([], facts)
            case e.Not(operand=operand):
                return self._told(operand, not holds)
            case e.Logic(operator=operator, left=left, right=right) if holds is (
                operator == "and"
            ):
                first, second = self._told(left, holds), self._told(right, holds)
                return first[0] + second[0], first[1] + second[1]
            case _:
                return [], []

    def assuming(self, condition: e.Expr, holds: bool) -> Callable[[], None]:
        """From here on the condition has this value, until the result is called."""
        before = self.facts
        self.facts = self.after(condition, holds)

        def release() -> None:
            self.facts = before

        return release

    def introduce(self, symbol: e.Symbol, value: Value) -> None:
        """Bind, and remember what the name stood for."""
        self.context.name(value.term, symbol.name)
        name = symbol.name
        for older, known in self.env.items():
            if older.name == name and known.term != value.term:
                self.context.trace.rebound.append(
                    Rebound(name, known.term, value.term, symbol.span)
                )
        self.bind(symbol, value)

    # ------------------------------------------------------------ needs
    def needs(
        self,
        requires: Iterable[e.Requirement],
        parameters: Collection[d.Field],
        arguments: Mapping[str, Value],
        caller: Value | None,
    ) -> tuple[Need, ...]:
        """What a declaration requires when its parameters have these values."""
        # Nothing is required, and no default is evaluated: most effects and events.
        if requires == () and not any(
            each.default is not None and each.name not in arguments
            for each in parameters
        ):
            return ()
        inner = Walk(self.context, self.place, caller)
        for parameter in parameters:
            value = inner.given(parameter, arguments)
            bounds = self.context.bounds.of_field(parameter)
            inner.env[parameter.symbol] = value.bounded(bounds)
        return tuple(
            need
            for index, requirement in enumerate(requires)
            for need in inner.needed(requirement, index)
        )

    def given(self, parameter: d.Field, arguments: Mapping[str, Value]) -> Value:
        """The argument for a parameter, or its default."""
        value = arguments.get(parameter.name)
        if value is not None:
            return value
        if parameter.default is not None:
            return self.value(parameter.default)
        source = Source("input", parameter.name, span=parameter.span)
        return fresh(parameter.name, source, parameter.span)

    def needed(self, requirement: e.Requirement, index: int) -> Iterator[Need]:
        """The needs of one requirement; one for each element of a list written out."""
        symbol, values = requirement.each_symbol, requirement.each_values
        if symbol is None or values is None:
            yield self._need(requirement, index, None)
            return
        whole = self.value(values)
        if whole.items is not None:
            for item in whole.items:
                self.bind(symbol, item)
                yield self._need(requirement, index, None)
            return
        own = Sym(symbol.name, span=symbol.span)
        self.bind(symbol, Value(own))
        yield self._need(requirement, index, Each(own, whole.collection))

    def _need(self, requirement: e.Requirement, index: int, each: Each | None) -> Need:
        found = self.instance(requirement.cap)
        return Need(
            found.capability, found.limits, requirement.span, each, found.fixed, index
        )

    def inner(self) -> Walk:
        """A walk at the same place with names of its own."""
        return Walk(self.context, self.place, self.caller)

    def one_need(self, cap: e.Cap) -> Need:
        """The need of a capability, its parameters being bound."""
        return self._need(e.Requirement(cap.span, cap), 0, None)

    def only(self, caps: Iterable[e.Cap]) -> tuple[Need, ...]:
        """What an `only` names."""
        made = []
        for cap in caps:
            found = self.instance(cap)
            limits, fixed = found.limits, found.fixed
            made.append(Need(found.capability, limits, cap.span, fixed=fixed))
        return tuple(made)

    def use(
        self,
        kind: str,
        span: Span,
        target: str,
        needs: tuple[Need, ...],
        arguments: Mapping[str, Value],
        only: tuple[Need, ...] = (),
        name: str = "",
        query: Query | None = None,
    ) -> None:
        """Authority is used here."""
        self.context.trace.uses.append(
            Use(
                kind,
                span,
                target,
                self.place,
                self.facts,
                needs,
                arguments,
                self.authority,
                only,
                name,
                self.through,
                self.statement_span,
                query,
            )
        )

    # ------------------------------------------------------------ effectful forms
    def perform(self, call: e.Perform, kind: str = "perform") -> Value:
        """A `perform`: what it needs, and what came back."""
        arguments = {name: self.value(each) for name, each in call.arguments}
        effect = self.context.program.by_id.get(call.effect)
        if isinstance(effect, d.Effect):
            needs = self.needs(effect.requires, effect.parameters, arguments, None)
            if call.cap is not None:  # who gives it has to have it
                needs += (replace(self.one_need(call.cap), index=len(needs)),)
            self.use(kind, call.span, effect.id, needs, arguments)
        if call.compensate is not None:
            self.perform(call.compensate)
        text = self.context.text(call.span)
        return fresh(text, Source("perform", text, span=call.span), call.span)

    def dispatch(
        self, kind: str, span: Span, made: e.Construct, only: tuple[e.Cap, ...]
    ) -> None:
        """A `send` or `ask` of an intent."""
        arguments = {name: self.value(each) for name, each in made.arguments}
        attenuated = self.only(only)
        intent = self.context.program.by_id.get(made.id)
        if isinstance(intent, d.Intent):
            caller = self.caller
            needs = self.needs(intent.requires, intent.fields, arguments, caller)
            self.use(kind, span, intent.id, needs, arguments, attenuated)

    def ask(self, call: e.Ask) -> Value:
        """An `ask`: what it needs, and the reply."""
        for extra in (call.within, *(_delays(call.retry))):
            if extra is not None:
                self.value(extra)
        self.dispatch("ask", call.span, call.intent, call.only)
        text = self.context.text(call.span)
        return fresh(text, Source("ask", text, span=call.span), call.span)

    def right(self, value: e.Right) -> Value:
        """What may stand right of `let`, `reply` and `=`."""
        match value:
            case e.Ask():
                found = self.ask(value)
            case e.Perform():
                found = self.perform(value)
            case e.Find():
                found = rows.find(self, value)
            case e.AwaitEvent():
                found = rows.event(self, value)
            case _:
                return self.value(value)
        return found.bounded(self.context.bounds.of(value.type))

    # ------------------------------------------------------------ guarded fields
    def reading(
        self, owner: Value, type_: Type, variant: str, name: str, at: Span
    ) -> None:
        """A field is read: it may need a capability."""
        field = self.context.guarded_field(type_, variant, name)
        if field is None or field.requires is None:
            return
        inner = self.inner()
        for sibling in self.context.fields_of(type_, variant):
            value = Evaluator.field(
                _Silent(self.context, None), owner, type_, variant, sibling.name, at
            )
            inner.env[sibling.symbol] = value
        need = inner.one_need(field.requires)
        self.use("read", at, getattr(type_, "id", ""), (need,), {}, name=name)

    def entering(self, call: e.CallFunction, arguments: Mapping[str, Value]) -> None:
        """A function is called: what it reads is read here."""
        if not self.context.guards or call.id in self._calls:
            return
        function = self.context.program.by_id.get(call.id)
        if not isinstance(function, d.Function):
            return
        if not self.context.reads_guarded(call.id):
            return
        saved = dict(self.env)
        before, facts = self.through, self.facts
        self._calls.append(call.id)
        self.through = (*before, call.span)
        for parameter in function.parameters:
            self.bind(parameter.symbol, self.given(parameter, arguments))
        self.body(function.body)
        self._calls.pop()
        self.through, self.facts, self.env = before, facts, saved

    def body(self, body: object) -> None:
        """The body of a function; statements are for a walk that knows them."""
        if not isinstance(body, d.Python):
            self.value(body)  # type: ignore[arg-type]  # the other bodies are blocks


class _Silent(Evaluator):
    """Looks at fields without reading them."""


def _delays(retry: e.Retry | None) -> tuple[e.Expr | None, ...]:
    return () if retry is None else (retry.low, retry.high)
