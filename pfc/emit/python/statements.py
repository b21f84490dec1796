"""Statements of handlers, functions and stubs in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.caps import capabilities, listed
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.matching import Arm
from pfc.emit.python.outcomes import Outcomes
from pfc.emit.python.rows import change
from pfc.emit.python.syntax import Py
from pfc.emit.python.updates import Updates
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import types as t
from pfc.ir.walk import types_in

Leave = Callable[[Block, Py | None, Code], None]
"""Writes what ends a body with a value (or none); the code is the source map's comment."""


def plain_return(block: Block, value: Py | None, origin: Code) -> None:
    """`return value`."""
    if value is None:
        block.add(Code("return"), origin=origin)
    else:
        block.add(splice("return {}", value.code), origin=origin)


class Statements(Outcomes):
    """Writes the statements of one function; `updates` where there is state."""

    def __init__(
        self,
        expressions: Expressions,
        leave: Leave = plain_return,
        updates: Updates | None = None,
    ) -> None:
        super().__init__(expressions)
        self.leave = leave
        self.updates = updates

    def write(self, block: Block, body: s.Block) -> None:
        """All statements of a block, with names of its own."""
        with self.scope.block():
            self.write_open(block, body)

    def write_open(self, block: Block, body: s.Block) -> None:
        """All statements of a block; its names stay known."""
        for statement in body.statements:
            origin = self.file.origin(statement.span)
            with block.at(origin), self.expressions.into(block):
                _WRITERS[type(statement)](self, block, statement)

    def _update(self) -> Updates:
        if self.updates is None:
            raise NotEmitted("a change of state here")
        return self.updates

    # ------------------------------------------------------------ let
    def let(self, block: Block, node: s.Let) -> None:
        value = _ready(node.value)
        if isinstance(value, x.Ask | x.Perform):
            self._let_call(block, node, value)
            return
        origin = self.file.origin(node.span)
        type_ = node.symbol.type if node.otherwise is None else value.type
        if node.symbol in self.given:
            name = cast("Py", self.scope.find(node.symbol)).code
            self.expressions.deliver(value, block, self._assigning(name, origin))
            return
        if self._wants_statements(value):
            name = self.scope.temporary(node.symbol.name)
            block.add(splice("{}: {}", name, self.file.type(type_)), origin=origin)
            self.expressions.deliver(value, block, self._assigning(name, origin))
            self.scope.bind(node.symbol, Py(name))
        else:
            shown = self.expressions.show(value)
            name = self.scope.declare(node.symbol, type_)
            head = name
            if node.symbol in self.file.names.judged and _is_one_of(value, type_):
                # An annotation would not do: type checkers go by what is assigned.
                shown = self._as_declared(value, type_, shown)
            elif _is_vague(value) and not _has_unknown(type_):
                head = splice("{}: {}", name, self.file.type(type_))
            block.add(splice("{} = {}", head, shown.code), origin=origin)
        if node.otherwise is not None:
            with block.nest(splice("if {} is None:", name)) as inner:
                self.write(inner, node.otherwise)

    def _as_declared(self, value: x.Expr, type_: t.Type, shown: Py) -> Py:
        """A value that type checkers take for any of its type."""
        base = t.base_of(type_)
        if isinstance(base, t.UnionType):
            union = cast("d.UnionDecl", self.file.program.by_id[base.id])
            if union.is_enumeration:
                return shown
        kind = self.file.type(type_)
        if isinstance(value, x.ListExpr) and isinstance(base, t.ListType):
            return Py(splice("{}()", kind))
        if isinstance(value, x.MapExpr) and isinstance(base, t.MapType):
            parts = map(self.file.type, (base.key, base.value))
            return Py(splice("dict[{}, {}]()", *parts))
        quoted = self.file.out.literal(str(kind))
        return syntax.call(self.file.py.typing("cast"), quoted, shown.code)

    def _assigning(
        self, name: Code, origin: Code
    ) -> Callable[[Block, Py, x.Expr], None]:
        def sink(block: Block, value: Py, expr: x.Expr) -> None:
            block.add(splice("{} = {}", name, value.code), origin=origin)

        return sink

    def _wants_statements(self, value: x.Expr) -> bool:
        return self.expressions.wants_statements(value)

    def _let_call(self, block: Block, node: s.Let, call: x.Ask | x.Perform) -> None:
        origin = self.file.origin(node.span)
        code = self.call(call)
        name = self.scope.declare(node.symbol, call.type)
        line = splice("{} = {}", name, code)
        if node.otherwise is None:
            block.add(line, origin=origin)
            return
        optional = isinstance(t.base_of(call.type), t.OptionalType)
        caught = self.failures(call.fails, unavailable=isinstance(call, x.Ask))
        if caught is None:
            block.add(line, origin=origin)
        else:
            with block.nest(Code("try:")) as inner:
                inner.add(line, origin=origin)
            with block.nest(splice("except {}:", caught)) as inner, self.in_except():
                if optional:
                    inner.add(splice("{} = None", name))
                else:
                    self.write(inner, node.otherwise)
        if optional:
            with block.nest(splice("if {} is None:", name)) as inner:
                self.write(inner, node.otherwise)

    # ------------------------------------------------------------ calls
    def run(self, block: Block, node: s.Run) -> None:
        block.add(self.call(node.call), origin=self.file.origin(node.span))

    def emit(self, block: Block, node: s.Emit) -> None:
        event = self.expressions.made(node.event).code
        block.add(splice("turn.emit({})", event), origin=self.file.origin(node.span))

    def send(self, block: Block, node: s.Send) -> None:
        code = splice("turn.send({})", sent(self.expressions, node))
        block.add(code, origin=self.file.origin(node.span))

    # ------------------------------------------------------------ state
    def assign(self, block: Block, node: s.Assign) -> None:
        value = _ready(node.value)
        if isinstance(value, x.Ask | x.Perform):
            name = self.scope.temporary("result")
            code = splice("{} = {}", name, self.call(value))
            block.add(code, origin=self.file.origin(node.span))
            shown = Py(name)
        elif self._wants_statements(value):
            name = self.scope.temporary("value")
            block.add(splice("{}: {}", name, self.file.type(node.target.type)))
            origin = self.file.origin(node.span)
            self.expressions.deliver(value, block, self._assigning(name, origin))
            shown = Py(name)
        else:
            shown = self.expressions.show(value)
        self._update().assign(block, node, shown, value.type)

    def remove(self, block: Block, node: s.Remove) -> None:
        self._update().remove(block, node)

    # ------------------------------------------------------------ leaving
    def reply(self, block: Block, node: s.Reply | s.Return) -> None:
        origin = self.file.origin(node.span)
        value = None if node.value is None else _ready(node.value)
        if value is None:
            self.leave(block, None, origin)
        elif isinstance(value, x.Ask | x.Perform):
            self.leave(block, Py(self.call(value), syntax.AWAIT), origin)
        else:
            self.expressions.deliver(value, block, self._leaving)

    def _leaving(self, block: Block, value: Py, expr: x.Expr) -> None:
        self.leave(block, value, self.file.origin(expr.span))

    def fail(self, block: Block, node: s.Fail) -> None:
        made = self.expressions.made(node.failure).code
        self._raise(block, made, node)

    def deny(self, block: Block, node: s.Deny) -> None:
        arguments: list[Code] = []
        if node.cap is not None:
            arguments += listed(self.expressions, (node.cap,))
        if node.reason is not None:
            arguments.append(splice("reason={}", self.file.out.literal(node.reason)))
        made = splice("{}.denial({})", self.turn, join(", ", arguments))
        self._raise(block, made, node)

    def _raise(self, block: Block, made: Code, node: s.Fail | s.Deny) -> None:
        pattern = "raise {} from None" if self.handling else "raise {}"
        block.add(splice(pattern, made), origin=self.file.origin(node.span))

    # ------------------------------------------------------------ branching
    def if_(self, block: Block, node: s.If) -> None:
        origin = self.file.origin(node.span)
        condition = self.expressions.condition(node.condition)
        with block.nest(splice("if {}:", condition), origin=origin) as inner:
            self.write(inner, node.then)
        otherwise = node.otherwise
        while otherwise is not None and _is_else_if(otherwise):
            following = cast("s.If", otherwise.statements[0])
            with self.expressions.into(None):
                condition = self.expressions.condition(following.condition)
            origin = self.file.origin(following.span)
            with block.nest(splice("elif {}:", condition), origin=origin) as inner:
                self.write(inner, following.then)
            otherwise = following.otherwise
        if otherwise is not None and otherwise.statements:
            with block.nest(Code("else:")) as inner:
                self.write(inner, otherwise)

    def require(self, block: Block, node: s.Require) -> None:
        condition = self.expressions.not_(node.condition).code
        origin = self.file.origin(node.span)
        with block.nest(splice("if {}:", condition), origin=origin) as inner:
            self.write(inner, node.otherwise)

    def match(self, block: Block, node: s.Match) -> None:
        arms = [
            Arm(arm.span, arm.pattern, arm.guard, self._writing(arm.body))
            for arm in node.arms
        ]
        self.expressions.write_match(block, node.subject, arms)

    def _writing(self, body: s.Block) -> Callable[[Block], None]:
        return lambda block: self.write(block, body)

    def for_(self, block: Block, node: s.For) -> None:
        values = self._loop_values(node)
        with self.scope.block():
            names = [self.scope.declare(symbol) for symbol in node.symbols]
            head = splice("for {} in {}:", join(", ", names), values)
            with block.nest(head, origin=self.file.origin(node.span)) as inner:
                self.write(inner, node.body)

    def _loop_values(self, node: s.For) -> Code:
        values = node.values
        if isinstance(values, x.RangeExpr):
            low = self.expressions.argument(values.low)
            high = self.expressions.show(values.high)
            past = syntax.binary(high, "+", syntax.text("1"), syntax.SUM).code
            if isinstance(values.high, x.Literal) and isinstance(
                values.high.value, int
            ):
                past = self.file.out.literal(values.high.value + 1)
            return splice("range({}, {})", low, past)
        shown = self.expressions.consumed(values)
        if isinstance(t.base_of(values.type), t.MapType):
            # The body may change the map.
            return splice("tuple({}.items())", shown.at(syntax.ATOM))
        return shown.code

    def metric(self, block: Block, node: s.Metric) -> None:
        value = (
            Code("") if node.value is None else self.expressions.argument(node.value)
        )
        name = self.file.out.literal(node.name)
        block.add(splice(_METRICS[node.kind, node.operation], name, value))

    def rows(self, block: Block, node: s.Insert | s.Update | s.Delete) -> None:
        block.add(change(self.expressions, node), origin=self.file.origin(node.span))

    def with_authority(self, block: Block, node: s.WithAuthority) -> None:
        arguments = [self.file.out.literal(node.reason)]
        arguments += [self.expressions.argument(each) for each in node.over]
        head = splice("with turn.authority({}):", join(", ", arguments))
        with block.nest(head, origin=self.file.origin(node.span)) as inner:
            self.write_open(inner, node.body)


