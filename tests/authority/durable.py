"""Random programs with tables, streams, schedules, workflows and plugins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.program import Program
from pfc.ir.types import BOOL, PATH, UNIT, ListType, RecordType
from tests.authority.bodies import Body
from tests.authority.build import AT, block, cap, field, literal, local, symbol
from tests.authority.common import exactly
from tests.authority.durable_bodies import COLUMNS, EVENT, ROW, column
from tests.authority.generator import Maker


def _tables() -> tuple[Any, ...]:
    fields = {name: field(name, type_) for name, type_ in COLUMNS.items()}
    columns = tuple(each.symbol for each in fields.values())
    record = d.Record(AT, "g.Row", "Row", (), tuple(fields.values()), (), None)
    path, tenant = fields["p"], fields["t"]
    docs = exactly("read", path), exactly("write", path)
    desks = exactly("boss", tenant), exactly("boss", tenant)
    return record, *(
        l.Table(AT, AT, id_, id_[2:], ROW, columns, "k", read, write, (), (), None)
        for id_, (read, write) in (("g.Docs", docs), ("g.Desks", desks))
    )


_OPEN = field("p", PATH)
DURABLE = (*_tables(), d.Event(AT, AT, "g.Open", "Open", (_OPEN,), (), None, None))
"""Two tables, guarded by path and by tenant, and an event that anybody may emit."""
AREA = e.PathArgument(AT, None, ("a",), True)


class DurableMaker(Maker):
    """Makes one program; what it is about is chosen at random."""

    durable = True

    def __init__(self, random: Random, own: float) -> None:
        super().__init__(random, own)
        self.relays = False
        self.short = random.random() < 0.15
        self.focus = random.choice((["p"], ["p", "q"], ["p", "t"], ["p", "ps"]))
        self.has_workflow = random.random() < 0.6

    def make(self) -> Program:
        for each in DURABLE:
            self.program.by_id[each.id] = each
        program = super().make()
        if self.has_workflow:
            self._workflow(self.random.choice(self.intents))
        for each in self._acting():
            program.by_id[each.id] = each
            program.modules["g"].declarations.append(each)
        return program

    # ------------------------------------------------------------ workflows
    def _workflow(self, intent: d.Intent) -> None:
        """The handler of an intent becomes a workflow."""
        program = self.program
        reactor_id, _ = program.handler_of.pop(intent.id)
        reactor = program.by_id[reactor_id]
        assert isinstance(reactor, d.Reactor)
        left = tuple(h for h in reactor.handlers if h.intent != intent.id)
        self._changed(reactor, left)
        body = Body(self, reactor_id, intent, reactor.holds, workflow=True)
        handler = body.handler()
        start = [
            st.Let(AT, binding, local(one.symbol), None)
            for one, binding in zip(intent.fields, handler.bindings, strict=True)
            if binding is not None
        ]
        named = "g.P" if self.random.random() < 0.4 else None
        program.workflows[intent.id] = l.Workflow(
            AT, AT, f"g.W_{intent.name}", "W", intent, reactor.holds, named,
            block(*start, *handler.body.statements),
        )  # fmt: skip

    def _changed(self, old: d.Reactor, handlers: tuple[d.Handler, ...]) -> None:
        new = replace(old, handlers=handlers)
        declarations = self.program.modules["g"].declarations
        declarations[declarations.index(old)] = new
        self.program.by_id[old.id] = new

    # ------------------------------------------------------------ principals
    def _acting(self) -> Iterator[Any]:
        random = self.random
        yield d.Principal(AT, "g.P", "P", tuple(self._grants()), None)
        for number in range(random.choice((0, 1, 1, 2))):
            yield self._stream(number)
        if random.random() < 0.4:
            send = self._send({})
            yield l.Schedule(AT, AT, "g.Daily", "Daily", "g.P", (send,), None)
        if random.random() < 0.25:
            yield self._plugin(random.choice(self.intents))

    def _grants(self) -> Iterator[d.GrantRule]:
        random = self.random
        for _ in range(random.randint(0, 2)):
            yield d.Grant(AT, self.cap({}), None, None, None)
        roll = random.random()
        area = d.Grant(AT, cap("write", AREA), None, None, None)
        if roll < 0.4:
            yield area
        elif roll < 0.6:
            yield d.Grant(AT, cap("write", e.AnyArgument(AT)), None, None, None)
        elif roll < 0.85:
            yield d.GrantIf(AT, literal(True, BOOL), (area,), ())

    def _stream(self, number: int) -> l.Stream:
        random = self.random
        source = random.choice(("g.Gone", "g.Gone", "g.Open"))
        stages: list[l.Stage] = [l.From(AT, source)]
        if random.random() < 0.6:
            it = symbol("it", EVENT, "it")
            prefix = literal(random.choice(("/a", "/a/b")), PATH)
            condition: e.Expr = e.UnderPath(AT, BOOL, column(it, "p"), prefix)
            if random.random() < 0.3:
                condition = e.Not(AT, BOOL, condition)
            stages.append(l.Keep(AT, it, condition))
        it = symbol("it", EVENT, "it")
        end: st.Emit | st.Send = self._send({"p": column(it, "p")})
        if random.random() < 0.35:
            path = column(it, "p") if random.random() < 0.7 else literal("/a", PATH)
            target = random.choice(("g.Gone", "g.Gone", "g.Open"))
            made = e.Construct(AT, UNIT, "event", target, "", (("p", path),))
            end = st.Emit(AT, made)
        stages.append(l.Sink(AT, it, end))
        return l.Stream(AT, AT, f"g.S{number}", "S", "g.P", tuple(stages), EVENT, None)

    def _send(self, given: dict[str, e.Expr]) -> st.Send:
        """An intent from nobody's handler, with what is given or constants."""
        intent = self.random.choice(self.intents)
        body = Body(self, "g.R0", intent, (), workflow=True)
        arguments = []
        for one in intent.fields:
            value = body.value(one.type, {})
            wanted = given.get("p")
            if wanted is not None and one.type == PATH and self.random.random() < 0.7:
                value = wanted
            arguments.append((one.name, value))
        made = e.Construct(AT, UNIT, "intent", intent.id, "", tuple(arguments))
        return st.Send(AT, made, None, ())

    def _plugin(self, intent: d.Intent) -> l.Plugin:
        whole = symbol("w", RecordType(intent.id), "let")
        one = self.random.choice(intent.fields)
        body = Body(self, "g.R0", intent, (), workflow=True)
        value = body.value(one.type, {})
        if not isinstance(one.type, ListType) and self.random.random() < 0.3:
            value = e.FieldOf(AT, one.type, local(whole), one.name)
        changed = e.With(AT, whole.type, local(whole), ((one.name, value),))
        hook = l.Hook(AT, "transform", intent.id, whole, block(st.Reply(AT, changed)))
        return l.Plugin(AT, AT, "g.Plug", "Plug", 0, (hook,), None)
