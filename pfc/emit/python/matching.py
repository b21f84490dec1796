"""`match` in Python: patterns, the order of arms, and what stands after the last one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.syntax import Py
from pfc.emit.python.values import Values
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.semantics.relations import substitute
from pfc.span import Span

_NATIVE: Final = (bool, int, float, str, type(None))


@dataclass(frozen=True)
class Arm:
    """One arm; `write` puts its body into a block."""

    span: Span
    pattern: x.Pattern
    guard: x.Expr | None
    write: Callable[[Block], None]


class Matching(Values):
    """Python's `match` statement from the language's."""

    _named: dict[x.Symbol, Code]

    def write_match(self, block: Block, subject: x.Expr, arms: Sequence[Arm]) -> None:
        """Puts a `match` statement into a block; each arm writes its own body."""
        type_ = t.base_of(subject.type)
        matched = type_.item if isinstance(type_, t.OptionalType) else type_
        parted = [
            replace(arm, pattern=pattern)
            for arm in arms
            for pattern in self._split(arm.pattern, matched)
        ]
        ordered = _none_first(parted)
        with self.into(block):
            value = self.bound(self.consumed(subject), "subject")[0]
        head = splice("match {}:", value.code)
        with block.nest(head, origin=self.file.origin(subject.span)) as inner:
            none_done = False
            for arm in ordered:
                with self.scope.block():
                    self._write_arm(inner, arm, subject.type, none_done=none_done)
                takes_none = any(map(_is_none, _alternatives(arm.pattern)))
                none_done = none_done or (takes_none and arm.guard is None)
            self._write_end(inner, subject.type, ordered)

    def _write_arm(
        self, block: Block, arm: Arm, type_: t.Type, *, none_done: bool
    ) -> None:
        matched = t.base_of(type_)
        if none_done and isinstance(matched, t.OptionalType):
            matched = matched.item
        guards: list[Code] = []
        self._named = {}
        pattern = self.pattern(arm.pattern, matched, guards)
        if arm.guard is not None:
            with self.into(None):
                guards.append(self.code(arm.guard, syntax.AND))
        head = splice("case {}:", pattern)
        if guards:
            head = splice("case {} if {}:", pattern, join(" and ", guards))
        with block.nest(head, origin=self.file.origin(arm.span)) as inner:
            arm.write(inner)

    def _write_end(self, block: Block, type_: t.Type, arms: Sequence[Arm]) -> None:
        """What happens to values that no arm matches: there are none."""
        plain = [arm.pattern for arm in arms if arm.guard is None]
        if plain and _takes_all(plain[-1], type_, plain):
            return
        if self._covered(type_, plain):
            never = self.scope.temporary("never")
            with block.nest(splice("case _ as {}:", never)) as inner:
                inner.add(splice("{}({})", self.py.typing("assert_never"), never))
            return
        with block.nest(Code("case _:")) as inner:
            inner.add(Code('raise AssertionError("every value has an arm")'))

    def _covered(self, type_: t.Type, patterns: Sequence[x.Pattern]) -> bool:
        """Whether type checkers see that the patterns cover all values."""
        base = t.base_of(type_)
        flat = [each for pattern in patterns for each in _alternatives(pattern)]
        if isinstance(base, t.OptionalType):
            return any(map(_is_none, flat)) and self._covered(base.item, flat)
        if base == t.BOOL:
            found = {p.value for p in flat if isinstance(p, x.ConstantPattern)}
            return {True, False} <= found
        if isinstance(base, t.ResultType):
            ok = {
                p.ok
                for p in flat
                if isinstance(p, x.ResultPattern)
                and _takes_any(p.inner, base.value if p.ok else base.error)
            }
            return len(ok) == 2
        if isinstance(base, t.UnionType):
            union = cast("d.UnionDecl", self.file.program.by_id[base.id])
            whole = {
                p.variant
                for p in flat
                if isinstance(p, x.VariantPattern)
                and all(self._opens_field(base, p, name) for name, _ in p.fields)
            }
            return whole >= {variant.name for variant in union.variants}
        if isinstance(base, t.RecordType):
            return any(
                isinstance(p, x.VariantPattern)
                and all(self._opens_field(base, p, name) for name, _ in p.fields)
                for p in flat
            )
        return False

    def _opens_field(self, type_: t.Type, pattern: x.VariantPattern, name: str) -> bool:
        inner = dict(pattern.fields)[name]
        return _takes_any(inner, self.field_type(type_, pattern.variant, name))

    # ------------------------------------------------------------ patterns
    def pattern(self, pattern: x.Pattern, type_: t.Type, guards: list[Code]) -> Code:
        """A Python pattern; what it cannot say is added to the guards."""
        match pattern:
            case x.AnyPattern():
                return Code("_")
            case x.BindPattern(symbol=symbol):
                name = self._name_of(symbol)
                if isinstance(t.base_of(type_), t.OptionalType):
                    guards.append(splice("{} is not None", name))
                return name
            case x.ConstantPattern():
                return self._constant(pattern, guards)
            case x.VariantPattern():
                return self._variant_pattern(pattern, type_, guards)
            case x.ResultPattern():
                return self._result_pattern(pattern, guards)
            case x.EitherPattern():
                return self._either(pattern, type_, guards)

    def _name_of(self, symbol: x.Symbol) -> Code:
        """The name of a symbol; the same one in each alternative of a pattern."""
        if symbol not in self._named:
            self._named[symbol] = self.scope.declare(symbol)
        return self._named[symbol]

    def _constant(self, pattern: x.ConstantPattern, guards: list[Code]) -> Code:
        code = self.literal(x.Literal(pattern.span, pattern.type, pattern.value)).code
        if isinstance(pattern.value, _NATIVE):
            return code
        name = self.scope.temporary("given")
        guards.append(splice("{} == {}", name, code))
        return name

    def _either(
        self, pattern: x.EitherPattern, type_: t.Type, guards: list[Code]
    ) -> Code:
        constants = [
            p for p in pattern.alternatives if isinstance(p, x.ConstantPattern)
        ]
        simple = len(constants) == len(pattern.alternatives)
        if simple and not all(isinstance(p.value, _NATIVE) for p in constants):
            name = self.scope.temporary("given")
            codes = [
                self.literal(x.Literal(p.span, p.type, p.value)).code for p in constants
            ]
            guards.append(splice("{} in ({})", name, join(", ", codes)))
            return name
        inside: list[Code] = []
        parts = [self.pattern(p, type_, inside) for p in pattern.alternatives]
        guards.extend(dict.fromkeys(inside))
        return splice("{}", join(" | ", parts))

    def _splits(self, pattern: x.Pattern, type_: t.Type) -> bool:
        """Whether a pattern, as one of several, needs a guard of its own."""
        match pattern:
            case x.BindPattern(symbol=symbol):
                return isinstance(t.base_of(type_), t.OptionalType) or isinstance(
                    t.base_of(symbol.type), t.OptionalType
                )
            case x.ConstantPattern(value=value):
                return not isinstance(value, _NATIVE)
            case x.VariantPattern(type=own, variant=variant, fields=fields):
                base = _whole(own)
                return any(
                    self._splits(part, self.field_type(base, variant, name))
                    for name, part in fields
                )
            case x.ResultPattern(type=own, ok=ok, inner=inner):
                result = cast("t.ResultType", _whole(own))
                return self._splits(inner, result.value if ok else result.error)
            case x.EitherPattern(alternatives=alternatives):
                return any(self._splits(each, type_) for each in alternatives)
        return False

    def _split(self, pattern: x.Pattern, type_: t.Type) -> list[x.Pattern]:
        """The pattern as several, where alternatives need different guards."""
        match pattern:
            case x.EitherPattern(alternatives=alternatives):
                constant = all(isinstance(p, x.ConstantPattern) for p in alternatives)
                native = [
                    isinstance(getattr(p, "value", None), _NATIVE) for p in alternatives
                ]
                if (constant and (all(native) or not any(native))) or not self._splits(
                    pattern, type_
                ):
                    return [pattern]
                return [e for each in alternatives for e in self._split(each, type_)]
            case x.VariantPattern(type=own, variant=variant, fields=fields):
                base = _whole(own)
                found: list[x.Pattern] = [pattern]
                for place, (name, part) in enumerate(fields):
                    inner = self.field_type(base, variant, name)
                    choices = self._split(part, inner)
                    if len(choices) > 1:
                        found = [
                            _with_field(cast("x.VariantPattern", each), place, chosen)
                            for each in found
                            for chosen in choices
                        ]
                return found
            case x.ResultPattern(type=own, ok=ok, inner=inner):
                result = cast("t.ResultType", _whole(own))
                kind = result.value if ok else result.error
                return [replace(pattern, inner=p) for p in self._split(inner, kind)]
        return [pattern]

    def _variant_pattern(
        self, pattern: x.VariantPattern, type_: t.Type, guards: list[Code]
    ) -> Code:
        base = t.base_of(pattern.type)
        if isinstance(base, t.OptionalType):
            base = t.base_of(base.item)
        assert isinstance(base, t.RecordType | t.UnionType)
        declaration = self.file.program.by_id[base.id]
        if isinstance(declaration, d.UnionDecl) and declaration.is_enumeration:
            member = self.file.names.member(base.id, pattern.variant)
            return splice("{}.{}", self.file.ref(base.id), member)
        if isinstance(base, t.UnionType):
            head = self.file.variant(base.id, pattern.variant)
        else:
            head = self.file.ref(base.id)
        inside: list[Code] = []
        for name, inner in pattern.fields:
            if isinstance(inner, x.AnyPattern):
                continue
            attribute = self.file.field(base.id, name, pattern.variant)
            field = self.field_type(base, pattern.variant, name)
            inside.append(
                splice("{}={}", attribute, self.pattern(inner, field, guards))
            )
        return splice("{}({})", head, join(", ", inside))

    def _result_pattern(self, pattern: x.ResultPattern, guards: list[Code]) -> Code:
        base = t.base_of(pattern.type)
        assert isinstance(base, t.ResultType)
        head = self.py.runtime("Ok" if pattern.ok else "Err")
        if isinstance(pattern.inner, x.AnyPattern):
            return splice("{}()", head)
        inner_type = base.value if pattern.ok else base.error
        field = Code("value" if pattern.ok else "error")
        inner = self.pattern(pattern.inner, inner_type, guards)
        return splice("{}({}={})", head, field, inner)

    def field_type(self, type_: t.Type, variant: str, name: str) -> t.Type:
        """The type of a field, for the type's arguments."""
        assert isinstance(type_, t.RecordType | t.UnionType)
        declaration = self.file.program.by_id[type_.id]
        if isinstance(declaration, d.UnionDecl):
            chosen = next(v for v in declaration.variants if v.name == variant)
            fields = chosen.fields
        else:
            declaration = cast("d.Record", declaration)
            fields = declaration.fields
        found = next(field.type for field in fields if field.name == name)
        names: tuple[str, ...] = getattr(declaration, "generics", ())
        return substitute(found, dict(zip(names, type_.arguments, strict=False)))

    # ------------------------------------------------------------ values
    def deliver(
        self, expr: x.Expr, block: Block, sink: Callable[[Block, Py, x.Expr], None]
    ) -> None:
        """Computes an expression with statements; `sink` gets each value that it may be."""
        if isinstance(expr, x.MatchValue) and not self.is_choice(expr):
            self.write_match(
                block,
                expr.subject,
                [
                    Arm(
                        arm.span, arm.pattern, arm.guard, self._sinking(arm.value, sink)
                    )
                    for arm in expr.arms
                ],
            )
        elif isinstance(expr, x.Conditional) and self.wants_statements(expr):
            with self.into(block):
                condition = self.code(expr.condition)
            with block.nest(splice("if {}:", condition)) as inner, self.scope.block():
                self.deliver(expr.then, inner, sink)
            with block.nest(Code("else:")) as inner, self.scope.block():
                self.deliver(expr.otherwise, inner, sink)
        else:
            with self.into(block):
                shown = self.show(expr)
                sink(block, shown, expr)

    def _sinking(
        self, value: x.Expr, sink: Callable[[Block, Py, x.Expr], None]
    ) -> Callable[[Block], None]:
        return lambda block: self.deliver(value, block, sink)

    def is_choice(self, expr: x.MatchValue) -> bool:
        """Whether a `match` reads better as a conditional expression."""
        raise NotImplementedError

    def wants_statements(self, expr: x.Expr) -> bool:
        """Whether `deliver` would write more than the expression itself."""
        if isinstance(expr, x.MatchValue):
            return not self.is_choice(expr)
        if isinstance(expr, x.Conditional):
            return any(map(self.wants_statements, (expr.then, expr.otherwise)))
        return False