def _is_else_if(block: s.Block) -> bool:
    return len(block.statements) == 1 and isinstance(block.statements[0], s.If)


def _is_vague(value: x.Expr) -> bool:
    """Whether Python cannot tell the type from the value."""
    match value:
        case x.ListExpr(items=()) | x.MapExpr(entries=()) | x.Literal(value=None):
            return True
        case x.Conditional(then=then, otherwise=otherwise):
            return _is_vague(then) or _is_vague(otherwise)
        case _:
            return False


def _is_one_of(value: x.Expr, type_: t.Type) -> bool:
    """Whether a value shows which of several a name holds that may hold others."""
    base = t.base_of(type_)
    if isinstance(base, t.OptionalType):
        is_none = isinstance(value, x.Literal) and value.value is None
        known = is_none or not isinstance(t.base_of(value.type), t.OptionalType)
        return known and not _has_unknown(type_)
    if isinstance(value, x.ListExpr | x.MapExpr):
        return _is_vague(value) and not _has_unknown(type_)
    return isinstance(value, x.Construct) and isinstance(
        base, t.UnionType | t.ResultType
    )


def _has_unknown(type_: t.Type) -> bool:
    return any(isinstance(each, t.Unknown | t.NoneType) for each in types_in(type_))


_METRICS: Final = {
    ("counter", "inc"): "turn.counter({}).inc({})",
    ("gauge", "set"): "turn.gauge({}).set({})",
    ("gauge", "inc"): "turn.gauge({}).inc({})",
    ("gauge", "dec"): "turn.gauge({}).dec({})",
    ("histogram", "observe"): "turn.histogram({}).observe({})",
}

