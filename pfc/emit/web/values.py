"""Values in markup: each goes through the function for the place where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.syntax import Py
from pfc.emit.web.markup import escaped
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.semantics import html

Piece = str | Code
"""Literal markup, or an expression that gives some."""

_TEXTS = (t.STRING, t.PATH, t.URL)


@dataclass(frozen=True)
class Values:
    """Writes values with the printer of one function."""

    printer: Expressions

    # ------------------------------------------------------------ as strings
    def constant(self, expr: x.Expr) -> str | None:
        """The text of a value that is known now."""
        if isinstance(expr, x.Literal):
            if isinstance(expr.value, bool):
                return "true" if expr.value else "false"
            if isinstance(expr.value, str | int):
                return str(expr.value)
        if isinstance(expr, x.Construct) and self._is_enumeration(expr.type):
            return expr.variant
        return None

    def string(self, expr: x.Expr) -> Py:
        """A value as a `str`, not escaped."""
        base = t.base_of(expr.type)
        known = self.constant(expr)
        if known is not None:
            return Py(self.printer.file.out.literal(known))
        if isinstance(expr, x.Interpolation) or base in _TEXTS:
            return self.printer.show(expr)
        shown = self.printer.show(expr)
        if base == t.INT:
            return syntax.call(Code("str"), shown.at(syntax.CONDITIONAL))
        if base == t.BOOL:
            yes, no = syntax.text('"true"'), syntax.text('"false"')
            return syntax.conditional(shown, yes, no)
        if self._is_enumeration(base):
            return syntax.attribute(shown, Code("value"))
        text = self.printer.file.stdlib("text")
        return syntax.call(text, shown.at(syntax.CONDITIONAL))

    def _is_enumeration(self, type_: t.Type) -> bool:
        base = t.base_of(type_)
        union = None
        if isinstance(base, t.UnionType):
            union = self.printer.file.program.by_id.get(base.id)
        return isinstance(union, d.UnionDecl) and union.is_enumeration

    def is_optional(self, expr: x.Expr) -> bool:
        """Whether a value may be none."""
        return isinstance(t.base_of(expr.type), t.OptionalType | t.NoneType)

    def if_there(self, expr: x.Expr, use: Callable[[x.Expr], Py], absent: str) -> Py:
        """What `use` makes of an optional value, or a text if there is none."""
        base = t.base_of(expr.type)
        if not isinstance(base, t.OptionalType):
            return use(expr)
        symbol = x.Symbol("value", base.item, "let", expr.span)
        first, again = self.printer.bound(self.printer.show(expr), "value")
        self.printer.scope.bind(symbol, again)
        with self.printer.lazily():
            made = use(x.Local(expr.span, base.item, symbol))
        none = syntax.compared(first, "is", syntax.text("None"))
        other = Py(self.printer.file.out.literal(absent))
        return syntax.conditional(none, other, made)

    # ------------------------------------------------------------ in text
    def text(self, node: x.Literal | x.Interpolation) -> list[Piece]:
        """A text child: its texts and its values."""
        parts = node.parts if isinstance(node, x.Interpolation) else (node,)
        return [
            escaped(part) if isinstance(part, str) else self.in_text(part)
            for part in parts
        ]

    def in_text(self, expr: x.Expr) -> Piece:
        """One value in text."""
        known = self.constant(expr)
        if known is not None:
            return escaped(known)
        shown = self.string(expr)
        if t.base_of(expr.type) in (t.INT, t.BOOL):
            return shown.at(syntax.CONDITIONAL)
        return self.web("text", shown)

    def web(self, name: str, value: Py) -> Code:
        """A call of one of the runtime's escaping functions."""
        function = self.printer.py.runtime_part("web", name)
        return splice("{}({})", function, value.at(syntax.CONDITIONAL))

    # ------------------------------------------------------------ in attributes
    def attribute(self, name: str, expr: x.Expr) -> list[Piece]:
        """One attribute, with the blank before it."""
        if name in html.BOOLEAN_ATTRIBUTES:
            return self._boolean(name, expr)
        if isinstance(expr, x.Literal) and expr.value is None:
            return []
        known = self.constant(expr)
        if known is not None:
            return [f' {name}="{escaped(known)}"']
        if name in html.CLASS_ATTRIBUTES:
            return [f' {name}="', self._tokens(expr), '"']
        if self.is_optional(expr):
            return [self._optional(name, expr)]
        return [f' {name}="', *self._pieces(name, expr), '"']

    def _boolean(self, name: str, expr: x.Expr) -> list[Piece]:
        if isinstance(expr, x.Literal):
            return [f" {name}"] if expr.value is True else []
        there = Py(self.printer.file.out.literal(f" {name}"))
        shown = self.printer.show(expr)
        made = syntax.conditional(shown, there, syntax.text('""'))
        return [made.at(syntax.CONDITIONAL)]

    def _optional(self, name: str, expr: x.Expr) -> Code:
        """An attribute that is left out if its value is none."""
        literal = self.printer.file.out.literal

        def use(value: x.Expr) -> Py:
            parts = [literal(f' {name}="'), self._one(name, value), literal('"')]
            return Py(join(" + ", parts), syntax.SUM)

        return self.if_there(expr, use, "").at(syntax.CONDITIONAL)

    def _pieces(self, name: str, expr: x.Expr) -> list[Piece]:
        if not isinstance(expr, x.Interpolation):
            return [self._one(name, expr)]
        made: list[Piece] = []
        for part in expr.parts:
            if isinstance(part, str):
                made.append(escaped(part))
            else:
                known = self.constant(part)
                made.append(self._one(name, part) if known is None else escaped(known))
        return made

    def _one(self, name: str, expr: x.Expr) -> Code:
        """One value by the kind of attribute it is for."""
        if name in html.URL_ATTRIBUTES:
            return self.web("href", self.printer.show(expr))
        if name in html.ID_ATTRIBUTES or name in html.ID_LIST_ATTRIBUTES:
            return self.web("identifier", self.string(expr))
        return self.web("attribute", self.string(expr))

    # ------------------------------------------------------------ classes
    def _tokens(self, expr: x.Expr) -> Code:
        """`class_names(...)`: constant words, and values that stay one class each."""
        base = t.base_of(expr.type)
        if isinstance(expr, x.Interpolation):
            names = self._words(expr)
        elif isinstance(expr, x.ListExpr):
            names = [name for item in expr.items for name in self._item(item)]
        elif isinstance(base, t.ListType):
            names = [splice("*{}", self.printer.code(expr, syntax.UNION))]
        else:
            names = self._item(expr)
        function = self.printer.py.runtime_part("web", "class_names")
        return splice("{}({})", function, join(", ", names))

    def _item(self, expr: x.Expr) -> list[Code]:
        known = self.constant(expr)
        if known is not None:
            return [self.printer.file.out.literal(word) for word in known.split()]
        if isinstance(expr, x.Interpolation):
            return self._words(expr)
        base = t.base_of(expr.type)
        if isinstance(base, t.OptionalType | t.NoneType):
            if t.base_of(getattr(base, "item", t.STRING)) in _TEXTS:
                return [self.printer.argument(expr)]
            return [self.if_there(expr, self.string, "").at(syntax.CONDITIONAL)]
        return [self.string(expr).at(syntax.CONDITIONAL)]

    def _words(self, expr: x.Interpolation) -> list[Code]:
        """The words of `"note {x}"`: text and values that stand together are one."""
        words: list[list[Code]] = [[]]
        for part in expr.parts:
            if not isinstance(part, str):
                words[-1].append(self.string(part).at(syntax.SUM))
                continue
            pieces = part.split(" ")
            for place, piece in enumerate(pieces):
                if place:
                    words.append([])
                if piece:
                    words[-1].append(self.printer.file.out.literal(piece))
        return [join(" + ", word) for word in words if word]
