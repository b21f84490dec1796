"""A concrete caller who would be denied: values for the symbols, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Final

from pfc.authority.algebra import (
    Argument,
    AtLeast,
    AtMost,
    Capability,
    PathPattern,
    mapped,
    terms_of,
)
from pfc.authority.bounds import Bounds, both
from pfc.authority.facts import NOTHING_KNOWN, Fact
from pfc.authority.judge import Judge
from pfc.authority.show import Show, path_text
from pfc.authority.terms import Const, Sym, Term, constant
from pfc.authority.trace import Need, Use
from pfc.ir.declarations import Parameter

_PATHS: Final = ("/etc/passwd", "/home/eve/a", "/home/bob/b", "/c")
_TEXTS: Final = ("eve", "bob", "ann")


class Counterexamples:
    """Finds values for which the need of a use is not covered."""

    def __init__(self, judge: Judge, show: Show) -> None:
        self._judge = judge
        self._show = show

    def denied(self, use: Use, need: Need) -> str | None:
        """A caller whom the use would deny, in words."""
        values = self._values(use, need, use.facts.held)
        held = [
            self._ground(f.capability, values) for f in use.facts.held if not f.each
        ]
        wanted = self._ground(need.capability, values)
        facts = [Fact(each, need.declared, "ground") for each in held]
        ground = Need(wanted, {}, need.declared)
        if need.each or self._judge.cover(ground, facts, NOTHING_KNOWN):
            return None
        shown = dict.fromkeys(self._show.capability(each) for each in held)
        has = ", ".join(f"`{each}`" for each in shown)
        who = (
            f"a caller who has only {has}" if held else "a caller with no capabilities"
        )
        return f"for example, {who}{self._sends(values)}"

    def chosen(self, use: Use, need: Need, argument: Term) -> str | None:
        """A caller who makes the reactor use its own authority, in words."""
        holds = () if use.authority is None else use.authority.holds
        values = self._values(use, need, holds)
        if argument not in values:
            return "for example, a caller with no capabilities decides on what"
        only = {argument: values[argument]}
        return f"for example, a caller with no capabilities{self._sends(only)}"

    # ------------------------------------------------------------ values
    def _sends(self, values: Mapping[Term, Const]) -> str:
        sent = []
        for term, value in values.items():
            name = self._show.term(term)
            source = term.source if isinstance(term, Sym) else None
            if source is not None and source.kind == "field":
                sent.append(f"{name} {value.text}")
            else:
                sent.append(f"{name} is {value.text}")
        fields = [each for each in sent if " is " not in each]
        others = [each for each in sent if " is " in each]
        text = f" sends {' and '.join(fields)}" if fields else ""
        if others:
            text += f"{',' if fields else ''} where {' and '.join(others)}"
        return text

    def _values(
        self, use: Use, need: Need, held: tuple[Fact, ...]
    ) -> dict[Term, Const]:
        values: dict[Term, Const] = {}
        used: set[str] = set()
        wanted = list(
            zip(need.capability.arguments, self._parameters(need), strict=False)
        )
        for argument, parameter in wanted:
            for term in terms_of(argument):
                if isinstance(term, Const) or term in values:
                    continue
                bounds = both(
                    need.limits.get(term, Bounds()), use.facts.bounds_of(term)
                )
                candidates = self._candidates(argument, term, parameter, bounds, held)
                value = next((c for c in candidates if c.text not in used), None)
                if value is not None:
                    values[term] = value
                    used.add(value.text)
        return values

    def _parameters(self, need: Need) -> tuple[Parameter | None, ...]:
        known = self._judge.kinds[need.capability.kind].parameters
        return known or (None,) * len(need.capability.arguments)

    def _candidates(
        self,
        argument: Argument,
        term: Term,
        parameter: Parameter | None,
        bounds: Bounds,
        held: tuple[Fact, ...],
    ) -> Iterator[Const]:
        match argument:
            case PathPattern(leading, _, _) if leading == term:
                bases = sorted(bounds.under, key=len) or [()]
                for path in _PATHS:
                    yield constant(path_text(bases[-1]) + path if bases[-1] else path)
            case AtMost():
                yield from _beyond(bounds.upper, _limits(held, AtMost), 1)
            case AtLeast():
                yield from _beyond(bounds.lower, _limits(held, AtLeast), -1)
            case _:
                yield from _atoms(parameter)

    def _ground(
        self, capability: Capability, values: Mapping[Term, Const]
    ) -> Capability:
        return mapped(capability, lambda term: values.get(term, term))


def _limits(held: tuple[Fact, ...], bound: type[AtMost] | type[AtLeast]) -> list[Const]:
    return [
        argument.value
        for fact in held
        for argument in fact.capability.arguments
        if isinstance(argument, bound) and isinstance(argument.value, Const)
    ]


def _beyond(bound: Const | None, limits: list[Const], step: int) -> Iterator[Const]:
    if bound is not None:
        yield bound
    for limit in limits:
        kind, value = limit.key
        if kind == "number" and isinstance(value, Fraction):
            yield Const((kind, value + step), _decimal(value + step))
        elif kind == "duration" and isinstance(value, timedelta):
            yield constant(value + timedelta(seconds=step))
    yield constant(1_000_000 * step)


def _decimal(value: Fraction) -> str:
    return str(int(value)) if value.denominator == 1 else str(float(value))


def _atoms(parameter: Parameter | None) -> Iterator[Const]:
    name = getattr(parameter.type, "name", "") if parameter is not None else "String"
    if name == "Int":
        yield from map(constant, (1, 2, 3))
    elif name == "String":
        yield from map(constant, _TEXTS)
