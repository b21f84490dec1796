"""What every part of the type checker shares: reporting, and fitting values to types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from pfc.ir import expressions as x
from pfc.ir.declarations import Refinement
from pfc.ir.types import (
    PATH,
    STRING,
    UNKNOWN,
    URL,
    NoneType,
    OptionalType,
    RefinedType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.constants import try_evaluate
from pfc.semantics.open_types import Lessons
from pfc.semantics.operator_advice import of_mismatch
from pfc.semantics.paths import is_under
from pfc.semantics.relations import fits, present, refines
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import FieldSig, Signatures
from pfc.semantics.world import Entity, World
from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast import expressions as e


class Checker:
    """The parts that need no other part; mixed into `TypeChecker`."""

    def __init__(self, world: World, signatures: Signatures) -> None:
        self.world = world
        self.report: Callable[..., None] = world.report
        self.signatures = signatures
        self._field_refinements: dict[data.Member, Refinement | None] = {}
        self._refinements: dict[str, Refinement | None] = {}
        self._variant_owners: dict[str, dict[str, list[Entity]]] = {}
        self.lessons = Lessons()
        self._values: dict[Type, tuple[object, ...] | None] = {}
        self._unread: set[Span] = set()
        """Where patterns stand that mean nothing: what their arms cover is not known."""

    # what the other mixins provide
    def expr(self, node: e.Expr, scope: Scope, expected: Type | None = None) -> x.Expr:
        raise NotImplementedError

    def refinement(
        self, member: data.Member | data.TypeAlias, base: Type, scope: Scope
    ) -> Refinement | None:
        raise NotImplementedError

    def infer_expr(self, node: e.Expr, scope: Scope, hint: Type | None) -> x.Expr:
        """The typed expression; the hint of its type need not be followed."""
        raise NotImplementedError

    def check_field(self, value: x.Expr, field: FieldSig) -> None:
        raise NotImplementedError

    def alias_scope(self, entity: Entity) -> Scope:
        raise NotImplementedError

    # ------------------------------------------------------------ entities
    def entity(self, id_: str) -> Entity | None:
        """The entity with an id."""
        module, _, name = id_.rpartition(".")
        info = self.world.modules.get(module)
        return None if info is None else info.names.get(name)

    def refinement_of(self, type_: RefinedType) -> Refinement | None:
        """The condition of a `type` declaration."""
        if type_.id not in self._refinements:
            self._refinements[type_.id] = None  # while it is being read
            entity = self.entity(type_.id)
            if entity is not None:
                node = cast("data.TypeAlias", entity.node)
                scope = self.alias_scope(entity)
                self._refinements[type_.id] = self.refinement(node, type_.base, scope)
        return self._refinements[type_.id]

    # ------------------------------------------------------------ fitting
    def coerce(self, found: x.Expr, wanted: Type) -> x.Expr:
        """The value as one of type `wanted`; reports if it cannot be one."""
        self.lessons.learn(found, wanted)
        type_ = found.type
        none = isinstance(found, x.Literal) and isinstance(type_, NoneType)
        if none and isinstance(wanted, OptionalType | Unknown):
            return replace(cast("x.Literal", found), type=wanted)
        if fits(type_, wanted):
            return found
        if refines(type_, wanted):
            kind = present(wanted)
            if isinstance(kind, RefinedType):
                return self._refine(found, kind)
            return x.Refine(found.span, kind, found)
        if isinstance(found, x.Interpolation) and base_of(present(wanted)) in (
            PATH,
            URL,
        ):
            base = base_of(present(wanted))
            made = x.Refine(found.span, base, replace(found, type=STRING))
            return self.coerce(made, wanted) if base != wanted else made
        self.mismatch(found.span, type_, wanted)
        return found

    def mismatch(self, span: Span, found: Type, wanted: Type) -> None:
        """Reports that a value does not fit."""
        if isinstance(found, Unknown) or isinstance(wanted, Unknown):
            return
        if isinstance(found, OptionalType) and (
            fits(found.item, wanted) or refines(found.item, wanted)
        ):
            self.report(
                "PF229",
                span,
                notes=[
                    "check it with `if x != none { }`, or say what to do without it: "
                    "`x or default`, `let v = x else ...`"
                ],
                type=f"`{show(found)}`",
            )
            return
        self.report(
            "PF220",
            span,
            notes=of_mismatch(found, wanted),
            expected=f"`{show(wanted)}`",
            found=f"`{show(found)}`",
        )

    def _refine(self, found: x.Expr, wanted: RefinedType) -> x.Expr:
        """A value of the base where a refined one is expected: checked now if constant."""
        chain: list[RefinedType] = []
        step: Type = wanted
        while isinstance(step, RefinedType):
            if fits(found.type, step):
                break
            chain.append(step)
            step = step.base
        constant, value = try_evaluate(found, {})
        if not constant:
            return x.Refine(found.span, wanted, found)
        for refined in reversed(chain):
            rule = self._broken(refined, value)
            if rule is not None:
                self.report(
                    "PF233",
                    found.span,
                    value=show_value(value),
                    type=show(wanted),
                    rule=rule,
                )
                return x.Refine(found.span, wanted, found)
            if not self._decided(refined, value):
                return x.Refine(found.span, wanted, found)
        if isinstance(found, x.Literal):
            return replace(found, type=wanted)
        return x.Refine(found.span, wanted, found)

    def _broken(self, type_: RefinedType, value: object) -> str | None:
        """The rule of a refinement that a constant breaks, in words; none if it holds."""
        return self.broken(self.refinement_of(type_), value)

    def broken(self, refinement: Refinement | None, value: object) -> str | None:
        """The rule that a constant breaks, in words; none if it holds or is not decided."""
        if refinement is None:
            return None
        under = refinement.under
        if under is not None and isinstance(value, str) and not is_under(value, under):
            return f'it has to be under "{under}"'
        if refinement.where is not None and refinement.it is not None:
            constant, holds = try_evaluate(refinement.where, {refinement.it: value})
            if constant and holds is False:
                return f"`{self.source_text(refinement.where.span)}` does not hold"
        return None

    def _decided(self, type_: RefinedType, value: object) -> bool:
        refinement = self.refinement_of(type_)
        if refinement is None or refinement.where is None or refinement.it is None:
            return True
        return try_evaluate(refinement.where, {refinement.it: value})[0]

    def source_text(self, span: Span) -> str:
        """What stands in the source, on one line."""
        for info in self.world.modules.values():
            if info.source.path == span.path:
                return " ".join(info.source.text[span.start : span.end].split())
        return ""

    def unknown(self, span: Span) -> x.Literal:
        """What stands for an expression that could not be typed."""
        return x.Literal(span, UNKNOWN, None)


def show_value(value: object) -> str:
    """A constant as a user writes it."""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return "`none`" if value is None else f"`{value}`"
