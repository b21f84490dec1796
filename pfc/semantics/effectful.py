"""`ask`, `perform`, `send`, `emit`, `fail`: what leaves a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

from pfc.diagnostics import Edit, Fix
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import DURATION, UNIT, DeclId, Type, Unknown, show
from pfc.semantics.bodies import Body
from pfc.semantics.built_in import (
    DELEGATE,
    SYSTEM,
    cap_of,
    is_built_in_effect,
    parameters_of,
)
from pfc.semantics.constants import try_evaluate
from pfc.semantics.patterns import Patterns
from pfc.semantics.scope import Scope
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a
from pfc.syntax.ast.base import Dotted
from pfc.syntax.ast.intents import Effect
from pfc.syntax.ast.reactors import Reactor
from pfc.syntax.numbers import IntValue, parse_number


def seconds_of(found: x.Expr) -> float:
    """A constant length of time in seconds; 0 if it is no constant."""
    constant, value = try_evaluate(found, {})
    is_time = constant and isinstance(value, timedelta)
    return cast("timedelta", value).total_seconds() if is_time else 0.0


class Effectful(Patterns):
    """Statements and right sides that reach other parts of the system."""

    def effect_waits(self, entity: Entity) -> bool:
        """Whether an effect is asynchronous; the declarations know."""
        raise NotImplementedError

    # ------------------------------------------------------------ intents
    def intent_call(self, node: e.Call, scope: Scope, verb: str) -> x.Construct | None:
        """The intent that `send` or `ask` names, made from its arguments."""
        entity = self.world.lookup(scope.module, node.target, "intent", "workflow")
        if entity is None:
            for argument in node.arguments:
                self.infer_expr(argument.value, scope, None)
            return None
        made = self.construct(node.span, "intent", entity, node.arguments, scope)
        self._check_context(node.span, entity, scope)
        return made

    def _check_context(self, span: Span, entity: Entity, scope: Scope) -> None:
        """An intent `in C` can be sent only where the context is C."""
        wanted = self.signatures.context(entity)
        if wanted is None or scope.setting.name.startswith("a test"):
            return
        here = scope.setting.context
        if here != wanted.id:
            found = "unknown" if here is None else f"`{here.rpartition('.')[2]}`"
            self.report(
                "PF251", span, intent=entity.name, wanted=wanted.name, found=found
            )

    def ask(self, node: e.Ask, scope: Scope, body: Body) -> x.Ask | None:
        intent = self.intent_call(node.call, scope, "ask")
        within = (
            None if node.within is None else self.expr(node.within, scope, DURATION)
        )
        only = self.caps(node.only, scope)
        retry = self.retry(node.retry, scope)
        if intent is None:
            return None
        if not body.asynchronous:
            self.report("PF246", node.span, statement="ask", place=body.name)
        entity = cast("Entity", self.entity(intent.id))
        fails = tuple(failure.id for failure in self.signatures.failures(entity))
        body.waits = True
        body.asks.append((intent.id, node.span))
        return x.Ask(node.span, intent.type, intent, within, retry, only, fails)

    def caps(self, nodes: Sequence[e.Cap], scope: Scope) -> tuple[x.Cap, ...]:
        """The capabilities that can be read; what cannot is reported."""
        found = (self.cap(node, scope) for node in nodes)
        return tuple(cap for cap in found if cap is not None)

    def retry(self, node: e.Retry | None, scope: Scope) -> x.Retry | None:
        if node is None:
            return None
        low = high = None
        if isinstance(node.backoff, e.Range):
            low = self.expr(node.backoff.low, scope, DURATION)
            high = self.expr(node.backoff.high, scope, DURATION)
            if seconds_of(low) > seconds_of(high) >= 0:
                self.backwards(node.backoff)
        elif node.backoff is not None:
            low = high = self.expr(node.backoff, scope, DURATION)
        return x.Retry(self.whole(node.times), low, high)

    def backwards(self, node: e.Range) -> None:
        """Reports pauses of which the longer one stands first."""
        low, high = self.source_text(node.low.span), self.source_text(node.high.span)
        right = f"{high}..{low}"
        fix = Fix(f"write `{right}`", (Edit(node.span, right),))
        reason = f"the shorter pause stands first: `{right}`"
        literal = self.source_text(node.span)
        self.report("PF108", node.span, fixes=[fix], literal=literal, reason=reason)

    def not_negative(self, found: x.Expr) -> None:
        """Reports a constant length of time that is below zero."""
        if seconds_of(found) < 0:
            self.report(
                "PF220",
                found.span,
                expected="a length of time that is not negative",
                found=f"`{self.source_text(found.span)}`",
            )

    def whole(self, node: e.Number) -> int:
        """A literal that has to be a whole number."""
        parsed = parse_number(node.raw)
        if isinstance(parsed, IntValue):
            return parsed.value
        reason = parsed if isinstance(parsed, str) else "a whole number stands here"
        self.report("PF108", node.span, literal=node.raw, reason=reason)
        return 1

    # ------------------------------------------------------------ effects
    def perform(self, node: e.Perform, scope: Scope, body: Body) -> x.Perform | None:
        undo = None
        if node.compensate is not None:
            span = node.compensate.span
            if body.kind == "handler":
                construct = "`compensate` in a handler"
                self.report("PF901", span, construct=construct)
            elif body.kind != "workflow":
                self.report("PF246", span, statement="compensate", place=body.name)
            undo = self.effect_call(node.compensate, scope)
        if not body.performs:
            self.report("PF246", node.span, statement="perform", place=body.name)
        found = self.effect_call(node.call, scope)
        if found is not None:
            body.waits = body.waits or found.waits
            if found.waits and not body.asynchronous:
                self.report("PF246", node.span, statement="perform", place=body.name)
        return (
            found if found is None or undo is None else replace(found, compensate=undo)
        )

    def effect_call(self, node: e.Call, scope: Scope) -> x.Perform | None:
        """The effect that `perform` or `performs` names, with its arguments."""
        if is_built_in_effect(node.target.text, scope.module):
            return self._built_in_call(node, scope)
        entity = self.world.lookup(scope.module, node.target, "effect")
        if entity is None:
            for argument in node.arguments:
                self.infer_expr(argument.value, scope, None)
            return None
        fields = self.signatures.fields(entity)
        call = e.CallExpr(
            node.span, e.Reference(node.span, entity.name), node.arguments
        )
        bound = self.bind(entity.name, fields, call, scope, {})
        fails = tuple(failure.id for failure in self.signatures.failures(entity))
        result: Type = UNIT
        if cast("Effect", entity.node).result is not None:
            result = self.signatures.result(entity)
        return x.Perform(
            node.span, result, entity.id, bound, fails, self.effect_waits(entity)
        )

    def _built_in_call(self, node: e.Call, scope: Scope) -> x.Perform | None:
        """`delegate(cap, to, until)` or `revoke(user)`."""
        name = node.target.text
        self.world.built_in_used.update((SYSTEM, name))
        arguments, cap = list(node.arguments), None
        if name == DELEGATE:
            for place, each in enumerate(arguments):
                if each.name.text == "cap" if each.name else place == 0:
                    cap = self._given_away(each, scope)
                    # It is no value: what the parameter is bound to has no type.
                    stand_in = e.Constant(each.value.span, None)
                    arguments[place] = replace(each, value=stand_in)
        reference = e.Reference(node.span, name)
        call = e.CallExpr(node.span, reference, tuple(arguments))
        bound = self.bind(name, parameters_of(name), call, scope, {})
        if name == DELEGATE and cap is None:
            return None
        values = tuple(each for each in bound if each[0] != "cap")
        return x.Perform(node.span, UNIT, name, values, (), True, cap=cap)

    def _given_away(self, argument: e.Argument, scope: Scope) -> x.Cap | None:
        """The capability that `delegate` gives, read from what stands for it."""
        node = cap_of(argument.value)
        if node is not None:
            return self.cap(node, scope)
        found = self.infer_expr(argument.value, scope, None)
        if not isinstance(found.type, Unknown):
            self.report(
                "PF220",
                argument.value.span,
                notes=["a capability is written `Family.operation(arguments)`"],
                expected="a capability",
                found=f"`{show(found.type)}`",
            )
        return None

    def asks_itself(self, call: x.Ask | x.Perform, scope: Scope) -> bool:
        """Whether a reactor asks what it handles itself, which is told elsewhere (PF206)."""
        reactor = scope.setting.reactor
        entity = None if reactor is None else self.entity(reactor)
        node = None if entity is None else entity.node
        if not isinstance(call, x.Ask) or not isinstance(node, Reactor) or not entity:
            return False
        handled = (
            self.world.find(entity.module, each.intent)[0] for each in node.handlers
        )
        return any(each and each.id == call.intent.id for each in handled)

    def propagates(
        self, span: Span, fails: Sequence[DeclId], body: Body, verb: str
    ) -> None:
        """Failures that are not handled here have to be declared."""
        if body.fails is None:
            return
        for failure in fails:
            if failure not in body.fails:
                name = failure.rpartition(".")[2]
                self.report(
                    "PF242",
                    span,
                    notes=[
                        f"declare it (`fails {name}`), or handle it: "
                        f"`match {verb} ... {{ {name} => ... }}`, `let x = {verb} ... else ...`"
                    ],
                    failure=name,
                )

    # ------------------------------------------------------------ statements
    def send(self, node: a.Send, scope: Scope, body: Body) -> s.Send | None:
        intent = self.intent_call(node.call, scope, "send")
        after = None if node.after is None else self.expr(node.after, scope, DURATION)
        if after is not None:
            self.not_negative(after)
        only = self.caps(node.only, scope)
        body.emits = True
        return None if intent is None else s.Send(node.span, intent, after, only)

    def emit(self, node: a.Emit, scope: Scope, body: Body) -> s.Emit | None:
        entity = self.world.lookup(scope.module, node.call.target, "event")
        body.emits = True
        if entity is None:
            for argument in node.call.arguments:
                self.infer_expr(argument.value, scope, None)
            return None
        made = self.construct(
            node.call.span, "event", entity, node.call.arguments, scope
        )
        return s.Emit(node.span, made)

    def fail(self, node: a.Fail, scope: Scope, body: Body) -> s.Fail | None:
        entity = self.failure_named(node.failure, scope, body)
        if entity is None:
            for argument in node.arguments or ():
                self.infer_expr(argument.value, scope, None)
            return None
        if body.fails is not None and entity.id not in body.fails:
            self.report(
                "PF242",
                node.span,
                notes=[f"declare it: `fails {entity.name}`"],
                failure=entity.name,
            )
        made = self.construct(node.span, "failure", entity, node.arguments or (), scope)
        return s.Fail(node.span, made)

    def failure_named(self, dotted: Dotted, scope: Scope, body: Body) -> Entity | None:
        """The failure of a dotted name; variants of declared unions are failures too."""
        if len(dotted.parts) == 1 and body.fails is not None:
            for id_ in body.fails:
                if id_.rpartition(".")[2] == dotted.text:
                    found = self.failure_entity(id_)
                    if found is not None:
                        return found
        return self.world.lookup(scope.module, dotted, "failure")

    def failure_entity(self, id_: DeclId) -> Entity | None:
        """The failure with an id, a variant of a union of failures among them."""
        found = self.entity(id_)
        if found is not None and found.kind == "failure":
            return found
        return self.signatures.failure_variants.get(id_)
