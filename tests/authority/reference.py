"""What the rules mean, on ground values: a monitor that runs programs.

It knows nothing of the checker: no symbols, no bounds, no closure. Capabilities are
proven by backward chaining, and each value carries where it came from. The run goes on
after a violation, so that all of them are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.program import Program

ANY = "*"
Ground = tuple[str, tuple[Any, ...]]
"""Kind and arguments: ANY, an atom or number, or (segments, whether anything below)."""


@dataclass(eq=False)
class Cell:
    """One value: what it is, and whether somebody outside chose it."""

    value: Any
    chosen: bool = False


@dataclass(frozen=True)
class Violation:
    """`kind` is denied or amplified."""

    kind: str
    intent: str
    need: Ground


@dataclass
class Caller:
    """`held` are capabilities of their own; `lent` come from a reactor."""

    held: frozenset[Ground]
    lent: frozenset[Ground] = frozenset()
    vouched: set[Cell] = field(default_factory=set)


class Leave(Exception):
    """The handler has ended."""


class Monitor:
    """Runs intents of one program and writes down what must never happen."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state: dict[tuple[str, str], Cell] = {}
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
        env = {f.symbol: cells[f.name] for f in intent.fields}
        run = Run(self, intent, caller, env)
        needs = [need for r in intent.requires for need, _ in run.needs(r)]
        if not all(self.any_proves(caller.held, need) for need in needs):
            return False
        self.handle(intent, cells, caller)
        return True

    def handle(self, intent: d.Intent, cells: Mapping[str, Cell], by: Caller) -> None:
        reactor_id, handler = self.program.handler_of[intent.id]
        reactor = self.program.by_id[reactor_id]
        assert isinstance(reactor, d.Reactor)
        env: dict[e.Symbol, Cell] = {f.symbol: cells[f.name] for f in intent.fields}
        for one, symbol in zip(intent.fields, handler.bindings, strict=True):
            if symbol is not None:
                env[symbol] = cells[one.name]
        run = Run(self, intent, by, env, reactor)
        for requirement in intent.requires:
            for need, named in run.needs(requirement):
                if self.any_proves(by.held, need):
                    run.checked |= set(named)
        with suppress(Leave):
            run.block(handler.body)


