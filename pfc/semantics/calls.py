"""Calls of what has a name: functions and constructors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pfc.ir import expressions as x
from pfc.ir.types import (
    INSTANT,
    OPEN,
    UNKNOWN,
    UUID,
    ContextType,
    OptionalType,
    RecordType,
    ResultType,
    Type,
    UnionType,
    Unknown,
    Variable,
    base_of,
)
from pfc.semantics import stdlib
from pfc.semantics.method_calls import MethodCalls
from pfc.semantics.relations import Binding, fresh, present, settled, substitute
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import FieldSig
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Name

_OUTCOMES = ("Ok", "Err")


class Calls(MethodCalls):
    """Everything with arguments."""

    def call(self, node: e.CallExpr, scope: Scope, expected: Type | None) -> x.Expr:
        reached = self.entity_at(node.callee, scope)
        if reached is not None:
            found = self._call_entity(node, *reached, scope, expected)
            if found is not None:
                return found
        if isinstance(node.callee, e.Reference):
            return self._call_name(node, node.callee, scope, expected)
        if isinstance(node.callee, e.Field):
            receiver = self.expr(node.callee.value, scope)
            return self.method_call(node, receiver, node.callee.name, scope, expected)
        found_callee = self.expr(node.callee, scope)
        self._not_callable(node.callee.span, "this value", "a value", found_callee.type)
        return self.unknown(node.span)

    def _not_callable(self, span: Span, name: str, kind: str, type_: Type) -> None:
        if not isinstance(type_, Unknown):
            wanted = "something that can be called"
            self.report("PF225", span, name=name, kind=kind, wanted=wanted)

    def _call_entity(
        self,
        node: e.CallExpr,
        entity: Entity,
        rest: tuple[Name, ...],
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr | None:
        if entity.kind == "union" and len(rest) == 1:
            return self.variant_call(node, entity, rest[0].text, scope, expected)
        if rest:
            return None
        if entity.kind == "record":
            return self.record_call(node, entity, scope, expected)
        if entity.kind == "fn":
            return self.function_call(node, entity, scope, expected)
        if entity.kind in ("intent", "workflow") and scope.setting.intents_are_values:
            return self.construct(node.span, "intent", entity, node.arguments, scope)
        article = "an" if entity.kind[0] in "aeiou" else "a"
        advice = {
            "intent": "an intent is sent: `ask`, `send`",
            "effect": "an effect is performed: `perform`",
            "event": "an event is emitted: `emit`",
            "failure": "a failure ends a handler: `fail`",
        }.get(entity.kind)
        self.report(
            "PF225",
            node.callee.span,
            notes=[advice] if advice else [],
            name=entity.name,
            kind=f"{article} {entity.kind}",
            wanted="a function or a type that can be made",
        )
        return self.unknown(node.span)

    def _call_name(
        self,
        node: e.CallExpr,
        callee: e.Reference,
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr:
        name = callee.name
        symbol = scope.names.get(name)
        if symbol is not None:
            self._not_callable(callee.span, name, "a value", symbol.type)
            return self.unknown(node.span)
        if name in ("now", "new_uuid"):
            return self._builtin(node, name, scope)
        if name in _OUTCOMES:
            return self._outcome(node, name, scope, expected)
        if scope.it is not None and name in stdlib.methods_of(scope.it.type):
            receiver = x.Local(callee.span, scope.it.type, scope.it)
            return self.method_call(
                node, receiver, Name(callee.span, name), scope, expected
            )
        union = self._expected_union(name, expected) or self.bare_variant(name, scope)
        if union is not None:
            return self.variant_call(node, union, name, scope, expected)
        notes = self.world.suggestion(
            name, scope.module, ("fn", "record"), ("now", "new_uuid")
        )
        self.report("PF210", callee.span, notes=notes, kind="function", name=name)
        for argument in node.arguments:
            self.expr(argument.value, scope)
        return self.unknown(node.span)

    def _expected_union(self, name: str, expected: Type | None) -> Entity | None:
        base = base_of(expected) if expected is not None else None
        if isinstance(base, OptionalType):
            base = base_of(base.item)
        if not isinstance(base, UnionType):
            return None
        entity = self.entity(base.id)
        known = entity is not None and name in self.signatures.variants(entity)
        return entity if known else None

    def _builtin(self, node: e.CallExpr, name: str, scope: Scope) -> x.Expr:
        if node.arguments:
            self._count(node.span, name, 0, len(node.arguments))
        if not scope.setting.clock:
            place = scope.setting.name
            self.report("PF247", node.span, place=place, construct=f"`{name}()`")
        return x.Builtin(node.span, INSTANT if name == "now" else UUID, name)

    def _outcome(
        self, node: e.CallExpr, name: str, scope: Scope, expected: Type | None
    ) -> x.Expr:
        """`Ok(x)` and `Err(x)`."""
        wanted = None if expected is None else base_of(present(base_of(expected)))
        known = wanted if isinstance(wanted, ResultType) else ResultType(OPEN, OPEN)
        inner = known.value if name == "Ok" else known.error
        if len(node.arguments) != 1:
            self._count(node.span, name, 1, len(node.arguments))
            return self.unknown(node.span)
        hint = None if isinstance(inner, Unknown) else inner
        value = self.expr(node.arguments[0].value, scope, hint)
        if isinstance(wanted, ResultType):
            made = wanted
        elif name == "Ok":
            made = ResultType(value.type, OPEN)
        else:
            made = ResultType(OPEN, value.type)
        return x.Construct(node.span, made, "outcome", "", name, (("value", value),))

    # ------------------------------------------------------------ constructors
    def record_call(
        self, node: e.CallExpr, entity: Entity, scope: Scope, expected: Type | None
    ) -> x.Expr:
        names = self.signatures.generics(entity)
        binding = _expected_binding(names, entity.id, expected)
        fields = _freshened(self.signatures.fields(entity), names)
        bound = self.bind(entity.name, fields, node, scope, binding)
        arguments = tuple(binding.get(fresh(name), OPEN) for name in names)
        type_ = RecordType(entity.id, arguments)
        return x.Construct(node.span, type_, "record", entity.id, "", bound)

    def variant_call(
        self,
        node: e.CallExpr,
        union: Entity,
        name: str,
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr:
        fields = self.signatures.variant(union, name)
        if fields is None:
            return self.variant_value(node.span, union, name, scope)
        names = self.signatures.generics(union)
        binding = _expected_binding(names, union.id, expected)
        fields = _freshened(fields, names)
        bound = self.bind(f"{union.name}.{name}", fields, node, scope, binding)
        arguments = tuple(binding.get(fresh(each), OPEN) for each in names)
        type_ = UnionType(union.id, arguments)
        return x.Construct(node.span, type_, "variant", union.id, name, bound)

    def construct(
        self,
        span: Span,
        kind: str,
        entity: Entity,
        arguments: Sequence[e.Argument],
        scope: Scope,
        *,
        partial: bool = False,
    ) -> x.Construct:
        """An intent, event, failure, context or page made from arguments.

        `partial`: fields may be missing (a form's inputs give them).
        """
        fields = self.signatures.fields(entity)
        call = e.CallExpr(span, e.Reference(span, entity.name), tuple(arguments))
        bound = self.bind(entity.name, fields, call, scope, {}, partial=partial)
        type_: Type = UNKNOWN
        if kind == "intent":
            type_ = self.signatures.result(entity)
        elif kind == "context":
            type_ = ContextType(entity.id)
        return x.Construct(span, type_, kind, entity.id, "", bound)

    def function_call(
        self, node: e.CallExpr, entity: Entity, scope: Scope, expected: Type | None
    ) -> x.Expr:
        binding: Binding = {}
        names = self.signatures.generics(entity)
        fields = _freshened(self.signatures.fields(entity), names)
        bound = self.bind(entity.name, fields, node, scope, binding)
        declared = substitute(self.signatures.result(entity), _fresh_names(names))
        result = settled(declared, binding)
        return x.CallFunction(node.span, result, entity.id, bound)


def _fresh_names(names: tuple[str, ...]) -> Binding:
    return {name: Variable(fresh(name)) for name in names}


def _freshened(
    fields: Sequence[FieldSig], names: tuple[str, ...]
) -> tuple[FieldSig, ...]:
    """The fields of a callee, its type parameters kept apart from the caller's."""
    renamed = _fresh_names(names)
    return tuple(replace(f, type=substitute(f.type, renamed)) for f in fields)


def _expected_binding(
    names: tuple[str, ...], id_: str, expected: Type | None
) -> Binding:
    """What the expected type says about a constructor's type parameters."""
    base = base_of(expected) if expected is not None else None
    if isinstance(base, OptionalType):
        base = base_of(base.item)
    if isinstance(base, RecordType | UnionType) and base.id == id_:
        return {
            fresh(name): argument
            for name, argument in zip(names, base.arguments, strict=False)
            if not isinstance(argument, Unknown)
        }
    return {}
