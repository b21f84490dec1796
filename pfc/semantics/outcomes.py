"""`match` as a statement, on values and on the ways an ask or perform can end."""

from __future__ import annotations

from typing import cast

from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    STRING,
    UNIT,
    Type,
)
from pfc.semantics.bodies import Body
from pfc.semantics.scope import Scope
from pfc.semantics.state_changes import StateChanges
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import patterns as p
from pfc.syntax.ast import statements as a


class Outcomes(StateChanges):
    """Arms, their patterns and what they bind."""

    # what `Statements` provides
    def open_block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        raise NotImplementedError

    def _match(self, node: a.Match, scope: Scope, body: Body) -> s.Statement | None:
        if isinstance(node.subject, e.Ask | e.Perform):
            return self._match_outcome(node, scope, body)
        subject = cast("x.Expr", self.right(node.subject, scope, body))
        arms: list[s.Arm] = []
        for arm in node.arms:
            inner = scope.child()
            pattern = self.pattern(arm.pattern, subject.type, inner)
            guard = None if arm.guard is None else self.condition(arm.guard, inner)
            inside = self.open_block(arm.body, inner, body)
            arms.append(s.Arm(arm.span, pattern, guard, inside))
        self.check_arms(
            node.subject.span,
            subject.type,
            [(arm.pattern, arm.guard is not None) for arm in arms],
        )
        return s.Match(node.span, subject, tuple(arms))

    def _match_outcome(
        self, node: a.Match, scope: Scope, body: Body
    ) -> s.Statement | None:
        """`match ask I() { Ok(v) => ...  NotFound(path) => ...  Unavailable(reason) => ... }`"""
        call = self.right(node.subject, scope, body, handled=True)
        if not isinstance(call, x.Ask | x.Perform):
            for arm in node.arms:
                self.open_block(arm.body, scope.child(), body)
            return None
        arms: list[s.OutcomeArm] = []
        seen: set[str] = set()
        for arm in node.arms:
            for pattern in _alternatives(arm.pattern):
                inner = scope.child()
                found = self._outcome_head(pattern, call, inner)
                inside = self.open_block(arm.body, inner, body)
                if found is None:
                    continue
                kind, failure, bindings = found
                key = failure or kind
                if key in seen or "any" in seen:
                    reason = "the arms before it cover it"
                    self.report("PF231", pattern.span, reason=reason)
                seen.add(key)
                if arm.guard is not None:
                    self.report(
                        "PF901", arm.guard.span, construct="a guard on an outcome"
                    )
                arms.append(s.OutcomeArm(arm.span, kind, failure, bindings, inside))
        missing = ["Ok"] if "ok" not in seen else []
        missing += [f.rpartition(".")[2] for f in call.fails if f not in seen]
        if missing and "any" not in seen:
            self.report("PF230", node.subject.span, missing=f"`{missing[0]}`")
        return s.MatchOutcome(node.span, call, tuple(arms))

    def _outcome_head(
        self, pattern: p.Pattern, call: x.Ask | x.Perform, scope: Scope
    ) -> tuple[str, str | None, tuple[tuple[str, x.Symbol], ...]] | None:
        """Which outcome an arm is for, and what it binds."""
        if isinstance(pattern, p.NamePattern) and pattern.name.text == "_":
            return "any", None, ()
        if not isinstance(pattern, p.NamePattern | p.ConstructorPattern):
            self._no_outcome(pattern, call)
            return None
        name = pattern.name.last.text
        arguments = (
            pattern.arguments if isinstance(pattern, p.ConstructorPattern) else ()
        )
        fields: list[tuple[str, Type]]
        kind, failure = "failure", None
        if name == "Ok":
            kind = "ok"
            fields = [] if call.type == UNIT else [("value", call.type)]
        elif name == "Unavailable":
            kind, fields = "unavailable", [("reason", STRING)]
        else:
            failure = next(
                (f for f in call.fails if f.rpartition(".")[2] == name), None
            )
            if failure is None:
                self._no_outcome(pattern, call)
                return None
            entity = self.failure_entity(failure)
            sigs = () if entity is None else self.signatures.fields(entity)
            fields = [(field.name, field.type) for field in sigs]
        return kind, failure, self._outcome_bindings(arguments, fields, scope, name)

    def _outcome_bindings(
        self,
        arguments: tuple[p.PatternArgument, ...],
        fields: list[tuple[str, Type]],
        scope: Scope,
        name: str,
    ) -> tuple[tuple[str, x.Symbol], ...]:
        bound: list[tuple[str, x.Symbol]] = []
        types = dict(fields)
        for place, argument in enumerate(arguments):
            field = argument.name.text if argument.name else None
            if field is None and place < len(fields):
                field = fields[place][0]
            if field is None or field not in types:
                self._count(argument.span, name, len(fields), len(arguments))
                continue
            inner = argument.pattern
            simple = isinstance(inner, p.NamePattern) and len(inner.name.parts) == 1
            if not simple or cast("p.NamePattern", inner).name.text[:1].isupper():
                construct = "a nested pattern in the arm of an outcome"
                self.report("PF901", inner.span, construct=construct)
                continue
            text = cast("p.NamePattern", inner).name.text
            if text != "_":
                symbol = x.Symbol(text, types[field], "pattern", inner.span)
                scope.bind(symbol)
                bound.append((field, symbol))
        return tuple(bound)

    def _no_outcome(self, pattern: p.Pattern, call: x.Ask | x.Perform) -> None:
        names = ["Ok", *(f.rpartition(".")[2] for f in call.fails), "Unavailable"]
        shown = getattr(getattr(pattern, "name", None), "text", "this")
        self.report(
            "PF232",
            pattern.span,
            notes=[f"the outcomes are {', '.join(f'`{name}`' for name in names)}"],
            pattern=shown,
            type="the outcomes of this call",
        )


def _alternatives(pattern: p.Pattern) -> tuple[p.Pattern, ...]:
    return pattern.alternatives if isinstance(pattern, p.OrPattern) else (pattern,)
