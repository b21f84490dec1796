"""What a name, or a chain of names, means as a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir.types import (
    CALENDAR,
    INT,
    OPEN,
    ContextType,
    ListType,
    NoneType,
    OptionalType,
    PageType,
    RecordType,
    RowType,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.ir.types import CURSOR as CURSOR_TYPE
from pfc.semantics import stdlib
from pfc.semantics.operators import Operators
from pfc.semantics.relations import (
    Binding,
    fits,
    fresh,
    infer,
    is_fresh,
    is_sortable,
    optional,
    present,
    settled,
    substitute,
)
from pfc.semantics.scope import Scope, place_of
from pfc.semantics.signatures import FieldSig
from pfc.semantics.world import Entity, ModuleInfo
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import reactors
from pfc.syntax.ast.base import Dotted, Name

NOT_YET = frozenset({"table", "stream", "schedule", "workflow", "plugin"})
"""Kinds of declarations that are refused as a whole."""

_VALUE_KINDS = ("calendar", "config", "fn", "record", "union")


class Names(Operators):
    """References, fields, and the entities that dotted names lead to."""

    # ------------------------------------------------------------ references
    def reference(self, node: e.Reference, scope: Scope) -> x.Expr:
        symbol = scope.names.get(node.name)
        if symbol is not None:
            type_ = scope.type_of((symbol, ()), symbol.type)
            return x.Local(node.span, type_, symbol)
        if node.name == "caller":
            return self.caller(node.span, scope)
        own = self._of_caller(node, scope)
        if own is not None:
            return own
        implicit = self._of_it(node, scope)
        if implicit is not None:
            return implicit
        entity = scope.module.names.get(node.name) or scope.module.imported.get(
            node.name
        )
        if entity is not None and entity.kind == "config":
            return self.config(node.span, entity, scope)
        if entity is not None and entity.kind == "calendar":
            return x.CalendarValue(node.span, CALENDAR, entity.id)
        variant = self.bare_variant(node.name, scope)
        if variant is not None:
            return self.variant_value(node.span, variant, node.name, scope)
        if entity is not None and entity.kind in NOT_YET:
            return self.unknown(node.span)  # its declaration has been refused
        if entity is not None:
            article = "an" if entity.kind[0] in "aeiou" else "a"
            self.report(
                "PF225",
                node.span,
                name=node.name,
                kind=f"{article} {entity.kind}",
                wanted="a value",
            )
            return self.unknown(node.span)
        self._no_name(node, scope)
        return self.unknown(node.span)

    def _no_name(self, node: e.Reference, scope: Scope) -> None:
        if node.name in scope.module.missing:
            return
        candidates = [*scope.symbols(), "caller", "none", "true", "false"]
        notes = list(
            self.world.suggestion(node.name, scope.module, _VALUE_KINDS, candidates)
        )
        fields = scope.setting.reactor and self.state_fields(scope.setting.reactor)
        if fields and node.name in fields:
            notes = [f"the reactor's state is written `state.{node.name}`"]
        self.report("PF210", node.span, notes=notes, kind="name", name=node.name)

    def caller(self, span: Span, scope: Scope) -> x.Expr:
        context = scope.setting.caller
        if context is None:
            self.report("PF250", span, reason=scope.setting.caller_reason)
            return self.unknown(span)
        return x.Caller(span, ContextType(context))

    def _of_caller(self, node: e.Reference, scope: Scope) -> x.Expr | None:
        """In a page, and in grants, the context's fields are in scope by name."""
        context = scope.setting.caller
        if context is None or not scope.setting.fields_of_caller:
            return None
        entity = self.entity(context)
        if entity is None or entity.kind != "context":
            return None
        for field in self.signatures.fields(entity):
            if field.name == node.name:
                caller = x.Caller(node.span, ContextType(context))
                found = x.FieldOf(node.span, field.type, caller, field.name)
                return self._narrowed(found, scope)
        return None

    def _of_it(self, node: e.Reference, scope: Scope) -> x.Expr | None:
        """`length` in a refinement is `it.length`."""
        it = scope.it
        if it is None:
            return None
        if node.name == "it":
            return x.Local(node.span, it.type, it)
        if it.kind == "row":
            return None  # a row's columns are not confused with what is in scope
        value = x.Local(node.span, it.type, it)
        return self._member(node.span, value, node.name, scope)

    def config(self, span: Span, entity: Entity, scope: Scope) -> x.Expr:
        if not scope.setting.configs:
            place = scope.setting.name
            construct = f"the configuration `{entity.name}`"
            self.report("PF247", span, place=place, construct=construct)
        return x.ConfigValue(span, RecordType(entity.id), entity.id)

    # ------------------------------------------------------------ dotted names
    def dotted(self, node: e.Expr) -> Dotted | None:
        """The chain of names that an expression is, if it is one."""
        parts: list[Name] = []
        while isinstance(node, e.Field):
            parts.append(node.name)
            node = node.value
        if not isinstance(node, e.Reference):
            return None
        parts.append(Name(node.span, node.name))
        return Dotted(node.span.to(parts[0].span), tuple(reversed(parts)))

    def entity_at(
        self, node: e.Expr, scope: Scope
    ) -> tuple[Entity, tuple[Name, ...]] | None:
        """The entity that a chain begins with, and the names left over."""
        chain = self.dotted(node)
        if chain is None or chain.parts[0].text in scope.names:
            return None
        if scope.it is not None and chain.parts[0].text == "it":
            return None
        entity, taken = self.world.find(scope.module, chain)
        return None if entity is None else (entity, chain.parts[taken:])

    # ------------------------------------------------------------ fields
    def field(self, node: e.Field, scope: Scope) -> x.Expr:
        if isinstance(node.value, e.StateRef):
            return self.state_field(node.span, node.name, scope, scope.setting.reactor)
        found = self._of_entity(node, scope)
        if found is not None:
            return found
        value = self.expr(node.value, scope)
        return self.member(node.span, value, node.name, scope)

    def _of_entity(self, node: e.Field, scope: Scope) -> x.Expr | None:
        """`Role.Admin`, `module.Config`, `Reactor.state.x`."""
        reached = self.entity_at(node, scope)
        if reached is None:
            return None
        entity, rest = reached
        if entity.kind == "union" and len(rest) == 1:
            return self.variant_value(node.span, entity, rest[0].text, scope)
        if entity.kind == "config" and not rest:
            return self.config(node.span, entity, scope)
        if entity.kind == "calendar" and not rest:
            return x.CalendarValue(node.span, CALENDAR, entity.id)
        of_state = len(rest) == 2 and rest[0].text == "state"
        if entity.kind == "reactor" and of_state and scope.setting.intents_are_values:
            return self.state_field(node.span, rest[1], scope, entity.id)
        return None

    def state_fields(self, reactor: str) -> dict[str, FieldSig]:
        """The state of a reactor, by name."""
        entity = self.entity(reactor)
        node = None if entity is None else entity.node
        if not isinstance(node, reactors.Reactor) or node.state is None or not entity:
            return {}
        found = self.signatures.members(node.state.fields, entity.module)
        return {field.name: field for field in found}

    def state_field(
        self, span: Span, name: Name, scope: Scope, reactor: str | None
    ) -> x.Expr:
        if reactor is None:
            told = "write `R.state`: `state` alone is that of the one reactor given"
            in_test = scope.setting.intents_are_values
            place = scope.setting.name
            self.report(
                "PF246",
                span,
                notes=[told] if in_test else [],
                statement="state",
                place=place,
            )
            return self.unknown(span)
        fields = self.state_fields(reactor)
        found = fields.get(name.text)
        if found is None:
            notes = did_you_mean(name.text, fields)
            self.report("PF221", name.span, notes=notes, type="state", field=name.text)
            return self.unknown(span)
        return x.StateField(span, found.type, name.text, reactor)

    def member(self, span: Span, value: x.Expr, name: Name, scope: Scope) -> x.Expr:
        """`value.name`: a field, or a method without arguments."""
        found = self._member(span, value, name.text, scope)
        if found is not None:
            return found
        if isinstance(value.type, OptionalType):
            inner = replace_type(value, value.type.item)
            if self._member(span, inner, name.text, scope) is not None:
                self.mismatch(value.span, value.type, value.type.item)
                return self.unknown(span)
        if not isinstance(base_of(value.type), Unknown):
            fields = [field.name for field in self.fields_of_type(value.type)]
            notes = stdlib.advice_on(value.type, name.text, fields)
            self.report(
                "PF221", name.span, notes=notes, type=show(value.type), field=name.text
            )
        return self.unknown(span)

    def _member(
        self, span: Span, value: x.Expr, name: str, scope: Scope
    ) -> x.Expr | None:
        for field in self.fields_of_type(value.type):
            if field.name == name:
                found = x.FieldOf(span, field.type, value, name)
                return self._narrowed(found, scope)
        method = stdlib.methods_of(value.type).get(name)
        if method is not None and not method.parameters:
            return self.method_value(span, value, method)
        return None

    def method_value(
        self, span: Span, value: x.Expr, method: stdlib.MethodEntry
    ) -> x.Expr:
        """A method without arguments."""
        binding: Binding = {}
        infer(method.receiver, base_of(value.type), binding)
        if not fits(base_of(value.type), settled(method.receiver, binding)):
            self.not_among(span, value.type, method.name)
            return self.unknown(span)
        self.check_binding(span, method, binding)
        result = settled(method.result, binding)
        return x.Method(span, result, method.owner, method.name, value, ())

    def not_among(self, span: Span, type_: Type, name: str) -> None:
        """Reports a method that values of the type do not have."""
        notes = stdlib.advice_on(type_, name)
        self.report("PF226", span, notes=notes, type=show(type_), method=name)

    def check_binding(
        self, span: Span, method: stdlib.MethodEntry, binding: Binding
    ) -> None:
        """N stands for a number, O for something ordered."""
        number, ordered = binding.get(fresh("N")), binding.get(fresh("O"))
        if number is not None and not _known_and(number, stdlib.is_numeric):
            self._not_for(span, method.name, number)
        if ordered is not None and not _known_and(ordered, is_sortable):
            self._not_for(span, method.name, ordered)

    def _not_for(self, span: Span, name: str, item: Type) -> None:
        operands = f"items of type `{show(item)}`"
        self.report("PF227", span, operator=name, operands=operands)

    def _narrowed(self, found: x.FieldOf, scope: Scope) -> x.Expr:
        place = place_of(found)
        if place is None:
            return found
        return replace(found, type=scope.type_of(place, found.type))

    def fields_of_type(self, type_: Type) -> tuple[FieldSig, ...]:
        """The fields of a record, config, context or page of results."""
        base = base_of(type_)
        if isinstance(base, PageType):
            span = Span("", 0, 0)
            return (
                FieldSig("items", ListType(base.item), False, span),
                FieldSig("next", optional(CURSOR_TYPE), False, span),
                FieldSig("total", INT, False, span),
            )
        if isinstance(base, RowType):
            nowhere = Span("", 0, 0)
            return tuple(FieldSig(n, t, False, nowhere) for n, t in base.fields)
        if isinstance(base, RecordType | ContextType):
            entity = self.entity(base.id)
            if entity is None:
                return ()
            arguments = base.arguments if isinstance(base, RecordType) else ()
            names = self.signatures.generics(entity)
            if not names:
                return self.signatures.fields(entity)
            binding = dict(zip(names, arguments, strict=False))
            return tuple(
                replace(f, type=substitute(f.type, binding))
                for f in self.signatures.fields(entity)
            )
        return ()

    # ------------------------------------------------------------ variants
    def bare_variant(self, name: str, scope: Scope) -> Entity | None:
        """The one union in sight that has a variant of this name."""
        if not name[:1].isupper():
            return None
        owners = self._owners(scope.module).get(name, [])
        return owners[0] if len(owners) == 1 else None

    def _owners(self, info: ModuleInfo) -> dict[str, list[Entity]]:
        """The unions in sight by the names of their variants."""
        if info.name not in self._variant_owners:
            found: dict[str, list[Entity]] = {}
            for entity in self.world.visible(info):
                if entity.kind == "union":
                    for name in dict.fromkeys(self.signatures.variants(entity)):
                        found.setdefault(name, []).append(entity)
            self._variant_owners[info.name] = found
        return self._variant_owners[info.name]

    def variant_value(
        self, span: Span, union: Entity, name: str, scope: Scope
    ) -> x.Expr:
        """A variant without fields, as a value."""
        fields = self.signatures.variant(union, name)
        if fields is None:
            names = self.signatures.variants(union)
            notes = did_you_mean(name, names)
            self.report("PF221", span, notes=notes, type=union.name, field=name)
            return self.unknown(span)
        for field in fields:
            if not field.has_default:
                callee = f"{union.name}.{name}"
                self.report("PF222", span, callee=callee, parameter=field.name)
        arguments = tuple(OPEN for _ in self.signatures.generics(union))
        type_ = UnionType(union.id, arguments)
        return x.Construct(span, type_, "variant", union.id, name, ())


def replace_type(value: x.Expr, type_: Type) -> x.Expr:
    """The same expression seen as another type."""
    return cast("x.Expr", replace(cast("x.Local", value), type=type_))


def _known_and(type_: Type, holds: Callable[[Type], bool]) -> bool:
    if isinstance(base_of(type_), Unknown | NoneType) or is_fresh(type_):
        return True
    return holds(present(type_))
