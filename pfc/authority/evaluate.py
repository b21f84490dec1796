"""Evaluating expressions: what they are, where they come from, what bounds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from pfc.authority.bounds import (
    UNBOUNDED,
    Bounds,
    bounds_of_field,
    bounds_of_member,
    bounds_of_type,
    prefix_of,
)
from pfc.authority.context import Context
from pfc.authority.terms import Const, Derived, Source, Sym, constant
from pfc.authority.values import Value, element, fresh
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.types import PATH, MapType, Type, UnionType, base_of
from pfc.semantics.pattern_parts import symbols_in
from pfc.span import Span

_KEEPS_ELEMENTS: Final = frozenset(
    {"filter", "sort", "sort_by", "reverse", "take", "drop", "distinct"}
)


class Evaluator:
    """Expressions in one place, each evaluated once, in the order of the program.

    `env` gives bindings their values. What an expression was last evaluated to stays
    in `seen`, because reading state twice gives two values.
    """

    def __init__(self, context: Context, caller: Value | None) -> None:
        self.context = context
        self.env: dict[e.Symbol, Value] = {}
        self.caller = caller
        self.seen: dict[int, Value] = {}

    # ------------------------------------------------------------ hooks of the walk
    def checking(self, check: e.CanExpr) -> None:
        """A `can` is reached."""

    def reading(
        self, owner: Value, type_: Type, variant: str, name: str, at: Span
    ) -> None:
        """A field is read."""

    def assuming(self, condition: e.Expr, holds: bool) -> Callable[[], None]:
        """From here on the condition has this value, until the result is called."""
        return lambda: None

    def reading_state(self, field: str) -> None:
        """A state field is read."""

    def entering(self, call: e.CallFunction, arguments: Mapping[str, Value]) -> None:
        """A function is called."""

    # ------------------------------------------------------------ expressions
    def value(self, expr: e.Expr) -> Value:
        """What the expression stands for; evaluates what is inside it too."""
        found = self._value(expr).bounded(
            bounds_of_type(self.context.program, expr.type)
        )
        self.seen[id(expr)] = found
        return found

    def _value(self, expr: e.Expr) -> Value:
        match expr:
            case e.Literal(value=value):
                return Value(constant(value))
            case e.Local(symbol=symbol):
                return self.local(symbol)
            case e.Caller():
                return self.caller or fresh("caller", Source("other", "caller"))
            case e.Refine(value=inner):
                return self._refine(expr, inner)
            case e.StateField():
                return self._state(expr)
            case e.ConfigValue(id=id_):
                return self._changing(id_.rpartition(".")[2], expr.span)
            case e.Builtin(name=name):
                return fresh(f"{name}()", span=expr.span)
            case e.FieldOf(value=inner, name=name):
                owner = self.value(inner)
                return self.field(owner, inner.type, "", name, expr.span)
            case e.CanExpr():
                self.checking(expr)
                return fresh("can", span=expr.span)
            case _:
                return self._composed(expr)

    def _composed(self, expr: e.Expr) -> Value:
        match expr:
            case e.Construct():
                return self._construct(expr)
            case e.With():
                return self._with(expr)
            case e.ListExpr(items=items):
                values = tuple(map(self.value, items))
                return replace(self._derive("list", values, expr), items=values)
            case e.MapExpr(entries=entries):
                pairs = [self.value(part) for entry in entries for part in entry]
                return self._derive("map", pairs, expr)
            case e.CallFunction():
                return self._call(expr)
            case e.Method():
                return self._method(expr)
            case e.Logic(operator=operator, left=left, right=right):
                first = self.value(left)
                second = self._under(left, operator == "and", right)
                return self._derive(operator, (first, second), expr)
            case e.Conditional(condition=condition, then=then, otherwise=otherwise):
                values = (
                    self.value(condition),
                    self._under(condition, True, then),
                    self._under(condition, False, otherwise),
                )
                return self._derive("if", values, expr)
            case e.MatchValue():
                return self._match(expr)
            case _:
                return self._operation(expr)

    def _operation(self, expr: e.Expr) -> Value:
        match expr:
            case e.Interpolation(parts=parts):
                texts = tuple(p if isinstance(p, str) else None for p in parts)
                values = [self.value(p) for p in parts if not isinstance(p, str)]
                return self._derive(f"text {texts!r}", values, expr)
            case e.IndexOf(value=value, at=at):
                return self._derive("index", (self.value(value), self.value(at)), expr)
            case e.Not(operand=operand):
                return self._derive("not", (self.value(operand),), expr)
            case e.Negate(operand=operand):
                return self._derive("-", (self.value(operand),), expr)
            case (
                e.Arithmetic(operator=operator, left=left, right=right)
                | e.Compare(operator=operator, left=left, right=right)
            ):
                values = [self.value(left), self.value(right)]
                return self._derive(operator, values, expr)
            case e.OrElse(value=value, default=default):
                pair = (self.value(value), self.value(default))
                return self._derive("or else", pair, expr)
            case e.Contains(item=item, container=container):
                pair = (self.value(item), self.value(container))
                return self._derive("in", pair, expr)
            case e.RangeExpr(low=low, high=high):
                return self._derive("..", (self.value(low), self.value(high)), expr)
            case e.UnderPath(value=value, prefix=prefix):
                pair = (self.value(value), self.value(prefix))
                return self._derive("under", pair, expr)
            case e.LambdaExpr():
                return self._lambda(expr, ())
            case _:
                # Nothing else is a value that can be told apart: trust none of it.
                return fresh(self.text(expr), Source("other", self.text(expr)))

    # ------------------------------------------------------------ pieces
    def local(self, symbol: e.Symbol) -> Value:
        """The value of a binding; one that nobody made may be anything."""
        value = self.env.get(symbol)
        if value is None:
            source = Source("other", symbol.name, span=symbol.span)
            value = self.env[symbol] = fresh(symbol.name, source, symbol.span)
        return value

    def text(self, expr: e.Expr) -> str:
        """The expression as written."""
        return self.context.text(expr.span)

    def bind(self, symbol: e.Symbol, value: Value) -> None:
        """From here on the name stands for the value."""
        bounds = bounds_of_type(self.context.program, symbol.type)
        self.env[symbol] = value.bounded(bounds)

    def introduce(self, symbol: e.Symbol, value: Value) -> None:
        """A statement or pattern makes a name, perhaps one that was in use."""
        self.bind(symbol, value)

    def field(
        self, owner: Value, type_: Type, variant: str, name: str, at: Span
    ) -> Value:
        """A field of a value; the same one each time."""
        self.reading(owner, type_, variant, name, at)
        known = owner.parts.get(name)
        bounds = self._member_bounds(type_, variant, name)
        if known is not None:
            return known.bounded(bounds)
        text = f"{self.context.shown(owner.term)}.{name}"
        operation = f"part {variant}.{name}" if variant else f"field {name}"
        return Value(Derived(operation, (owner.term,), text), bounds)

    def _member_bounds(self, type_: Type, variant: str, name: str) -> Bounds:
        program = self.context.program
        base = base_of(type_)
        if not isinstance(base, UnionType):
            return bounds_of_member(program, type_, name)
        union = program.by_id.get(base.id)
        if isinstance(union, d.UnionDecl):
            for each in union.variants:
                for field in each.fields:
                    if (each.name, field.name) == (variant, name):
                        return bounds_of_field(program, field)
        return UNBOUNDED

    def _derive(self, operation: str, parts: Iterable[Value], expr: e.Expr) -> Value:
        terms = tuple(part.term for part in parts)
        return Value(Derived(operation, terms, self.text(expr)))

    def _state(self, expr: e.StateField) -> Value:
        self.reading_state(expr.name)
        text = f"state.{expr.name}"
        source = Source("state", expr.name, expr.reactor)
        symbol = Sym(text, source, origin=text, span=expr.span)
        self.context.read_again(symbol)
        return Value(symbol, self._state_bounds(expr))

    def _state_bounds(self, expr: e.StateField) -> Bounds:
        """What a state field's own refinement says: it is checked when assigned."""
        reactor = self.context.program.by_id.get(expr.reactor)
        if isinstance(reactor, d.Reactor):
            for field in reactor.state:
                if field.name == expr.name:
                    return bounds_of_field(self.context.program, field)
        return UNBOUNDED

    def _refine(self, expr: e.Refine, inner: e.Expr) -> Value:
        """The same value, unless it becomes a Path: then it is put in normal form."""
        value = self.value(inner)
        if base_of(expr.type) == base_of(inner.type):
            return value
        return self._derive("as", (value,), expr).bounded(_built_path(expr))

    def _changing(self, text: str, span: Span) -> Value:
        symbol = Sym(text, origin=text, span=span)
        self.context.read_again(symbol)
        return Value(symbol)

    def _under(self, condition: e.Expr, holds: bool, expr: e.Expr) -> Value:
        release = self.assuming(condition, holds)
        value = self.value(expr)
        release()
        return value

    def _construct(self, expr: e.Construct) -> Value:
        parts = {name: self.value(argument) for name, argument in expr.arguments}
        for field in self.context.fields_of(expr.type, expr.variant):
            if field.name not in parts and field.default is not None:
                parts[field.name] = self.value(field.default)
        operation = f"make {expr.id}.{expr.variant} {tuple(parts)!r}"
        return replace(self._derive(operation, parts.values(), expr), parts=parts)

    def _with(self, expr: e.With) -> Value:
        old = self.value(expr.value)
        changes = {name: self.value(change) for name, change in expr.changes}
        values = (old, *changes.values())
        made = self._derive(f"with {tuple(changes)!r}", values, expr)
        return replace(made, parts={**old.parts, **changes})

    def _call(self, expr: e.CallFunction) -> Value:
        arguments = {name: self.value(argument) for name, argument in expr.arguments}
        self.entering(expr, arguments)
        operation = f"call {expr.id} {tuple(arguments)!r}"
        parts = list(arguments.values())
        if self.context.calls_python(expr.id):
            parts.append(fresh(self.text(expr), Source("python", self.text(expr))))
        return self._derive(operation, parts, expr)

    def _method(self, expr: e.Method) -> Value:
        receiver = self.value(expr.receiver)
        values = [receiver]
        for argument in expr.arguments:
            if isinstance(argument, e.LambdaExpr):
                found = self._lambda(argument, tuple(values))
                self.seen[id(argument)] = found
                values.append(found)
            else:
                values.append(self.value(argument))
        made = self._derive(f"method {expr.owner}.{expr.name}", values, expr)
        if expr.owner in ("List", "Set") and expr.name in _KEEPS_ELEMENTS:
            return replace(made, whole=receiver.collection)
        return made

    def _lambda(self, expr: e.LambdaExpr, given: tuple[Value, ...]) -> Value:
        """What it gives, when its parameters are made of anything in `given`."""
        for symbol in expr.parameters:
            parts = tuple(value.term for value in given)
            own = Sym(symbol.name, span=symbol.span)
            self.bind(symbol, Value(Derived("element", (*parts, own), symbol.name)))
        return self._derive("lambda", (self.value(expr.body),), expr)

    def _match(self, expr: e.MatchValue) -> Value:
        subject = self.value(expr.subject)
        values = [subject]
        for arm in expr.arms:
            self.match(arm.pattern, subject, expr.subject.type)
            if arm.guard is None:
                values.append(self.value(arm.value))
            else:
                values.append(self.value(arm.guard))
                values.append(self._under(arm.guard, True, arm.value))
        return self._derive("match", values, expr)

    def match(self, pattern: e.Pattern, subject: Value, type_: Type) -> None:
        """Bind the names of a pattern."""
        match pattern:
            case e.BindPattern(symbol=symbol):
                self.introduce(symbol, subject)
            case e.VariantPattern(type=own, variant=variant, fields=fields):
                for name, inner in fields:
                    if not isinstance(inner, e.AnyPattern):
                        part = self.field(subject, own, variant, name, pattern.span)
                        self.match(inner, part, own)
            case e.ResultPattern(ok=ok, inner=inner):
                operation = "part Ok" if ok else "part Err"
                text = self.context.shown(subject.term)
                part = Value(Derived(operation, (subject.term,), text))
                self.match(inner, part, type_)
            case e.EitherPattern(alternatives=alternatives):
                self._match_either(alternatives, subject, type_)

    def _match_either(
        self, alternatives: tuple[e.Pattern, ...], subject: Value, type_: Type
    ) -> None:
        """Bind the names that each alternative binds: one made of all that it may be."""
        found: dict[e.Symbol, list[Value]] = {}
        for each in alternatives:
            self.match(each, subject, type_)
            for symbol in symbols_in(each):
                found.setdefault(symbol, []).append(self.local(symbol))
        for symbol, values in found.items():
            terms = tuple(value.term for value in values)
            self.introduce(symbol, Value(Derived("either", terms, symbol.name)))

    def loop(
        self, symbols: tuple[e.Symbol, ...], values: Value, expr: e.Expr
    ) -> Value | None:
        """Bind the names of a loop; the element, if there is one name."""
        made = []
        for symbol in symbols:
            bounds = UNBOUNDED
            if isinstance(expr, e.RangeExpr):
                low, high = (self.seen[id(end)] for end in (expr.low, expr.high))
                bounds = range_bounds(low, high)
            one = element(values, symbol.name, bounds, symbol.span)
            self.introduce(symbol, one)
            made.append(self.env[symbol])
        is_map = isinstance(base_of(expr.type), MapType)
        return made[0] if len(made) == 1 and not is_map else None


def _built_path(made: e.Refine) -> Bounds:
    """Where a path built from text is: under the whole segments that it begins with.

    What is put in may hold slashes, but no segment `..`: paths are checked when made.
    """
    text = made.value
    if base_of(made.type) != PATH or not isinstance(text, e.Interpolation):
        return UNBOUNDED
    first = text.parts[0] if text.parts else ""
    if not isinstance(first, str):
        return UNBOUNDED
    prefix = prefix_of(first[: first.rfind("/") + 1])
    return UNBOUNDED if ".." in prefix else Bounds(under=frozenset((prefix,)))


def range_bounds(low: Value, high: Value) -> Bounds:
    """What the ends of a closed range say about a number in it."""
    return Bounds(
        upper=_constant(high) or high.bounds.upper,
        lower=_constant(low) or low.bounds.lower,
    )


def _constant(value: Value) -> Const | None:
    return value.term if isinstance(value.term, Const) else None
