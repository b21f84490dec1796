"""Patterns: what they match, and what they bind."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir.types import (
    BOOL,
    NoneType,
    OptionalType,
    RecordType,
    ResultType,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.caps import Caps
from pfc.semantics.exhaustive import Patience, missing_values, reachable
from pfc.semantics.relations import substitute
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import FieldSig
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import patterns as p
from pfc.syntax.strings import split


class Patterns(Caps):
    """Patterns of `match`, typed; their names are bound in the arm's scope."""

    def pattern(self, node: p.Pattern, type_: Type, scope: Scope) -> x.Pattern:
        """The pattern against a value of `type_`."""
        inner = base_of(type_)
        if isinstance(inner, OptionalType):
            is_none = isinstance(node, p.LiteralPattern) and node.raw == "none"
            if is_none or isinstance(node, p.OrPattern):
                pass
            else:
                inner = base_of(inner.item)
                type_ = cast("OptionalType", base_of(type_)).item
        match node:
            case p.NamePattern():
                return self._name_pattern(node, type_, scope)
            case p.LiteralPattern():
                return self._literal_pattern(node, type_)
            case p.ConstructorPattern():
                return self._constructor(node, inner, scope)
            case p.OrPattern():
                return self._either(node, type_, scope)

    def _name_pattern(
        self, node: p.NamePattern, type_: Type, scope: Scope
    ) -> x.Pattern:
        name = node.name.last.text
        if len(node.name.parts) == 1 and not name[:1].isupper():
            if name == "_":
                return x.AnyPattern(node.span)
            symbol = x.Symbol(name, type_, "pattern", node.span)
            scope.bind(symbol)
            return x.BindPattern(node.span, symbol)
        constructor = p.ConstructorPattern(node.span, node.name, ())
        return self._constructor(constructor, base_of(type_), scope)

    def _literal_pattern(self, node: p.LiteralPattern, type_: Type) -> x.Pattern:
        raw = node.raw
        value: x.Expr
        if raw in ("true", "false"):
            value = x.Literal(node.span, BOOL, raw == "true")
        elif raw == "none":
            value = x.Literal(node.span, NoneType(), None)
        elif raw.startswith('"'):
            pieces, problems = split(raw)
            if problems or any(not isinstance(piece, str) for piece in pieces):
                reason = "a pattern is a plain string"
                self.report("PF107", node.span, reason=reason)
                pieces = []
            literal = e.StringLiteral(
                node.span, raw, cast("tuple[str, ...]", tuple(pieces))
            )
            value = self.string(literal, cast("Scope", None), type_)
        else:
            value = self.number(e.Number(node.span, raw.removeprefix("-")), type_)
            if raw.startswith("-") and isinstance(value, x.Literal):
                number = cast("int", value.value)
                value = x.Literal(node.span, value.type, -number)
        fitted = self.coerce(value, base_of(type_))
        constant = value.value if isinstance(value, x.Literal) else None
        return x.ConstantPattern(node.span, fitted.type, constant)

    def _constructor(
        self, node: p.ConstructorPattern, type_: Type, scope: Scope
    ) -> x.Pattern:
        name = node.name.last.text
        if isinstance(type_, ResultType) and name in ("Ok", "Err"):
            return self._result_pattern(node, type_, scope)
        fields = self._fields_of(name, type_)
        if fields is None:
            self._unknown_constructor(node, type_)
            self._unread.add(node.span)
            for argument in node.arguments:
                self.pattern(argument.pattern, Unknown(), scope)
            return x.AnyPattern(node.span)
        bound: list[tuple[str, x.Pattern]] = []
        known = {field.name: field for field in fields}
        for place, argument in enumerate(node.arguments):
            if argument.name is not None:
                field = known.get(argument.name.text)
                if field is None:
                    self.report(
                        "PF221",
                        argument.name.span,
                        notes=did_you_mean(argument.name.text, known),
                        type=name,
                        field=argument.name.text,
                    )
                    self._unread.add(node.span)
            elif place < len(fields):
                field = fields[place]
            else:
                field = None
                self._count(node.span, name, len(fields), len(node.arguments))
                self._unread.add(node.span)
            inner = Unknown() if field is None else field.type
            made = self.pattern(argument.pattern, inner, scope)
            if field is not None:
                bound.append((field.name, made))
        variant = "" if isinstance(type_, RecordType) else name
        return x.VariantPattern(node.span, type_, variant, tuple(bound))

    def _result_pattern(
        self, node: p.ConstructorPattern, type_: ResultType, scope: Scope
    ) -> x.Pattern:
        ok = node.name.last.text == "Ok"
        inner = type_.value if ok else type_.error
        if len(node.arguments) != 1:
            made: x.Pattern = x.AnyPattern(node.span)
            if node.arguments:
                self._count(node.span, node.name.text, 1, len(node.arguments))
        else:
            made = self.pattern(node.arguments[0].pattern, inner, scope)
        return x.ResultPattern(node.span, type_, ok, made)

    def _fields_of(self, name: str, type_: Type) -> tuple[FieldSig, ...] | None:
        """The fields of the constructor `name` of `type_`; none if it has none such."""
        if isinstance(type_, RecordType):
            entity = self.entity(type_.id)
            if entity is None or entity.name != name:
                return None
            return self.fields_of_type(type_)
        if isinstance(type_, UnionType):
            entity = self.entity(type_.id)
            found = None if entity is None else self.signatures.variant(entity, name)
            if found is None or entity is None:
                return None
            names = self.signatures.generics(entity)
            binding = dict(zip(names, type_.arguments, strict=False))
            return tuple(replace(f, type=substitute(f.type, binding)) for f in found)
        return None

    def _unknown_constructor(self, node: p.ConstructorPattern, type_: Type) -> None:
        if isinstance(type_, Unknown):
            return
        candidates: list[str] = []
        if isinstance(type_, UnionType):
            entity = self.entity(type_.id)
            candidates = [] if entity is None else self.signatures.variants(entity)
        notes = did_you_mean(node.name.last.text, candidates)
        self.report(
            "PF232",
            node.span,
            notes=notes,
            pattern=node.name.text,
            type=f"`{show(type_)}`",
        )

    def _either(self, node: p.OrPattern, type_: Type, scope: Scope) -> x.Pattern:
        alternatives: list[x.Pattern] = []
        refused = False
        for alternative in node.alternatives:
            trial = scope.child()
            before = dict(trial.names)
            alternatives.append(self.pattern(alternative, type_, trial))
            fresh = [n for n, s in trial.names.items() if before.get(n) is not s]
            for name in fresh:
                scope.bind(trial.names[name])
            if fresh and not refused:
                refused = True
                construct = (
                    f"a name (`{fresh[0]}`) bound in one of several alternatives"
                )
                self.report("PF901", alternative.span, construct=construct)
        return x.EitherPattern(node.span, tuple(alternatives))

    # ------------------------------------------------------------ all arms
    def check_arms(
        self,
        span: Span,
        type_: Type,
        arms: Sequence[tuple[x.Pattern, bool]],
    ) -> None:
        """Reports arms that are never reached, and values that no arm covers.

        `arms` are patterns and whether each has a guard.
        """
        if isinstance(base_of(type_), Unknown):
            return
        if any(_holds(pattern, self._unread) for pattern, _ in arms):
            return
        before: list[x.Pattern] = []
        patience = Patience()
        for pattern, guarded in arms:
            if not reachable(before, pattern, type_, self, patience):
                reason = "the arms before it cover all that it matches"
                self.report("PF231", pattern.span, reason=reason)
            if not guarded:
                before.append(pattern)
        missing = missing_values(before, type_, self)
        if missing is not None:
            self.report("PF230", span, missing=f"`{missing}`")

    def constructors(self, type_: Type) -> dict[str, tuple[FieldSig, ...]] | None:
        """The constructors of a union or record with their fields; none of other types."""
        if isinstance(type_, RecordType):
            entity = self.entity(type_.id)
            name = "" if entity is None else entity.name
            return {name: self.fields_of_type(type_)}
        if isinstance(type_, UnionType):
            entity = self.entity(type_.id)
            if entity is None:
                return None
            names = self.signatures.variants(entity)
            return {name: self._fields_of(name, type_) or () for name in names}
        return None

    def match_expr(
        self, node: e.MatchExpr, scope: Scope, expected: Type | None
    ) -> x.Expr:
        if isinstance(node.subject, e.Ask | e.Perform | e.Find | e.AwaitEvent):
            construct = "`match` on an ask, perform or find as an expression"
            self.report("PF901", node.subject.span, construct=construct)
            return self.unknown(node.span)
        subject = self.expr(node.subject, scope)
        arms: list[x.ExprArm] = []
        for arm in node.arms:
            inner = scope.child()
            pattern = self.pattern(arm.pattern, subject.type, inner)
            guard = None if arm.guard is None else self.condition(arm.guard, inner)
            value = self.expr(arm.value, inner, expected)
            arms.append(x.ExprArm(arm.span, pattern, guard, value))
        self.check_arms(
            node.subject.span,
            subject.type,
            [(arm.pattern, arm.guard is not None) for arm in arms],
        )
        type_ = expected
        if type_ is None:
            type_ = self.common(tuple(arm.value for arm in arms))
        return x.MatchValue(node.span, type_, subject, tuple(arms))


def _holds(pattern: x.Pattern, spans: Set[Span]) -> bool:
    """Whether a pattern at one of `spans` is part of the pattern."""
    match pattern:
        case x.EitherPattern(alternatives=parts):
            inside = parts
        case x.VariantPattern(fields=fields):
            inside = tuple(part for _, part in fields)
        case x.ResultPattern(inner=inner):
            inside = (inner,)
        case _:
            inside = ()
    return pattern.span in spans or any(_holds(part, spans) for part in inside)
