"""What a declaration promises before its body is read: types, fields, results, failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from pfc.diagnostics import Label
from pfc.ir.types import (
    PRIMITIVES,
    UNIT,
    UNKNOWN,
    ListType,
    MapType,
    PageType,
    RecordType,
    RefinedType,
    ResultType,
    SetType,
    Type,
    UnionType,
    Variable,
    show,
)
from pfc.semantics.relations import optional, substitute
from pfc.semantics.world import Entity, ModuleInfo, World
from pfc.span import Span
from pfc.syntax.ast import authority, data, intents, time, web
from pfc.syntax.ast.types import TypeRef

NO_GENERICS: frozenset[str] = frozenset()
_CONTAINERS = {"List": 1, "Set": 1, "Map": 2, "Result": 2, "Page": 1}
_TYPE_KINDS = ("type", "record", "union", "config")
_LATER = ("Upload", "Download")
DOMAINS = {"max": "max", "min": "min"}


@dataclass(frozen=True)
class FieldSig:
    """A field or parameter as callers see it."""

    name: str
    type: Type
    has_default: bool
    span: Span
    member: data.Member | None = None
    module: ModuleInfo | None = None


@dataclass(frozen=True)
class ParameterSig:
    """A parameter of a capability: its domain and the type of its values."""

    name: str
    domain: str
    type: Type
    span: Span


class Signatures:
    """Computes signatures once each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._aliases: dict[Entity, Type | None] = {}
        self._reading: list[Entity] = []
        self._fields: dict[Entity, tuple[FieldSig, ...]] = {}
        self._variant_fields: dict[Entity, dict[str, tuple[FieldSig, ...]]] = {}
        self._failures: dict[Entity, tuple[Entity, ...]] = {}
        self._variant_failures: dict[tuple[Entity, str], Entity] = {}
        self.failure_variants: dict[str, Entity] = {}
        self._operations: dict[Entity, dict[str, tuple[ParameterSig, ...]]] = {}

    # ------------------------------------------------------------ types
    def type_of(
        self, ref: TypeRef, info: ModuleInfo, generics: frozenset[str] = NO_GENERICS
    ) -> Type:
        """The type that is written; reports what is wrong with it."""
        type_ = self._named(ref, info, generics)
        return optional(type_) if ref.optional else type_

    def _named(self, ref: TypeRef, info: ModuleInfo, generics: frozenset[str]) -> Type:
        name = ref.name.text
        arguments = tuple(self.type_of(a, info, generics) for a in ref.arguments)
        if name in generics and not arguments:
            return Variable(name)
        if name in _CONTAINERS and name not in info.names:
            return self._container(name, ref, arguments)
        if name in PRIMITIVES and name not in info.names:
            self._count(ref, 0, arguments)
            if name in _LATER:
                self.world.report("PF901", ref.span, construct=f"the type `{name}`")
            return PRIMITIVES[name]
        entity, taken = self.world.find(info, ref.name)
        if entity is None or taken != len(ref.name.parts):
            self._unknown(ref, info, generics)
            return UNKNOWN
        return self._declared(entity, ref, arguments)

    def _unknown(
        self, ref: TypeRef, info: ModuleInfo, generics: frozenset[str]
    ) -> None:
        if ref.name.parts[0].text in info.missing:
            return
        built_in = [*PRIMITIVES, *_CONTAINERS, *generics]
        name = ref.name.text
        notes = self.world.suggestion(name, info, _TYPE_KINDS, built_in)
        self.world.report("PF210", ref.name.span, notes=notes, kind="type", name=name)

    def _container(self, name: str, ref: TypeRef, arguments: tuple[Type, ...]) -> Type:
        if not self._count(ref, _CONTAINERS[name], arguments):
            return UNKNOWN
        if name == "Map":
            return MapType(arguments[0], arguments[1])
        if name == "Result":
            return ResultType(arguments[0], arguments[1])
        if name == "Page":
            return PageType(arguments[0])
        return SetType(arguments[0]) if name == "Set" else ListType(arguments[0])

    def _count(self, ref: TypeRef, wanted: int, arguments: tuple[Type, ...]) -> bool:
        if len(arguments) == wanted:
            return True
        plural = "" if wanted == 1 else "s"
        self.world.report(
            "PF224",
            ref.span,
            callee=ref.name.text,
            expected=f"{wanted} type argument{plural}"
            if wanted
            else "no type arguments",
            found=f"{len(arguments)} {'is' if len(arguments) == 1 else 'are'}",
        )
        return False

    def _declared(
        self, entity: Entity, ref: TypeRef, arguments: tuple[Type, ...]
    ) -> Type:
        if entity.kind == "type":
            names = [n.text for n in cast("data.TypeAlias", entity.node).generics]
            if not self._count(ref, len(names), arguments):
                return UNKNOWN
            aliased = self.alias(entity)
            return substitute(aliased, dict(zip(names, arguments, strict=True)))
        if entity.kind in ("record", "union"):
            if not self._count(ref, len(self.generics(entity)), arguments):
                return UNKNOWN
            make = RecordType if entity.kind == "record" else UnionType
            return make(entity.id, arguments)
        if entity.kind == "config":
            return RecordType(entity.id)
        article = "an" if entity.kind[0] in "aeiou" else "a"
        self.world.report(
            "PF225",
            ref.name.span,
            name=ref.name.text,
            kind=f"{article} {entity.kind}",
            wanted="a type",
        )
        return UNKNOWN

    def alias(self, entity: Entity) -> Type:
        """What a `type` declaration stands for."""
        if entity in self._aliases:
            known = self._aliases[entity]
            if known is None:
                self._aliases[entity] = UNKNOWN
                names = [each.name for each in self._reading]
                way = names[names.index(entity.name) :] if entity.name in names else []
                cycle = " → ".join([*way, entity.name])
                self.world.report("PF216", entity.span, name=entity.name, cycle=cycle)
                return UNKNOWN
            return known
        self._aliases[entity] = None
        self._reading.append(entity)
        node = cast("data.TypeAlias", entity.node)
        generics = frozenset(name.text for name in node.generics)
        base = self.type_of(node.type, entity.module, generics)
        self._reading.pop()
        refined = node.under is not None or node.where is not None
        found = RefinedType(entity.id, base) if refined else base
        if self._aliases[entity] is None:
            self._aliases[entity] = found
        return cast("Type", self._aliases[entity])

    def generics(self, entity: Entity) -> tuple[str, ...]:
        """The type parameters of a record, union or function."""
        names = getattr(entity.node, "generics", ())
        return tuple(name.text for name in names)

    # ------------------------------------------------------------ fields
    def fields(self, entity: Entity) -> tuple[FieldSig, ...]:
        """The fields or parameters of a declaration, in order."""
        if entity not in self._fields:
            self._fields[entity] = self.members(
                self._members(entity), entity.module, frozenset(self.generics(entity))
            )
        return self._fields[entity]

    def _members(self, entity: Entity) -> tuple[data.Member, ...]:
        node = entity.node
        if isinstance(
            node,
            data.Record
            | data.Config
            | authority.Context
            | intents.Intent
            | intents.Event
            | intents.Failure
            | time.Workflow,
        ):
            return node.fields
        if isinstance(node, data.Variant):
            return node.fields
        if isinstance(node, data.Function | intents.Effect | web.Component | web.Page):
            return node.parameters
        return ()

    def members(
        self,
        members: tuple[data.Member, ...],
        info: ModuleInfo,
        generics: frozenset[str] = NO_GENERICS,
    ) -> tuple[FieldSig, ...]:
        """Fields as signatures; a name that stands twice is reported."""
        found: dict[str, FieldSig] = {}
        for member in members:
            name = member.name.text
            earlier = found.get(name)
            if earlier is not None:
                label = Label(earlier.span, f"`{name}` stands here already")
                self.world.report("PF211", member.name.span, related=[label], name=name)
                continue
            type_ = self.type_of(member.type, info, generics)
            found[name] = FieldSig(
                name, type_, member.default is not None, member.name.span, member, info
            )
        return tuple(found.values())

    def variant(self, entity: Entity, name: str) -> tuple[FieldSig, ...] | None:
        """The fields of a variant of a union; none if there is no such variant."""
        if entity not in self._variant_fields:
            node = cast("data.UnionDecl", entity.node)
            generics = frozenset(self.generics(entity))
            found: dict[str, tuple[FieldSig, ...]] = {}
            self._variant_fields[entity] = found
            for variant in node.variants:
                if variant.name.text not in found:
                    members = self.members(variant.fields, entity.module, generics)
                    found[variant.name.text] = members
        return self._variant_fields[entity].get(name)

    def variants(self, entity: Entity) -> list[str]:
        """The names of a union's variants."""
        return [v.name.text for v in cast("data.UnionDecl", entity.node).variants]

    # ------------------------------------------------------------ behaviour
    def result(self, entity: Entity) -> Type:
        """What an intent, effect or function gives."""
        node = cast("intents.Intent", entity.node)
        if node.result is None:
            return UNIT
        generics = frozenset(self.generics(entity))
        return self.type_of(node.result, entity.module, generics)

    def context(self, entity: Entity) -> Entity | None:
        """The context that an intent, workflow or page is `in`."""
        node = entity.node
        if isinstance(node, web.Page):
            written = node.context
        else:
            written = cast("intents.Intent", node).clauses.context
            if written is None and entity.group is not None:
                written = entity.group.context
        if written is None:
            return None
        return self.world.lookup(entity.module, written, "context")

    def failures(self, entity: Entity) -> tuple[Entity, ...]:
        """The failures that an intent or effect may end with; a union means its variants."""
        if entity not in self._failures:
            node = entity.node
            if isinstance(node, intents.Effect):
                written = node.fails
            else:
                written = cast("intents.Intent", node).clauses.fails
                if entity.group is not None:
                    written = (*entity.group.fails, *written)
            found: dict[str, Entity] = {}
            for failure in written:
                for each in self._failure(failure, entity.module):
                    found[each.id] = each
            self._failures[entity] = tuple(found.values())
        return self._failures[entity]

    def _failure(self, failure: intents.Failure, info: ModuleInfo) -> list[Entity]:
        entity = self.world.lookup(info, failure.name, "failure", "union")
        if entity is None:
            return []
        if entity.kind == "failure":
            return [entity]
        node = cast("data.UnionDecl", entity.node)
        return [self.variant_failure(entity, variant) for variant in node.variants]

    def variant_failure(self, union: Entity, variant: data.Variant) -> Entity:
        """The failure that a variant of a union of failures is; one object each."""
        key = (union, variant.name.text)
        if key not in self._variant_failures:
            named = union.module.names.get(variant.name.text)
            if named is not None and named.node is variant:
                made = named  # it is mentioned by its own name, too
            else:
                name = variant.name
                made = Entity("failure", name.text, name.span, union.module, variant)
            self._variant_failures[key] = made
            self.failure_variants[made.id] = made
        return self._variant_failures[key]

    def operations(self, entity: Entity) -> dict[str, tuple[ParameterSig, ...]]:
        """The operations of a capability family, with their parameters."""
        if entity not in self._operations:
            node = cast("authority.Capability", entity.node)
            self._operations[entity] = {
                operation.name.text: tuple(
                    self._parameter(member, entity.module)
                    for member in operation.parameters
                )
                for operation in node.operations
            }
        return self._operations[entity]

    def _parameter(self, member: data.Member, info: ModuleInfo) -> ParameterSig:
        ref = member.type
        name = ref.name.text
        if name in DOMAINS and len(ref.arguments) == 1 and name not in info.names:
            type_ = self.type_of(ref.arguments[0], info)
            return ParameterSig(
                member.name.text, DOMAINS[name], type_, member.name.span
            )
        type_ = self.type_of(ref, info)
        base = type_
        while isinstance(base, RefinedType):
            base = base.base
        domain = "path" if show(base) == "Path" else "atom"
        return ParameterSig(member.name.text, domain, type_, member.name.span)
