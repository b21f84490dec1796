"""Expressions and capabilities on ground values: the part of a run that only looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from tests.authority.ground import ANY, Cell, Ground, ground_value, split

if TYPE_CHECKING:
    from tests.authority.reference import Monitor


@dataclass
class Caller:
    """`held` are capabilities of their own; `lent` come from a reactor or principal.

    What a principal lent may be used on anything but `suspects`: what it was given.
    """

    held: frozenset[Ground]
    lent: frozenset[Ground] = frozenset()
    vouched: set[Cell] = field(default_factory=set)
    suspects: frozenset[Cell] | None = None


class Values:
    """Evaluates; asking with `can` vouches for what it names."""

    monitor: Monitor
    caller: Caller
    env: dict[e.Symbol, Cell]
    reactor: d.Reactor | l.Workflow | None
    checked: set[Cell]

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

    def value(self, expr: e.Expr) -> Cell:
        match expr:
            case e.Local(symbol=symbol):
                return self.env[symbol]
            case e.Literal(value=value):
                return Cell(value)
            case e.StateField(name=name):
                assert isinstance(self.reactor, d.Reactor)
                kept = self.monitor.state.get((self.reactor.id, name), None)
                if kept is None:
                    return Cell(self.monitor.start)
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
            case e.Compare(operator=operator, left=left, right=right):
                same = self.value(left).value == self.value(right).value
                return Cell(same is (operator == "=="))
            case e.Conditional(condition=condition, then=then, otherwise=otherwise):
                chosen = then if self.value(condition).value else otherwise
                return self.value(chosen)
            case e.FieldOf(value=value, name=name):
                cell: Cell = self.value(value).value[name]
                return cell
            case e.Arithmetic(left=left) if isinstance(left, e.Builtin):
                return Cell("later")  # an instant that nobody chose
            case e.Construct(arguments=arguments):
                return Cell({name: self.value(each) for name, each in arguments})
            case _:
                raise AssertionError(expr)

    def _can(self, cap: e.Cap) -> Cell:
        need, named = self.ground(cap)
        self.monitor.asked.add(need)
        if self.monitor.any_proves(self.caller.held, need):
            self.checked |= set(named)
            return Cell(True)
        return Cell(self.monitor.any_proves(self.caller.lent, need))
