"""Declarations of streams, calendars, schedules and workflows."""

from __future__ import annotations

from typing import cast, get_args

from pfc.syntax.ast import streams as st
from pfc.syntax.ast import time as t
from pfc.syntax.ast.base import Dotted, Name, Text
from pfc.syntax.ast.expressions import Argument
from pfc.syntax.ast.reactors import Overflow, Rate
from pfc.syntax.ast.statements import Block, Send
from pfc.syntax.tree.build_behaviour import Behaviour
from pfc.syntax.tree.parts import (
    Parts,
    expr,
    exprs,
    many,
    maybe,
    one,
    rule,
    rule_expr,
    tokens,
)

_STAGES: tuple[type, ...] = get_args(st.Stage)
_TIMINGS: tuple[type, ...] = get_args(t.Timing)


class Flows(Behaviour):
    """Methods for the rules of streams and of time."""

    # ------------------------------------------------------------ streams
    def from_stage(self, parts: Parts) -> st.FromStage:
        arguments = rule(parts, "args")
        return st.FromStage(
            self.span(parts),
            one(parts, Dotted),
            None if arguments is None else many(arguments, Argument),
        )

    def select_stage(self, parts: Parts) -> st.SelectStage:
        return st.SelectStage(self.span(parts), self.entries_of(parts))

    def key_stage(self, parts: Parts) -> st.KeyStage:
        return st.KeyStage(self.span(parts), expr(parts))

    def window_option(self, parts: Parts) -> st.WindowOption:
        return st.WindowOption(self.span(parts), str(parts[0]), expr(parts))

    def window_stage(self, parts: Parts) -> st.WindowStage:
        kind = next(p for p in parts if hasattr(p, "data"))
        sizes = exprs(kind.children)
        return st.WindowStage(
            self.span(parts),
            str(kind.data).removesuffix("_window"),
            sizes[0],
            sizes[1] if len(sizes) > 1 else None,
            many(parts, st.WindowOption),
        )

    def aggregate_stage(self, parts: Parts) -> st.AggregateStage:
        return st.AggregateStage(self.span(parts), self.entries_of(parts))

    def join_stage(self, parts: Parts) -> st.JoinStage:
        within = rule_expr(parts, "within_option")
        return st.JoinStage(self.span(parts), one(parts, Dotted), expr(parts), within)

    def lookup_stage(self, parts: Parts) -> st.LookupStage:
        return st.LookupStage(self.span(parts), one(parts, Dotted), expr(parts))

    def merge_stage(self, parts: Parts) -> st.MergeStage:
        return st.MergeStage(self.span(parts), one(parts, Dotted))

    def dedupe_stage(self, parts: Parts) -> st.DedupeStage:
        within = rule_expr(parts, "within_option")
        return st.DedupeStage(self.span(parts), expr(parts), within)

    def throttle_stage(self, parts: Parts) -> st.ThrottleStage:
        return st.ThrottleStage(self.span(parts), one(parts, Rate))

    def batch_stage(self, parts: Parts) -> st.BatchStage:
        within = rule_expr(parts, "within_option")
        return st.BatchStage(self.span(parts), self.number(parts), within)

    def buffer_stage(self, parts: Parts) -> st.BufferStage:
        overflow = maybe(parts, Overflow)
        return st.BufferStage(self.span(parts), self.number(parts), overflow)

    def late_stage(self, parts: Parts) -> st.LateStage:
        return st.LateStage(self.span(parts), one(parts, Dotted))

    def stream_decl(self, parts: Parts) -> st.Stream:
        stages: list[st.Stage] = []
        for part in parts:
            if isinstance(part, _STAGES):
                stages.append(cast("st.Stage", part))
            elif getattr(part, "data", None) == "where_clause":
                span = self.span(part.children)
                stages.append(st.WhereStage(span, expr(part.children)))
        return st.Stream(
            self.span(parts),
            one(parts, Name),
            self.as_of(parts),
            tuple(stages),
            self.doc(parts),
        )

    # ------------------------------------------------------------ time
    def hours(self, parts: Parts) -> t.Hours:
        days = [self.name([token]) for token in tokens(parts, "NAME")]
        opens, closes = (self.number([token]) for token in tokens(parts, "NUMBER"))
        last = days[1] if len(days) > 1 else None
        return t.Hours(self.span(parts), days[0], last, opens, closes)

    def except_clause(self, parts: Parts) -> t.Except:
        dates = [self.number([token]) for token in tokens(parts, "NUMBER")]
        last = dates[1] if len(dates) > 1 else None
        return t.Except(self.span(parts), dates[0], last)

    def zone_of(self, parts: Parts) -> Text | None:
        return self.maybe_text(rule(parts, "in_zone"))

    def name_of(self, parts: Parts, name: str) -> Name | None:
        """The name in the first part made by the rule `name`."""
        found = rule(parts, name)
        return None if found is None else one(found, Name)

    def calendar_decl(self, parts: Parts) -> t.Calendar:
        items = many(rule(parts, "calendar_body") or (), t.Hours, t.Except)
        return t.Calendar(
            self.span(parts),
            one(parts, Name),
            self.zone_of(parts),
            cast("tuple[t.Hours | t.Except, ...]", items),
            rule_expr(parts, "fn_expr"),
            self.doc(parts),
        )

    def cron_clause(self, parts: Parts) -> t.Cron:
        return t.Cron(
            self.span(parts),
            self.text(parts),
            self.zone_of(parts),
            self.name_of(parts, "gap_option"),
            self.name_of(parts, "fold_option"),
        )

    def every_clause(self, parts: Parts) -> t.Every:
        return t.Every(self.span(parts), expr(parts))

    def at_clause(self, parts: Parts) -> t.At:
        moments = [self.number([token]) for token in tokens(parts, "NUMBER")]
        return t.At(
            self.span(parts),
            moments[0],
            moments[1] if len(moments) > 1 else None,
            self.zone_of(parts),
            self.name_of(parts, "gap_option"),
            self.name_of(parts, "fold_option"),
        )

    def missed_clause(self, parts: Parts) -> t.Missed:
        within = rule_expr(parts, "within_option")
        return t.Missed(self.span(parts), one(parts, Name), within)

    def schedule_decl(self, parts: Parts) -> t.Schedule:
        during = rule(parts, "during_clause")
        return t.Schedule(
            self.span(parts),
            one(parts, Name),
            self.as_of(parts),
            cast("tuple[t.Timing, ...]", many(parts, *_TIMINGS)),
            maybe(parts, t.Missed),
            self.name_of(parts, "overlap_clause"),
            rule_expr(parts, "jitter_clause"),
            one(during, Dotted) if during else None,
            many(parts, Send),
            self.doc(parts),
        )

    def workflow_decl(self, parts: Parts) -> t.Workflow:
        return t.Workflow(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            self.result_of(parts),
            self.clauses_of(parts),
            self.holds_of(parts),
            self.as_of(parts),
            one(parts, Block),
            self.doc(parts),
        )
