"""Patterns: what they match, and what they bind."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Final, cast

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import expressions as x
from pfc.ir.types import (
    BOOL,
    NoneType,
    OptionalType,
    RecordType,
    RefinedType,
    ResultType,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.caps import Caps
from pfc.semantics.checker import show_value
from pfc.semantics.exhaustive import Heads, Patience, missing_values, reachable
from pfc.semantics.intervals import examples, listed
from pfc.semantics.pattern_advice import first_place, of_bare_names
from pfc.semantics.pattern_parts import choices, renamed, symbols_in
from pfc.semantics.relations import join, substitute
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import FieldSig
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import patterns as p
from pfc.syntax.strings import split

_TRIED: Final = 20
"""How many more values than are named are tried to find a missing one."""


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
        own = isinstance(type_, RefinedType) and isinstance(value, x.Literal)
        fitted = self.coerce(value, type_ if own else base_of(type_))
        if isinstance(fitted, x.Refine):
            self._unread.add(node.span)  # no value of the type is this one
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
            if field is not None and field.name in dict(bound):
                self.report("PF211", argument.span, name=field.name)
            elif field is not None:
                self._bound_once(made, [part for _, part in bound])
                bound.append((field.name, made))
        variant = "" if isinstance(type_, RecordType) else name
        return x.VariantPattern(node.span, type_, variant, tuple(bound))

    def _bound_once(self, pattern: x.Pattern, others: Sequence[x.Pattern]) -> None:
        """Reports names of a pattern that stand elsewhere in the whole."""
        known = {
            symbol.name: symbol for other in others for symbol in symbols_in(other)
        }
        for symbol in symbols_in(pattern):
            earlier = known.get(symbol.name)
            if earlier is not None:
                label = Label(earlier.span, f"`{symbol.name}` stands here already")
                self.report("PF211", symbol.span, related=[label], name=symbol.name)

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
        """Alternatives; all bind the same names, each of one type."""
        made: list[x.Pattern] = []
        bound: list[dict[str, x.Symbol]] = []
        different: list[tuple[Span, str]] = []
        for alternative in node.alternatives:
            pattern = self.pattern(alternative, type_, scope.child())
            names = {symbol.name: symbol for symbol in symbols_in(pattern)}
            odd = sorted(bound[0].keys() ^ names.keys()) if bound else []
            if odd:
                self._unread.add(node.span)
                different.append((alternative.span, odd[0]))
            made.append(pattern)
            bound.append(names)
        for span, name in different:
            constructors = self.constructors(base_of(type_)) or ()
            notes, fixes = of_bare_names(made, constructors)
            related = [first_place(name, made)]
            self.report(
                "PF236", span, related=related, notes=notes, fixes=fixes, name=name
            )
        shared: dict[x.Symbol, x.Symbol] = {}
        for name, first in bound[0].items():
            same = [names[name] for names in bound if name in names]
            symbol = replace(first, type=self._one_type(same))
            shared.update(dict.fromkeys(same, symbol))
            scope.bind(symbol)
        for names in bound[1:]:  # reported, and told once: what reads them is right
            for name in names.keys() - bound[0].keys():
                scope.bind(names[name])
        alternatives = tuple(renamed(pattern, shared) for pattern in made)
        return x.EitherPattern(node.span, alternatives)

    def _one_type(self, symbols: Sequence[x.Symbol]) -> Type:
        """The type of a name that several alternatives bind; reports if there is none."""
        found = symbols[0].type
        for symbol in symbols[1:]:
            both = join(found, symbol.type)
            if both is None:
                self.mismatch(symbol.span, symbol.type, found)
            else:
                found = both
        return found

    # ------------------------------------------------------------ all arms
    def check_arms(
        self,
        span: Span,
        type_: Type,
        arms: Sequence[tuple[x.Pattern, bool]],
        shown: str = "{}",
    ) -> None:
        """Reports arms that are never reached, and values that no arm covers.

        `arms` are patterns and whether each has a guard; `shown` is what a missing
        value is part of.
        """
        if isinstance(base_of(type_), Unknown):
            return
        if any(_holds(pattern, self._unread) for pattern, _ in arms):
            return
        before: list[x.Pattern] = []
        patience = Patience()
        heads = Heads(type_)
        for pattern, guarded in arms:
            is_new = heads.is_new(pattern)
            heads.add(pattern)
            if is_new:
                pass
            elif not reachable(before, pattern, type_, self, patience):
                reason = "the arms before it cover all that it matches"
                self.report("PF231", pattern.span, reason=reason)
            else:
                self._useless_alternatives(before, pattern, type_, patience)
            if not guarded:
                before.append(pattern)
        missing = missing_values(before, type_, self)
        if missing is not None:
            self.report("PF230", span, missing=f"`{shown.format(missing)}`")

    def _useless_alternatives(
        self,
        before: Sequence[x.Pattern],
        pattern: x.Pattern,
        type_: Type,
        patience: Patience,
    ) -> None:
        """Reports alternatives that match nothing that is left."""
        for earlier, chosen in choices(pattern):
            if not reachable([*before, *earlier], chosen, type_, self, patience):
                reason = "the alternatives and arms before it cover all that it matches"
                self.report("PF231", chosen.span, reason=reason)

    def values(self, type_: Type) -> tuple[object, ...] | None:
        """All values of a refined type, if its condition lists them or they are few."""
        if type_ not in self._values:
            self._values[type_] = self._few_values(type_)
        return self._values[type_]

    def _few_values(self, type_: Type) -> tuple[object, ...] | None:
        found: tuple[object, ...] | None = None
        step = type_
        while isinstance(step, RefinedType):
            refinement = self.refinement_of(step)
            if refinement is None or refinement.it is None or refinement.where is None:
                return None
            if found is None:
                found = listed(refinement.where, refinement.it)
            step = step.base
        if found is None:
            return None
        return tuple(value for value in found if self._is_one(type_, value))

    def _is_one(self, type_: Type, value: object) -> bool:
        """Whether a constant is a value of a refined type, as far as is known."""
        step = type_
        while isinstance(step, RefinedType):
            if self.broken(self.refinement_of(step), value) is not None:
                return False
            step = step.base
        return True

    def example(self, type_: Type, others: Set[object]) -> str | None:
        """A value of a type that is none of `others`, as a user writes it."""
        candidates = examples(base_of(type_), len(others) + _TRIED)
        for value in candidates:
            if value not in others and self._is_one(type_, value):
                return show_value(value).strip("`")
        return None

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
            verb = type(node.subject).__name__.lower().removesuffix("event")
            place = "the middle of an expression"
            self.report("PF246", node.subject.span, statement=verb, place=place)
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
