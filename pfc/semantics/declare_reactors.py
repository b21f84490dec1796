"""Reactors and their handlers, typed."""

from __future__ import annotations

from typing import cast

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir.types import UNIT, UNKNOWN, show
from pfc.semantics.bodies import Body
from pfc.semantics.declare_behaviour import BehaviourDeclarations
from pfc.semantics.declare_migrations import MigrationDeclarations
from pfc.semantics.declare_observed import ObservedDeclarations
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.type_checker import DEFAULT
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import intents as i
from pfc.syntax.ast import reactors
from pfc.syntax.ast.base import Dotted

USUAL_SNAPSHOT = 1_000
OVERFLOWS = ("reject", "block", "drop_oldest", "drop_newest")


class ReactorDeclarations(BehaviourDeclarations):
    """Makes the typed reactors."""

    # ------------------------------------------------------------ reactors
    def reactor(self, entity: Entity) -> d.Reactor:
        node = cast("reactors.Reactor", entity.node)
        checker = self.checker
        self._unsupported_items(node)
        state = () if node.state is None else node.state.fields
        fields = checker.fields(state, entity.module, kind="field")
        for field in fields:
            if field.default is None:
                checker.report(
                    "PF222",
                    field.span,
                    notes=[
                        "a reactor starts with its state, so each field has a default"
                    ],
                    callee=f"the state of {entity.name}",
                    parameter=f"{field.name}: ... = default",
                )
        nowhere = Scope(entity.module, DEFAULT)
        always: tuple[x.Expr, ...] = ()
        if node.state is not None:
            always = checker.invariants(node.state.always, fields, nowhere)
        holds = checker.caps(node.holds, nowhere)
        restart = node.restart
        limits = None if restart is None else restart.limits
        backoff = None
        if restart is not None and restart.backoff is not None:
            retry = e.Retry(restart.span, e.Number(restart.span, "1"), restart.backoff)
            policy = self._retry(retry, nowhere)
            backoff = (policy.low, policy.high)
        handlers = self._handlers(node, entity)
        answers = None if node.journal is None else node.journal.answers
        made = d.Reactor(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            self._named(node.implements, entity, "interface"),
            self._named(node.needs, entity, "reactor"),
            holds,
            fields,
            always,
            self._mailbox(node),
            self._overflow(node),
            None if limits is None else checker.whole(limits.count),
            None if limits is None else self.duration(limits.within, nowhere),
            backoff,
            restart.kind.text if restart is not None and restart.kind else "permanent",
            handlers,
            node.doc,
            priority=self._priority(node, entity, handlers),
            observed=ObservedDeclarations(self).observed(node, entity),
            journal=self._journal(node),
            migrations=MigrationDeclarations(self).migrations(node, entity),
            journal_span=None if node.journal is None else node.journal.span,
            answers=None if answers is None else self.duration(answers, nowhere),
        )
        self._implements(made, entity, node)
        return made

    def _journal(self, node: reactors.Reactor) -> int | None:
        """How many lines come between snapshots."""
        if node.journal is None:
            return None
        written = node.journal.snapshot_every
        every = USUAL_SNAPSHOT if written is None else self.checker.whole(written)
        if written is not None and every < 1:
            self.checker.report("PF266", written.span, found=every)
        return max(every, 1)

    def _mailbox(self, node: reactors.Reactor) -> int | None:
        return None if node.mailbox is None else self.checker.whole(node.mailbox.size)

    def _overflow(self, node: reactors.Reactor) -> str:
        overflow = None if node.mailbox is None else node.mailbox.overflow
        if overflow is None:
            return "reject"
        name = overflow.policy.text
        if name not in OVERFLOWS:
            listed = ", ".join(f"`{each}`" for each in OVERFLOWS)
            notes = [*did_you_mean(name, OVERFLOWS), f"there are {listed}"]
            span = overflow.policy.span
            self.checker.report(
                "PF210", span, notes=notes, kind="overflow policy", name=name
            )
            return "reject"
        return name

    def _priority(
        self,
        node: reactors.Reactor,
        entity: Entity,
        handlers: tuple[d.Handler, ...],
    ) -> tuple[str, ...]:
        """The intents that go before others; they are the reactor's own."""
        names = () if node.mailbox is None else node.mailbox.priority
        handled = {handler.intent for handler in handlers}
        found: list[str] = []
        for name in names:
            intent = self.checker.world.lookup(entity.module, name, "intent")
            if intent is None:
                continue
            if intent.id not in handled:
                self.checker.report(
                    "PF264", name.span, reactor=entity.name, intent=intent.name
                )
            found.append(intent.id)
        return tuple(found)

    def _unsupported_items(self, node: reactors.Reactor) -> None:
        found: list[tuple[Span, str]] = []
        overflow = None if node.mailbox is None else node.mailbox.overflow
        if overflow is not None and overflow.rate is not None:
            found.append((overflow.rate.span, "a rate of a mailbox"))
        for span, construct in found:
            self.checker.report("PF901", span, construct=construct)

    def _named(
        self, names: tuple[Dotted, ...], entity: Entity, kind: str
    ) -> tuple[str, ...]:
        found = (self.checker.world.lookup(entity.module, name, kind) for name in names)
        return tuple(each.id for each in found if each is not None)

    def _implements(
        self, made: d.Reactor, entity: Entity, node: reactors.Reactor
    ) -> None:
        handled = {handler.intent for handler in made.handlers}
        for id_, name in zip(made.implements, node.implements, strict=False):
            interface = self.checker.entity(id_)
            if interface is None:
                continue
            for intent in self.interface(interface).intents:
                if intent not in handled:
                    self.checker.report(
                        "PF253",
                        name.span,
                        reactor=entity.name,
                        interface=interface.name,
                        intent=intent.rpartition(".")[2],
                    )

    def _handlers(
        self, node: reactors.Reactor, entity: Entity
    ) -> tuple[d.Handler, ...]:
        made: list[d.Handler] = []
        own: dict[str, reactors.Handler] = {}
        asked: list[tuple[str, Span, str]] = []
        for handler in node.handlers:
            intent = self.checker.world.lookup(
                entity.module, handler.intent, "intent", "workflow"
            )
            if intent is None or intent.kind == "workflow":
                continue
            if intent.id in own:
                label = Label(own[intent.id].intent.span, "the other one stands here")
                self.checker.report(
                    "PF205",
                    handler.intent.span,
                    related=[label],
                    intent=intent.name,
                    count="two",
                )
                continue
            own[intent.id] = handler
            found, body = self._handler(handler, intent, entity)
            made.append(found)
            for id_, span in body.asks:
                asked.append((id_, span, intent.id))
        for id_, span, asker in asked:
            if id_ in own:
                self.checker.report(
                    "PF206",
                    span,
                    reactor=entity.name,
                    intent=id_.rpartition(".")[2],
                )
            self.asks.setdefault(asker, []).append((id_, entity.name, span))
        return tuple(made)

    def _handler(
        self, node: reactors.Handler, intent: Entity, reactor: Entity
    ) -> tuple[d.Handler, Body]:
        checker = self.checker
        context = checker.signatures.context(intent)
        setting = Setting(
            f"a handler of `{intent.name}`",
            caller=None if context is None else context.id,
            context=None if context is None else context.id,
            caller_reason=f"`{intent.name}` is not `in` a context",
            reactor=reactor.id,
        )
        scope = Scope(reactor.module, setting)
        bindings = self._bindings(node, intent, scope)
        result = checker.signatures.result(intent)
        fails = frozenset(f.id for f in checker.signatures.failures(intent))
        body = Body("handler", setting.name, result, fails)
        block = checker.open_block(node.body, scope, body)
        if result != UNIT and not block.leaves:
            checker.report(
                "PF240",
                _end_of(block),
                handler=f"on {intent.name}",
                type=f"`{show(result)}`",
            )
        performs = cast("i.Intent", intent.node).clauses.performs
        changes = body.changes or body.emits or bool(performs)
        head = Span(node.span.path, node.span.start, node.body.span.start).to(
            node.intent.span
        )
        made = d.Handler(
            node.span, head, intent.id, bindings, block, body.waits, not changes
        )
        return made, body

    def _bindings(
        self, node: reactors.Handler, intent: Entity, scope: Scope
    ) -> tuple[x.Symbol | None, ...]:
        fields = self.checker.signatures.fields(intent)
        if node.bindings is None:
            return tuple(None for _ in fields)
        if len(node.bindings) != len(fields):
            count = len(fields)
            self.checker.report(
                "PF252",
                node.intent.span,
                notes=["bind all fields in order, `_` for those that are not needed"],
                intent=intent.name,
                expected=f"{count} field{'' if count == 1 else 's'}",
                found=len(node.bindings),
            )
        bound: list[x.Symbol | None] = []
        types = [field.type for field in fields]
        for place, name in enumerate(node.bindings):
            type_ = types[place] if place < len(types) else UNKNOWN
            symbol = x.Symbol(name.text, type_, "binding", name.span)
            if name.text == "_":
                bound.append(None)
            else:
                if name.text in scope.names:
                    self.checker.report("PF211", name.span, name=name.text)
                scope.bind(symbol)
                bound.append(symbol)
        return tuple(bound[: len(fields)])


def _end_of(block: s.Block) -> Span:
    """The brace that ends a block."""
    return Span(block.span.path, block.span.end - 1, block.span.end)
