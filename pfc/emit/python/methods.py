"""The methods of the standard library in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from pfc.emit.code import Code, splice
from pfc.emit.python import method_tables as tables
from pfc.emit.python import syntax
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.operators import Operators
from pfc.emit.python.syntax import CONDITIONAL, Py
from pfc.ir import expressions as x
from pfc.ir import types as t

_SORTABLE: Final = frozenset(
    "Bool Int Decimal Float String Path Url Date Time Instant Duration Bytes".split()
)
_SET_OPERATORS: Final = {"union": "|", "intersection": "&", "difference": "-"}
_SUMS: Final[dict[t.Type, str]] = {
    t.INT: "",
    t.DECIMAL: "sum_decimal",
    t.FLOAT: "sum_float",
}


class Methods(Operators):
    """Methods; lambdas become comprehensions where Python has them."""

    def method(self, expr: x.Method) -> Py:
        key = expr.owner, expr.name
        simple = self._simple(expr, key)
        if simple is not None:
            return simple
        if key in tables.FUNCTION_WITH_LAMBDA:
            name = self.file.stdlib(tables.FUNCTION_WITH_LAMBDA[key])
            receiver = self.argument(expr.receiver)
            return syntax.call(name, receiver, self.lambda_(self._function(expr)))
        if key in tables.MEMBERSHIP:
            return self._membership(expr, "in")
        if expr.name == "is_empty":
            return syntax.negated(self.consumed(expr.receiver))
        special: dict[str, Callable[[x.Method], Py]] = {
            "String": self._of_text,
            "Path": self._of_text,
            "Url": self._of_text,
            "Int": self._of_int,
            "List": self._of_list,
            "Map": self._of_map,
            "Set": self._of_set,
            "Optional": self.optional_map,
            "Duration": self._of_duration,
            "Result": self._of_result,
            "Json": self._of_json,
        }
        if expr.owner not in special:
            raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)
        return special[expr.owner](expr)

    def _simple(self, expr: x.Method, key: tables.Key) -> Py | None:
        """A method that a table gives the Python of."""
        if key in tables.ITSELF:
            return self.show(expr.receiver)
        if key in tables.SAME_METHOD:
            arguments = [self.argument(each) for each in expr.arguments]
            receiver = self.consumed(expr.receiver)
            return syntax.method(receiver, tables.SAME_METHOD[key], *arguments)
        if key in tables.ATTRIBUTE:
            return syntax.attribute(
                self.show(expr.receiver), Code(tables.ATTRIBUTE[key])
            )
        if key not in tables.FUNCTION and key not in tables.PATTERN:
            return None
        values = (self.consumed(expr.receiver), *map(self.show, expr.arguments))
        codes = [value.at(CONDITIONAL) for value in values]
        if key in tables.FUNCTION:
            return syntax.call(self.file.stdlib(tables.FUNCTION[key]), *codes)
        return Py(splice(tables.PATTERN[key], *codes))

    def _membership(self, expr: x.Method, operator: str) -> Py:
        """`has` and `contains` as `in`."""
        item = self.show(expr.arguments[0])
        return syntax.compared(item, operator, self.consumed(expr.receiver))

    def not_(self, expr: x.Expr) -> Py:
        """The opposite of a condition."""
        if isinstance(expr, x.Method) and (expr.owner, expr.name) in tables.MEMBERSHIP:
            return self._membership(expr, "not in")
        return super().not_(expr)

    def optional_map(self, expr: x.Method) -> Py:
        """`f` of the value, if there is one."""
        raise NotImplementedError

    # ------------------------------------------------------------ by receiver
    def _of_text(self, expr: x.Method) -> Py:
        if expr.name == "matches":
            pattern = self.argument(expr.arguments[0])
            receiver = self.argument(expr.receiver)
            return syntax.call(self.py.runtime("matches"), receiver, pattern)
        if expr.name == "reverse":
            return Py(splice("{}[::-1]", self.show(expr.receiver).at(syntax.ATOM)))
        raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)

    def _of_int(self, expr: x.Method) -> Py:
        if expr.name == "quotient":
            by = self.show(expr.arguments[0])
            return syntax.binary(self.show(expr.receiver), "//", by, syntax.PRODUCT)
        if expr.name == "to_decimal":
            decimal = self.py.name("decimal", "Decimal")
            return syntax.call(decimal, self.argument(expr.receiver))
        raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)

    def _of_json(self, expr: x.Method) -> Py:
        if expr.name == "is_null":
            return syntax.compared(self.show(expr.receiver), "is", syntax.text("None"))
        raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)

    def _of_duration(self, expr: x.Method) -> Py:
        whole = self.microseconds(self.show(expr.receiver))
        return syntax.call(
            self.file.stdlib("divide_int"), whole.at(CONDITIONAL), Code("1_000_000")
        )

    def _of_result(self, expr: x.Method) -> Py:
        receiver = self.argument(expr.receiver)
        return syntax.call(Code("isinstance"), receiver, self.py.runtime("Ok"))

    def _of_set(self, expr: x.Method) -> Py:
        match expr.name:
            case "to_list":
                return self._listed(expr)
            case "map":
                return self._comprehension(expr, "frozenset({} for {} in {})")
            case "filter":
                return self._filtered(expr, "frozenset")
            case "any" | "all":
                return self._comprehension(expr, expr.name + "({} for {} in {})")
        receiver, other = self.show(expr.receiver), self.show(expr.arguments[0])
        if expr.name == "is_subset":
            return syntax.compared(receiver, "<=", other)
        operator = _SET_OPERATORS[expr.name]
        level = {"|": syntax.UNION, "&": syntax.INTERSECTION, "-": syntax.SUM}[operator]
        return syntax.binary(receiver, operator, other, level)

    def _listed(self, expr: x.Method) -> Py:
        """A set as a list; its own order differs from run to run."""
        item = t.base_of(cast("t.ListType", t.base_of(expr.type)).item)
        sortable = isinstance(item, t.Primitive) and item.name in _SORTABLE
        pattern = "tuple(sorted({}))" if sortable else "tuple({})"
        return Py(splice(pattern, self.consumed(expr.receiver).at(CONDITIONAL)))

    def _of_list(self, expr: x.Method) -> Py:
        match expr.name:
            case "map":
                return self._comprehension(expr, "tuple({} for {} in {})")
            case "filter":
                return self._filtered(expr)
            case "any" | "all":
                return self._comprehension(expr, expr.name + "({} for {} in {})")
            case "flat_map":
                return self._flat_map(expr)
            case "sum":
                return self._sum(expr)
            case "join":
                by = self.show(expr.arguments[0])
                parts = self.generator(expr.receiver)
                return syntax.method(by, "join", parts)
            case "fold":
                return self._fold(expr)
        raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)

    # ------------------------------------------------------------ comprehensions
    def _function(self, expr: x.Method, place: int = 0) -> x.LambdaExpr:
        found = expr.arguments[place]
        if not isinstance(found, x.LambdaExpr):
            raise NotEmitted("a function that is not written as one", expr.span)
        return found

    def targets(self, function: x.LambdaExpr, *, used: bool = False) -> Code:
        """The names of a lambda's parameters, declared, as the target of a `for`."""
        declare = self.scope.declare
        names = [declare(symbol, used=used) for symbol in function.parameters]
        return Code(", ".join(names))

    def iterable(self, expr: x.Expr) -> Code:
        """What a comprehension goes through: views do, no copies needed."""
        with self.closed():
            if isinstance(expr, x.Method) and expr.owner == "Map":
                if expr.name == "keys":
                    return self.consumed(expr.receiver).at(syntax.OR)
                if expr.name in ("values", "entries"):
                    name = "items" if expr.name == "entries" else "values"
                    return syntax.method(self.consumed(expr.receiver), name).code
            return self.consumed(expr).at(syntax.OR)

    def _comprehension(self, expr: x.Method, pattern: str) -> Py:
        function = self._function(expr)
        values = self.iterable(expr.receiver)
        with self.scope.block(), self.lazily():
            targets = self.targets(function)
            body = self.code(function.body, syntax.CONDITIONAL)
        return Py(splice(pattern, body, targets, values))

    def _filtered(self, expr: x.Method, made: str = "tuple") -> Py:
        function = self._function(expr)
        values = self.iterable(expr.receiver)
        with self.scope.block(), self.lazily():
            targets = self.targets(function, used=True)
            body = self.code(function.body, syntax.OR)
        kept = splice("({})", targets) if len(function.parameters) > 1 else targets
        pattern = made + "({} for {} in {} if {})"
        return Py(splice(pattern, kept, targets, values, body))

    def generator(self, expr: x.Expr) -> Code:
        """A list that is only gone through once, as a generator if it is a `map`."""
        if (
            isinstance(expr, x.Method)
            and expr.owner == "List"
            and expr.name in ("map", "filter")
        ):
            made = self.method(expr).code
            return Code(made.removeprefix("tuple(").removesuffix(")"))
        return self.consumed(expr).at(CONDITIONAL)

    def _flat_map(self, expr: x.Method) -> Py:
        function = self._function(expr)
        values = self.iterable(expr.receiver)
        with self.scope.block(), self.lazily():
            targets = self.targets(function)
            inner = self.iterable(function.body)
            item = self.scope.temporary("item")
        code = splice(
            "tuple({} for {} in {} for {} in {})", item, targets, values, item, inner
        )
        return Py(code)

    def _sum(self, expr: x.Method) -> Py:
        values = self.generator(expr.receiver)
        base = t.base_of(expr.type)
        if base == t.DURATION:
            zero = syntax.call(self.file.datetime("timedelta"))
            if " for " in values:
                values = splice("({})", values)
            return syntax.call(Code("sum"), values, zero.code)
        name = _SUMS.get(base, "")
        return syntax.call(self.file.stdlib(name) if name else Code("sum"), values)

    def _fold(self, expr: x.Method) -> Py:
        start, values = self.argument(expr.arguments[0]), self.argument(expr.receiver)
        first, base = expr.arguments[0], t.base_of(expr.arguments[0].type)
        if isinstance(first, x.MapExpr) and isinstance(base, t.MapType):
            kind = splice("dict[{}, {}]", *map(self.file.type, (base.key, base.value)))
            start = splice("{}({})", kind, start if first.entries else Code(""))
        function = self.lambda_(self._function(expr, 1))
        reduce = splice("{}.reduce", self.py.module("functools"))
        return syntax.call(reduce, function, values, start)

    def lambda_(self, function: x.LambdaExpr) -> Code:
        """A lambda; one that takes a pair apart takes the pair."""
        kinds = cast("t.FunctionType", function.type).parameters
        with self.scope.block(), self.lazily():
            if len(kinds) == 1 and len(function.parameters) == 2:
                pair = self.scope.temporary("pair")
                for place, symbol in enumerate(function.parameters):
                    self.scope.bind(
                        symbol, Py(splice("{}[{}]", pair, Code(str(place))))
                    )
                names = pair
            else:
                names = self.targets(function)
            body = self.code(function.body, CONDITIONAL)
        return splice("lambda {}: {}", names, body)

    def _of_map(self, expr: x.Method) -> Py:
        receiver = self.consumed(expr.receiver)
        match expr.name:
            case "values" | "entries":
                name = "items" if expr.name == "entries" else "values"
                return syntax.call(Code("tuple"), syntax.method(receiver, name).code)
            case "merge":
                other = self.consumed(expr.arguments[0])
                first, second = receiver.at(syntax.UNION), other.at(syntax.UNION)
                return Py(splice("{{**{}, **{}}}", first, second))
            case "map" | "filter":
                return self._map_comprehension(expr)
        raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)

    def _map_comprehension(self, expr: x.Method) -> Py:
        function = self._function(expr)
        with self.closed():
            items = syntax.method(self.consumed(expr.receiver), "items").code
        with self.scope.block(), self.lazily():
            first, second = function.parameters
            is_map = expr.name == "map"
            key = self.scope.declare(first, used=True)
            value = self.scope.declare(second, used=not is_map)
            if is_map:
                body = self.code(function.body, CONDITIONAL)
                pattern = "{{{}: {} for {}, {} in {}}}"
                return Py(splice(pattern, key, body, key, value, items))
            body = self.code(function.body, syntax.OR)
        pattern = "{{{}: {} for {}, {} in {} if {}}}"
        return Py(splice(pattern, key, value, key, value, items, body))
