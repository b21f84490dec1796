"""Expressions of a wanted type, at random."""

from __future__ import annotations

import re

from tests.differential.evaluator.types import Type
from tests.differential.generator.declarations import (
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    INT,
    STRING,
    TIME,
    FieldOf,
    FunctionOf,
    substitute,
)
from tests.differential.generator.drawing import (
    FREE,
    Scope,
    Stuck,
    found_variable,
    has_instant,
    is_form,
    unify,
    written,
)
from tests.differential.generator.forms import Forms
from tests.differential.generator.templates import Hole, Template, templates
from tests.differential.generator.terms import (
    ATOM,
    OPEN,
    POSTFIX,
    Term,
    show,
    source,
)


class Expressions(Forms):
    """`expr` makes an expression; `known` says that the checker knows the type there."""

    def expr(
        self, type_: Type, scope: Scope, depth: int, *, known: bool = True
    ) -> Term:
        """An expression of the type; if it is not `known` there, of exactly this type."""
        if depth > 0 and self.random.random() < 0.85:
            for _ in range(4):
                try:
                    return self.made(type_, scope, depth, known=known)
                except Stuck:
                    continue
        return self.leaf(type_, scope, known=known)

    def made(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """An expression with parts."""
        if type_.name in self.world.refined:
            return self._refined(type_, scope, depth, known=known)
        draw = self.random.random()
        if draw < 0.12:
            return self.match(type_, scope, depth, known=known)
        if draw < 0.24:
            return self.call(type_, scope, depth, known=known)
        if draw < 0.36:
            return self.constructed(type_, scope, depth, known=known)
        if draw < 0.42:
            return self.narrowed(type_, scope, depth, known=known)
        if type_.optional and known and self.random.random() < 0.4:
            present = Type(type_.name, type_.arguments)
            return self.expr(present, scope, depth, known=True)
        if type_ == STRING and draw < 0.55:
            return self.interpolation(scope, depth)
        return self._from_template(type_, scope, depth, known=known)

    def match(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        raise NotImplementedError

    def _refined(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """A value of the base that is checked when the program runs."""
        if not known:
            raise Stuck
        draw = self.random.random()
        if draw < 0.15:
            return self.match(type_, scope, depth, known=True)
        if draw < 0.3:
            condition = self.expr(BOOL, scope, depth - 1)
            then = self.expr(type_, scope, depth - 1)
            other = self.expr(type_, scope, depth - 1)
            return Term(
                ["if ", condition, " then ", then, " else ", other], type_, OPEN
            )
        refined = self.world.refined[type_.name]
        if type_.optional:
            return self.expr(Type(type_.name), scope, depth, known=True)
        found = self.expr(refined.base, scope, depth - 1)
        if found.constant or not found_variable(found) or is_form(found):
            raise Stuck
        return found

    def leaf(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        if self.random.random() < 0.7:
            try:
                return self.variable(type_, scope, known=known)
            except Stuck:
                pass
        return self.literal(type_, scope, known=known)

    def variable(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        """A name, or a field of one."""
        found = [
            Term([path], have, ATOM if "." not in path else POSTFIX)
            for path, have in self._places(scope)
            if self._fits(have, type_, known=known)
        ]
        if not found:
            raise Stuck
        return self.random.choice(found)

    def literal(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        """A literal; where its type would not be known, a function is given one."""
        if has_instant(type_):
            return self.variable(type_, scope, known=known)
        if known:
            return self.samples.literal(type_)
        if type_ in (INT, BOOL, STRING, DURATION, DATE, BYTES, TIME):
            return self.samples.literal(type_)
        if type_ == DECIMAL:
            found = self.samples.literal(type_)
            if "." not in source(found):
                found = Term([*found.parts, ".0"], type_, found.level, constant=True)
                # the digits and the point are one literal
                text = source(found)
                negative = text.startswith("-")
                inner = Term([text.lstrip("-")], type_, meant="Decimal", constant=True)
                found = inner
                if negative:
                    found = Term(["-", inner], type_, 7, constant=True)
            return found
        name = self.identity(type_)
        return Term([f"{name}(", self.samples.literal(type_), ")"], type_, POSTFIX)

    def identity(self, type_: Type) -> str:
        """A function that gives what it is given, declared once for each type."""
        kind = show(type_)
        name = "as_" + re.sub(r"\W+", "_", kind.replace("?", "_maybe")).lower()
        own = self._is_own(type_)
        name = self.world.prefix + name if own else name
        if name not in self.world.functions:
            self.world.functions[name] = FunctionOf(
                name, [FieldOf("value", type_)], type_
            )
            term = Term([f"fn {name}(value: {kind}) -> {kind} = value"])
            if own:
                self.world.terms.append(term)
            else:
                self.world.shared[name] = term
        return name

    def _from_template(
        self, type_: Type, scope: Scope, depth: int, *, known: bool
    ) -> Term:
        fitting: list[tuple[Template, dict[str, Type]]] = []
        for template in templates():
            binding: dict[str, Type] = {}
            if unify(template.type, type_, binding):
                fitting.append((template, binding))
        focused = [
            each for each in fitting if self.focus and self.focus in each[0].text
        ]
        specific = [each for each in fitting if each[0].type.name not in FREE]
        if focused and self.random.random() < 0.7:
            fitting = focused
        elif specific and self.random.random() < 0.7:
            fitting = specific
        template, binding = self.random.choice(fitting)
        if "Instant" in template.text and not any(
            have.name == "Instant" and not have.optional for have in scope.values()
        ):
            raise Stuck
        self._choose(binding, scope)
        is_form = template.level == OPEN or template.level < 4
        parts: list[str | Term] = []
        for part in template.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            inner_known = known and (is_form or "@" not in template.text)
            parts.append(self._filled(part, binding, scope, depth, inner_known))
        terms = [part for part in parts if isinstance(part, Term)]
        constant = bool(terms) and terms[0].constant
        return Term(parts, type_, template.level, template.meant, constant)

    def _filled(
        self,
        hole: Hole,
        binding: dict[str, Type],
        scope: Scope,
        depth: int,
        known: bool,
    ) -> Term:
        type_ = substitute(hole.type, binding)
        if hole.parameters is not None:
            kinds = [substitute(each, binding) for each in hole.parameters]
            return self.lambda_(kinds, type_, scope, depth)
        match hole.flag:
            case "~":
                return self.samples.written(
                    self.samples.sample(type_, 0, written=True), type_
                )
            case "&":
                return self._called(type_, scope, depth).at(hole.level)
            case "%":
                return self.variable(type_, scope, known=False)
            case "$":
                return self._settled(type_, scope, depth).at(hole.level)
            case "!":
                return self.expr(type_, scope, depth - 1, known=True).at(hole.level)
        return self.expr(type_, scope, depth - 1, known=known).at(hole.level)

    def _called(self, type_: Type, scope: Scope, depth: int) -> Term:
        """The result of a call."""
        for _ in range(4):
            found = self.expr(type_, scope, depth - 1, known=False)
            begins = found.parts[0]
            if found.level == POSTFIX and isinstance(begins, str) and "(" in begins:
                return found
        raise Stuck

    def _settled(self, type_: Type, scope: Scope, depth: int) -> Term:
        """Something whose type is the same wherever it stands."""
        for _ in range(4):
            found = self.expr(type_, scope, depth - 1, known=False)
            is_call = found.level == POSTFIX
            if is_call or (found_variable(found) and len(found.parts) == 1):
                return found
        return self.variable(type_, scope, known=False)

    def lambda_(
        self, kinds: list[Type], result: Type, scope: Scope, depth: int
    ) -> Term:
        """A lambda, or the name of a function that fits."""
        named = [
            function.name
            for function in self.world.functions.values()
            if not function.generics
            and not function.fuel
            and function.result == result
            and [each.type for each in function.parameters] == kinds
        ]
        if named and self.random.random() < 0.3:
            return Term([self.random.choice(named)])
        names: list[str] = []
        while len(names) < len(kinds):
            name = self.fresh_name(scope, shadow=True)
            if name not in names:
                names.append(name)
        inner = {**scope, **dict(zip(names, kinds, strict=True))}
        body = self.expr(result, inner, depth - 1, known=False)
        shown = ", ".join(map(written, names))
        head = shown if len(names) == 1 else f"({shown})"
        return Term([f"{head} => ", body], level=OPEN)