class Run:
    """One handler with its caller."""

    def __init__(
        self,
        monitor: Monitor,
        intent: d.Intent,
        caller: Caller,
        env: dict[e.Symbol, Cell],
        reactor: d.Reactor | None = None,
    ) -> None:
        self.monitor, self.intent, self.caller = monitor, intent, caller
        self.env, self.reactor = env, reactor
        self.checked = set(caller.vouched)
        self.accepted: set[Cell] = set()
        self.own: frozenset[Ground] | None = None

    # ------------------------------------------------------------ capabilities
    def needs(
        self, requirement: e.Requirement
    ) -> Iterator[tuple[Ground, tuple[Cell, ...]]]:
        """Each ground need of a requirement, with the values it is made of."""
        if requirement.each_symbol is None or requirement.each_values is None:
            yield self.ground(requirement.cap)
            return
        for item in self.value(requirement.each_values).value:
            self.env[requirement.each_symbol] = item
            yield self.ground(requirement.cap)

    def ground(self, cap: e.Cap) -> tuple[Ground, tuple[Cell, ...]]:
        named: list[Cell] = []
        parameters = self.monitor.operations[cap.kind].parameters
        arguments = tuple(
            self._argument(argument, parameter.domain, named)
            for argument, parameter in zip(cap.arguments, parameters, strict=True)
        )
        return (cap.kind, arguments), tuple(named)

    def _argument(self, argument: e.CapArgument, domain: str, named: list[Cell]) -> Any:
        if isinstance(argument, e.AnyArgument):
            return ANY
        if isinstance(argument, e.ValueArgument):
            named.append(self.value(argument.value))
            return ground_value(domain, named[-1].value)
        segments: list[str] = []
        if argument.leading is not None:
            named.append(self.value(argument.leading))
            segments += split(named[-1].value)
        for part in argument.segments:
            if isinstance(part, str):
                segments.append(part)
            else:
                named.append(self.value(part))
                segments.append(named[-1].value)
        if argument.rest and not segments:
            return ANY
        return tuple(segments), argument.rest

    def demand(self, need: Ground, deciding: tuple[Cell, ...]) -> bool:
        """Something is about to happen that needs this; whether it takes lent power."""
        if self.monitor.any_proves(self.caller.held, need):
            return False
        if self.monitor.any_proves(self.caller.lent, need):
            self._decided(need, deciding)
            return True
        if self.own is not None and self.monitor.any_proves(self.own, need):
            self._decided(need, deciding)
            return True
        self._note("denied", need)
        return False

    def _decided(self, need: Ground, deciding: tuple[Cell, ...]) -> None:
        vouched = self.checked | self.accepted
        if any(cell.chosen and cell not in vouched for cell in deciding):
            self._note("amplified", need)

    def _note(self, kind: str, need: Ground) -> None:
        self.monitor.violations.append(Violation(kind, self.intent.id, need))

    # ------------------------------------------------------------ statements
    def block(self, block: st.Block) -> None:
        for statement in block.statements:
            self.statement(statement)

    def statement(self, statement: st.Statement) -> None:
        match statement:
            case st.Let(symbol=symbol, value=value):
                self.env[symbol] = self.right(value)
            case st.Assign(target=target, value=value):
                assert self.reactor is not None
                self.monitor.state[self.reactor.id, target.field] = self.right(value)
            case st.Run(call=call):
                self.right(call)
            case st.Emit(event=made):
                self.emit(made)
            case st.Send(intent=made, only=only):
                self.dispatch(made, only)
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
            case _:
                raise AssertionError(statement)

    def with_authority(self, body: st.Block, over: tuple[e.Expr, ...]) -> None:
        assert self.reactor is not None
        before, accepted = self.own, self.accepted
        self.own = frozenset(self.ground(cap)[0] for cap in self.reactor.holds)
        # What `over` accepts it accepts with all that is inside.
        whole = [self.value(each) for each in over]
        inner = [
            c for cell in whole if isinstance(cell.value, list) for c in cell.value
        ]
        self.accepted = accepted | {*whole, *inner}
        try:
            self.block(body)
        finally:
            self.own, self.accepted = before, accepted

    def right(self, value: e.Right) -> Cell:
        if isinstance(value, e.Perform):
            return self.perform(value)
        if isinstance(value, e.Ask):
            self.dispatch(value.intent, value.only)
            return Cell("/answer", chosen=True)
        return self.value(value)

    def perform(self, call: e.Perform) -> Cell:
        effect = self.monitor.program.by_id[call.effect]
        assert isinstance(effect, d.Effect)
        cells = {name: self.value(each) for name, each in call.arguments}
        inner = Run(
            self.monitor,
            self.intent,
            self.caller,
            {p.symbol: cells[p.name] for p in effect.parameters},
        )
        for requirement in effect.requires:
            for need, named in inner.needs(requirement):
                self.demand(need, named or self._of_domains(need, cells))
        return Cell("/picked", chosen=True)

    def emit(self, made: e.Construct) -> None:
        event = self.monitor.program.by_id[made.id]
        assert isinstance(event, d.Event)
        cells = {name: self.value(each) for name, each in made.arguments}
        env = {f.symbol: cells[f.name] for f in event.fields}
        inner = Run(self.monitor, self.intent, self.caller, env)
        for requirement in event.requires:
            for need, named in inner.needs(requirement):
                self.demand(need, named)

    def _of_domains(self, need: Ground, cells: Mapping[str, Cell]) -> tuple[Cell, ...]:
        """Where a constant is required, what the effect may act on all the same."""
        domains = {p.domain for p in self.monitor.operations[need[0]].parameters}
        return tuple(cell for cell in cells.values() if domain_of(cell) in domains)

    def dispatch(self, made: e.Construct, only: tuple[e.Cap, ...]) -> None:
        intent = self.monitor.program.by_id[made.id]
        assert isinstance(intent, d.Intent)
        cells = {name: self.value(each) for name, each in made.arguments}
        env = {f.symbol: cells[f.name] for f in intent.fields}
        callee = Run(self.monitor, intent, self.caller, env)
        needs = [each for r in intent.requires for each in callee.needs(r)]
        given = [self.ground(cap) for cap in only] or needs
        held, lent = set(), set()
        for need, named in given:
            (lent if self.demand(need, named) else held).add(need)
        for need, _ in needs:
            if not self.monitor.any_proves(frozenset(held | lent), need):
                self._note("denied", need)
        # The callee gets what it needs (or what `only` says) and no more: the strictest
        # way of handing authority on.
        vouched = self.checked | self.accepted
        caller = Caller(frozenset(held), frozenset(lent), vouched)
        self.monitor.handle(intent, cells, caller)

    # ------------------------------------------------------------ values
    def value(self, expr: e.Expr) -> Cell:
        match expr:
            case e.Local(symbol=symbol):
                return self.env[symbol]
            case e.Literal(value=value):
                return Cell(value)
            case e.StateField(name=name):
                assert self.reactor is not None
                kept = self.monitor.state.get((self.reactor.id, name), Cell("/a/own"))
                return Cell(kept.value, kept.chosen)
            case e.ListExpr(items=items):
                return Cell([self.value(item) for item in items])
            case e.CanExpr(cap=cap):
                return self._can(cap)
            case e.Not(operand=operand):
                return Cell(not self.value(operand).value)
            case e.Logic(operator="and", left=left, right=right):
                return Cell(self.value(left).value and self.value(right).value)
            case e.Logic(left=left, right=right):
                return Cell(self.value(left).value or self.value(right).value)
            case e.UnderPath(value=value, prefix=prefix):
                path, base = self.value(value).value, self.value(prefix).value
                return Cell(split(path)[: len(split(base))] == split(base))
            case e.Compare(operator="<=", left=left, right=right):
                return Cell(self.value(left).value <= self.value(right).value)
            case e.Conditional(condition=condition, then=then, otherwise=otherwise):
                chosen = then if self.value(condition).value else otherwise
                return self.value(chosen)
            case e.FieldOf(value=value, name=name):
                cell: Cell = self.value(value).value[name]
                return cell
            case e.Construct(arguments=arguments):
                return Cell({name: self.value(each) for name, each in arguments})
            case _:
                raise AssertionError(expr)

    def _can(self, cap: e.Cap) -> Cell:
        need, named = self.ground(cap)
        if self.monitor.any_proves(self.caller.held, need):
            self.checked |= set(named)
            return Cell(True)
        return Cell(self.monitor.any_proves(self.caller.lent, need))


def covers(domain: str, held: Any, need: Any) -> bool:
    """Whether one ground argument covers another."""
    if held == ANY:
        return True
    if need == ANY:
        return False
    match domain:
        case "path":
            if not held[1]:
                return bool(held == need)
            return bool(need[0][: len(held[0])] == held[0])
        case "max":
            return bool(need <= held)
        case "min":
            return bool(need >= held)
        case _:
            return bool(held == need)


def ground_value(domain: str, value: Any) -> Any:
    """A plain value as an argument."""
    return (tuple(split(value)), False) if domain == "path" else value


def domain_of(cell: Cell) -> str:
    """The domain of a value, as the generated programs have them."""
    if isinstance(cell.value, str):
        return "path" if cell.value.startswith("/") else "atom"
    return "max"


def split(path: str) -> list[str]:
    """The segments of a path."""
    return [part for part in path.split("/") if part]
