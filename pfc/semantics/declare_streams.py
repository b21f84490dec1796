"""Streams, typed stage by stage: each says what `it` is for the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

from pfc.diagnostics import did_you_mean
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir.types import (
    INSTANT,
    INT,
    UNKNOWN,
    ListType,
    RecordType,
    RowType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics.aggregates import AGGREGATES
from pfc.semantics.bodies import Body
from pfc.semantics.declare_behaviour import BehaviourDeclarations
from pfc.semantics.relations import optional
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import statements as a
from pfc.syntax.ast import streams as n
from pfc.syntax.ast.base import Dotted

STREAM: Final = Setting(
    "a stream",
    pure=True,
    clock=False,
    caller_reason="a stream acts for its principal: nobody calls it",
)
OVERFLOWS: Final = ("block", "drop_oldest", "drop_newest", "error", "throttle")
_WINDOW: Final = RowType((("start", INSTANT), ("end", INSTANT)))


class StreamDeclarations:
    """Makes the typed streams; one that reads another has that one made first."""

    def __init__(self, behaviour: BehaviourDeclarations) -> None:
        self.behaviour = behaviour
        self.checker = behaviour.checker
        self._made: dict[str, l.Stream | None] = {}

    def stream(self, entity: Entity) -> l.Stream:
        made = self._stream(entity)
        assert made is not None  # only readers inside a circle see it unfinished
        return made

    def _stream(self, entity: Entity) -> l.Stream | None:
        if entity.id not in self._made:
            self._made[entity.id] = None
            self._made[entity.id] = _Stages(self, entity).run()
        return self._made[entity.id]

    def element(self, source: Entity, span: Span) -> Type:
        """What reading an event or a stream gives."""
        if source.kind == "event":
            return RecordType(source.id)
        made = self._stream(source)
        if made is None:
            cycle = f"{source.name} → {source.name}"
            self.checker.report("PF216", span, name=source.name, cycle=cycle)
            return UNKNOWN
        return made.element


class _Stages:
    """The stages of one stream, in order. `it` is what the next one sees."""

    def __init__(self, streams: StreamDeclarations, entity: Entity) -> None:
        self.streams = streams
        self.checker = streams.checker
        self.entity = entity
        self.node = cast("n.Stream", entity.node)
        self.scope = Scope(entity.module, STREAM)
        self.type: Type = UNKNOWN
        self.key: Type | None = None
        self.windowed = False

    def run(self) -> l.Stream:
        node = self.node
        stages = [made for stage in node.stages if (made := self._stage(stage))]
        if not any(isinstance(stage, n.FromStage) for stage in node.stages):
            self.checker.report(
                "PF222", node.name.span, callee=self.entity.name, parameter="from"
            )
        principal = None
        if node.principal is not None:
            principal = self.checker.world.lookup(
                self.entity.module, node.principal, "principal"
            )
        return l.Stream(
            node.span,
            node.name.span,
            self.entity.id,
            self.entity.name,
            None if principal is None else principal.id,
            tuple(stages),
            self.type,
            node.doc,
        )

    def _stage(self, node: n.Stage) -> l.Stage | None:
        makers: dict[type, Callable[[Any], l.Stage | None]] = {
            n.FromStage: self._from,
            n.WhereStage: self._where,
            n.SelectStage: self._select,
            n.KeyStage: self._key,
            n.WindowStage: self._window,
            n.AggregateStage: self._aggregate,
            n.JoinStage: self._join,
            n.LookupStage: self._lookup,
            n.MergeStage: self._merge,
            n.DedupeStage: self._dedupe,
            n.ThrottleStage: self._throttle,
            n.BatchStage: self._batch,
            n.BufferStage: self._buffer,
            n.LateStage: self._late,
            a.Emit: self._sink,
            a.Send: self._sink,
        }
        return makers[type(node)](node)

    # ------------------------------------------------------------ helpers
    def _over(self, span: Span) -> tuple[x.Symbol, Scope]:
        return self.checker.over(self.scope, self.type, span)

    def _source(self, name: Dotted) -> Entity | None:
        return self.checker.world.lookup(self.entity.module, name, "event", "stream")

    def _length(self, node: e.Expr | None, *, zero: bool = False) -> timedelta | None:
        if node is None:
            return None
        if zero and isinstance(node, e.Number) and node.raw[:1] == "0":
            return timedelta(0)
        return self.streams.behaviour.duration(node, self.scope)

    def _fields(self) -> tuple[tuple[str, Type], ...]:
        fields = self.checker.fields_of_type(self.type)
        return tuple((field.name, field.type) for field in fields)

    # ------------------------------------------------------------ sources
    def _from(self, node: n.FromStage) -> l.From | None:
        if node.arguments is not None:
            self.checker.report("PF901", node.span, construct="a connector")
            return None
        source = self._source(node.source)
        if source is None:
            return None
        self.type = self.streams.element(source, node.source.span)
        return l.From(node.span, source.id)

    def _merge(self, node: n.MergeStage) -> l.From | None:
        source = self._source(node.other)
        if source is None:
            return None
        found = self.streams.element(source, node.other.span)
        if dict(self._fields()) != {
            field.name: field.type for field in self.checker.fields_of_type(found)
        }:
            self.checker.mismatch(node.other.span, found, self.type)
        return l.From(node.span, source.id)

    def _join(self, node: n.JoinStage) -> l.Join | None:
        source = self._source(node.other)
        it, inner = self._over(node.span)
        key = self.checker.expr(node.key, inner)
        within = self._length(node.within)
        if source is None:
            return None
        right = self.streams.element(source, node.other.span)
        self.type = result = RowType((*self._fields(), ("right", right)))
        return l.Join(node.span, it, source.id, key, within, result)

    def _lookup(self, node: n.LookupStage) -> l.Lookup | None:
        table = self.checker.world.lookup(self.entity.module, node.table, "table")
        it, inner = self._over(node.span)
        key = self.checker.expr(node.key, inner)
        if table is None:
            return None
        right = optional(self.checker.row_type(table))
        self.type = result = RowType((*self._fields(), ("right", right)))
        return l.Lookup(node.span, it, table.id, key, result)

    # ------------------------------------------------------------ elements
    def _where(self, node: n.WhereStage) -> l.Keep:
        it, inner = self._over(node.span)
        return l.Keep(node.span, it, self.checker.condition(node.condition, inner))

    def _select(self, node: n.SelectStage) -> l.Select:
        it, inner = self._over(node.span)
        entries = tuple(
            (entry.name.text, self.checker.expr(entry.value, inner))
            for entry in node.entries
        )
        self.type = RowType(tuple((name, value.type) for name, value in entries))
        return l.Select(node.span, it, entries, self.type)

    def _key(self, node: n.KeyStage) -> l.KeyBy:
        it, inner = self._over(node.span)
        key = self.checker.expr(node.key, inner)
        self.key = key.type
        return l.KeyBy(node.span, it, key)

    def _dedupe(self, node: n.DedupeStage) -> l.Dedupe:
        it, inner = self._over(node.span)
        key = self.checker.expr(node.key, inner)
        return l.Dedupe(node.span, it, key, self._length(node.within))

    # ------------------------------------------------------------ windows
    def _window(self, node: n.WindowStage) -> l.Window:
        self.windowed = True
        options = {option.option: option.value for option in node.options}
        it, inner = self._over(node.span)
        on = options.get("on")
        size: timedelta | int
        if node.kind == "count":
            counted = isinstance(node.size, e.Number)
            size = self.checker.whole(cast("e.Number", node.size)) if counted else 1
            if not counted:
                self.checker.expr(node.size, self.scope, INT)
        else:
            size = self._length(node.size) or timedelta(seconds=1)
        return l.Window(
            node.span,
            node.kind,
            size,
            self._length(node.every),
            it,
            None if on is None else self.checker.expr(on, inner, INSTANT),
            self._length(options.get("lateness"), zero=True) or timedelta(0),
            self._length(options.get("offset"), zero=True) or timedelta(0),
            self._length(options.get("idle")),
        )

    def _aggregate(self, node: n.AggregateStage) -> l.Aggregate:
        it, inner = self._over(node.span)
        entries = tuple(
            made for entry in node.entries if (made := self._aggregation(entry, inner))
        )
        fields: list[tuple[str, Type]] = []
        if self.key is not None:
            fields.append(("key", self.key))
        if self.windowed:
            fields.append(("window", _WINDOW))
        fields += [(entry.name, entry.type) for entry in entries]
        self.type = result = RowType(tuple(fields))
        return l.Aggregate(node.span, it, entries, result)

    def _aggregation(self, node: a.Entry, scope: Scope) -> l.Aggregation | None:
        call = node.value
        name = _called(call)
        if name not in AGGREGATES:
            listed = ", ".join(f"`{each}`" for each in AGGREGATES)
            notes = [*did_you_mean(name, AGGREGATES), f"there are {listed}"]
            self.checker.report(
                "PF210", call.span, notes=notes, kind="aggregate", name=name or "this"
            )
            return None
        arguments = cast("e.CallExpr", call).arguments
        found = [self.checker.expr(each.value, scope) for each in arguments]
        wanted = AGGREGATES[name]
        if len(found) != wanted.arguments:
            expected = (
                f"{wanted.arguments} argument{'' if wanted.arguments == 1 else 's'}"
            )
            self.checker.report(
                "PF224",
                call.span,
                callee=name,
                expected=expected,
                found=f"{len(found)} {'is' if len(found) == 1 else 'are'}",
            )
            return None
        argument = found[0] if found else None
        type_ = wanted.result(UNKNOWN if argument is None else argument.type)
        if type_ is None:
            assert argument is not None
            if not isinstance(base_of(argument.type), Unknown):
                operands = f"values of type `{show(argument.type)}`"
                self.checker.report(
                    "PF227", argument.span, operator=name, operands=operands
                )
            type_ = UNKNOWN
        return l.Aggregation(node.span, node.name.text, name, argument, type_)

    # ------------------------------------------------------------ flow
    def _throttle(self, node: n.ThrottleStage) -> l.Throttle:
        per = self.streams.behaviour.duration(node.rate.per, self.scope)
        return l.Throttle(node.span, self.checker.whole(node.rate.count), per)

    def _batch(self, node: n.BatchStage) -> l.Batch:
        self.type = result = RowType((("items", ListType(self.type)),))
        size = self.checker.whole(node.size)
        return l.Batch(node.span, size, self._length(node.within), result)

    def _buffer(self, node: n.BufferStage) -> l.Buffer:
        size = self.checker.whole(node.size)
        overflow, rate = "block", None
        if node.overflow is not None:
            overflow = node.overflow.policy.text
            if overflow not in OVERFLOWS:
                listed = ", ".join(f"`{each}`" for each in OVERFLOWS)
                notes = [*did_you_mean(overflow, OVERFLOWS), f"there are {listed}"]
                span = node.overflow.policy.span
                self.checker.report(
                    "PF210", span, notes=notes, kind="overflow policy", name=overflow
                )
            if node.overflow.rate is not None:
                written = node.overflow.rate
                per = self.streams.behaviour.duration(written.per, self.scope)
                rate = (self.checker.whole(written.count), per)
        return l.Buffer(node.span, size, overflow, rate)

    def _late(self, node: n.LateStage) -> l.LateTo | None:
        event = self.checker.world.lookup(self.entity.module, node.event, "event")
        return None if event is None else l.LateTo(node.span, event.id)

    def _sink(self, node: a.Emit | a.Send) -> l.Sink | None:
        it, inner = self._over(node.span)
        inner = replace(inner, setting=STREAM)
        body = Body("stream", STREAM.name, UNKNOWN, None)
        made = (
            self.checker.emit(node, inner, body)
            if isinstance(node, a.Emit)
            else self.checker.send(node, inner, body)
        )
        return None if made is None else l.Sink(node.span, it, made)


def _called(node: e.Expr) -> str:
    """The bare name that is called; empty if it is no such call."""
    if isinstance(node, e.CallExpr) and isinstance(node.callee, e.Reference):
        return node.callee.name
    return ""
