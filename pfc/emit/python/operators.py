"""Operators: what they are in Python for each type of operands."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pfc.emit import interpolation, literals
from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Printer
from pfc.emit.python.syntax import Py
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.semantics.constants import try_evaluate

_PLAIN_TEXT: Final = frozenset({t.STRING, t.PATH, t.URL, t.INT})
_LEVELS: Final = {
    "+": syntax.SUM,
    "-": syntax.SUM,
    "*": syntax.PRODUCT,
    "/": syntax.PRODUCT,
    "%": syntax.PRODUCT,
}
_OPPOSITE: Final = {
    "is": "is not",
    "is not": "is",
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}


class Operators(Printer):
    """Literals, strings, arithmetic, comparison and logic."""

    # ------------------------------------------------------------ literals
    def literal(self, expr: x.Literal) -> Py:
        base = t.base_of(expr.type)
        if isinstance(base, t.OptionalType):
            base = t.base_of(base.item)
        value: object = expr.value
        if isinstance(value, int) and not isinstance(value, bool):
            if base == t.FLOAT:
                value = float(value)
            elif base == t.DECIMAL:
                value = Decimal(value)
        code = self.file.out.literal(value)
        return Py(code, syntax.UNARY if code.startswith("-") else syntax.ATOM)

    def interpolation(self, expr: x.Interpolation) -> Py:
        pieces: list[str | Code] = []
        for part in expr.parts:
            pieces.append(part if isinstance(part, str) else self.hole(part))
        return Py(interpolation.interpolation(pieces))

    def hole(self, part: x.Expr) -> Code:
        """What a hole of a string shows; formatting does not change it."""
        if t.base_of(part.type) in _PLAIN_TEXT:
            return self.code(part, syntax.CONDITIONAL)
        return self.text_of(part).code

    def text_of(self, value: x.Expr) -> Py:
        """A value as the text that a string shows, a Python str."""
        shown = self.show(value)
        if t.base_of(value.type) in (t.STRING, t.PATH, t.URL):
            return shown
        return syntax.call(self.file.stdlib("text"), shown.at(syntax.CONDITIONAL))

    # ------------------------------------------------------------ arithmetic
    def arithmetic(self, expr: x.Arithmetic) -> Py:
        """An operation whose result is checked if it could be no number."""
        show = self._inner if expr.operator in "+-*" else self.show
        left, right = show(expr.left), show(expr.right)
        first, second = t.base_of(expr.left.type), t.base_of(expr.right.type)
        return self.operation(expr.operator, first, second, left, right)

    def _inner(self, expr: x.Expr) -> Py:
        """An operand; sums and products of Float are checked as a whole."""
        if (
            isinstance(expr, x.Arithmetic)
            and t.base_of(expr.type) == t.FLOAT
            and expr.operator in "+-*"
        ):
            left, right = self._inner(expr.left), self._inner(expr.right)
            level = _LEVELS[expr.operator]
            return syntax.binary(left, expr.operator, right, level)
        return self.show(expr)

    def operation(
        self, operator: str, first: t.Type, second: t.Type, left: Py, right: Py
    ) -> Py:
        """The operation on printed operands of two base types."""
        plain = syntax.binary(left, operator, right, _LEVELS[operator])
        if t.FLOAT in (first, second):
            return syntax.call(self.file.stdlib("finite"), plain.code)
        if operator == "/":
            return self._divided(first, second, left, right, plain)
        if operator == "%" and first == t.DECIMAL:
            return self._helper("modulo_decimal", left, right)
        return plain

    def _divided(
        self, first: t.Type, second: t.Type, left: Py, right: Py, plain: Py
    ) -> Py:
        if first == t.INT:
            return self._helper("divide_int", left, right)
        if first == t.DECIMAL:
            return self._helper("divide_decimal", left, right)
        if second == t.DURATION:
            return self._helper(
                "divide_int", self.microseconds(left), self.microseconds(right)
            )
        return plain

    def microseconds(self, value: Py) -> Py:
        """A Duration as a whole number."""
        one = syntax.call(self.file.datetime("timedelta"), Code("microseconds=1"))
        return syntax.binary(value, "//", one, syntax.PRODUCT)

    def _helper(self, name: str, *operands: Py) -> Py:
        arguments = [operand.at(syntax.CONDITIONAL) for operand in operands]
        return syntax.call(self.file.stdlib(name), *arguments)

    def negate(self, expr: x.Negate) -> Py:
        operand = self.code(expr.operand, syntax.UNARY)
        return Py(splice("-{}", operand), syntax.UNARY)

    # ------------------------------------------------------------ conditions
    def compare(self, expr: x.Compare) -> Py:
        return self._compared(expr, opposite=False)

    def contains(self, expr: x.Contains) -> Py:
        return self._contained(expr, opposite=False)

    def logic(self, expr: x.Logic) -> Py:
        level = syntax.AND if expr.operator == "and" else syntax.OR
        left = self.show(expr.left)
        with self.lazily():
            right = self.show(expr.right)
        return syntax.binary(left, expr.operator, right, level)

    def not_(self, expr: x.Expr) -> Py:
        """The opposite of a condition."""
        match expr:
            case x.Not():
                return self.show(expr.operand)
            case x.Compare():
                return self._compared(expr, opposite=True)
            case x.Contains() if not isinstance(expr.container, x.RangeExpr):
                return self._contained(expr, opposite=True)
            case x.Literal(value=bool() as value):
                return Py(literals.boolean(not value))
            case x.Method(name="is_empty"):
                return self._holds_any(expr)
        return syntax.negated(self.show(expr))

    def _holds_any(self, expr: x.Method) -> Py:
        """`not is_empty`, as a Bool."""
        inner = syntax.call(Code("len"), self.consumed(expr.receiver).at(syntax.ANY))
        return syntax.compared(inner, ">", syntax.text("0"))

    def _compared(self, expr: x.Compare, *, opposite: bool) -> Py:
        operator = _OPPOSITE[expr.operator] if opposite else expr.operator
        left, right = expr.left, expr.right
        if self._is_member(left) and self._is_member(right):
            same = _member(left) == _member(right)
            return Py(literals.boolean(same is (operator == "==")))
        if isinstance(left, x.Literal) and isinstance(right, x.Literal):
            known = _known(expr, opposite)
            if known is not None:
                return known
        if _is_none(left):
            left, right = right, left
        if operator in ("==", "!="):
            if _is_truth(left):
                left, right = right, left
            if _is_truth(right):
                return self._truth(left, right, operator)
            if _is_none(right) or self._is_member(left) or self._is_member(right):
                operator = "is" if operator == "==" else "is not"
        first, second = self.consumed(left), self.consumed(right)
        return syntax.compared(first, operator, second)

    def _truth(self, value: x.Expr, constant: x.Expr, operator: str) -> Py:
        """A comparison with `true` or `false`."""
        holds = isinstance(constant, x.Literal) and constant.value is True
        if self.is_optional(value):
            sign = "is" if operator == "==" else "is not"
            return syntax.compared(self.show(value), sign, self.show(constant))
        if holds is (operator == "=="):
            return self.show(value)
        return self.not_(value)

    def _is_member(self, expr: x.Expr) -> bool:
        """Whether it is a member of an enumeration, written as such."""
        if not isinstance(expr, x.Construct) or expr.kind != "variant":
            return False
        return getattr(self.file.program.by_id[expr.id], "is_enumeration", False)

    def _contained(self, expr: x.Contains, *, opposite: bool) -> Py:
        container = expr.container
        known = _known(expr, opposite) if isinstance(expr.item, x.Literal) else None
        if known is not None:
            return known
        if isinstance(container, x.RangeExpr):
            low = self.code(container.low, syntax.UNION)
            item = self.code(expr.item, syntax.UNION)
            high = self.code(container.high, syntax.UNION)
            code = splice("{} <= {} <= {}", low, item, high)
            return Py(code, syntax.COMPARISON)
        operator = "not in" if opposite else "in"
        return syntax.compared(self.show(expr.item), operator, self.consumed(container))

    def consumed(self, expr: x.Expr) -> Py:
        """The Python of an expression whose value is looked at and not kept."""
        return self.show(expr)

    def under(self, expr: x.UnderPath) -> Py:
        value, prefix = self.argument(expr.value), self.argument(expr.prefix)
        return syntax.call(self.py.runtime("under"), value, prefix)

    def conditional(self, expr: x.Conditional) -> Py:
        condition = self.show(expr.condition)
        with self.lazily():
            then = self.show(expr.then)
            otherwise = self.show(expr.otherwise)
        return syntax.conditional(condition, then, otherwise)

    def range(self, expr: x.RangeExpr) -> Py:
        """A range as a list."""
        low, high = self.argument(expr.low), self.argument(expr.high)
        return syntax.call(self.file.stdlib("closed_range"), low, high)


def _known(expr: x.Expr, opposite: bool) -> Py | None:
    """A condition on constants: type checkers object if they can tell its outcome."""
    constant, holds = try_evaluate(expr, {})
    return Py(literals.boolean(holds is not opposite)) if constant else None


def _member(expr: x.Expr) -> str:
    return expr.variant if isinstance(expr, x.Construct) else ""


def _is_none(expr: x.Expr) -> bool:
    return isinstance(expr, x.Literal) and expr.value is None


def _is_truth(expr: x.Expr) -> bool:
    return isinstance(expr, x.Literal) and isinstance(expr.value, bool)
