"""`Expressions`: the printer of typed expressions, all parts together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.caps import can
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.matching import Matching
from pfc.emit.python.syntax import Py
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.walk import nodes

_NONE: Final = syntax.text("None")


class Expressions(Matching):
    """Prints any expression of the typed IR.

    `show` gives the Python with its precedence, `code` and `argument` the text,
    `not_` the opposite of a condition, `deliver` computes with statements.
    """

    def show(self, expr: x.Expr) -> Py:
        """The Python of an expression."""
        return _PRINTERS[type(expr)](self, expr)

    def condition(self, expr: x.Expr) -> Code:
        """The Python of a condition, as it stands after `if`."""
        return self.show(expr).code

    def can(self, expr: x.CanExpr) -> Py:
        return can(self, expr.cap, self.around.held)

    def find(self, expr: x.Find) -> Py:
        # Imported here: what prints queries prints with this.
        from pfc.emit.python.rows import find

        return find(self, expr)

    def config(self, expr: x.ConfigValue) -> Py:
        if self.around.config is None:
            raise NotEmitted("a configuration here", expr.span)
        name = self.file.ref(expr.id)
        return Py(splice("{}.config({})", self.around.config, name))

    def calendar(self, expr: x.CalendarValue) -> Py:
        return Py(self.file.ref(expr.id))

    # ------------------------------------------------------------ optionals
    def or_else(self, expr: x.OrElse) -> Py:
        """`value or default`: the default is evaluated only if it is needed."""
        value = expr.value
        if isinstance(value, x.Method) and (value.owner, value.name) == ("Map", "get"):
            found = self._get_or(value, expr.default)
            if found is not None:
                return found
        if not self.may_bind and not self.show(value).is_place:
            return self.outlined(expr)
        if (
            isinstance(value, x.Method)
            and value.owner == "Optional"
            and value.name == "map"
        ):
            function = cast("x.LambdaExpr", value.arguments[0])
            if not isinstance(t.base_of(function.body.type), t.OptionalType):
                return self._mapped(value, function, expr.default)
        first, again = self.bound(self.show(value), "found")
        with self.lazily():
            default = self.show(expr.default)
        present = syntax.compared(first, "is not", _NONE)
        return syntax.conditional(present, again, default)

    def _get_or(self, value: x.Method, default: x.Expr) -> Py | None:
        """`m.get(k, default)`, where that is the same."""
        kind = t.base_of(value.receiver.type)
        simple = isinstance(default, x.Literal | x.Local)
        if not isinstance(kind, t.MapType) or not simple:
            return None
        if isinstance(t.base_of(kind.value), t.OptionalType):
            return None
        key, other = self.argument(value.arguments[0]), self.argument(default)
        return syntax.method(self.consumed(value.receiver), "get", key, other)

    def optional_map(self, expr: x.Method) -> Py:
        function = cast("x.LambdaExpr", expr.arguments[0])
        if not self.may_bind and not self.show(expr.receiver).is_place:
            return self.outlined(expr)
        return self._mapped(expr, function, None)

    def _mapped(
        self, expr: x.Method, function: x.LambdaExpr, default: x.Expr | None
    ) -> Py:
        symbol = function.parameters[0]
        first, again = self.bound(self.show(expr.receiver), symbol.name)
        self.scope.bind(symbol, again)
        with self.lazily():
            body = self.show(function.body)
            otherwise = _NONE if default is None else self.show(default)
        present = syntax.compared(first, "is not", _NONE)
        return syntax.conditional(present, body, otherwise)

    def if_present(self, value: x.Expr, use: object, base: str) -> Py:
        """What `use` makes of a value that is there; none stays none."""
        first, again = self.bound(self.show(value), base)
        made = cast("Callable[[Py], Py]", use)(again)
        present = syntax.compared(first, "is not", _NONE)
        return syntax.conditional(present, made, _NONE)

    # ------------------------------------------------------------ match
    def is_choice(self, expr: x.MatchValue) -> bool:
        """Two arms on an optional or a Bool, without guards: a conditional expression."""
        if len(expr.arms) != 2 or any(arm.guard for arm in expr.arms):
            return False
        first, second = (arm.pattern for arm in expr.arms)
        base = t.base_of(expr.subject.type)
        if isinstance(base, t.OptionalType):
            names = (x.AnyPattern, x.BindPattern)
            return (_is_none(first) and isinstance(second, names)) or (
                _is_none(second) and isinstance(first, x.BindPattern)
            )
        open_last = isinstance(second, x.ConstantPattern | x.AnyPattern)
        return base == t.BOOL and isinstance(first, x.ConstantPattern) and open_last

    def match_value(self, expr: x.MatchValue) -> Py:
        """A `match` inside an expression."""
        if self.is_choice(expr) and self.may_bind:
            return self._choice(expr)
        if not self.may_add or self.block is None:
            return self.outlined(expr)
        name = self.scope.temporary("chosen")
        self.block.add(splice("{}: {}", name, self.file.type(expr.type)))
        with self.into(self.block):
            assert self.block is not None
            self.deliver(expr, self.block, _assign(name))
        return Py(name)

    def _choice(self, expr: x.MatchValue) -> Py:
        first, second = expr.arms
        if not isinstance(t.base_of(expr.subject.type), t.OptionalType):
            constant = cast("x.ConstantPattern", first.pattern)
            subject = self.show(expr.subject)
            with self.lazily():
                values = [self.show(first.value), self.show(second.value)]
            if constant.value is False:
                values.reverse()
            return syntax.conditional(subject, *values)
        absent, present = first, second
        if not _is_none(first.pattern):
            absent, present = second, first
        name = "found"
        if isinstance(present.pattern, x.BindPattern):
            name = present.pattern.symbol.name
        once, again = self.bound(self.show(expr.subject), name)
        if isinstance(present.pattern, x.BindPattern):
            self.scope.bind(present.pattern.symbol, again)
        with self.lazily():
            then, otherwise = self.show(absent.value), self.show(present.value)
        return syntax.conditional(syntax.compared(once, "is", _NONE), then, otherwise)

    # ------------------------------------------------------------ outlining
    def outlined(self, expr: x.Expr) -> Py:
        """A call of a new function of the file, for what no expression can say."""
        scope = self.file.names.scope()
        parameters: list[views.Parameter] = []
        arguments: list[Code] = []
        for kinds, name, annotation in self.around.parameters:
            if any(isinstance(node, kinds) for node in nodes(expr)):
                scope.claim(name)
                kind = annotation if isinstance(annotation, Code) else annotation()
                parameters.append(views.Parameter(name, kind))
                arguments.append(name)
        for symbol, type_ in _free(expr):
            found = self.scope.find(symbol)
            if found is not None:
                name = scope.declare(symbol)
                parameters.append(views.Parameter(name, self.file.type(type_)))
                arguments.append(found.at(syntax.CONDITIONAL))
        body = Block(4, origin=self.file.origin(expr.span))
        inner = type(self)(self.file, scope, self.around, body)
        inner.deliver(expr, body, _return)
        name = self.file.fresh(f"_{self.purpose}")
        result = self.file.type(expr.type)
        view = views.Function(name, tuple(parameters), result, body.lines())
        with self.file.declaring(expr.span):
            self.file.out.add(view)
        return syntax.call(name, *arguments)


def _assign(name: Code) -> Callable[[Block, Py, x.Expr], None]:
    def sink(block: Block, value: Py, expr: x.Expr) -> None:
        block.add(splice("{} = {}", name, value.code))

    return sink


def _return(block: Block, value: Py, expr: x.Expr) -> None:
    block.add(splice("return {}", value.code))


def _is_none(pattern: x.Pattern) -> bool:
    return isinstance(pattern, x.ConstantPattern) and pattern.value is None


def _free(expr: x.Expr) -> list[tuple[x.Symbol, t.Type]]:
    """The symbols that an expression reads, with the type known where each first stands."""
    found: dict[x.Symbol, t.Type] = {}
    for node in nodes(expr):
        if isinstance(node, x.Local):
            found.setdefault(node.symbol, node.type)
    return list(found.items())


_PRINTERS: Final[dict[type, Callable[[Any, Any], Py]]] = {
    x.Literal: Expressions.literal,
    x.Interpolation: Expressions.interpolation,
    x.ListExpr: Expressions.list_,
    x.MapExpr: Expressions.map_,
    x.Local: Expressions.local,
    x.Caller: Expressions.caller,
    x.StateField: Expressions.state_field,
    x.CalendarValue: Expressions.calendar,
    x.ConfigValue: Expressions.config,
    x.FieldOf: Expressions.field_of,
    x.Construct: Expressions.construct,
    x.CallFunction: Expressions.call_function,
    x.Method: Expressions.method,
    x.Builtin: Expressions.builtin,
    x.With: Expressions.with_,
    x.IndexOf: Expressions.index_of,
    x.Not: lambda self, expr: self.not_(expr.operand),
    x.Negate: Expressions.negate,
    x.Arithmetic: Expressions.arithmetic,
    x.Compare: Expressions.compare,
    x.Logic: Expressions.logic,
    x.OrElse: Expressions.or_else,
    x.Contains: Expressions.contains,
    x.RangeExpr: Expressions.range,
    x.UnderPath: Expressions.under,
    x.Conditional: Expressions.conditional,
    x.MatchValue: Expressions.match_value,
    x.CanExpr: Expressions.can,
    x.Refine: Expressions.refine,
    x.Find: Expressions.find,
}
