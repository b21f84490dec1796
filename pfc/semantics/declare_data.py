"""Types, records, unions and functions, typed."""

from __future__ import annotations

from typing import cast

from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.statements import Block as IrBlock
from pfc.ir.types import (
    RefinedType,
    Type,
)
from pfc.semantics.bodies import Body
from pfc.semantics.embedded import Embedded
from pfc.semantics.endless import Endless
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

    def config(self, entity: Entity) -> d.Config:
        node = cast("data.Config", entity.node)
        fields = self.checker.fields(node.fields, entity.module, kind="field")
        return d.Config(node.span, entity.id, entity.name, fields, node.doc)

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
            names = [each.name for each in node.parameters]
            return self.embedded.body(node.body, scope.module, names, kind="fn")
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
        for entity, cycle in Endless(self.checker.signatures, entities).found():
            self.checker.report("PF215", entity.span, type=entity.name, cycle=cycle)


_INVARIANT = Setting(
    "an invariant",
    pure=True,
    clock=False,
    configs=False,
    caller_reason="an invariant is about the value alone",
)