_WRITERS: Final[dict[type, Callable[[Any, Block, Any], None]]] = {
    s.Let: Statements.let,
    s.Assign: Statements.assign,
    s.Remove: Statements.remove,
    s.Reply: Statements.reply,
    s.Return: Statements.reply,
    s.Fail: Statements.fail,
    s.Deny: Statements.deny,
    s.Emit: Statements.emit,
    s.Metric: Statements.metric,
    s.Run: Statements.run,
    s.Send: Statements.send,
    s.If: Statements.if_,
    s.Match: Statements.match,
    s.MatchOutcome: Statements.match_outcome,
    s.For: Statements.for_,
    s.WithAuthority: Statements.with_authority,
    s.Require: Statements.require,
    s.Insert: Statements.rows,
    s.Update: Statements.rows,
    s.Delete: Statements.rows,
}


def sent(expressions: Expressions, node: s.Send) -> Code:
    """The arguments of a `send`: the intent, how much later, and with what."""
    arguments = [expressions.made(node.intent).code]
    if node.after is not None:
        arguments.append(splice("after={}", expressions.argument(node.after)))
    if node.only:
        arguments.append(splice("only={}", capabilities(expressions, node.only)))
    return join(", ", arguments)


def _ready(value: x.Right) -> x.Expr | x.Ask | x.Perform:
    """What stands on a right side; for awaited events there is no Python yet.

    A `find` does not wait: it is printed like any expression.
    """
    if isinstance(value, x.AwaitEvent):
        raise NotEmitted("`await`")
    return cast("x.Expr | x.Ask | x.Perform", value)
