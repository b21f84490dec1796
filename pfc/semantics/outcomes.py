"""`match` as a statement, on values and on the ways an ask or perform can end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Union, cast

from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    STRING,
    UNIT,
    UNKNOWN,
    Type,
)
from pfc.semantics.bodies import Body
from pfc.semantics.exhaustive import missing_values
from pfc.semantics.outcome_kinds import (
    Case,
    Inside,
    Kind,
    alternatives,
    arm_of,
    head_name,
    is_name,
    looked_at,
    take_rest,
)
from pfc.semantics.scope import Scope
from pfc.semantics.state_changes import StateChanges
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import patterns as p
from pfc.syntax.ast import statements as a
from pfc.syntax.ast import web as w

AnyArm = Union[a.Arm, e.ExprArm, w.ChildArm]
"""An arm of a statement, of an expression, of a page."""

Give = Callable[[x.Expr], s.Statement]
"""What is done with the value of an arm: replied, assigned, named."""


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
        kinds = self.outcome_kinds(
            node.subject.span,
            node.arms,
            call,
            scope,
            lambda arm, inner: self.open_block(cast("a.Arm", arm).body, inner, body),
        )
        return s.MatchOutcome(node.span, call, self._arms(kinds, call))

    def outcome_value(
        self,
        node: e.MatchExpr,
        scope: Scope,
        body: Body,
        expected: Type | None,
        give: Callable[[Type], Give],
    ) -> s.MatchOutcome | None:
        """`match ask I() { ... }` whose arms are values; `give` says what becomes of them."""
        subject = cast("e.Ask | e.Perform", node.subject)
        call = self.right(subject, scope, body, handled=True)
        if not isinstance(call, x.Ask | x.Perform):
            return None
        kinds = self.outcome_kinds(
            subject.span,
            node.arms,
            call,
            scope,
            lambda arm, inner: self.expr(cast("e.ExprArm", arm).value, inner, expected),
        )
        cases = [case for kind in kinds for case in kind.cases]
        values = dict.fromkeys(cast("x.Expr", case.body) for case in cases)
        type_ = self.common(tuple(values)) if expected is None else expected
        given = give(type_)
        for case in cases:
            if not isinstance(case.body, s.Block | tuple):
                done = given(case.body)
                leaves = isinstance(done, s.Reply | s.Return)
                case.body = s.Block(case.body.span, (done,), leaves)
        return s.MatchOutcome(node.span, call, self._arms(kinds, call))

    def _assign(self, node: a.Assign, scope: Scope, body: Body) -> s.Statement | None:
        """An assignment; of the outcome of an ask, one in each arm."""
        if node.operator != "=" or not is_outcome(node.value):
            return super()._assign(node, scope, body)
        body.changes = True
        target = self.target(node.target, scope, removing=False)
        value = cast("e.MatchExpr", node.value)
        if target is None:
            self.outcome_value(value, scope, body, None, lambda _: _nothing)
            return None
        return self.outcome_value(
            value,
            scope,
            body,
            target.type,
            lambda _: lambda value: s.Assign(value.span, target, "=", value),
        )

    # ------------------------------------------------------------ kinds of outcomes
    def outcome_kinds(
        self,
        span: Span,
        arms: Sequence[AnyArm],
        call: x.Ask | x.Perform,
        scope: Scope,
        read: Callable[[AnyArm, Scope], Inside],
    ) -> list[Kind]:
        """The arms by the kind of outcome; `read` types what an arm holds."""
        kinds = self._kinds(arms, call, scope, read)
        self._check_kinds(span, kinds, call)
        return kinds

    def _kinds(
        self,
        arms: Sequence[AnyArm],
        call: x.Ask | x.Perform,
        scope: Scope,
        read: Callable[[AnyArm, Scope], Inside],
    ) -> list[Kind]:
        """The arms by the kind of outcome that they are for, in order."""
        heads = [head_name(each) for arm in arms for each in alternatives(arm.pattern)]
        found: dict[str, Kind] = {}
        rest = Kind("any", None, call.span)
        for arm in arms:
            for pattern in alternatives(arm.pattern):
                inner = scope.child()
                alone = heads.count(head_name(pattern)) == 1 and arm.guard is None
                head = self._outcome_head(pattern, call, inner, alone=alone)
                guard = None if arm.guard is None else self.condition(arm.guard, inner)
                inside = read(arm, inner)
                if head is None:
                    continue
                kind, made, whole = head
                if rest.is_closed:
                    reason = "the arms before it cover it"
                    self.report("PF231", pattern.span, reason=reason)
                case = Case(arm.span, made, guard, inside, whole)
                if kind.name == "any":
                    take_rest(case, found, rest, call)
                else:
                    found.setdefault(kind.failure or kind.name, kind).cases.append(case)
        return [*found.values(), *([rest] if rest.cases else [])]

    def _check_kinds(
        self, span: Span, kinds: Sequence[Kind], call: x.Ask | x.Perform
    ) -> None:
        """Reports arms that are never reached, and outcomes that no arm covers."""
        named = {kind.failure or kind.name for kind in kinds}
        missing = ["Ok"] if "ok" not in named else []
        missing += [f.rpartition(".")[2] for f in call.fails if f not in named]
        if missing and "any" not in named:
            self.report("PF230", span, missing=f"`{missing[0]}`")
        outcomes = {"ok", *call.fails}
        if isinstance(call, x.Ask):
            outcomes.add("unavailable")
        if outcomes - named:  # `_` is for these, though not for all the others
            self._drop_covered(kinds, call)
        for kind in kinds:
            named_whole = len(kind.cases) == 1 and kind.cases[0].whole
            if kind.name == "any" or named_whole:
                continue
            type_, shown = looked_at(kind, call)
            arms = [(case.pattern, case.guard is not None) for case in kind.cases]
            self.check_arms(span, type_, arms, shown)

    def _drop_covered(self, kinds: Sequence[Kind], call: x.Ask | x.Perform) -> None:
        """Takes `_` from the kinds of outcome that the arms before it cover."""
        rest = [case for kind in kinds if kind.name == "any" for case in kind.cases]
        for kind in kinds:
            last = kind.cases[-1]
            if kind.name == "any" or len(kind.cases) == 1:
                continue
            if any(last is case for case in rest):
                before = [each.pattern for each in kind.cases[:-1] if not each.guard]
                if missing_values(before, looked_at(kind, call)[0], self) is None:
                    kind.cases.pop()

    def _outcome_head(
        self, pattern: p.Pattern, call: x.Ask | x.Perform, scope: Scope, *, alone: bool
    ) -> tuple[Kind, x.Pattern, bool] | None:
        """Which outcome an arm is for, what it matches of it, and whether all of it."""
        span = pattern.span
        if isinstance(pattern, p.NamePattern) and pattern.name.text == "_":
            return Kind("any", None, span), x.AnyPattern(span), False
        if not isinstance(pattern, p.NamePattern | p.ConstructorPattern):
            self._no_outcome(pattern, call)
            return None
        name = head_name(pattern)
        failure = next((f for f in call.fails if f.rpartition(".")[2] == name), None)
        if name in ("Ok", "Unavailable"):
            kind = Kind(name.lower(), None, span)
        elif failure is not None:
            kind = Kind("failure", failure, span)
        else:
            self._no_outcome(pattern, call)
            return None
        arguments: tuple[p.PatternArgument, ...] = getattr(pattern, "arguments", ())
        if alone and all(is_name(argument.pattern) for argument in arguments):
            return kind, self._parts(kind, pattern, arguments, call, scope), True
        type_, _ = looked_at(kind, call)
        if failure is not None:
            made = p.ConstructorPattern(span, pattern.name, arguments)
            return kind, self.pattern(made, type_, scope), False
        if self._miscounted(kind, name, arguments, call) or not arguments:
            return kind, x.AnyPattern(span), False
        return kind, self.pattern(arguments[0].pattern, type_, scope), False

    def _miscounted(
        self,
        kind: Kind,
        name: str,
        arguments: Sequence[p.PatternArgument],
        call: x.Ask | x.Perform,
    ) -> bool:
        """Whether an arm names parts that the outcome does not have; reports them."""
        fields = self._fields_of_kind(kind, call)
        for place, argument in enumerate(arguments):
            written = "" if argument.name is None else argument.name.text
            if written and written not in dict(fields):
                span = argument.span if argument.name is None else argument.name.span
                self.report("PF221", span, type=name, field=written)
                return True
            if place >= len(fields):
                self._count(argument.span, name, len(fields), len(arguments))
                return True
        return False

    def _fields_of_kind(
        self, kind: Kind, call: x.Ask | x.Perform
    ) -> list[tuple[str, Type]]:
        """The parts of an outcome with their types."""
        if kind.failure is not None:
            entity = self.failure_entity(kind.failure)
            sigs = () if entity is None else self.signatures.fields(entity)
            return [(each.name, each.type) for each in sigs]
        if kind.name == "unavailable":
            return [("reason", STRING)]
        return [] if call.type == UNIT else [("value", call.type)]

    def _parts(
        self,
        kind: Kind,
        pattern: p.Pattern,
        arguments: Sequence[p.PatternArgument],
        call: x.Ask | x.Perform,
        scope: Scope,
    ) -> x.Pattern:
        """Names for the parts of an outcome, whatever they are."""
        fields = self._fields_of_kind(kind, call)
        if self._miscounted(kind, head_name(pattern), arguments, call):
            for argument in arguments:
                self.pattern(argument.pattern, UNKNOWN, scope)
            return x.AnyPattern(pattern.span)
        bound: list[tuple[str, x.Pattern]] = []
        for (place, _), argument in zip(fields, arguments, strict=False):
            name = place if argument.name is None else argument.name.text
            written = cast("p.NamePattern", argument.pattern).name.text
            if written == "_":
                continue
            span = argument.pattern.span
            symbol = x.Symbol(written, dict(fields)[name], "pattern", span)
            made = x.BindPattern(span, symbol)
            self._bound_once(made, [part for _, part in bound])
            scope.bind(symbol)
            bound.append((name, made))
        type_, _ = looked_at(kind, call)
        return x.VariantPattern(pattern.span, type_, "", tuple(bound))

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

    def _arms(
        self, kinds: Sequence[Kind], call: x.Ask | x.Perform
    ) -> tuple[s.OutcomeArm, ...]:
        """One arm for each kind of outcome."""
        return tuple(arm_of(kind, call) for kind in kinds)


def is_outcome(node: e.Right) -> bool:
    """Whether it is a `match` on an ask or perform, as a value."""
    subject = node.subject if isinstance(node, e.MatchExpr) else None
    return isinstance(subject, e.Ask | e.Perform)


def _nothing(value: x.Expr) -> s.Statement:
    return s.Return(value.span, value)
