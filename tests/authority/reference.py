"""What the rules mean, on ground values: a monitor that runs programs.

It knows nothing of the checker: no symbols, no bounds, no closure. Capabilities are
proven by backward chaining, and each value carries where it came from. The run goes on
after a violation, so that all of them are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.program import Program
from tests.authority import reference_calls as calls
from tests.authority import reference_rows as rows
from tests.authority.ground import ANY, Cell, Ground, covers, ground_value, inside
from tests.authority.reference_values import Caller as Caller
from tests.authority.reference_values import Values


@dataclass(frozen=True)
class Violation:
    """`kind` is denied, amplified, or rewritten (by a plugin that may not)."""

    kind: str
    intent: str
    need: Ground


Giver = Literal["lent", "own"]


class Leave(Exception):
    """The handler has ended."""


class Monitor:
    """Runs intents of one program and writes down what must never happen."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state: dict[tuple[str, str], Cell] = {}
        self.start = "/a/own"
        self.answer = "/picked"
        self.turn = self.depth = 0
        self.asked: set[Ground] = set()
        self.given: dict[str, set[Ground]] = {}
        self.done: list[tuple[str, tuple[Cell, ...]]] = []
        self.dispatched = 0
        self.left = False
        self.violations: list[Violation] = []
        self.operations = {
            f"{family.id}.{operation.name}": operation
            for family in program.by_id.values()
            if isinstance(family, d.Family)
            for operation in family.operations
        }

    # ------------------------------------------------------------ proving
    def proves(self, held: Ground, need: Ground) -> bool:
        """Whether one capability gives another, perhaps through implications."""
        if held[0] == need[0] and self._covers(held, need):
            return True
        return any(self.proves(each, need) for each in self._implied(held))

    def _covers(self, held: Ground, need: Ground) -> bool:
        parameters = self.operations[held[0]].parameters
        return all(map(covers, (p.domain for p in parameters), held[1], need[1]))

    def _implied(self, held: Ground) -> Iterator[Ground]:
        for rule in self.operations[held[0]].implies:
            domains = [p.domain for p in self.operations[rule.kind].parameters]
            arguments = []
            for domain, each in zip(domains, rule.arguments, strict=True):
                if isinstance(each, int):
                    arguments.append(held[1][each])
                elif each is None:
                    arguments.append(ANY)
                else:
                    assert isinstance(each, e.Literal)
                    arguments.append(ground_value(domain, each.value))
            yield rule.kind, tuple(arguments)

    def any_proves(self, held: frozenset[Ground], need: Ground) -> bool:
        return any(self.proves(each, need) for each in held)

    # ------------------------------------------------------------ entries
    def enter(
        self, intent: d.Intent, values: Mapping[str, Any], caller: Caller
    ) -> bool:
        """Somebody sends an intent from outside; whether they are admitted."""
        cells = {name: Cell(value, chosen=True) for name, value in values.items()}
        cells |= rows.transformed(self, intent, cells)
        env = {f.symbol: cells[f.name] for f in intent.fields}
        run = Run(self, intent.id, caller, env)
        needs = [each for r in intent.requires for each in run.needs(r)]
        for need, named in needs:
            run.authentic(need, named)
        if not all(self.any_proves(caller.held, need) for need, _ in needs):
            return False
        self.handle(intent, cells, caller)
        return True

    def handle(self, intent: d.Intent, cells: Mapping[str, Cell], by: Caller) -> None:
        env: dict[e.Symbol, Cell] = {f.symbol: cells[f.name] for f in intent.fields}
        workflow = self.program.workflows.get(intent.id)
        if workflow is not None:
            run = Run(self, intent.id, by, env, workflow)
            if workflow.principal is not None:
                run.acts_as(self.program.by_id[workflow.principal])
            body = workflow.body
        else:
            reactor_id, handler = self.program.handler_of[intent.id]
            reactor = self.program.by_id[reactor_id]
            assert isinstance(reactor, d.Reactor)
            for one, symbol in zip(intent.fields, handler.bindings, strict=True):
                if symbol is not None:
                    env[symbol] = cells[one.name]
            run = Run(self, intent.id, by, env, reactor)
            body = handler.body
        run.arrived(intent)
        try:
            run.block(body)
        except Leave:
            self.left = True

    def performed(self) -> list[tuple[str, tuple[Any, ...]]]:
        """The effects that needed something, in order, with plain arguments."""
        return [
            (name, tuple(cell.value for cell in arguments))
            for name, arguments in self.done
            if arguments
        ]


