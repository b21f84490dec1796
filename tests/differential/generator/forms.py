"""Expressions with a form of their own: calls, constructors, interpolation, narrowing."""

from __future__ import annotations

from tests.differential.evaluator.types import Type
from tests.differential.generator.declarations import (
    BOOL,
    DECIMAL,
    DURATION,
    FLOAT,
    INT,
    STRING,
    FieldOf,
    FunctionOf,
    substitute,
)
from tests.differential.generator.drawing import (
    Drawing,
    Scope,
    Stuck,
    found_variable,
    is_form,
    unify,
    written,
)
from tests.differential.generator.terms import (
    ATOM,
    OPEN,
    POSTFIX,
    Term,
    separated,
    source,
)


class Forms(Drawing):
    """What `Expressions` makes besides what the templates say."""

    def expr(
        self, type_: Type, scope: Scope, depth: int, *, known: bool = True
    ) -> Term:
        raise NotImplementedError

    def variable(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        raise NotImplementedError

    def interpolation(self, scope: Scope, depth: int) -> Term:
        parts: list[str | Term] = ['"']
        constant = True
        for _ in range(self.random.randint(1, 3)):
            if self.random.random() < 0.5:
                parts.append(
                    self.random.choice(["a", " ", "{{", "}}", "é", "-", "\\n"])
                )
            hole = self._hole(scope, depth)
            constant = constant and hole.constant
            parts += ["{", hole, "}"]
        return Term([*parts, '"'], STRING, constant=constant)

    def _hole(self, scope: Scope, depth: int) -> Term:
        """Strings in a hole hold no braces, and holes no maps or blocks."""
        for _ in range(5):
            type_ = self.random.choice((INT, STRING, BOOL, DECIMAL, FLOAT, DURATION))
            if self.random.random() < 0.4:
                type_ = self.any_type(1)
            if type_.name in ("List", "Map", "Set", "Bytes"):
                continue
            found = self.expr(type_, scope, min(depth - 1, 1), known=False)
            text = source(found)
            if not set("{}\n") & set(text) and '\\"' not in text:
                return found
        return self.samples.written(7, INT)

    def narrowed(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """`if x != none then ... else ...` for an optional name."""
        names = [n for n, t in scope.items() if t.optional]
        if not names:
            raise Stuck
        name = self.random.choice(names)
        have = scope[name]
        inner = {**scope, name: Type(have.name, have.arguments)}
        present = self.expr(type_, inner, depth - 1, known=known)
        absent = self.expr(type_, scope, depth - 1, known=known)
        if self.random.random() < 0.5:
            parts: list[str | Term] = [
                f"if {written(name)} != none then ",
                present,
                " else ",
                absent,
            ]
        else:
            parts = [f"if {written(name)} == none then ", absent, " else ", present]
        return Term(parts, type_, OPEN)

    def call(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """A call of a function of the program."""
        found = [
            (function, binding)
            for function in self.world.functions.values()
            for binding in [self._result_binding(function, type_, known=known)]
            if binding is not None
        ]
        if not found:
            raise Stuck
        function, binding = self.random.choice(found)
        for name in function.generics:
            binding.setdefault(name, self.plain_type())
        generic = bool(function.generics)
        arguments: list[Term] = []
        by_name = self.random.random() < 0.3
        for place, parameter in enumerate(function.parameters):
            if parameter.default is not None and self.random.random() < 0.5:
                by_name = True
                continue
            kind = substitute(parameter.type, binding)
            if function.fuel and place == 0:
                value = self.samples.written(self.random.randint(0, 4), INT)
            elif parameter.samples is not None:
                value = self._sampled(parameter, scope, depth)
            else:
                value = self.expr(kind, scope, depth - 1, known=not generic)
            label = f"{written(parameter.name)}: " if by_name else ""
            arguments.append(Term([label, value]))
        return Term([f"{function.name}(", *separated(arguments), ")"], type_, POSTFIX)

    def _result_binding(
        self, function: FunctionOf, type_: Type, *, known: bool
    ) -> dict[str, Type] | None:
        if function.generics:
            binding: dict[str, Type] = {}
            return binding if unify(function.result, type_, binding) else None
        return {} if self._fits(function.result, type_, known=known) else None

    def _sampled(self, member: FieldOf, scope: Scope, depth: int) -> Term:
        """A value for a member with a `where` of its own: constant and right, or not."""
        assert member.samples is not None
        if self.random.random() < 0.5:
            found = self.expr(member.type, scope, depth - 1)
            if not found.constant and found_variable(found) and not is_form(found):
                return found
        return self.samples.written(self.random.choice(member.samples), member.type)

    def constructed(
        self, type_: Type, scope: Scope, depth: int, *, known: bool
    ) -> Term:
        """A record, variant, list, map, outcome, or a copy of a record."""
        if type_.optional:
            raise Stuck
        if type_.name in self.world.records:
            return self._record(type_, scope, depth, known=known)
        if type_.name in self.world.unions:
            return self._variant(type_, scope, depth, known=known)
        arguments = type_.arguments
        if not known:
            raise Stuck
        if type_.name in ("List", "Set"):
            meant = "Set" if type_.name == "Set" else None
            items = [
                self.expr(arguments[0], scope, depth - 1)
                for _ in range(self.random.randint(0, 3))
            ]
            return Term(["[", *separated(items), "]"], type_, meant=meant)
        if type_.name == "Map":
            entries = [
                Term([key, ": ", self.expr(arguments[1], scope, depth - 1)])
                for key in self._map_keys(arguments[0], scope)
            ]
            return Term(["{", *separated(entries), "}"], type_)
        if type_.name == "Result":
            place = self.random.randrange(2)
            inside = self.expr(arguments[place], scope, depth - 1)
            return Term([("Ok(", "Err(")[place], inside, ")"], type_, POSTFIX)
        raise Stuck

    def _map_keys(self, type_: Type, scope: Scope) -> list[Term]:
        """Keys that can be written: names are values, not words."""
        values = [self.samples.literal(type_) for _ in range(self.random.randint(0, 3))]
        return [value for value in values if value.level == ATOM]

    def _record(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        record = self.world.records[type_.name]
        if record.generics and not known:
            raise Stuck
        members = self.world.members(type_)
        if not record.generics and self.random.random() < 0.3:
            return self._copy(type_, scope, depth)
        if record.always and self.random.random() < 0.4:
            return self.samples.literal(type_)
        return self._fields(
            record.name, members, type_, scope, depth, varied=bool(record.always)
        )

    def _variant(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        union = self.world.unions[type_.name]
        if union.generics and not known:
            raise Stuck
        variant = self.random.choice(union.variants)
        name = variant.name
        if self.random.random() < 0.5:
            name = f"{union.name}.{name}"
        members = self.world.members(type_, variant.name)
        if not members:
            return Term([name], type_)
        return self._fields(name, members, type_, scope, depth)

    def _fields(
        self,
        name: str,
        members: list[tuple[FieldOf, Type]],
        type_: Type,
        scope: Scope,
        depth: int,
        *,
        varied: bool = False,
    ) -> Term:
        arguments: list[Term] = []
        by_name = all_named = self.random.random() < 0.7
        for member, kind in members:
            if member.default is not None and self.random.random() < 0.4:
                by_name = True
                continue
            if member.samples is not None:
                value = self._sampled(member, scope, depth)
            else:
                value = self.expr(kind, scope, depth - 1)
            if varied and (value.constant or not found_variable(value)):
                raise Stuck
            label = f"{written(member.name)}: " if by_name else ""
            arguments.append(Term([label, value]))
        if all_named and self.random.random() < 0.3:
            self.random.shuffle(arguments)
        return Term([f"{name}(", *separated(arguments), ")"], type_, POSTFIX)

    def _copy(self, type_: Type, scope: Scope, depth: int) -> Term:
        record = self.world.records[type_.name]
        receiver = self.variable(type_, scope, known=False)
        member = self.random.choice(record.fields)
        if member.samples is not None:
            value = self._sampled(member, scope, depth)
        else:
            value = self.expr(member.type, scope, depth - 1)
        label = f".with({written(member.name)}: "
        return Term([receiver, label, value, ")"], type_, POSTFIX)