def _whole(type_: t.Type) -> t.Type:
    """The type of a value that is there."""
    base = t.base_of(type_)
    return t.base_of(base.item) if isinstance(base, t.OptionalType) else base


def _with_field(
    pattern: x.VariantPattern, place: int, chosen: x.Pattern
) -> x.VariantPattern:
    fields = list(pattern.fields)
    fields[place] = fields[place][0], chosen
    return replace(pattern, fields=tuple(fields))


def _alternatives(pattern: x.Pattern) -> list[x.Pattern]:
    if isinstance(pattern, x.EitherPattern):
        return [each for p in pattern.alternatives for each in _alternatives(p)]
    return [pattern]


def _opens(pattern: x.Pattern) -> bool:
    """Whether a pattern takes any value that is not none."""
    return isinstance(pattern, x.AnyPattern | x.BindPattern)


def _takes_any(pattern: x.Pattern, type_: t.Type) -> bool:
    """Whether a pattern takes any value of the type; a name does not take none."""
    if isinstance(t.base_of(type_), t.OptionalType):
        return isinstance(pattern, x.AnyPattern)
    return _opens(pattern)


def _is_none(pattern: x.Pattern) -> bool:
    return isinstance(pattern, x.ConstantPattern) and pattern.value is None


def _takes_all(last: x.Pattern, type_: t.Type, patterns: Sequence[x.Pattern]) -> bool:
    """Whether the last pattern takes all that is left."""
    if any(isinstance(each, x.AnyPattern) for each in _alternatives(last)):
        return True
    if not isinstance(last, x.BindPattern):
        return False
    optional = isinstance(t.base_of(type_), t.OptionalType)
    before = (each for pattern in patterns[:-1] for each in _alternatives(pattern))
    return not optional or any(map(_is_none, before))


def _none_first(arms: Sequence[Arm]) -> list[Arm]:
    """`none` before the first name that takes any value: Python's would take it too.

    It moves over names alone; what else stands before it keeps its place.
    """
    found = list(arms)
    for at, arm in enumerate(arms):
        if _is_none(arm.pattern):
            to = at
            while to > 0 and isinstance(found[to - 1].pattern, x.BindPattern):
                to -= 1
            found.insert(to, found.pop(at))
    return found
