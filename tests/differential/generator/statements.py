"""Blocks of functions at random: every path returns."""

from __future__ import annotations

from tests.differential.evaluator.types import Type
from tests.differential.generator.declarations import BOOL, INT, list_of
from tests.differential.generator.drawing import Scope, written
from tests.differential.generator.matching import Matching
from tests.differential.generator.terms import Term, show


class Statements(Matching):
    """`block` makes a block that ends with a value of the result type."""

    def block(self, result: Type, scope: Scope, depth: int, budget: int) -> Term:
        """Some statements, then one that returns."""
        names = dict(scope)
        parts: list[str | Term] = ["{ "]
        for _ in range(self.random.randint(0, budget)):
            parts += [self._statement(result, names, depth, budget - 1), " "]
        parts += [self._last(result, names, depth, budget), " }"]
        return Term(parts)

    def _statement(
        self, result: Type, names: dict[str, Type], depth: int, budget: int
    ) -> Term:
        optionals = [n for n, t in names.items() if t.optional]
        draw = self.random.random()
        if optionals and draw < 0.3:
            return self._narrowing(result, names, depth, self.random.choice(optionals))
        if draw < 0.65:
            return self._let(names, depth)
        if draw < 0.75:
            return self._let_else(result, names, depth)
        if draw < 0.85:
            condition = self.expr(BOOL, names, depth)
            leave = self._leave(result, names, depth)
            return Term(["require ", condition, " else ", leave])
        if draw < 0.92:
            return self._for(result, names, depth, budget)
        condition = self.expr(BOOL, names, depth)
        return Term(["if ", condition, " ", self.block(result, names, depth, 0)])

    def _narrowing(
        self, result: Type, names: dict[str, Type], depth: int, name: str
    ) -> Term:
        leave = self._leave(result, names, depth)
        if self.random.random() < 0.5:
            term = Term([f"if {written(name)} == none ", leave])
        else:
            term = Term([f"require {written(name)} != none else ", leave])
        have = names[name]
        names[name] = Type(have.name, have.arguments)
        return term

    def _leave(self, result: Type, names: Scope, depth: int) -> Term:
        value = self.expr(result, names, depth - 1)
        return Term(["{ return ", value, " }"])

    def _let(self, names: dict[str, Type], depth: int) -> Term:
        type_ = self.any_type(1)
        known = self.random.random() < 0.5
        value = self.expr(type_, names, depth, known=known)
        name = self.fresh_name(names, shadow=True)
        names[name] = type_
        kind = f": {show(type_)}" if known else ""
        return Term([f"let {written(name)}{kind} = ", value])

    def _let_else(self, result: Type, names: dict[str, Type], depth: int) -> Term:
        type_ = self.any_type(1)
        wanted = Type(type_.name, type_.arguments, True)
        value = self._settled(wanted, names, depth)
        leave = self._leave(result, names, depth)
        name = self.fresh_name(names, shadow=True)
        names[name] = Type(type_.name, type_.arguments)
        return Term([f"let {written(name)} = ", value, " else ", leave])

    def _for(
        self, result: Type, names: dict[str, Type], depth: int, budget: int
    ) -> Term:
        draw = self.random.random()
        if draw < 0.3:
            kinds, values = [INT], Term(["0..3"])
        elif draw < 0.5:
            key, item = self.key_type(), self.any_type(0)
            kinds = [key, item]
            values = self.expr(Type("Map", (key, item)), names, depth - 1, known=False)
        else:
            kinds = [self.any_type(0)]
            values = self.expr(list_of(kinds[0]), names, depth - 1, known=False)
        bound: list[str] = []
        while len(bound) < len(kinds):
            name = self.fresh_name(names, shadow=True)
            if name not in bound:
                bound.append(name)
        inner = {**names, **dict(zip(bound, kinds, strict=True))}
        condition = self.expr(BOOL, inner, depth - 1)
        leave = self._leave(result, inner, depth)
        head = f"for {', '.join(map(written, bound))} in "
        return Term([head, values, " { if ", condition, " ", leave, " }"])

    def _last(self, result: Type, names: Scope, depth: int, budget: int) -> Term:
        draw = self.random.random()
        if budget <= 0 or draw < 0.6:
            return Term(["return ", self.expr(result, names, depth)])
        if draw < 0.8:
            condition = self.expr(BOOL, names, depth)
            then = self.block(result, names, depth, budget - 1)
            other = self.block(result, names, depth, budget - 1)
            return Term(["if ", condition, " ", then, " else ", other])
        subject, arms = self.arms(names, depth)
        parts: list[str | Term] = ["match ", subject, " { "]
        for arm in arms:
            inner = {**names, **arm[0].bound}
            body = self.block(result, inner, depth, 0)
            parts.append(Term([self.head(arm, inner, depth), " => ", body, " "]))
        return Term([*parts, "}"])
