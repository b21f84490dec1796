"""Types, records, unions and functions, typed."""

from __future__ import annotations

from typing import Final, cast

from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.statements import Block as IrBlock
from pfc.ir.types import (
    RecordType,
    RefinedType,
    ResultType,
    Type,
    UnionType,
)
from pfc.semantics.bodies import Body
from pfc.semantics.embedded import Embedded
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity
from pfc.syntax.ast import data
from pfc.syntax.ast.statements import Block

FUNCTION = Setting(
    "a `fn`",
    pure=True,
    clock=False,
    configs=False,
    caller_reason="a `fn` knows only its parameters",
)


_NAMES_SHOWN: Final = 8


class DataDeclarations:
    """Makes the typed declarations of data."""

    def __init__(self, checker: TypeChecker, embedded: Embedded) -> None:
        self.checker = checker
        self.embedded = embedded

    def alias(self, entity: Entity) -> d.Refined:
        node = cast("data.TypeAlias", entity.node)
        checker = self.checker
        type_ = checker.signatures.alias(entity)
        refinement = None
        base = type_
        if isinstance(type_, RefinedType) and type_.id == entity.id:
            if node.generics:
                construct = "a refinement with type parameters"
                checker.report("PF901", node.span, construct=construct)
            base = type_.base
            refinement = checker.refinement_of(type_)
        return d.Refined(node.span, entity.id, entity.name, base, refinement, node.doc)

    def record(self, entity: Entity) -> d.Record:
        node = cast("data.Record", entity.node)
        checker = self.checker
        generics = frozenset(name.text for name in node.generics)
        fields = checker.fields(
            node.fields, entity.module, kind="field", generics=generics
        )
        scope = Scope(entity.module, _INVARIANT, generics=generics)
        always = checker.invariants(node.always, fields, scope)
        return d.Record(
            node.span,
            entity.id,
            entity.name,
            checker.signatures.generics(entity),
            fields,
            always,
            node.doc,
        )

    def union(self, entity: Entity) -> d.UnionDecl:
        node = cast("data.UnionDecl", entity.node)
        generics = frozenset(name.text for name in node.generics)
        variants: list[d.Variant] = []
        seen: set[str] = set()
        for variant in node.variants:
            name = variant.name.text
            if name in seen:
                self.checker.report("PF211", variant.name.span, name=name)
                continue
            seen.add(name)
            fields = self.checker.fields(
                variant.fields, entity.module, kind="field", generics=generics
            )
            variants.append(d.Variant(variant.span, name, fields, variant.doc))
        return d.UnionDecl(
            node.span,
            entity.id,
            entity.name,
            self.checker.signatures.generics(entity),
            tuple(variants),
            node.doc,
        )

    def function(self, entity: Entity) -> d.Function:
        node = cast("data.Function", entity.node)
        checker = self.checker
        generics = frozenset(name.text for name in node.generics)
        parameters = checker.fields(node.parameters, entity.module, generics=generics)
        scope = Scope(entity.module, FUNCTION, generics=generics)
        for parameter in parameters:
            scope.bind(parameter.symbol)
        result = checker.signatures.result(entity)
        return d.Function(
            node.span,
            entity.id,
            entity.name,
            checker.signatures.generics(entity),
            parameters,
            result,
            self._function_body(node, scope, result),
            node.doc,
        )

    def _function_body(
        self, node: data.Function, scope: Scope, result: Type
    ) -> x.Expr | IrBlock | d.Python:
        checker = self.checker
        if isinstance(node.body, data.PythonBody):
            return self.embedded.body(node.body, scope.module)
        if not isinstance(node.body, Block):
            return checker.expr(node.body, scope, result)
        body = Body("function", "a `fn`", result, frozenset(), asynchronous=False)
        block = checker.open_block(node.body, scope, body)
        if not block.leaves:
            checker.report(
                "PF240",
                node.name.span,
                handler=node.name.text,
                type="its result: end each path with `return`",
            )
        return block

    # ------------------------------------------------------------ types without end
    def endless(self, entities: list[Entity]) -> None:
        """Reports records and unions of which no value can ever be finished."""
        finite: set[str] = set()
        changed = True
        while changed:
            changed = False
            for entity in entities:
                if entity.id not in finite and self._is_finite(entity, finite):
                    finite.add(entity.id)
                    changed = True
        for entity in entities:
            if entity.id not in finite:
                self.checker.report(
                    "PF215",
                    entity.span,
                    type=entity.name,
                    cycle=self._cycle(entity, finite),
                )

    def _is_finite(self, entity: Entity, finite: set[str]) -> bool:
        if entity.kind == "record":
            fields = self.checker.signatures.fields(entity)
            return all(_can_end(field.type, finite) for field in fields)
        names = self.checker.signatures.variants(entity)
        return not names or any(
            all(
                _can_end(field.type, finite)
                for field in self.checker.signatures.variant(entity, name) or ()
            )
            for name in names
        )

    def _cycle(self, entity: Entity, finite: set[str]) -> str:
        names = [entity.name]
        seen = {entity.id}
        current: Entity | None = entity
        while current is not None and current.kind == "record":
            if len(names) == _NAMES_SHOWN:
                names.append("…")
                break
            following = next(
                (
                    field.type.id
                    for field in self.checker.signatures.fields(current)
                    if isinstance(field.type, RecordType | UnionType)
                    and field.type.id not in finite
                ),
                None,
            )
            if following is None:
                break
            names.append(following.rpartition(".")[2])
            if following in seen:
                break
            seen.add(following)
            current = self.checker.entity(following)
        return " → ".join(names)


_INVARIANT = Setting(
    "an invariant",
    pure=True,
    clock=False,
    configs=False,
    caller_reason="an invariant is about the value alone",
)


def _can_end(type_: Type, finite: set[str]) -> bool:
    """Whether a value of the type can be finished, given the types that can."""
    while isinstance(type_, RefinedType):
        type_ = type_.base
    if isinstance(type_, RecordType | UnionType):
        return type_.id in finite
    if isinstance(type_, ResultType):
        return _can_end(type_.value, finite) or _can_end(type_.error, finite)
    return True
