"""Capabilities where they are used: their operation, and each argument by its domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir.declarations import Grant, GrantIf, GrantRule
from pfc.ir.types import (
    BOOL,
    INSTANT,
    PATH,
    UNKNOWN,
    ListType,
    OptionalType,
    Primitive,
    SetType,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.calls import Calls
from pfc.semantics.paths import normalise, segment_problem
from pfc.semantics.relations import present
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import ParameterSig
from pfc.semantics.strings_as_paths import split_pattern
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import authority, intents
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Dotted

SESSION_END: Final = "session_end"
"""After `until`: the end of the session that the context was made in."""


class Caps(Calls):
    """`Family.operation(arguments)`."""

    def can(self, node: e.Can, scope: Scope) -> x.Expr:
        if scope.setting.caller is None and scope.setting.context is None:
            reason = scope.setting.caller_reason
            if not scope.setting.name.startswith(
                ("a handler", "a component", "the workflow")
            ):
                self.report("PF250", node.span, reason=reason)
        cap = self.cap(node.cap, scope)
        if cap is None:
            return self.unknown(node.span)
        return x.CanExpr(node.span, BOOL, cap)

    def family(self, name: Dotted, scope: Scope) -> Entity | None:
        """The family that a dotted capability names, its last part being the operation."""
        if len(name.parts) < 2:
            self.report("PF210", name.span, kind="capability", name=name.text)
            return None
        head = Dotted(name.parts[0].span.to(name.parts[-2].span), name.parts[:-1])
        return self.world.lookup(scope.module, head, "capability")

    def cap(self, node: e.Cap, scope: Scope) -> x.Cap | None:
        """A capability with as many arguments as its operation has parameters."""
        family = self.family(node.name, scope)
        if family is None:
            return None
        operations = self.signatures.operations(family)
        operation = node.name.last.text
        parameters = operations.get(operation)
        if parameters is None:
            notes = did_you_mean(operation, operations)
            self.report(
                "PF201",
                node.name.last.span,
                notes=notes,
                family=family.name,
                operation=operation,
            )
            return None
        given = self._by_parameter(node, parameters)
        if given is None:
            return None
        arguments = tuple(
            self.cap_argument(value, parameter, scope)
            for value, parameter in zip(given, parameters, strict=True)
        )
        return x.Cap(node.span, family.id, operation, arguments)

    def _by_parameter(
        self, node: e.Cap, parameters: Sequence[ParameterSig]
    ) -> list[e.Expr | e.Anything] | None:
        """The arguments in the order of the parameters; none (reported) if they differ."""
        callee = node.name.text
        given: dict[str, e.Expr | e.Anything] = {}
        names = [parameter.name for parameter in parameters]
        for place, argument in enumerate(node.arguments or ()):
            if argument.name is not None:
                name = argument.name.text
                if name not in names:
                    notes = did_you_mean(name, names)
                    self.report(
                        "PF223",
                        argument.name.span,
                        notes=notes,
                        callee=callee,
                        argument=name,
                    )
                    return None
            elif place >= len(names):
                self._count(node.span, callee, len(names), len(node.arguments or ()))
                return None
            else:
                name = names[place]
            given[name] = argument.value
        for name in names:
            if name not in given:
                self.report("PF222", node.span, callee=callee, parameter=name)
                return None
        return [given[name] for name in names]

    def cap_argument(
        self, node: e.Expr | e.Anything, parameter: ParameterSig, scope: Scope
    ) -> x.CapArgument:
        """One argument: `*`, a path pattern, or a value."""
        if isinstance(node, e.Anything):
            return x.AnyArgument(node.span)
        if parameter.domain == "path":
            if isinstance(node, e.StringLiteral):
                return self._path_pattern(node, scope)
            return x.ValueArgument(node.span, self.expr(node, scope, PATH))
        wanted: Type = base_of(parameter.type)
        value = self.expr(node, scope, wanted)
        return x.ValueArgument(node.span, value)

    def _path_pattern(self, node: e.StringLiteral, scope: Scope) -> x.CapArgument:
        if all(isinstance(part, str) for part in node.parts):
            return self._constant_pattern(
                node.span, "".join(cast("tuple[str]", node.parts))
            )
        found = split_pattern(node.parts)
        if isinstance(found, str):
            self.report("PF202", node.span, path=node.raw, reason=found)
            return x.AnyArgument(node.span)
        leading: x.Expr | None = None
        if found.leading is not None:
            leading = self.expr(found.leading, scope)
            if base_of(leading.type) != PATH and not isinstance(leading.type, Unknown):
                reason = "a pattern begins with `/`, or with a Path"
                self.report("PF202", node.span, path=node.raw, reason=reason)
        segments: list[str | x.Expr] = []
        for segment in found.segments:
            if isinstance(segment, str):
                problem = segment_problem(segment)
                if problem is not None:
                    self.report("PF202", node.span, path=node.raw, reason=problem)
                segments.append(segment)
            else:
                segments.append(self._segment(segment, node, scope))
        return x.PathArgument(node.span, leading, tuple(segments), found.rest)

    def _segment(self, hole: e.Expr, node: e.StringLiteral, scope: Scope) -> x.Expr:
        value = self.expr(hole, scope)
        base = base_of(present(value.type))
        if base == PATH:
            reason = "a Path may stand first only: it is more than one segment"
            self.report("PF202", hole.span, path=node.raw, reason=reason)
        elif not isinstance(base, Primitive | Unknown | UnionType):
            reason = f"`{show(value.type)}` is not one segment of a path"
            self.report("PF202", hole.span, path=node.raw, reason=reason)
        return value

    def _constant_pattern(self, span: Span, text: str) -> x.CapArgument:
        if text in ("/**", "**", "*"):
            if text != "/**":
                reason = "everything is written `*` without quotes, or `/**`"
                self.report("PF202", span, path=f'"{text}"', reason=reason)
            return x.AnyArgument(span)
        rest = text.endswith("/**")
        exact = text.removesuffix("/**") if rest else text
        normal, problem = normalise(exact)
        if problem is not None:
            self.report("PF202", span, path=f'"{text}"', reason=problem)
            return x.AnyArgument(span)
        segments = tuple(part for part in normal.split("/") if part)
        if rest and not segments:
            return x.AnyArgument(span)
        return x.PathArgument(span, None, segments, rest)

    # ------------------------------------------------------------ requirements, grants
    def requirements(
        self, node: intents.Requires | None, scope: Scope
    ) -> tuple[x.Requirement, ...]:
        """What an intent, effect, event or page requires."""
        if node is None:
            return ()
        found: list[x.Requirement] = []
        for requirement in node.requirements:
            each = requirement.each
            if each is None:
                cap = self.cap(requirement.cap, scope)
                if cap is not None:
                    found.append(x.Requirement(requirement.span, cap))
                continue
            symbol, values, inner = self.each(each, scope)
            cap = self.cap(requirement.cap, inner)
            if cap is not None:
                found.append(x.Requirement(requirement.span, cap, symbol, values))
        return tuple(found)

    def each(
        self, node: authority.ForClause, scope: Scope
    ) -> tuple[x.Symbol, x.Expr, Scope]:
        """`for name in values`: the symbol, the values, and the scope where it is known."""
        values = self.expr(node.values, scope)
        symbol = x.Symbol(
            node.name.text, self.item_type(values), "loop", node.name.span
        )
        inner = scope.child()
        inner.bind(symbol)
        return symbol, values, inner

    def item_type(self, values: x.Expr) -> Type:
        """What a loop over `values` binds; reports what cannot be looped over."""
        base = base_of(values.type)
        if isinstance(base, ListType | SetType):
            return base.item
        if isinstance(base, Unknown):
            return UNKNOWN
        if isinstance(base, OptionalType):
            self.mismatch(values.span, values.type, base.item)
        else:
            self.report(
                "PF220",
                values.span,
                expected="a list or a set",
                found=f"`{show(values.type)}`",
            )
        return UNKNOWN

    def grants(
        self, rules: Sequence[authority.GrantRule], scope: Scope
    ) -> tuple[GrantRule, ...]:
        """The grants of a context or a principal."""
        found: list[GrantRule] = []
        for rule in rules:
            if isinstance(rule, authority.GrantIf):
                condition = self.condition(rule.condition, scope)
                then = scope.narrow(self.facts(condition, holds=True))
                otherwise = scope.narrow(self.facts(condition, holds=False))
                found.append(
                    GrantIf(
                        rule.span,
                        condition,
                        self.grants(rule.then, then),
                        self.grants(rule.otherwise, otherwise),
                    )
                )
            else:
                grant = self._grant(rule, scope)
                if grant is not None:
                    found.append(grant)
        return tuple(found)

    def _grant(self, node: authority.Grant, scope: Scope) -> Grant | None:
        symbol: x.Symbol | None = None
        values: x.Expr | None = None
        inner = scope
        if node.each is not None:
            symbol, values, inner = self.each(node.each, scope)
        cap = self.cap(node.cap, inner)
        until: x.Expr | None = None
        in_session = self._is_session_end(node.until, inner)
        if node.until is not None and not in_session:
            until = self.expr(node.until, inner, INSTANT)
        if cap is None:
            return None
        return Grant(node.span, cap, symbol, values, until, in_session)

    def _is_session_end(self, until: e.Expr | None, scope: Scope) -> bool:
        """Whether a grant lasts as long as the session; a field of that name goes first."""
        if not isinstance(until, e.Reference) or until.name != SESSION_END:
            return False
        if SESSION_END in scope.names or self._of_caller(until, scope) is not None:
            return False
        if scope.setting.context is None:
            self.report(
                "PF225",
                until.span,
                name=SESSION_END,
                kind="the end of a sign-in",
                wanted="an instant: a principal never signs in",
            )
        return True
