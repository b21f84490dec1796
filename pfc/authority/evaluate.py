"""Evaluating expressions: what they are, where they come from, what bounds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from pfc.authority.bounds import (
    BOUNDING,
    UNBOUNDED,
    Bounds,
    prefix_of,
)
from pfc.authority.context import Context
from pfc.authority.terms import Const, Derived, Source, Sym, constant
from pfc.authority.values import Value, element, fresh
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir.types import PATH, MapType, Type, base_of
from pfc.semantics.pattern_parts import symbols_in
from pfc.span import Span

_KEEPS_ELEMENTS: Final = frozenset(
    {"filter", "sort", "sort_by", "reverse", "take", "drop", "distinct"}
)

_OPERANDS: Final[Mapping[type, tuple[str, tuple[str, ...]]]] = {
    e.IndexOf: ("index", ("value", "at")),
    e.Not: ("not", ("operand",)),
    e.Negate: ("-", ("operand",)),
    e.OrElse: ("or else", ("value", "default")),
    e.Contains: ("in", ("item", "container")),
    e.RangeExpr: ("..", ("low", "high")),
    e.UnderPath: ("under", ("value", "prefix")),
}
"""What operations are called, and where their operands are, first the first."""


class Evaluator:
    """Expressions in one place, each evaluated once, in the order of the program.

    `env` gives bindings their values. What an expression was last evaluated to stays
    in `seen`, because reading state twice gives two values.
    """

    def __init__(self, context: Context, caller: Value | None) -> None:
        self.context = context
        self._bounds_of = context.bounds.of
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
        found = _WAYS.get(type(expr), Evaluator._other)(self, expr)
        if type(expr.type) in BOUNDING:
            bounds = self._bounds_of(expr.type)
            if bounds is not UNBOUNDED and bounds is not found.bounds:
                found = found.bounded(bounds)
        self.seen[id(expr)] = found
        return found

    def _other(self, expr: e.Expr) -> Value:
        """Nothing else is a value that can be told apart: trust none of it."""
        return fresh(self.text(expr), Source("other", self.text(expr)))

    def _literal(self, expr: e.Literal) -> Value:
        return Value(constant(expr.value))

    def _local(self, expr: e.Local) -> Value:
        return self.env.get(expr.symbol) or self.local(expr.symbol)

    def _caller(self, expr: e.Caller) -> Value:
        return self.caller or fresh("caller", Source("other", "caller"))

    def _global(self, expr: e.ConfigValue | e.CalendarValue) -> Value:
        """What can be another one each time."""
        text = expr.id.rpartition(".")[2]
        symbol = Sym(text, origin=text, span=expr.span)
        self.context.read_again(symbol)
        return Value(symbol)

    def _builtin(self, expr: e.Builtin) -> Value:
        return fresh(f"{expr.name}()", span=expr.span)

    def _field_of(self, expr: e.FieldOf) -> Value:
        inner = expr.value
        return self.field(self.value(inner), inner.type, "", expr.name, expr.span)

    def _can(self, expr: e.CanExpr) -> Value:
        self.checking(expr)
        return fresh("can", span=expr.span)

    def _list(self, expr: e.ListExpr) -> Value:
        values = tuple(map(self.value, expr.items))
        return Value(self._derived("list", values, expr), items=values)

    def _map_expr(self, expr: e.MapExpr) -> Value:
        pairs = [self.value(part) for entry in expr.entries for part in entry]
        return self._derive("map", pairs, expr)

    def _logic(self, expr: e.Logic) -> Value:
        first = self.value(expr.left)
        second = self._under(expr.left, expr.operator == "and", expr.right)
        return self._derive(expr.operator, (first, second), expr)

    def _conditional(self, expr: e.Conditional) -> Value:
        values = (
            self.value(expr.condition),
            self._under(expr.condition, True, expr.then),
            self._under(expr.condition, False, expr.otherwise),
        )
        return self._derive("if", values, expr)

    def _interpolation(self, expr: e.Interpolation) -> Value:
        texts = tuple([p if isinstance(p, str) else None for p in expr.parts])
        values = [self.value(p) for p in expr.parts if not isinstance(p, str)]
        return self._derive(f"text {texts!r}", values, expr)

    def _binary(self, expr: e.Arithmetic | e.Compare) -> Value:
        pair = (self.value(expr.left), self.value(expr.right))
        return self._derive(expr.operator, pair, expr)

    def _of_parts(self, expr: e.Expr) -> Value:
        """An operation that is no more than its name and its operands."""
        name, operands = _OPERANDS[type(expr)]
        parts = [self.value(getattr(expr, operand)) for operand in operands]
        return self._derive(name, parts, expr)

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
        if type(symbol.type) in BOUNDING:
            value = value.bounded(self._bounds_of(symbol.type))
        self.env[symbol] = value

    def introduce(self, symbol: e.Symbol, value: Value) -> None:
        """A statement or pattern makes a name, perhaps one that was in use."""
        self.bind(symbol, value)

    def field(
        self, owner: Value, type_: Type, variant: str, name: str, at: Span
    ) -> Value:
        """A field of a value; the same one each time."""
        if self.context.guards:
            self.reading(owner, type_, variant, name, at)
        known = owner.parts.get(name)
        bounds = self.context.bounds.of_part(type_, variant, name)
        if known is not None:
            return known.bounded(bounds)
        text = f"{self.context.shown(owner.term)}.{name}"
        operation = f"part {variant}.{name}" if variant else f"field {name}"
        return Value(Derived(operation, (owner.term,), text), bounds)

    def _derive(self, operation: str, parts: Iterable[Value], expr: e.Expr) -> Value:
        return Value(self._derived(operation, parts, expr))

    def _derived(self, operation: str, parts: Iterable[Value], expr: e.Expr) -> Derived:
        terms = tuple([part.term for part in parts])
        return Derived(operation, terms, partial(self.context.text, expr.span))

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
                    return self.context.bounds.of_field(field)
        return UNBOUNDED

    def _refine(self, expr: e.Refine) -> Value:
        """The same value, unless it becomes a Path: then it is put in normal form."""
        value = self.value(expr.value)
        own, other = base_of(expr.type), base_of(expr.value.type)
        if own is other or own == other:
            return value
        return self._derive("as", (value,), expr).bounded(_built_path(expr))

    def _under(self, condition: e.Expr, holds: bool, expr: e.Expr) -> Value:
        release = self.assuming(condition, holds)
        value = self.value(expr)
        release()
        return value

    def _construct(self, expr: e.Construct) -> Value:
        parts = {name: self.value(argument) for name, argument in expr.arguments}
        for field in self.context.defaults_of(expr.type, expr.variant):
            if field.name not in parts and field.default is not None:
                parts[field.name] = self.value(field.default)
        operation = f"make {expr.id}.{expr.variant} {tuple(parts)!r}"
        return Value(self._derived(operation, parts.values(), expr), parts=parts)

    def _with(self, expr: e.With) -> Value:
        old = self.value(expr.value)
        changes = {name: self.value(change) for name, change in expr.changes}
        values = (old, *changes.values())
        made = self._derived(f"with {tuple(changes)!r}", values, expr)
        return Value(made, parts={**old.parts, **changes})

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
        made = self._derived(f"method {expr.owner}.{expr.name}", values, expr)
        if expr.owner in ("List", "Set") and expr.name in _KEEPS_ELEMENTS:
            return Value(made, whole=receiver.collection)
        return Value(made)

    def _lambda(self, expr: e.LambdaExpr, given: tuple[Value, ...]) -> Value:
        """What it gives, when its parameters are made of anything in `given`."""
        parts = tuple([value.term for value in given])
        for symbol in expr.parameters:
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


_WAYS: Final[Mapping[type, Callable[[Evaluator, Any], Value]]] = {
    e.Literal: Evaluator._literal,
    e.Local: Evaluator._local,
    e.Caller: Evaluator._caller,
    e.Refine: Evaluator._refine,
    # Looked up when called: tests put other ways of reading state in its place.
    e.StateField: lambda self, expr: self._state(expr),
    e.ConfigValue: Evaluator._global,
    e.CalendarValue: Evaluator._global,
    e.Builtin: Evaluator._builtin,
    e.FieldOf: Evaluator._field_of,
    e.CanExpr: Evaluator._can,
    e.Construct: Evaluator._construct,
    e.With: Evaluator._with,
    e.ListExpr: Evaluator._list,
    e.MapExpr: Evaluator._map_expr,
    e.CallFunction: Evaluator._call,
    e.Method: Evaluator._method,
    e.Logic: Evaluator._logic,
    e.Conditional: Evaluator._conditional,
    e.MatchValue: Evaluator._match,
    e.Interpolation: Evaluator._interpolation,
    e.Arithmetic: Evaluator._binary,
    e.Compare: Evaluator._binary,
    e.LambdaExpr: lambda self, expr: self._lambda(expr, ()),
    **dict.fromkeys(_OPERANDS, Evaluator._of_parts),
}
