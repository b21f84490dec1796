"""The methods of the standard library in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.operators import Operators
from pfc.emit.python.syntax import CONDITIONAL, Py
from pfc.ir import expressions as x
from pfc.ir import types as t

_ORDERED: Final = frozenset(
    "Int Decimal Float String Path Url Date Time Instant Duration Bytes".split()
)
_TEXT: Final = ("String", "Path", "Url")
# Python methods of the same meaning and with the same arguments.
_SAME: Final[dict[tuple[str, str], str]] = {
    ("String", "trim"): "strip",
    ("String", "lower"): "lower",
    ("String", "upper"): "upper",
    ("String", "replace"): "replace",
    ("Map", "get"): "get",
    ("Instant", "date"): "date",
    ("Instant", "time"): "time",
    **{(owner, "starts_with"): "startswith" for owner in _TEXT},
    **{(owner, "ends_with"): "endswith" for owner in _TEXT},
}
# Functions of `packetflow.stdlib` on the receiver and the arguments.
_STDLIB: Final[dict[tuple[str, str], str]] = {
    ("String", "split"): "split",
    ("String", "bytes"): "encode",
    ("Bytes", "text"): "decode",
    ("List", "get"): "get",
    ("List", "first"): "first",
    ("List", "last"): "last",
    ("List", "min"): "smallest",
    ("List", "max"): "largest",
    ("List", "take"): "take",
    ("List", "drop"): "drop",
    ("List", "distinct"): "distinct",
    ("List", "index_of"): "index_of",
    ("List", "zip"): "zipped",
}
_BUILT_IN: Final[dict[tuple[str, str], str]] = {
    ("List", "to_set"): "frozenset({})",
    ("List", "sort"): "tuple(sorted({}))",
    ("List", "reverse"): "tuple(reversed({}))",
    ("Map", "keys"): "tuple({})",
    **{
        (owner, "length"): "len({})"
        for owner in (*_TEXT, "Bytes", "List", "Map", "Set")
    },
}
_MEMBERSHIP: Final = frozenset(
    (owner, name)
    for owner in (*_TEXT, "List", "Map", "Set")
    for name in ("contains", "has")
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
        if key in _SAME:
            arguments = [self.argument(each) for each in expr.arguments]
            return syntax.method(self.consumed(expr.receiver), _SAME[key], *arguments)
        if key in _STDLIB:
            values = (self.consumed(expr.receiver), *map(self.show, expr.arguments))
            arguments = [value.at(CONDITIONAL) for value in values]
            return syntax.call(self.file.stdlib(_STDLIB[key]), *arguments)
        if key in _BUILT_IN:
            receiver = self.consumed(expr.receiver)
            return Py(splice(_BUILT_IN[key], receiver.at(CONDITIONAL)))
        if key in _MEMBERSHIP:
            return self._membership(expr, "in")
        if expr.name == "is_empty":
            return syntax.negated(self.consumed(expr.receiver))
        special: dict[str, Callable[[x.Method], Py]] = {
            "String": self._of_string,
            "Path": self._of_string,
            "Url": self._of_string,
            "List": self._of_list,
            "Map": self._of_map,
            "Set": self._of_set,
            "Optional": self.optional_map,
            "Instant": self._of_instant,
            "Duration": self._of_duration,
            "Result": self._of_result,
        }
        if expr.owner not in special:
            raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)
        return special[expr.owner](expr)

    def _membership(self, expr: x.Method, operator: str) -> Py:
        """`has` and `contains` as `in`."""
        item = self.show(expr.arguments[0])
        return syntax.compared(item, operator, self.consumed(expr.receiver))

    def not_(self, expr: x.Expr) -> Py:
        """The opposite of a condition."""
        if isinstance(expr, x.Method) and (expr.owner, expr.name) in _MEMBERSHIP:
            return self._membership(expr, "not in")
        return super().not_(expr)

    def optional_map(self, expr: x.Method) -> Py:
        """`f` of the value, if there is one."""
        raise NotImplementedError

    # ------------------------------------------------------------ by receiver
    def _of_string(self, expr: x.Method) -> Py:
        if expr.name != "matches":
            raise NotEmitted(f"the method {expr.owner}.{expr.name}", expr.span)
        receiver, pattern = (
            self.argument(expr.receiver),
            self.argument(expr.arguments[0]),
        )
        return syntax.call(self.py.runtime("matches"), receiver, pattern)

    def _of_instant(self, expr: x.Method) -> Py:
        receiver, zone = self.argument(expr.receiver), self.argument(expr.arguments[0])
        local = syntax.call(self.file.stdlib("in_zone"), receiver, zone)
        return syntax.call(self.file.stdlib("text"), local.code)

    def _of_duration(self, expr: x.Method) -> Py:
        whole = self.microseconds(self.show(expr.receiver))
        return syntax.call(
            self.file.stdlib("divide_int"), whole.at(CONDITIONAL), Code("1_000_000")
        )

    def _of_result(self, expr: x.Method) -> Py:
        receiver = self.argument(expr.receiver)
        return syntax.call(Code("isinstance"), receiver, self.py.runtime("Ok"))

    def _of_set(self, expr: x.Method) -> Py:
        receiver = self.show(expr.receiver)
        if expr.name == "to_list":
            item = t.base_of(cast("t.ListType", t.base_of(expr.type)).item)
            # The order of a set differs from run to run.
            ordered = isinstance(item, t.Primitive) and item.name in _ORDERED
            pattern = "tuple(sorted({}))" if ordered else "tuple({})"
            return Py(splice(pattern, receiver.at(CONDITIONAL)))
        operator = _SET_OPERATORS[expr.name]
        level = {"|": syntax.UNION, "&": syntax.INTERSECTION, "-": syntax.SUM}[operator]
        return syntax.binary(receiver, operator, self.show(expr.arguments[0]), level)

    def _of_list(self, expr: x.Method) -> Py:
        match expr.name:
            case "map":
                return self._comprehension(expr, "tuple({} for {} in {})")
            case "filter":
                return self._filtered(expr)
            case "any" | "all":
                pattern = expr.name + "({} for {} in {})"
                return self._comprehension(expr, pattern)
            case "flat_map":
                return self._flat_map(expr)
            case "sum":
                return self._sum(expr)
            case "sort_by" | "group_by":
                receiver = self.argument(expr.receiver)
                key = self.lambda_(self._function(expr))
                return syntax.call(self.file.stdlib(expr.name), receiver, key)
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

    def _filtered(self, expr: x.Method) -> Py:
        function = self._function(expr)
        values = self.iterable(expr.receiver)
        with self.scope.block(), self.lazily():
            targets = self.targets(function, used=True)
            body = self.code(function.body, syntax.OR)
        kept = splice("({})", targets) if len(function.parameters) > 1 else targets
        code = splice("tuple({} for {} in {} if {})", kept, targets, values, body)
        return Py(code)

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
