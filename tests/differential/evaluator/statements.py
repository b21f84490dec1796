"""Statements of functions, and the whole evaluator of a module."""

from __future__ import annotations

from dataclasses import dataclass

from pfc.syntax.ast import data
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as s
from pfc.syntax.ast.module import Module
from tests.differential.evaluator.calls import Names
from tests.differential.evaluator.expressions import Expressions, Meant
from tests.differential.evaluator.patterns import match
from tests.differential.evaluator.types import Declarations, Type, resolve
from tests.differential.evaluator.values import RECURSION, Fault, Value

DEEPEST = 60
"""Calls within calls; the programs that are compared stay far below."""


@dataclass(frozen=True)
class Left:
    """A statement that left its block, with a value or without."""

    value: Value = None


class Evaluator(Expressions):
    """Evaluates functions of one module."""

    def __init__(self, module: Module, meant: Meant | None = None) -> None:
        self.declared = Declarations(module)
        self.meant = meant or {}
        self._depth = 0

    def of(self, function: str, *arguments: Value) -> Value:
        """A function of some values; raises Fault."""
        found = self.declared.functions[function]
        return self.apply(found, dict(enumerate(arguments)))

    def run(self, function: data.Function, names: Names, result: Type) -> Value:
        """The body of a function whose parameters have values."""
        body = function.body
        assert not isinstance(body, data.PythonBody)
        if self._depth >= DEEPEST:
            raise Fault(RECURSION)
        self._depth += 1
        try:
            if not isinstance(body, s.Block):
                return self.value(body, names, result)
            left = self.block(body, names, result)
        finally:
            self._depth -= 1
        assert left is not None, "a path without `return`"
        return left.value

    # ------------------------------------------------------------ statements
    def block(self, node: s.Block, names: Names, result: Type | None) -> Left | None:
        """The statements in order; none if the end is reached."""
        inner = dict(names)
        for statement in node.statements:
            left = self.statement(statement, inner, result)
            if left is not None:
                return left
        return None

    def statement(
        self, node: s.Statement, names: dict[str, Value], result: Type | None
    ) -> Left | None:
        """One statement; `let` adds to the names."""
        match node:
            case s.Let():
                return self._let(node, names, result)
            case s.Return():
                return Left(self.right(node.value, names, result))
            case s.If():
                return self._if(node, names, result)
            case s.Match():
                return self._match_statement(node, names, result)
            case s.For():
                return self._for(node, names, result)
            case s.Require():
                if self.value(node.condition, names):
                    return None
                return self.block(node.otherwise, names, result)
            case _:
                raise NotImplementedError(type(node).__name__)

    def right(self, node: e.Right, names: Names, expected: Type | None) -> Value:
        """What stands right of `let` and `return`."""
        assert not isinstance(node, e.Ask | e.Perform | e.Find | e.AwaitEvent)
        return self.value(node, names, expected)

    def _let(
        self, node: s.Let, names: dict[str, Value], result: Type | None
    ) -> Left | None:
        type_ = None if node.type is None else resolve(node.type, {})
        value = self.right(node.value, names, type_)
        if value is None and node.otherwise is not None:
            return self.block(node.otherwise, names, result)
        names[node.name.text] = value
        return None

    def _if(self, node: s.If, names: Names, result: Type | None) -> Left | None:
        if self.value(node.condition, names):
            return self.block(node.then, names, result)
        if isinstance(node.otherwise, s.If):
            return self._if(node.otherwise, names, result)
        if node.otherwise is not None:
            return self.block(node.otherwise, names, result)
        return None

    def _match_statement(
        self, node: s.Match, names: Names, result: Type | None
    ) -> Left | None:
        subject = self.right(node.subject, names, None)
        for arm in node.arms:
            bound = match(arm.pattern, subject)
            if bound is None:
                continue
            inner = {**names, **bound}
            if arm.guard is None or self.value(arm.guard, inner):
                return self.block(arm.body, inner, result)
        raise AssertionError("no arm matches")

    def _for(self, node: s.For, names: Names, result: Type | None) -> Left | None:
        values = self.value(node.value, names)
        items = values.items() if isinstance(values, dict) else values
        if isinstance(values, dict) and len(node.names) == 1:
            items = values
        for item in items:
            parts = (item,) if len(node.names) == 1 else item
            given = {n.text: v for n, v in zip(node.names, parts, strict=True)}
            left = self.block(node.body, {**names, **given}, result)
            if left is not None:
                return left
        return None
