"""`let`: what a name stands for, and names whose type only their uses say."""

from __future__ import annotations

from copy import copy
from dataclasses import fields, replace
from typing import cast

from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import UNKNOWN, NoneType, OptionalType, Type, Unknown, show
from pfc.semantics.bodies import Body
from pfc.semantics.open_types import has_to_be_said, is_open
from pfc.semantics.outcomes import Give, is_outcome
from pfc.semantics.scope import Scope
from pfc.semantics.steps import Steps
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a

_ROUNDS = 3
"""One name may be learned of another: `let a = []  let b = a  return b`."""


class Lets(Steps):
    """Bindings of names in blocks."""

    # what `Statements` provides
    def block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        raise NotImplementedError

    def statement(
        self, node: a.Statement, scope: Scope, body: Body
    ) -> s.Statement | None:
        raise NotImplementedError

    def let(self, node: a.Let, scope: Scope, body: Body) -> s.Statement | None:
        """`let name: Type = value else { }`."""
        if is_outcome(node.value) and node.otherwise is None:
            return self._let_outcome(node, scope, body)
        wanted = None
        if node.type is not None:
            wanted = self.signatures.type_of(node.type, scope.module, scope.generics)
        elif node.otherwise is None:
            wanted = self.lessons.known(node.name.span)
        handled = node.otherwise is not None
        hint = wanted
        if handled and wanted is not None:
            hint = None
        value = self.right(node.value, scope, body, hint, handled=handled)
        type_ = wanted or value.type
        if wanted is None and not handled:
            type_ = self._left_open(node, type_)
        otherwise: s.Block | None = None
        if node.otherwise is not None:
            otherwise = self.block(node.otherwise, scope, body)
            if not otherwise.leaves:
                self.report("PF248", node.otherwise.span)
            failing = isinstance(value, x.Ask) or (
                isinstance(value, x.Perform) and value.fails
            )
            if isinstance(type_, OptionalType):
                type_ = type_.item
            elif not failing and not isinstance(type_, Unknown):
                self.report(
                    "PF244",
                    node.otherwise.span,
                    reason="the value is always there",
                )
        symbol = x.Symbol(node.name.text, type_, "let", node.name.span)
        scope.bind(symbol)
        return s.Let(node.span, symbol, value, otherwise)

    def _let_outcome(
        self, node: a.Let, scope: Scope, body: Body
    ) -> s.MatchOutcome | None:
        """`let name = match ask I() { ... }`."""
        wanted = None
        if node.type is not None:
            wanted = self.signatures.type_of(node.type, scope.module, scope.generics)
        made: list[x.Symbol] = []

        def give(type_: Type) -> Give:
            symbol = x.Symbol(node.name.text, type_, "let", node.name.span)
            made.append(symbol)
            return lambda value: s.Let(value.span, symbol, value, None)

        value = cast("e.MatchExpr", node.value)
        found = self.outcome_value(value, scope, body, wanted, give)
        if found is None:
            made = [x.Symbol(node.name.text, UNKNOWN, "let", node.name.span)]
        scope.bind(made[0])
        return None if found is None else replace(found, span=node.span, gives=made[0])

    # ------------------------------------------------------------ open types
    def _left_open(self, node: a.Let, type_: Type) -> Type:
        """The type of a name whose value does not say all of it."""
        if not is_open(type_):
            return type_
        if self.lessons.trying:
            return self.lessons.look_at(node.name.span, type_)
        if node.name.span in self.lessons.learned and has_to_be_said(type_):
            none = isinstance(type_, NoneType)
            shown = "`none`" if none else f"`{show(type_)}`"
            example = (
                "T?" if none else show(type_).replace("?, ?", "K, V").replace("?", "T")
            )
            value = self.source_text(node.value.span) if not none else "none"
            self.report(
                "PF220",
                node.span,
                expected="a value of a known type",
                found=f"{shown}; say which: `let {node.name.text}: {example} = {value}`",
            )
        return type_

    def try_out(self, node: a.Block, place: int, scope: Scope, body: Body) -> bool:
        """Reads a block from a `let` on to learn the types that it leaves open.

        False if there is nothing to learn. Nothing is kept but what was learned, and
        what was found wrong elsewhere.
        """
        statement = node.statements[place]
        if not isinstance(statement, a.Let) or statement.otherwise is not None:
            return False
        lessons = self.lessons
        if lessons.trying or statement.name.span in lessons.learned:
            return False
        kept = {field.name: copy(getattr(body, field.name)) for field in fields(body)}
        mark = len(self.world.diagnostics)
        for _ in range(_ROUNDS):
            lessons.begin()
            inner = scope.child()
            for each in node.statements[place:]:
                self.statement(each, inner, body)
            if not lessons.end():
                break
        found = self.world.diagnostics[mark:]
        del self.world.diagnostics[mark:]
        for one in found:
            if one.span.path != node.span.path or not (
                node.span.start <= one.span.start < node.span.end
            ):
                self.world.diagnostics.append(one)
        for name, value in kept.items():
            setattr(body, name, value)
        return True