class Run(Values):
    """One handler with its caller."""

    def __init__(
        self,
        monitor: Monitor,
        name: str,
        caller: Caller,
        env: dict[e.Symbol, Cell],
        reactor: d.Reactor | l.Workflow | None = None,
    ) -> None:
        self.monitor, self.name, self.caller = monitor, name, caller
        self.env, self.reactor = env, reactor
        self.checked = set(caller.vouched)
        self.accepted: set[Cell] = set()
        self.own: frozenset[Ground] | None = None
        self.for_principal = False

    def within(self, env: dict[e.Symbol, Cell]) -> Run:
        """What is called, as far as its capabilities are made of its arguments."""
        return Run(self.monitor, self.name, self.caller, env)

    def arrived(self, intent: d.Intent) -> None:
        """Admitted: what `requires` names was checked, if the caller has it."""
        for requirement in intent.requires:
            for need, named in self.needs(requirement):
                if self.monitor.any_proves(self.caller.held, need):
                    self.checked |= set(named)

    def acts_as(self, principal: object) -> None:
        """From here on with what a principal has now, and nothing else."""
        assert isinstance(principal, d.Principal)
        self.own = rows.granted(self, principal.grants)
        self.for_principal = True

    def resumed(self) -> None:
        """Admitted again, later: callers may have lost all but what is required."""
        intent = self.monitor.program.by_id[self.name]
        assert isinstance(intent, d.Intent)
        needs = {need for r in intent.requires for need, _ in self.needs(r)}
        held, lent = (
            frozenset(need for need in needs if self.monitor.any_proves(had, need))
            for had in (self.caller.held, self.caller.lent)
        )
        self.caller = replace(self.caller, held=held, lent=lent)
        self.checked = set(self.caller.vouched)
        self.arrived(intent)

    # ------------------------------------------------------------ authority
    def authentic(self, need: Ground, deciding: tuple[Cell, ...]) -> None:
        """What decides about authority must be what was sent."""
        if any(cell.rewritten for cell in deciding):
            self.note("rewritten", need)

    def demand(self, need: Ground, deciding: tuple[Cell, ...]) -> Giver | None:
        """Something is about to happen that needs this; who else gives the power."""
        self.authentic(need, deciding)
        proves = self.monitor.any_proves
        if not self.for_principal and proves(self.caller.held, need):
            return None
        if not self.for_principal and proves(self.caller.lent, need):
            self._decided(need, deciding, self.caller.suspects)
            return "lent"
        if self.own is not None and proves(self.own, need):
            self._decided(need, deciding, None)
            return "own"
        self.note("denied", need)
        return None

    def _decided(
        self,
        need: Ground,
        deciding: tuple[Cell, ...],
        suspects: frozenset[Cell] | None,
    ) -> None:
        vouched = self.checked | self.accepted
        if any(
            cell.chosen
            and cell not in vouched
            and (suspects is None or cell in suspects)
            for cell in deciding
        ):
            self.note("amplified", need)

    def note(self, kind: str, need: Ground) -> None:
        self.monitor.violations.append(Violation(kind, self.name, need))

    # ------------------------------------------------------------ statements
    def block(self, block: st.Block) -> None:
        for statement in block.statements:
            self.statement(statement)

    def statement(self, statement: st.Statement) -> None:
        match statement:
            case st.Let(symbol=symbol, value=value, otherwise=otherwise):
                self.env[symbol] = self.right(value)
                if otherwise is not None and self.env[symbol].value is None:
                    self.block(otherwise)
            case st.Assign(target=target, value=value):
                assert self.reactor is not None
                self.monitor.state[self.reactor.id, target.field] = self.right(value)
            case st.Run(call=call):
                self.right(call)
            case st.Emit(event=made):
                calls.emit(self, made)
            case st.Send(intent=made, only=only):
                calls.dispatch(self, made, only)
            case st.If(condition=condition, then=then, otherwise=otherwise):
                if self.value(condition).value:
                    self.block(then)
                elif otherwise is not None:
                    self.block(otherwise)
            case st.Require(condition=condition, otherwise=otherwise):
                if not self.value(condition).value:
                    self.block(otherwise)
            case st.For(symbols=symbols, values=values, body=body):
                for item in self.value(values).value:
                    self.env[symbols[0]] = item
                    self.block(body)
            case st.WithAuthority(body=body, over=over):
                self.with_authority(body, over)
            case st.Reply() | st.Deny() | st.Fail():
                raise Leave
            case st.Sleep():
                self.resumed()
            case st.AwaitRun(event=event):
                rows.awaited(self, event)
                self.resumed()
            case st.Insert() | st.Update() | st.Delete():
                rows.change(self, statement)
            case _:
                raise AssertionError(statement)

    def with_authority(self, body: st.Block, over: tuple[e.Expr, ...]) -> None:
        assert self.reactor is not None
        before, accepted = self.own, self.accepted
        holds = frozenset(self.ground(cap)[0] for cap in self.reactor.holds)
        self.own = holds | (before or frozenset())
        # What `over` accepts it accepts with all that is inside.
        whole = [self.value(each) for each in over]
        self.accepted = accepted | {c for cell in whole for c in inside(cell)}
        try:
            self.block(body)
        finally:
            self.own, self.accepted = before, accepted

    def right(self, value: e.Right) -> Cell:
        if isinstance(value, e.Perform):
            return calls.perform(self, value)
        if isinstance(value, e.Ask):
            calls.dispatch(self, value.intent, value.only)
            return Cell(self.monitor.answer, chosen=True)
        if isinstance(value, e.Find):
            return rows.find(self, value)
        return self.value(value)
