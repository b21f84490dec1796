"""The type checker: every kind of expression handed to the part that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pfc.diagnostics import Label
from pfc.ir import expressions as x
from pfc.ir.declarations import Field, Refinement
from pfc.ir.types import BOOL, PATH, Type, Unknown, base_of, show
from pfc.semantics.checker import show_value
from pfc.semantics.constants import try_evaluate
from pfc.semantics.intervals import always
from pfc.semantics.paths import normalise
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.signatures import FieldSig
from pfc.semantics.statements import Statements
from pfc.semantics.world import Entity, ModuleInfo
from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast import expressions as e

REFINEMENT = Setting(
    "a refinement",
    pure=True,
    clock=False,
    configs=False,
    caller_reason="a refinement is about the value alone",
)
DEFAULT = Setting(
    "a default",
    pure=True,
    clock=False,
    configs=False,
    caller_reason="a default is the same for everybody",
)


class TypeChecker(Statements):
    """All parts together."""

    # ------------------------------------------------------------ expressions
    def expr(self, node: e.Expr, scope: Scope, expected: Type | None = None) -> x.Expr:
        """The typed expression; if a type is expected, a value of it (or a report)."""
        found = self.infer_expr(node, scope, expected)
        return found if expected is None else self.coerce(found, expected)

    def infer_expr(self, node: e.Expr, scope: Scope, hint: Type | None) -> x.Expr:
        match node:
            case e.Reference():
                return self.reference(node, scope)
            case e.Number():
                return self.number(node, hint)
            case e.Constant():
                return self.constant(node)
            case e.StringLiteral():
                return self.string(node, scope, hint)
            case e.ListLiteral():
                return self.list_(node, scope, hint)
            case e.MapLiteral():
                return self.map_(node, scope, hint)
            case e.Field():
                return self.field(node, scope)
            case e.CallExpr():
                return self.call(node, scope, hint)
            case e.Index():
                return self.index(node, scope)
            case e.Unary():
                return self.unary(node, scope, hint)
            case e.Binary():
                return self.binary(node, scope, hint)
            case e.Range():
                return self._misplaced_range(node, scope)
            case e.IfExpr():
                return self.if_expr(node, scope, hint)
            case e.MatchExpr():
                return self.match_expr(node, scope, hint)
            case e.Can():
                return self.can(node, scope)
            case e.Lambda():
                self.report(
                    "PF225", node.span, name="=>", kind="a function", wanted="a value"
                )
                return self.unknown(node.span)
            case e.Anything():
                self.report(
                    "PF225",
                    node.span,
                    name="*",
                    kind="a pattern",
                    wanted="a value: it stands in the arguments of capabilities",
                )
                return self.unknown(node.span)
            case e.StateRef():
                self.report(
                    "PF225",
                    node.span,
                    name="state",
                    kind="the whole state",
                    wanted="a value: name one of its fields",
                )
                return self.unknown(node.span)

    def _misplaced_range(self, node: e.Range, scope: Scope) -> x.Expr:
        self.range_(node, scope)
        self.report(
            "PF225",
            node.span,
            name="..",
            kind="a range",
            wanted="a value: ranges stand right of `in`",
        )
        return self.unknown(node.span)

    # ------------------------------------------------------------ refinements
    def alias_scope(self, entity: Entity) -> Scope:
        return Scope(entity.module, REFINEMENT)

    def refinement(
        self, member: data.Member | data.TypeAlias, base: Type, scope: Scope
    ) -> Refinement | None:
        """`under` and `where` of a type, field or parameter."""
        if member.under is None and member.where is None:
            return None
        under: str | None = None
        if member.under is not None:
            under = self._under(member.under, base, scope)
        it: x.Symbol | None = None
        where: x.Expr | None = None
        if member.where is not None:
            it = x.Symbol("it", base, "it", member.where.span)
            inner = Scope(scope.module, REFINEMENT, it=it, generics=scope.generics)
            where = self.condition(member.where, inner)
            constant, value = try_evaluate(where, {})
            outcome = value if constant else always(where, it)
            if isinstance(outcome, bool) and not isinstance(where.type, Unknown):
                shown = "true" if outcome else "false"
                self.report("PF409", where.span, outcome=shown)
        return Refinement(member.span, under, it, where)

    def _under(self, node: e.Expr, base: Type, scope: Scope) -> str | None:
        if base_of(base) != PATH and not isinstance(base_of(base), Unknown):
            reason = f"`under` is for paths, and this is `{show(base)}`"
            self.report("PF234", node.span, reason=reason)
            return None
        if not isinstance(node, e.StringLiteral) or any(
            not isinstance(part, str) for part in node.parts
        ):
            reason = "what stands after `under` is a constant path"
            self.report("PF234", node.span, reason=reason)
            return None
        text = "".join(part for part in node.parts if isinstance(part, str))
        normal, problem = normalise(text.removesuffix("/**"))
        if problem is not None:
            self.report("PF202", node.span, path=f'"{text}"', reason=problem)
            return None
        return normal

    # ------------------------------------------------------------ fields
    def fields(
        self,
        members: tuple[data.Member, ...],
        info: ModuleInfo,
        *,
        kind: str = "parameter",
        generics: frozenset[str] = frozenset(),
        setting: Setting = DEFAULT,
    ) -> tuple[Field, ...]:
        """Fields or parameters with their defaults and refinements."""
        found: list[Field] = []
        seen: dict[str, Span] = {}
        scope = Scope(info, setting, generics=generics)
        for member in members:
            name = member.name.text
            if name in seen:
                label = Label(seen[name], f"`{name}` stands here already")
                self.report("PF211", member.name.span, related=[label], name=name)
                continue
            seen[name] = member.name.span
            found.append(self.one_field(member, scope, kind))
        return tuple(self._guarded(found, members, scope))

    def _guarded(
        self, fields: list[Field], members: tuple[data.Member, ...], scope: Scope
    ) -> Iterator[Field]:
        """The fields with what reading each requires, which may name the others."""
        written = {
            member.name.text: member.requires
            for member in reversed(members)
            if member.requires is not None
        }
        inner = scope.child()
        for field in fields:
            inner.bind(field.symbol)
        for field in fields:
            guard = written.get(field.name)
            if guard is None:
                yield field
                continue
            self.report("PF901", guard.span, construct="`requires` on a field")
            yield replace(field, requires=self.cap(guard, inner))

    def one_field(self, member: data.Member, scope: Scope, kind: str) -> Field:
        type_ = self.signatures.type_of(member.type, scope.module, scope.generics)
        refinement = self.refinement(member, type_, scope)
        default = None
        if member.default is not None:
            default = self.expr(member.default, scope, type_)
            shown = f"{member.name.text}: {show(type_)}"
            self._check_constant(default, refinement, shown)
        symbol = x.Symbol(member.name.text, type_, kind, member.name.span)
        return Field(
            member.span,
            member.name.text,
            type_,
            default,
            refinement,
            None,
            member.secret,
            member.doc,
            symbol,
        )

    def check_field(self, value: x.Expr, field: FieldSig) -> None:
        """A constant for a field or parameter that has a refinement of its own."""
        member = field.member
        if member is None or (member.under is None and member.where is None):
            return
        if member not in self._field_refinements:
            assert field.module is not None
            self._field_refinements[member] = self.refinement(
                member, field.type, Scope(field.module, REFINEMENT)
            )
        shown = f"{field.name}: {show(field.type)}"
        self._check_constant(value, self._field_refinements[member], shown)

    def _check_constant(
        self, expr: x.Expr, refinement: Refinement | None, shown: str
    ) -> None:
        constant, value = try_evaluate(expr, {})
        if not constant or value is None:
            return
        rule = self.broken(refinement, value)
        if rule is not None:
            self.report(
                "PF233", expr.span, value=show_value(value), type=shown, rule=rule
            )

    def invariants(
        self, nodes: tuple[e.Expr, ...], fields: tuple[Field, ...], scope: Scope
    ) -> tuple[x.Expr, ...]:
        """`always` conditions over the fields."""
        inner = scope.child()
        for field in fields:
            inner.bind(field.symbol)
        return tuple(self.expr(node, inner, BOOL) for node in nodes)
