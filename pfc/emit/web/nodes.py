"""The body of a page's or component's function: nodes as statements that write markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import cast

from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.matching import Arm
from pfc.emit.python.outcomes import Ending
from pfc.emit.python.syntax import ATOM, Py
from pfc.emit.web.elements import Elements
from pfc.emit.web.leaving import PageStatements
from pfc.emit.web.markup import Markup
from pfc.emit.web.naming import WebNames, slot_parameter
from pfc.emit.web.values import Piece, Values
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import surface as u
from pfc.ir import types as t
from pfc.span import Span


class Nodes:
    """Writes the nodes of one function; `out` is where its markup goes."""

    def __init__(self, names: WebNames, printer: Expressions, block: Block) -> None:
        self.names = names
        self.printer = printer
        self.file = printer.file
        self.scope = printer.scope
        self.block = block
        self.out = Code("out")
        self.markup = Markup()
        self.values = Values(printer)
        self.elements = Elements(self)

    # ------------------------------------------------------------ places
    def add(self, pieces: Sequence[Piece], span: Span) -> None:
        """Pieces of markup, in order."""
        origin = self.file.origin(span)
        for piece in pieces:
            self.markup.add(piece, origin)

    def flush(self) -> None:
        """Writes the pieces so far: a statement follows."""
        self.markup.flush(self.block, self.out)

    def statement(self, code: Code, span: Span) -> None:
        """A statement of its own, after what was written before it."""
        self.flush()
        self.block.add(code, origin=self.file.origin(span))

    @contextmanager
    def _into(self, block: Block) -> Iterator[None]:
        """What is written inside goes to another block, with names of its own."""
        before, self.block = self.block, block
        try:
            with self.printer.into(block), self.scope.block():
                yield
                self.flush()
        finally:
            self.block = before

    @contextmanager
    def _nested(self, head: Code, span: Span | None = None) -> Iterator[None]:
        self.flush()
        origin = None if span is None else self.file.origin(span)
        with self.block.nest(head, origin=origin) as inner, self._into(inner):
            yield

    # ------------------------------------------------------------ nodes
    def write(self, nodes: Sequence[u.Node]) -> None:
        """All nodes, in order."""
        for node in nodes:
            with self.block.at(self.file.origin(node.span)):
                self._node(node)

    def _node(self, node: u.Node) -> None:
        match node:
            case u.TextNode(span=span, text=text):
                self.add(self.values.text(text), span)
            case u.Element():
                self.elements.write(node)
            case u.UseComponent():
                self._use(node)
            case u.SlotNode(name=name):
                code = splice("{} += {}", self.out, slot_parameter(name))
                self.statement(code, node.span)
            case u.IfNode():
                self._if(node)
            case u.ForNode():
                self._for(node)
            case u.MatchNode():
                self._match(node)
            case u.OutcomeNode():
                self._outcomes(node)
            case u.LetNode():
                self._let(node)

    # ------------------------------------------------------------ control
    def _if(self, node: u.IfNode) -> None:
        self.flush()
        if not node.then and not node.otherwise:
            return
        condition, then, otherwise = node.condition, node.then, node.otherwise
        if not then:
            condition, then, otherwise = _opposite(condition), otherwise, ()
        with self.printer.into(self.block):
            head = splice("if {}:", self.printer.condition(condition))
        with self._nested(head, node.span):
            self.write(then)
        if otherwise:
            with self._nested(Code("else:")):
                self.write(otherwise)

    def _for(self, node: u.ForNode) -> None:
        self.flush()
        values = self._loop_values(node)
        if not node.otherwise:
            self._loop(node, values.code)
            return
        if not values.is_place:
            name = self.scope.temporary("rows")
            self.block.add(splice("{} = {}", name, values.code))
            values = Py(name)
        with self._nested(splice("if {}:", values.code), node.span):
            self._loop(node, values.code)
        with self._nested(Code("else:")):
            self.write(node.otherwise)

    def _loop(self, node: u.ForNode, values: Code) -> None:
        with self.scope.block():
            names = [self.scope.declare(symbol) for symbol in node.symbols]
            head = splice("for {} in {}:", join(", ", names), values)
            with self._nested(head, node.span):
                self.write(node.body)

    def _loop_values(self, node: u.ForNode) -> Py:
        values = node.values
        with self.printer.into(self.block):
            if isinstance(values, x.RangeExpr):
                return self.printer.range(values)
            shown = self.printer.consumed(values)
        if isinstance(t.base_of(values.type), t.MapType):
            return Py(splice("tuple({}.items())", shown.at(ATOM)))
        return shown

    def _match(self, node: u.MatchNode) -> None:
        self.flush()
        if not any(arm.body for arm in node.arms):
            return
        arms = [self._arm(arm) for arm in node.arms]
        self.printer.write_match(self.block, node.subject, arms)

    def _arm(self, arm: u.NodeArm) -> Arm:
        return Arm(arm.span, arm.pattern, arm.guard, partial(self._shown, arm.body))

    def _outcomes(self, node: u.OutcomeNode) -> None:
        self.flush()
        endings = [
            Ending(
                arm.span,
                arm.kind,
                arm.failure,
                arm.bindings,
                partial(self._shown, arm.body),
                bool(arm.body),
            )
            for arm in node.arms
        ]
        statements = PageStatements(self.printer)
        statements.heard = any(arm.kind in ("unavailable", "any") for arm in node.arms)
        with self.printer.into(self.block):
            code = statements.call(node.call)
        statements.write_endings(self.block, node.span, node.call, code, endings)

    def _shown(self, nodes: Sequence[u.Node], block: Block) -> None:
        with self._into(block):
            self.write(nodes)

    def _let(self, node: u.LetNode) -> None:
        self.flush()
        if isinstance(node.otherwise, s.Reply):
            self._let_or_done(node)
            return
        with self.printer.into(self.block):
            PageStatements(self.printer).let_or_leave(self.block, node)
        self.write(node.rest)

    def _let_or_done(self, node: u.LetNode) -> None:
        """What follows is shown if there is a value; tags that are open are closed."""
        value, statements = node.value, PageStatements(self.printer)
        if not isinstance(value, x.Ask):
            self._rest(node, self._optional(node))
            return
        statements.heard = True
        with self.printer.into(self.block):
            code = statements.call(value)
        origin = self.file.origin(node.span)
        name = self.scope.declare(node.symbol, value.type)
        caught = statements.failures(value.fails, unavailable=True)
        with self.block.nest(Code("try:"), origin=origin) as inner:
            inner.add(splice("{} = {}", name, code), origin=origin)
        with self.block.nest(splice("except {}:", cast("Code", caught))) as inner:
            inner.add(Code("pass"))
        if not node.rest:
            return
        with self._nested(Code("else:")):
            if isinstance(t.base_of(value.type), t.OptionalType):
                self._rest(node, Py(name))
            else:
                self.write(node.rest)

    def _optional(self, node: u.LetNode) -> Py | None:
        """A name for a value that may be none."""
        value = cast("x.Expr", node.value)
        with self.printer.into(self.block):
            if not self.printer.wants_statements(value):
                shown = self.printer.show(value)
                name = self.scope.declare(node.symbol, value.type)
                origin = self.file.origin(node.span)
                self.block.add(splice("{} = {}", name, shown.code), origin=origin)
                return Py(name)
            symbol = replace(node.symbol, type=value.type)
            let = s.Let(node.span, symbol, value, None)
            PageStatements(self.printer).let(self.block, let)
            return self.scope.find(symbol)

    def _rest(self, node: u.LetNode, name: Py | None) -> None:
        if not node.rest or name is None:
            return
        self.scope.bind(node.symbol, name)
        with self._nested(splice("if {} is not None:", name.code), node.span):
            self.write(node.rest)

    # ------------------------------------------------------------ components
    def _use(self, node: u.UseComponent) -> None:
        self.flush()
        given: list[Code] = []
        parameters = self.names.parameters(node.id)
        slots = [self._content(name, content) for name, content in node.slots]
        with self.printer.into(self.block):
            for name, value in node.arguments:
                shown = self.printer.argument(value)
                given.append(splice("{}={}", parameters[name], shown))
        function = self.file.place(self.names.place("function", node.id))
        arguments = join(", ", [Code("view"), self.out, *given, *slots])
        self.statement(splice("{}({})", function, arguments), node.span)

    def _content(self, name: str, content: tuple[u.Node, ...]) -> Code:
        """Renders what fills a slot into a list of its own; gives the argument."""
        parameter = slot_parameter(name)
        made = self.scope.temporary(parameter)
        kind = self.file.py.runtime_part("web", "Out")
        self.block.add(splice("{}: {} = []", made, kind))
        before, self.out = self.out, made
        form = self.elements.form
        self.write(content)
        self.flush()
        self.out, self.elements.form = before, form
        return splice("{}={}", parameter, made)


def _opposite(condition: x.Expr) -> x.Expr:
    return cast("x.Expr", x.Not(condition.span, condition.type, condition))
