"""Statements: each typed, every path followed to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    UNIT,
    UNKNOWN,
    ListType,
    MapType,
    PairType,
    SetType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.bodies import Body
from pfc.semantics.lets import Lets
from pfc.semantics.observed import metric
from pfc.semantics.open_types import is_open
from pfc.semantics.outcomes import is_outcome
from pfc.semantics.scope import Scope
from pfc.semantics.world import article
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a
from pfc.syntax.strings import unescape

_HANDLER_ONLY: dict[type, str] = {
    a.Reply: "reply",
    a.Done: "done",
    a.Assign: "an assignment",
    a.Remove: "remove",
    a.Emit: "emit",
    a.Send: "send",
    a.AskStatement: "ask",
    a.PerformStatement: "perform",
    a.Deny: "deny",
    a.Fail: "fail",
    a.WithAuthority: "with authority",
    a.Metric: "metric",
}
_ELSEWHERE: dict[str, tuple[type, ...]] = {
    "stub": (a.Done, a.Fail),
    "workflow": (
        a.Reply,
        a.Done,
        a.Emit,
        a.Send,
        a.AskStatement,
        a.PerformStatement,
        a.Deny,
        a.Fail,
        a.WithAuthority,
    ),
    "hook": (a.Reply, a.Done, a.AskStatement, a.PerformStatement, a.Send),
    "page": (a.Done, a.Deny, a.Fail),
    "component": (a.Done, a.Deny, a.Fail),
}
"""What may stand in bodies that are not of handlers."""


class Statements(Lets):
    """Blocks and what stands in them."""

    def block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        """A block with names of its own."""
        return self.open_block(node, scope.child(), body)

    def open_block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        """A block whose names stay known in `scope`."""
        found: list[s.Statement] = []
        leaves = False
        for place, statement in enumerate(node.statements):
            if leaves:
                reason = "the statement before it always leaves"
                self.report("PF244", statement.span, reason=reason)
                break
            made = self.statement(statement, scope, body)
            is_vague = isinstance(made, s.Let) and is_open(made.symbol.type)
            if is_vague and self.try_out(node, place, scope, body):
                made = self.statement(statement, scope, body)
            if made is not None:
                found.append(made)
                leaves = leaves_always(made)
            else:
                leaves = isinstance(
                    statement, a.Reply | a.Return | a.Fail | a.Deny | a.Reject
                )
        return s.Block(node.span, tuple(found), leaves)

    def statement(
        self, node: a.Statement, scope: Scope, body: Body
    ) -> s.Statement | None:
        """One statement; none if it is wrong, which has been reported."""
        kind = type(node)
        elsewhere = _ELSEWHERE.get(body.kind, ())
        if kind in _HANDLER_ONLY and not (
            body.kind == "handler" or isinstance(node, elsewhere)
        ):
            self.report(
                "PF246", node.span, statement=_HANDLER_ONLY[kind], place=body.name
            )
            return None
        methods: dict[type, Callable[..., Any]] = {
            a.Let: self.let,
            a.Assign: self._assign,
            a.Remove: self._remove,
            a.Reply: self._reply,
            a.Done: self._done,
            a.Return: self._return,
            a.Fail: self.fail,
            a.Deny: self._deny,
            a.Emit: self.emit,
            a.PerformStatement: self._perform,
            a.Send: self.send,
            a.AskStatement: self._ask,
            a.If: self._if,
            a.Match: self._match,
            a.For: self._for,
            a.WithAuthority: self._authority,
            a.Require: self._require,
            a.Insert: self.insert,
            a.Update: self.update,
            a.Delete: self.delete,
            a.Sleep: self.sleep,
            a.AwaitStatement: self.await_,
            a.Parallel: self.together,
            a.Race: self.together,
            a.Reject: self.reject,
            a.Metric: self._metric,
        }
        made: s.Statement | None = methods[kind](node, scope, body)
        return made

    # ------------------------------------------------------------ right sides
    def right(
        self,
        node: e.Right,
        scope: Scope,
        body: Body,
        expected: Type | None = None,
        *,
        handled: bool = False,
    ) -> x.Right:
        """What stands right of `let`, `reply` and `=`; `handled`: failures do not leave."""
        if isinstance(node, e.Find | e.AwaitEvent):
            found = self._waited_for(node, scope, body)
            if found is not None and expected is not None:
                unnamed = x.Symbol("", found.type, "let", node.span)
                self.coerce(x.Local(node.span, found.type, unnamed), expected)
            return self.unknown(node.span) if found is None else found
        if not isinstance(node, e.Ask | e.Perform):
            return self.expr(node, scope, expected)
        if body.kind not in ("handler", "workflow", "hook", "page", "test"):
            verb = "ask" if isinstance(node, e.Ask) else "perform"
            self.report("PF246", node.span, statement=verb, place=body.name)
            return self.unknown(node.span)
        made: x.Ask | x.Perform | None
        if isinstance(node, e.Ask):
            made = self.ask(node, scope, body)
        else:
            made = self.perform(node, scope, body)
        if made is None:
            return self.unknown(node.span)
        if not handled and not self.asks_itself(made, scope):
            verb = "ask" if isinstance(node, e.Ask) else "perform"
            self.propagates(node.span, made.fails, body, verb)
        if expected is not None:
            stand_in = x.Local(
                node.span, made.type, x.Symbol("", made.type, "let", node.span)
            )
            fitted = self.coerce(stand_in, expected)
            if isinstance(fitted, x.Refine):
                construct = (
                    "the result of an ask or perform where a refined type is expected"
                )
                self.report("PF901", node.span, construct=construct)
        return made

    def _waited_for(
        self, node: e.Find | e.AwaitEvent, scope: Scope, body: Body
    ) -> x.Find | x.AwaitEvent | None:
        if isinstance(node, e.Find):
            return self.find(node, scope, body)
        return self.await_event(node, scope, body)

    # ------------------------------------------------------------ leaving
    def _reply(self, node: a.Reply, scope: Scope, body: Body) -> s.Statement | None:
        if body.result == UNIT:
            self.right(node.value, scope, body)
            reason = "this intent has no result; `done` ends the handler"
            self.report("PF241", node.span, statement="reply", reason=reason)
            return s.Reply(node.span, None)
        if is_outcome(node.value):
            return self.outcome_value(
                cast("e.MatchExpr", node.value),
                scope,
                body,
                body.result,
                lambda _: lambda value: s.Reply(value.span, value),
            )
        value = self.right(node.value, scope, body, body.result)
        return s.Reply(node.span, value)

    def _done(self, node: a.Done, scope: Scope, body: Body) -> s.Reply:
        if body.result != UNIT and not isinstance(body.result, Unknown):
            result = show(body.result)
            verb = "return" if body.kind == "stub" else "reply"
            reason = f"{article(result)} {result} has to be given: `{verb} ...`"
            self.report("PF241", node.span, statement="done", reason=reason)
        return s.Reply(node.span, None)

    def _return(self, node: a.Return, scope: Scope, body: Body) -> s.Return:
        if body.kind not in ("function", "stub"):
            answers = body.kind == "handler"
            notes = ["a handler answers with `reply`"] if answers else []
            self.report(
                "PF246", node.span, notes=notes, statement="return", place=body.name
            )
        return s.Return(node.span, self.right(node.value, scope, body, body.result))

    def _deny(self, node: a.Deny, scope: Scope, body: Body) -> s.Deny:
        cap = None if node.cap is None else self.cap(node.cap, scope)
        reason = None
        if node.reason is not None:
            reason, problems = unescape(node.reason.raw)
            for problem in problems:
                self.report("PF107", node.reason.span, reason=problem.message)
        return s.Deny(node.span, cap, reason)

    # ------------------------------------------------------------ calls
    def _ask(self, node: a.AskStatement, scope: Scope, body: Body) -> s.Run | None:
        call = self.right(node.ask, scope, body)
        return s.Run(node.span, call) if isinstance(call, x.Ask) else None

    def _perform(
        self, node: a.PerformStatement, scope: Scope, body: Body
    ) -> s.Run | None:
        call = self.right(node.perform, scope, body)
        return s.Run(node.span, call) if isinstance(call, x.Perform) else None

    def _metric(self, node: a.Metric, scope: Scope, body: Body) -> s.Metric | None:
        return metric(self, node, scope)

    # ------------------------------------------------------------ branching
    def _if(self, node: a.If, scope: Scope, body: Body) -> s.If:
        condition = self.condition(node.condition, scope)
        holds = scope.narrow(self.facts(condition, holds=True))
        fails = scope.narrow(self.facts(condition, holds=False))
        then = self.open_block(node.then, holds, body)
        otherwise: s.Block | None = None
        if isinstance(node.otherwise, a.If):
            inner = self._if(node.otherwise, fails, body)
            block = s.Block(node.otherwise.span, (inner,), leaves_always(inner))
            otherwise = block
        elif node.otherwise is not None:
            otherwise = self.open_block(node.otherwise, fails, body)
        if then.leaves:
            scope.narrowed.update(self.facts(condition, holds=False))
        if otherwise is not None and otherwise.leaves:
            scope.narrowed.update(self.facts(condition, holds=True))
        return s.If(node.span, condition, then, otherwise)

    def _require(self, node: a.Require, scope: Scope, body: Body) -> s.Require:
        condition = self.condition(node.condition, scope)
        fails = scope.narrow(self.facts(condition, holds=False))
        otherwise = self.open_block(node.otherwise, fails, body)
        if not otherwise.leaves:
            self.report("PF248", node.otherwise.span)
        scope.narrowed.update(self.facts(condition, holds=True))
        return s.Require(node.span, condition, otherwise)

    def _for(self, node: a.For, scope: Scope, body: Body) -> s.For:
        parallel = None
        if node.parallel is not None:
            self._in_workflow(node, "for ... parallel", body)
            parallel = self.whole(e.Number(node.span, node.parallel))
        if isinstance(node.value, e.Range):
            values = self.range_(node.value, scope)
        else:
            values = self.expr(node.value, scope)
        types = self._loop_types(values, len(node.names))
        inner = scope.child()
        symbols: list[x.Symbol] = []
        for name, type_ in zip(node.names, types, strict=True):
            symbol = x.Symbol(name.text, type_, "loop", name.span)
            symbols.append(symbol)
            inner.bind(symbol)
        block = self.open_block(node.body, inner, body)
        return s.For(node.span, tuple(symbols), values, block, parallel)

    def _loop_types(self, values: x.Expr, count: int) -> tuple[Type, ...]:
        base = base_of(values.type)
        if count == 1:
            return (self.item_type(values),)
        if isinstance(base, MapType):
            return base.key, base.value
        if isinstance(base, ListType | SetType) and isinstance(base.item, PairType):
            return base.item.first, base.item.second
        if not isinstance(base, Unknown):
            self.report(
                "PF220",
                values.span,
                expected="a map, or a list of pairs",
                found=f"`{show(values.type)}`",
            )
        return UNKNOWN, UNKNOWN

    def _authority(
        self, node: a.WithAuthority, scope: Scope, body: Body
    ) -> s.WithAuthority:
        reason, _ = unescape(node.reason.raw)
        over = tuple(self.expr(each, scope) for each in node.over)
        inside = self.open_block(node.body, scope, body)
        return s.WithAuthority(node.span, reason, over, inside)


def leaves_always(statement: s.Statement) -> bool:
    """Whether nothing after the statement is reached."""
    match statement:
        case s.Reply() | s.Return() | s.Fail() | s.Deny():
            return True
        case s.If(then=then, otherwise=otherwise):
            return then.leaves and otherwise is not None and otherwise.leaves
        case s.Match(arms=arms):
            return bool(arms) and all(arm.body.leaves for arm in arms)
        case s.MatchOutcome(arms=arms):
            return bool(arms) and all(arm.body.leaves for arm in arms)
        case s.Reject():
            return True
        case s.WithAuthority(body=body) | s.Together(body=body, race=False):
            return body.leaves
        case _:
            return False
