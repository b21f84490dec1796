"""Statements."""

from __future__ import annotations

from typing import cast, get_args

from lark import Token

from pfc.syntax.ast import statements as s
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.expressions import Argument, Ask, AwaitEvent, Call, Cap, Perform
from pfc.syntax.ast.types import TypeRef
from pfc.syntax.tree.build_expressions import Expressions
from pfc.syntax.tree.parts import (
    Parts,
    expr,
    exprs,
    many,
    maybe,
    one,
    right,
    rule,
    rule_expr,
)

STATEMENTS: tuple[type, ...] = get_args(s.Statement)


class Statements(Expressions):
    """Methods for the rules of statements."""

    def block(self, parts: Parts) -> s.Block:
        return s.Block(self.span(parts), self.statements_of(parts))

    def statements_of(self, parts: Parts) -> tuple[s.Statement, ...]:
        found = (part for part in parts if isinstance(part, STATEMENTS))
        return cast("tuple[s.Statement, ...]", tuple(found))

    def block_of(self, parts: Parts) -> s.Block:
        """A block, or one statement as a block of its own."""
        for part in parts:
            if isinstance(part, s.Block):
                return part
            if isinstance(part, STATEMENTS):
                statement = cast("s.Statement", part)
                return s.Block(statement.span, (statement,))
        raise AssertionError(f"no block among {parts!r}")

    def let_stmt(self, parts: Parts) -> s.Let:
        written = rule(parts, "let_type")
        otherwise = rule(parts, "let_else")
        return s.Let(
            self.span(parts),
            one(parts, Name),
            one(written, TypeRef) if written else None,
            right(parts),
            self.block_of(otherwise) if otherwise else None,
        )

    def target_field(self, parts: Parts) -> s.TargetField:
        return s.TargetField(self.span(parts), one(parts, Name))

    def target_index(self, parts: Parts) -> s.TargetIndex:
        return s.TargetIndex(self.span(parts), expr(parts))

    def target(self, parts: Parts) -> s.Target:
        steps = many(parts, s.TargetField, s.TargetIndex)
        return s.Target(self.span(parts), cast("tuple[s.TargetField, ...]", steps))

    def assign_stmt(self, parts: Parts) -> s.Assign:
        operator = next(str(part) for part in parts if isinstance(part, Token))
        return s.Assign(self.span(parts), one(parts, s.Target), operator, right(parts))

    def remove_stmt(self, parts: Parts) -> s.Remove:
        return s.Remove(self.span(parts), one(parts, s.Target))

    def reply_stmt(self, parts: Parts) -> s.Reply:
        return s.Reply(self.span(parts), right(parts))

    def done_stmt(self, parts: Parts) -> s.Done:
        return s.Done(self.span(parts))

    def return_stmt(self, parts: Parts) -> s.Return:
        return s.Return(self.span(parts), right(parts))

    def fail_stmt(self, parts: Parts) -> s.Fail:
        arguments = rule(parts, "args")
        return s.Fail(
            self.span(parts),
            one(parts, Dotted),
            None if arguments is None else many(arguments, Argument),
        )

    def deny_stmt(self, parts: Parts) -> s.Deny:
        return s.Deny(self.span(parts), maybe(parts, Cap), self.maybe_text(parts))

    def reject_stmt(self, parts: Parts) -> s.Reject:
        return s.Reject(self.span(parts), expr(parts))

    def emit_stmt(self, parts: Parts) -> s.Emit:
        return s.Emit(self.span(parts), one(parts, Call))

    def perform_stmt(self, parts: Parts) -> s.PerformStatement:
        return s.PerformStatement(self.span(parts), one(parts, Perform))

    def send_stmt(self, parts: Parts) -> s.Send:
        self.once(parts, "after_option")
        after = rule_expr(parts, "after_option")
        return s.Send(self.span(parts), one(parts, Call), after, self.only(parts))

    def ask_stmt(self, parts: Parts) -> s.AskStatement:
        return s.AskStatement(self.span(parts), one(parts, Ask))

    def insert_stmt(self, parts: Parts) -> s.Insert:
        return s.Insert(self.span(parts), expr(parts), one(parts, Dotted))

    def entry(self, parts: Parts) -> s.Entry:
        return s.Entry(self.span(parts), one(parts, Name), expr(parts))

    def entries_of(self, parts: Parts) -> tuple[s.Entry, ...]:
        return many(rule(parts, "entries") or (), s.Entry)

    def update_stmt(self, parts: Parts) -> s.Update:
        where = rule_expr(parts, "where_clause")
        entries = self.entries_of(parts)
        return s.Update(self.span(parts), one(parts, Dotted), where, entries)

    def delete_stmt(self, parts: Parts) -> s.Delete:
        where = rule_expr(parts, "where_clause")
        return s.Delete(self.span(parts), one(parts, Dotted), where)

    def if_stmt(self, parts: Parts) -> s.If:
        otherwise = rule(parts, "else_block")
        following: s.Block | s.If | None = None
        if otherwise is not None:
            following = maybe(otherwise, s.If) or one(otherwise, s.Block)
        return s.If(self.span(parts), expr(parts), one(parts, s.Block), following)

    def arm(self, parts: Parts) -> s.Arm:
        guard = rule_expr(parts, "guard")
        return s.Arm(
            self.span(parts), self.pattern_of(parts), guard, self.block_of(parts)
        )

    def match_stmt(self, parts: Parts) -> s.Match:
        return s.Match(self.span(parts), right(parts), many(parts, s.Arm))

    def for_stmt(self, parts: Parts) -> s.For:
        parallel = rule(parts, "parallel_clause")
        return s.For(
            self.span(parts),
            many(parts, Name),
            expr(parts),
            self.number(parallel).raw if parallel else None,
            one(parts, s.Block),
        )

    def authority_stmt(self, parts: Parts) -> s.WithAuthority:
        over = exprs(rule(parts, "over_clause") or ())
        return s.WithAuthority(
            self.span(parts), self.text(parts), over, one(parts, s.Block)
        )

    def require_stmt(self, parts: Parts) -> s.Require:
        return s.Require(self.span(parts), expr(parts), self.block_of(parts))

    def metric_stmt(self, parts: Parts) -> s.Metric:
        metric, operation = many(parts, Name)
        arguments = many(rule(parts, "args") or (), Argument)
        return s.Metric(self.span(parts), metric, operation, arguments)

    def sleep_stmt(self, parts: Parts) -> s.Sleep:
        return s.Sleep(self.span(parts), expr(parts))

    def await_stmt(self, parts: Parts) -> s.AwaitStatement:
        return s.AwaitStatement(self.span(parts), one(parts, AwaitEvent))

    def parallel_stmt(self, parts: Parts) -> s.Parallel:
        return s.Parallel(self.span(parts), one(parts, s.Block))

    def race_stmt(self, parts: Parts) -> s.Race:
        return s.Race(self.span(parts), one(parts, s.Block))
