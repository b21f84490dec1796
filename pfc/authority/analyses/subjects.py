"""Everybody who holds something: contexts, principals, reactors and workflows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pfc.authority.algebra import Capability
from pfc.authority.context import Context
from pfc.authority.instances import Instances
from pfc.authority.judge import Judge
from pfc.authority.show import Show
from pfc.authority.terms import Sym
from pfc.authority.values import Value
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir.types import DeclId
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Held:
    """Something that a subject holds, under these conditions; `until` if it expires."""

    capability: Capability
    span: Span
    conditions: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind` is context, principal, reactor or workflow."""

    kind: str
    id: DeclId
    name: str
    span: Span
    held: tuple[Held, ...]


class Subjects:
    """Finds the subjects of one program; `caller` stands for whoever asks."""

    def __init__(self, judge: Judge, caller: Value) -> None:
        self._context: Context = judge.context
        self._caller = caller
        self.show = Show(judge.context)

    def all(self) -> list[Subject]:
        """In the order of the source, by kind."""
        return [*self._of_kind("context"), *self._of_kind("principal"), *self._owners()]

    def _of_kind(self, kind: str) -> Iterator[Subject]:
        wanted = d.Context if kind == "context" else d.Principal
        for one in self._context.program.by_id.values():
            if isinstance(one, wanted):
                yield self._subject(kind, one)

    def _subject(self, kind: str, one: d.Context | d.Principal) -> Subject:
        instances = Instances(self._context, self._caller)
        held = tuple(self._grants(one.grants, instances, ()))
        return Subject(kind, one.id, one.name, one.span, held)

    def _owners(self) -> Iterator[Subject]:
        program = self._context.program
        for one in program.by_id.values():
            if isinstance(one, d.Reactor) and one.holds:
                yield self._owner("reactor", one)
        for workflow in program.workflows.values():
            if workflow.holds:
                yield self._owner("workflow", workflow)

    def _owner(self, kind: str, one: d.Reactor | l.Workflow) -> Subject:
        instances = Instances(self._context, None)
        held = tuple(
            Held(instances.instance(cap).capability, cap.span) for cap in one.holds
        )
        return Subject(kind, one.id, one.name, one.span, held)

    def _grants(
        self,
        rules: Sequence[d.GrantRule],
        instances: Instances,
        conditions: tuple[str, ...],
    ) -> Iterator[Held]:
        for rule in rules:
            if isinstance(rule, d.GrantIf):
                text = self._context.text(rule.condition.span)
                yield from self._grants(rule.then, instances, (*conditions, text))
                other = (*conditions, f"not ({text})")
                yield from self._grants(rule.otherwise, instances, other)
                continue
            more = conditions
            if rule.each_symbol is not None and rule.each_values is not None:
                symbol = rule.each_symbol
                instances.bind(symbol, Value(Sym(symbol.name, span=symbol.span)))
                values = self._context.text(rule.each_values.span)
                more = (*conditions, f"{symbol.name} in {values}")
            until = "" if rule.until is None else self._context.text(rule.until.span)
            found = instances.instance(rule.cap).capability
            yield Held(found, rule.span, more, until)
