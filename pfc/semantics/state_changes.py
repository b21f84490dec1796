"""Assignments to a reactor's state, and removals from it."""

from __future__ import annotations

from typing import cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    INT,
    ListType,
    MapType,
    RecordType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.bodies import Body
from pfc.semantics.effectful import Effectful
from pfc.semantics.scope import Scope
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a


class StateChanges(Effectful):
    """`state.x = e`, `state.m[k] += e`, `remove state.m[k]`."""

    # what `Statements` provides
    def right(
        self,
        node: e.Right,
        scope: Scope,
        body: Body,
        expected: Type | None = None,
        *,
        handled: bool = False,
    ) -> x.Right:
        raise NotImplementedError

    def target(
        self, node: a.Target, scope: Scope, *, removing: bool
    ) -> s.Target | None:
        reactor = scope.setting.reactor
        first = node.parts[0]
        if reactor is None or not isinstance(first, a.TargetField):
            reason = "only fields of a reactor's state can be"
            self.report("PF245", node.span, target="state", reason=reason)
            return None
        fields = self.state_fields(reactor)
        field = fields.get(first.name.text)
        if field is None:
            name = first.name.text
            notes = did_you_mean(name, fields)
            self.report("PF221", first.span, notes=notes, type="state", field=name)
            return None
        type_ = field.type
        steps: list[s.FieldStep | s.KeyStep] = []
        for part in node.parts[1:]:
            step = self._step(part, type_, scope)
            if step is None:
                return None
            steps.append(step[0])
            type_ = step[1]
        last = steps[-1] if steps else None
        if removing and not (isinstance(last, s.KeyStep) and not last.is_list):
            reason = "`remove` takes an entry out of a map: `remove state.m[k]`"
            self.report("PF245", node.span, target=first.name.text, reason=reason)
            return None
        return s.Target(node.span, type_, first.name.text, field.type, tuple(steps))

    def _step(
        self, part: a.TargetField | a.TargetIndex, type_: Type, scope: Scope
    ) -> tuple[s.FieldStep | s.KeyStep, Type] | None:
        base = base_of(type_)
        if isinstance(part, a.TargetField):
            for field in self.fields_of_type(type_):
                if field.name == part.name.text and isinstance(base, RecordType):
                    return s.FieldStep(field.name), field.type
            if not isinstance(base, Unknown):
                self.report("PF221", part.span, type=show(type_), field=part.name.text)
            return None
        if isinstance(base, MapType):
            key = self.expr(part.at, scope, base.key)
            return s.KeyStep(key, is_list=False), base.value
        if isinstance(base, ListType):
            return s.KeyStep(self.expr(part.at, scope, INT), is_list=True), base.item
        if not isinstance(base, Unknown):
            self.report("PF227", part.span, operator="[ ]", operands=f"`{show(type_)}`")
        return None

    def _assign(self, node: a.Assign, scope: Scope, body: Body) -> s.Statement | None:
        body.changes = True
        target = self.target(node.target, scope, removing=False)
        if target is None:
            self.right(node.value, scope, body)
            return None
        if node.operator == "=":
            value = self.right(node.value, scope, body, target.type)
            if not target.steps and not isinstance(value, x.Effectful):
                fields = self.state_fields(cast("str", scope.setting.reactor))
                self.check_field(value, fields[target.field])
            return s.Assign(node.span, target, "=", value)
        now = x.Local(
            node.target.span,
            target.type,
            x.Symbol("", target.type, "let", node.target.span),
        )
        hint = base_of(target.type)
        found = self.right(node.value, scope, body, None)
        if not isinstance(found, x.Ask | x.Perform) and isinstance(
            node.value, e.Number
        ):
            found = self.infer_expr(node.value, scope, hint)
        operand = found
        if isinstance(found, x.Ask | x.Perform):
            symbol = x.Symbol("", found.type, "let", found.span)
            operand = x.Local(found.span, found.type, symbol)
        result = self.arithmetic(
            node.span, node.operator[0], now, cast("x.Expr", operand)
        )
        fitted = self.coerce(result, target.type)
        if isinstance(fitted, x.Refine) or result.type != base_of(target.type):
            pass  # the check of a refined field is the emitter's: it knows the target's type
        return s.Assign(node.span, target, node.operator, found)

    def _remove(self, node: a.Remove, scope: Scope, body: Body) -> s.Remove | None:
        body.changes = True
        target = self.target(node.target, scope, removing=True)
        return None if target is None else s.Remove(node.span, target)
