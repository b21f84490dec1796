"""Declarations of intents, effects, events, reactors and tables."""

from __future__ import annotations

from pfc.syntax.ast import intents as i
from pfc.syntax.ast import reactors as r
from pfc.syntax.ast.authority import ForClause
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.data import PythonBody
from pfc.syntax.ast.expressions import Call, Cap, Retry
from pfc.syntax.ast.statements import Block
from pfc.syntax.ast.tables import Table
from pfc.syntax.tree.build_data import Data
from pfc.syntax.tree.parts import (
    Parts,
    expr,
    exprs,
    many,
    maybe,
    one,
    rule,
    rule_expr,
    rules,
    tokens,
)


class Behaviour(Data):
    """Methods for the rules of intents, effects, events, reactors and tables."""

    # ------------------------------------------------------------ clauses
    def failure(self, parts: Parts) -> i.Failure:
        return i.Failure(
            self.span(parts),
            one(parts, Dotted),
            self.fields_of(parts),
            self.maybe_number(parts),
        )

    def requirement(self, parts: Parts) -> i.Requirement:
        each = maybe(parts, ForClause)
        return i.Requirement(self.span(parts), one(parts, Cap), each)

    def requires_clause(self, parts: Parts) -> i.Requires:
        return i.Requires(
            self.span(parts),
            many(parts, i.Requirement),
            bool(tokens(parts, "NOTHING")),
        )

    def requires_of(self, parts: Parts) -> i.Requires | None:
        """All `requires` clauses as one."""
        found = many(parts, i.Requires)
        if not found:
            return None
        return i.Requires(
            found[0].span.to(found[-1].span),
            tuple(need for clause in found for need in clause.requirements),
            any(clause.nothing for clause in found),
        )

    def in_of(self, parts: Parts) -> Dotted | None:
        clause = rule(parts, "in_clause")
        return None if clause is None else one(clause, Dotted)

    def as_of(self, parts: Parts) -> Dotted | None:
        clause = rule(parts, "as_clause")
        return None if clause is None else one(clause, Dotted)

    def fails_of(self, parts: Parts) -> tuple[i.Failure, ...]:
        clauses = rules(parts, "fails_clause")
        return tuple(
            failure for clause in clauses for failure in many(clause, i.Failure)
        )

    def clauses_of(self, parts: Parts) -> i.IntentClauses:
        self.once(
            parts, "in_clause", "deadline_clause", "during_clause", "expires_clause"
        )
        during = rule(parts, "during_clause")
        performs = rules(parts, "performs_clause")
        return i.IntentClauses(
            self.in_of(parts),
            self.fails_of(parts),
            self.requires_of(parts),
            rule_expr(parts, "deadline_clause"),
            one(during, Dotted) if during else None,
            rule_expr(parts, "expires_clause"),
            tuple(call for clause in performs for call in many(clause, Call)),
        )

    # ------------------------------------------------------------ intents
    def intent_decl(self, parts: Parts) -> i.Intent:
        return i.Intent(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            self.result_of(parts),
            self.clauses_of(parts),
            self.doc(parts),
        )

    def intents_decl(self, parts: Parts) -> i.IntentGroup:
        return i.IntentGroup(
            self.span(parts), self.clauses_of(parts), many(parts, i.Intent)
        )

    def effect_decl(self, parts: Parts) -> i.Effect:
        self.once(parts, "in_clause", "timeout_clause", Retry, PythonBody)
        traits = rules(parts, "effect_trait")
        return i.Effect(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            self.result_of(parts),
            self.fails_of(parts),
            self.requires_of(parts),
            maybe(parts, Retry),
            rule_expr(parts, "timeout_clause"),
            tuple(Name(self.span(trait), str(trait[0])) for trait in traits),
            self.in_of(parts),
            maybe(parts, PythonBody),
            self.doc(parts),
        )

    def event_decl(self, parts: Parts) -> i.Event:
        return i.Event(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            self.requires_of(parts),
            self.doc(parts),
        )

    # ------------------------------------------------------------ reactors
    def state_clause(self, parts: Parts) -> r.State:
        members = rule(parts, "members") or ()
        return r.State(
            self.span(parts), self.members_of(members), self.always_of(members)
        )

    def rate(self, parts: Parts) -> r.Rate:
        return r.Rate(self.span(parts), self.number(parts), expr(parts))

    def overflow_clause(self, parts: Parts) -> r.Overflow:
        return r.Overflow(self.span(parts), one(parts, Name), maybe(parts, r.Rate))

    def mailbox_clause(self, parts: Parts) -> r.Mailbox:
        priority = rule(parts, "priority_clause") or ()
        return r.Mailbox(
            self.span(parts),
            self.number(parts),
            maybe(parts, r.Overflow),
            many(priority, Dotted),
        )

    def limits(self, parts: Parts) -> r.Limits:
        return r.Limits(self.span(parts), self.number(parts), expr(parts))

    def restart_clause(self, parts: Parts) -> r.Restart:
        kind = rule(parts, "restart_kind")
        return r.Restart(
            self.span(parts),
            Name(self.span(kind), str(kind[0])) if kind else None,
            maybe(parts, r.Limits),
            rule_expr(parts, "backoff_clause"),
        )

    def journal_clause(self, parts: Parts) -> r.Journal:
        snapshot = rule(parts, "snapshot_clause")
        answers = rule_expr(parts, "answers_clause")
        return r.Journal(self.span(parts), self.maybe_number(snapshot), answers)

    def migrate_clause(self, parts: Parts) -> r.Migrate:
        return r.Migrate(self.span(parts), self.text(parts))

    def metric_clause(self, parts: Parts) -> r.MetricDecl:
        return r.MetricDecl(self.span(parts), *many(parts, Name))

    def health_clause(self, parts: Parts) -> r.Health:
        return r.Health(self.span(parts), *exprs(parts))

    def alert_clause(self, parts: Parts) -> r.Alert:
        severity = rule(parts, "severity_clause")
        return r.Alert(
            self.span(parts),
            one(parts, Name),
            expr(parts),
            rule_expr(parts, "for_duration"),
            one(severity, Name) if severity else None,
        )

    def handler(self, parts: Parts) -> r.Handler:
        bindings = rule(parts, "bindings")
        return r.Handler(
            self.span(parts),
            one(parts, Dotted),
            None if bindings is None else many(bindings, Name),
            one(parts, Block),
        )

    def reactor_decl(self, parts: Parts) -> r.Reactor:
        self.once(parts, r.State, r.Mailbox, r.Restart, r.Journal)
        return r.Reactor(
            self.span(parts),
            one(parts, Name),
            many(rule(parts, "implements") or (), Dotted),
            tuple(
                n
                for clause in rules(parts, "needs_clause")
                for n in many(clause, Dotted)
            ),
            self.holds_of(parts),
            maybe(parts, r.State),
            maybe(parts, r.Mailbox),
            maybe(parts, r.Restart),
            maybe(parts, r.Journal),
            many(parts, r.Migrate),
            many(parts, r.MetricDecl),
            many(parts, r.Health),
            many(parts, r.Alert),
            many(parts, r.Handler),
            self.doc(parts),
        )

    def holds_of(self, parts: Parts) -> tuple[Cap, ...]:
        found = (rule(clause, "caps") or () for clause in rules(parts, "holds_clause"))
        return tuple(cap for caps in found for cap in many(caps, Cap))

    # ------------------------------------------------------------ tables
    def table_decl(self, parts: Parts) -> Table:
        self.once(parts, "key_clause", "read_guard", "write_guard")
        key = rule(parts, "key_clause")
        read, write = rule(parts, "read_guard"), rule(parts, "write_guard")
        return Table(
            self.span(parts),
            one(parts, Name),
            one(parts, Dotted),
            one(key, Name) if key else None,
            one(read, Cap) if read else None,
            one(write, Cap) if write else None,
            tuple(many(clause, Name) for clause in rules(parts, "index_clause")),
            tuple(many(clause, Name) for clause in rules(parts, "unique_clause")),
            self.doc(parts),
        )
