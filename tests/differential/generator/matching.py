"""`match` at random: patterns that cover all values, none of them twice."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.differential.evaluator.types import Type
from tests.differential.generator.declarations import BOOL, DECIMAL, INT, STRING
from tests.differential.generator.drawing import Scope, written
from tests.differential.generator.expressions import Expressions
from tests.differential.generator.terms import ATOM, Term, separated


@dataclass
class Arm:
    """A pattern and what it binds."""

    pattern: Term
    bound: dict[str, Type] = field(default_factory=dict)


class Matching(Expressions):
    """Patterns, and `match` as an expression."""

    def match(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        subject, arms = self.arms(scope, depth)
        parts: list[str | Term] = ["match ", subject, " { "]
        for arm in arms:
            inner = {**scope, **arm[0].bound}
            value = self.expr(type_, inner, depth - 2, known=known)
            comma = self.random.choice((" ", ", "))
            parts.append(Term([self.head(arm, inner, depth), " => ", value, comma]))
        return Term([*parts, "}"], type_, ATOM)

    def head(self, arm: tuple[Arm, bool], inner: Scope, depth: int) -> Term:
        """A pattern with its guard."""
        pattern = arm[0].pattern
        if not arm[1]:
            return pattern
        guard = self.expr(BOOL, inner, depth - 2)
        return Term([pattern, " when ", guard.at(1)])

    def arms(self, scope: Scope, depth: int) -> tuple[Term, list[tuple[Arm, bool]]]:
        """What is matched, and patterns for it; true says that one has a guard."""
        subject = self._subject(scope, depth)
        assert subject.type is not None
        arms = self.cover(subject.type, scope, 2, top=True)
        if len(arms) > 1 and self.random.random() < 0.3:
            arms = self._with_alternatives(arms)
        if len(arms) > 1 and self.random.random() < 0.35:
            kept = self.random.randint(1, len(arms) - 1)
            arms = [*arms[:kept], Arm(Term(["_"]))]
        found: list[tuple[Arm, bool]] = []
        for arm in arms:
            if self.random.random() < 0.2:
                found.append((arm, True))
            found.append((arm, False))
        return subject, found

    def _subject(self, scope: Scope, depth: int) -> Term:
        matchable = [
            (path, type_)
            for path, type_ in self._places(scope)
            if self._can_match(type_)
        ]
        if matchable and self.random.random() < 0.8:
            path, type_ = self.random.choice(matchable)
            return Term([path], type_)
        type_ = self.random.choice((INT, STRING, BOOL))
        if self.random.random() < 0.5 and (self.world.unions or self.world.records):
            type_ = self.declared_type(0)
        found = self.expr(type_, scope, depth - 1, known=False)
        found.type = type_
        return Term([found.at(1)], type_)

    def _can_match(self, type_: Type) -> bool:
        return type_.optional or type_.name in (
            "Bool",
            "Int",
            "String",
            "Decimal",
            "Result",
            *self.world.unions,
            *self.world.records,
        )

    def cover(self, type_: Type, scope: Scope, depth: int, *, top: bool) -> list[Arm]:
        """Patterns that cover a type without overlap, but for literals before a rest."""
        if type_.optional:
            present = Type(type_.name, type_.arguments)
            inside = self.cover(present, scope, depth - 1, top=top)
            inside = [
                self._binder(present, scope) if a.pattern.parts == ["_"] else a
                for a in inside
            ]
            none = Arm(Term(["none"]))
            return [none, *inside] if self.random.random() < 0.7 else [*inside, none]
        if depth <= 0:
            return [self._any(type_, scope)]
        if type_ == BOOL:
            both = [Arm(Term(["true"])), Arm(Term(["false"]))]
            self.random.shuffle(both)
            return both
        if type_ in (INT, STRING, DECIMAL):
            return [*self._literals(type_, top=top), self._any(type_, scope)]
        if type_.name == "Result":
            return [
                *self._split("Ok", [("value", type_.arguments[0])], scope, depth),
                *self._split("Err", [("value", type_.arguments[1])], scope, depth),
            ]
        if type_.name in self.world.records:
            return self._constructor(type_.name, type_, "", scope, depth)
        if type_.name in self.world.unions:
            union = self.world.unions[type_.name]
            variants = list(union.variants)
            self.random.shuffle(variants)
            found: list[Arm] = []
            for variant in variants:
                name = variant.name
                if self.random.random() < 0.2:
                    name = f"{union.name}.{name}"
                found += self._constructor(name, type_, variant.name, scope, depth)
            return found
        return [self._any(type_, scope)]

    def _literals(self, type_: Type, *, top: bool) -> list[Arm]:
        drawn = [self.samples.sample(type_, 0, written=True) for _ in range(2)]
        values = dict.fromkeys(drawn)
        terms = [self.samples.written(value, type_) for value in values]
        return [Arm(Term([term])) for term in terms if not (top and term.level < ATOM)]

    def _any(self, type_: Type, scope: Scope) -> Arm:
        if self.random.random() < 0.4:
            return Arm(Term(["_"]))
        return self._binder(type_, scope)

    def _binder(self, type_: Type, scope: Scope) -> Arm:
        name = self.fresh_name(scope, shadow=True)
        return Arm(Term([written(name)]), {name: type_})

    def _constructor(
        self, name: str, type_: Type, variant: str, scope: Scope, depth: int
    ) -> list[Arm]:
        members = self.world.members(type_, variant)
        fields = [(member.name, kind) for member, kind in members]
        return self._split(name, fields, scope, depth)

    def _split(
        self, name: str, fields: list[tuple[str, Type]], scope: Scope, depth: int
    ) -> list[Arm]:
        """Patterns of one constructor; one of its fields may be looked into."""
        if not fields:
            return [Arm(Term([name]))]
        looked = self.random.randrange(len(fields))
        kind = fields[looked][1]
        inner = [Arm(Term(["_"]))]
        if self.random.random() < 0.6:
            inner = self.cover(kind, scope, depth - 1, top=False)
        by_name = self.random.random() < 0.5 or name in ("Ok", "Err")
        found: list[Arm] = []
        for each in inner:
            bound = dict(each.bound)
            arguments: list[Term] = []
            for place, (other, other_kind) in enumerate(fields):
                if place == looked:
                    pattern = each.pattern
                elif by_name and self.random.random() < 0.5:
                    continue
                else:
                    arm = self._any(other_kind, {**scope, **bound})
                    if other_kind.optional or set(arm.bound) & set(bound):
                        arm = Arm(Term(["_"]))
                    bound |= arm.bound
                    pattern = arm.pattern
                one = by_name and name not in ("Ok", "Err")
                label = f"{written(other)}: " if one else ""
                arguments.append(Term([label, pattern]))
            found.append(Arm(Term([f"{name}(", *separated(arguments), ")"]), bound))
        return found

    def _with_alternatives(self, arms: list[Arm]) -> list[Arm]:
        """Two arms in a row that bind nothing, as one."""
        for place in range(len(arms) - 1):
            first, second = arms[place], arms[place + 1]
            names = [first.pattern.parts, second.pattern.parts]
            if first.bound or second.bound or ["_"] in names:
                continue
            both = Arm(Term([first.pattern, " | ", second.pattern]))
            return [*arms[:place], both, *arms[place + 2 :]]
        return arms
