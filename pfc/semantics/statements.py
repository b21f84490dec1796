"""Statements: each typed, every path followed to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import (
    INT,
    STRING,
    UNIT,
    UNKNOWN,
    ListType,
    MapType,
    NoneType,
    OptionalType,
    PairType,
    RecordType,
    SetType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.bodies import Body
from pfc.semantics.effectful import Effectful
from pfc.semantics.scope import Scope
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import patterns as p
from pfc.syntax.ast import statements as a
from pfc.syntax.strings import unescape

_UNSUPPORTED: dict[type, str] = {
    a.Insert: "`insert`",
    a.Update: "`update`",
    a.Delete: "`delete`",
    a.Metric: "`metric`",
    a.Sleep: "`sleep`",
    a.AwaitStatement: "`await`",
    a.Parallel: "`parallel`",
    a.Race: "`race`",
    a.Reject: "`reject`",
}
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
}
_IN_STUBS = (a.Done, a.Fail)


class Statements(Effectful):
    """Blocks and what stands in them."""

    def block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        """A block with names of its own."""
        return self.open_block(node, scope.child(), body)

    def open_block(self, node: a.Block, scope: Scope, body: Body) -> s.Block:
        """A block whose names stay known in `scope`."""
        found: list[s.Statement] = []
        leaves = False
        for statement in node.statements:
            if leaves:
                reason = "the statement before it always leaves"
                self.report("PF244", statement.span, reason=reason)
                break
            made = self.statement(statement, scope, body)
            if made is not None:
                found.append(made)
                leaves = leaves_always(made)
            else:
                leaves = isinstance(statement, a.Reply | a.Return | a.Fail | a.Deny)
        return s.Block(node.span, tuple(found), leaves)

    def statement(
        self, node: a.Statement, scope: Scope, body: Body
    ) -> s.Statement | None:
        """One statement; none if it is wrong, which has been reported."""
        kind = type(node)
        if kind in _UNSUPPORTED:
            self.report("PF901", node.span, construct=_UNSUPPORTED[kind])
            return None
        if kind in _HANDLER_ONLY and body.kind != "handler":
            allowed = body.kind == "stub" and isinstance(node, _IN_STUBS)
            if not allowed:
                self.report(
                    "PF246", node.span, statement=_HANDLER_ONLY[kind], place=body.name
                )
                return None
        methods: dict[type, Callable[..., Any]] = {
            a.Let: self._let,
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
            construct = "`find`" if isinstance(node, e.Find) else "`await`"
            self.report("PF901", node.span, construct=construct)
            return self.unknown(node.span)
        if not isinstance(node, e.Ask | e.Perform):
            return self.expr(node, scope, expected)
        if body.kind not in ("handler", "page", "test"):
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
        if not handled:
            verb = "ask" if isinstance(node, e.Ask) else "perform"
            self.propagates(node.span, made.fails, body, verb)
        if expected is not None:
            stand_in = x.Local(
                node.span, made.type, x.Symbol("", made.type, "let", node.span)
            )
            fitted = self.coerce(stand_in, expected)
            if isinstance(fitted, x.Refine):
                construct = "the result of an ask or perform where a refined type is expected"
                self.report("PF901", node.span, construct=construct)
        return made

    # ------------------------------------------------------------ let
    def _let(self, node: a.Let, scope: Scope, body: Body) -> s.Let:
        wanted = None
        if node.type is not None:
            wanted = self.signatures.type_of(node.type, scope.module, scope.generics)
        handled = node.otherwise is not None
        hint = wanted
        if handled and wanted is not None:
            hint = None
        value = self.right(node.value, scope, body, hint, handled=handled)
        type_ = wanted or value.type
        if isinstance(type_, NoneType) and wanted is None:
            self.report(
                "PF220",
                node.span,
                expected="a value of a known type",
                found="`none`; say which: `let x: T? = none`",
            )
        otherwise: s.Block | None = None
        if node.otherwise is not None:
            otherwise = self.block(node.otherwise, scope, body)
            if not otherwise.leaves:
                self.report("PF248", node.otherwise.span)
            failing = isinstance(value, x.Ask | x.Perform) and value.fails
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

    # ------------------------------------------------------------ state
    def target(self, node: a.Target, scope: Scope, *, removing: bool) -> s.Target | None:
        reactor = scope.setting.reactor
        first = node.parts[0]
        if reactor is None or not isinstance(first, a.TargetField):
            reason = "only fields of a reactor's state can be"
            self.report("PF245", node.span, target="state", reason=reason)
            return None
        fields = self.state_fields(reactor)
        field = fields.get(first.name.text)
        if field is None:
            name = first.name.text
            notes = did_you_mean(name, fields)
            self.report("PF221", first.span, notes=notes, type="state", field=name)
            return None
        type_ = field.type
        steps: list[s.FieldStep | s.KeyStep] = []
        for part in node.parts[1:]:
            step = self._step(part, type_, scope)
            if step is None:
                return None
            steps.append(step[0])
            type_ = step[1]
        if removing and not (steps and isinstance(steps[-1], s.KeyStep)):
            reason = "`remove` takes an entry out of a map: `remove state.m[k]`"
            self.report("PF245", node.span, target=first.name.text, reason=reason)
            return None
        return s.Target(node.span, type_, first.name.text, field.type, tuple(steps))

    def _step(
        self, part: a.TargetField | a.TargetIndex, type_: Type, scope: Scope
    ) -> tuple[s.FieldStep | s.KeyStep, Type] | None:
        base = base_of(type_)
        if isinstance(part, a.TargetField):
            for field in self.fields_of_type(type_):
                if field.name == part.name.text and isinstance(base, RecordType):
                    return s.FieldStep(field.name), field.type
            if not isinstance(base, Unknown):
                self.report(
                    "PF221", part.span, type=show(type_), field=part.name.text
                )
            return None
        if isinstance(base, MapType):
            key = self.expr(part.at, scope, base.key)
            return s.KeyStep(key, is_list=False), base.value
        if isinstance(base, ListType):
            return s.KeyStep(self.expr(part.at, scope, INT), is_list=True), base.item
        if not isinstance(base, Unknown):
            self.report(
                "PF227", part.span, operator="[ ]", operands=f"`{show(type_)}`"
            )
        return None

    def _assign(self, node: a.Assign, scope: Scope, body: Body) -> s.Assign | None:
        body.changes = True
        target = self.target(node.target, scope, removing=False)
        if target is None:
            self.right(node.value, scope, body)
            return None
        if node.operator == "=":
            value = self.right(node.value, scope, body, target.type)
            return s.Assign(node.span, target, "=", value)
        now = x.Local(
            node.target.span,
            target.type,
            x.Symbol("", target.type, "let", node.target.span),
        )
        hint = base_of(target.type)
        found = self.right(node.value, scope, body, None)
        if not isinstance(found, x.Ask | x.Perform) and isinstance(node.value, e.Number):
            found = self.infer_expr(node.value, scope, hint)
        operand = found
        if isinstance(found, x.Ask | x.Perform):
            symbol = x.Symbol("", found.type, "let", found.span)
            operand = x.Local(found.span, found.type, symbol)
        result = self.arithmetic(
            node.span, node.operator[0], now, cast("x.Expr", operand)
        )
        fitted = self.coerce(result, target.type)
        if isinstance(fitted, x.Refine) or result.type != base_of(target.type):
            pass  # the check of a refined field is the emitter's: it knows the target's type
        return s.Assign(node.span, target, node.operator, found)

    def _remove(self, node: a.Remove, scope: Scope, body: Body) -> s.Remove | None:
        body.changes = True
        target = self.target(node.target, scope, removing=True)
        return None if target is None else s.Remove(node.span, target)

    # ------------------------------------------------------------ leaving
    def _reply(self, node: a.Reply, scope: Scope, body: Body) -> s.Reply:
        if body.result == UNIT:
            self.right(node.value, scope, body)
            reason = "this intent has no result; `done` ends the handler"
            self.report("PF241", node.span, statement="reply", reason=reason)
            return s.Reply(node.span, None)
        value = self.right(node.value, scope, body, body.result)
        return s.Reply(node.span, value)

    def _done(self, node: a.Done, scope: Scope, body: Body) -> s.Reply:
        if body.result != UNIT and not isinstance(body.result, Unknown):
            reason = f"a {show(body.result)} has to be given: `reply ...`"
            self.report("PF241", node.span, statement="done", reason=reason)
        return s.Reply(node.span, None)

    def _return(self, node: a.Return, scope: Scope, body: Body) -> s.Return:
        if body.kind not in ("function", "stub"):
            self.report("PF246", node.span, statement="return", place=body.name)
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
        if node.parallel is not None:
            self.report("PF901", node.span, construct="`for ... parallel`")
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
        return s.For(
            node.span, tuple(symbols), values, self.open_block(node.body, inner, body)
        )

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

    # ------------------------------------------------------------ match
    def _match(self, node: a.Match, scope: Scope, body: Body) -> s.Statement | None:
        if isinstance(node.subject, e.Ask | e.Perform):
            return self._match_outcome(node, scope, body)
        subject = cast("x.Expr", self.right(node.subject, scope, body))
        arms: list[s.Arm] = []
        for arm in node.arms:
            inner = scope.child()
            pattern = self.pattern(arm.pattern, subject.type, inner)
            guard = None if arm.guard is None else self.condition(arm.guard, inner)
            inside = self.open_block(arm.body, inner, body)
            arms.append(s.Arm(arm.span, pattern, guard, inside))
        self.check_arms(
            node.subject.span,
            subject.type,
            [(arm.pattern, arm.guard is not None) for arm in arms],
        )
        return s.Match(node.span, subject, tuple(arms))

    def _match_outcome(
        self, node: a.Match, scope: Scope, body: Body
    ) -> s.Statement | None:
        """`match ask I() { Ok(v) => ...  NotFound(path) => ...  Unavailable(reason) => ... }`"""
        call = self.right(node.subject, scope, body, handled=True)
        if not isinstance(call, x.Ask | x.Perform):
            for arm in node.arms:
                self.open_block(arm.body, scope.child(), body)
            return None
        arms: list[s.OutcomeArm] = []
        seen: set[str] = set()
        for arm in node.arms:
            for pattern in _alternatives(arm.pattern):
                inner = scope.child()
                found = self._outcome_head(pattern, call, inner)
                inside = self.open_block(arm.body, inner, body)
                if found is None:
                    continue
                kind, failure, bindings = found
                key = failure or kind
                if key in seen or "any" in seen:
                    reason = "the arms before it cover it"
                    self.report("PF231", pattern.span, reason=reason)
                seen.add(key)
                if arm.guard is not None:
                    self.report(
                        "PF901", arm.guard.span, construct="a guard on an outcome"
                    )
                arms.append(
                    s.OutcomeArm(arm.span, kind, failure, bindings, inside)
                )
        missing = ["Ok"] if "ok" not in seen else []
        missing += [f.rpartition(".")[2] for f in call.fails if f not in seen]
        if missing and "any" not in seen:
            self.report("PF230", node.subject.span, missing=f"`{missing[0]}`")
        return s.MatchOutcome(node.span, call, tuple(arms))

    def _outcome_head(
        self, pattern: p.Pattern, call: x.Ask | x.Perform, scope: Scope
    ) -> tuple[str, str | None, tuple[tuple[str, x.Symbol], ...]] | None:
        """Which outcome an arm is for, and what it binds."""
        if isinstance(pattern, p.NamePattern) and pattern.name.text == "_":
            return "any", None, ()
        if not isinstance(pattern, p.NamePattern | p.ConstructorPattern):
            self._no_outcome(pattern, call)
            return None
        name = pattern.name.last.text
        arguments = pattern.arguments if isinstance(pattern, p.ConstructorPattern) else ()
        fields: list[tuple[str, Type]]
        kind, failure = "failure", None
        if name == "Ok":
            kind = "ok"
            fields = [] if call.type == UNIT else [("value", call.type)]
        elif name == "Unavailable":
            kind, fields = "unavailable", [("reason", STRING)]
        else:
            failure = next(
                (f for f in call.fails if f.rpartition(".")[2] == name), None
            )
            if failure is None:
                self._no_outcome(pattern, call)
                return None
            entity = self.failure_entity(failure)
            sigs = () if entity is None else self.signatures.fields(entity)
            fields = [(field.name, field.type) for field in sigs]
        return kind, failure, self._outcome_bindings(arguments, fields, scope, name)

    def _outcome_bindings(
        self,
        arguments: tuple[p.PatternArgument, ...],
        fields: list[tuple[str, Type]],
        scope: Scope,
        name: str,
    ) -> tuple[tuple[str, x.Symbol], ...]:
        bound: list[tuple[str, x.Symbol]] = []
        types = dict(fields)
        for place, argument in enumerate(arguments):
            field = argument.name.text if argument.name else None
            if field is None and place < len(fields):
                field = fields[place][0]
            if field is None or field not in types:
                self._count(argument.span, name, len(fields), len(arguments))
                continue
            inner = argument.pattern
            simple = isinstance(inner, p.NamePattern) and len(inner.name.parts) == 1
            if not simple or cast("p.NamePattern", inner).name.text[:1].isupper():
                construct = "a nested pattern in the arm of an outcome"
                self.report("PF901", inner.span, construct=construct)
                continue
            text = cast("p.NamePattern", inner).name.text
            if text != "_":
                symbol = x.Symbol(text, types[field], "pattern", inner.span)
                scope.bind(symbol)
                bound.append((field, symbol))
        return tuple(bound)

    def _no_outcome(self, pattern: p.Pattern, call: x.Ask | x.Perform) -> None:
        names = ["Ok", *(f.rpartition(".")[2] for f in call.fails), "Unavailable"]
        shown = getattr(getattr(pattern, "name", None), "text", "this")
        self.report(
            "PF232",
            pattern.span,
            notes=[f"the outcomes are {', '.join(f'`{name}`' for name in names)}"],
            pattern=shown,
            type="the outcomes of this call",
        )


def _alternatives(pattern: p.Pattern) -> tuple[p.Pattern, ...]:
    return pattern.alternatives if isinstance(pattern, p.OrPattern) else (pattern,)


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
        case s.WithAuthority(body=body):
            return body.leaves
        case _:
            return False

