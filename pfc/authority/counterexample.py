"""A concrete caller who would be denied: values for the symbols, and what they hold."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
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
from pfc.authority.bounds import UNBOUNDED, Bounds, both
from pfc.authority.facts import NOTHING_KNOWN, Fact
from pfc.authority.judge import Judge
from pfc.authority.show import Show, path_text
from pfc.authority.terms import Const, Derived, Source, Sym, Term, constant
from pfc.authority.trace import Need, Use
from pfc.ir.declarations import Parameter

_PATHS: Final = ("/etc/passwd", "/home/eve/a", "/home/bob/b", "/c")
_TEXTS: Final = ("eve", "bob", "ann")


class Counterexamples:
    """Finds values for which the need of a use is not covered."""

    def __init__(self, judge: Judge, show: Show) -> None:
        self._judge = judge
        self._show = show

    def denied(self, use: Use, need: Need, newer: Term | None = None) -> str | None:
        """A caller whom the use would deny, in words.

        `newer` is a value under the name of an older one, from which it is told.
        """
        values = self._values(use, need, use.facts.held)
        held = [
            self._ground(f.capability, values) for f in use.facts.held if not f.each
        ]
        wanted = self._ground(need.capability, values)
        facts = [Fact(each, need.declared, "ground") for each in held]
        ground = Need(wanted, {}, need.declared)
        if need.each or self._judge.cover(ground, facts, NOTHING_KNOWN):
            return None
        return f"for example, {self._caller(held, values, newer)} is denied here"

    def attenuated(self, use: Use, need: Need) -> tuple[str, ...]:
        """What a callee gets and what it lacks then, in words; nothing if not found."""
        values = self._values(use, need, use.facts.held)
        given = [self._ground(each.capability, values) for each in use.only]
        wanted = self._ground(need.capability, values)
        facts = [Fact(each, need.declared, "only") for each in given]
        ground = Need(wanted, {}, need.declared)
        if need.each or self._judge.cover(ground, facts, NOTHING_KNOWN):
            return ()
        has = ", ".join(f"`{self._show.capability(each)}`" for each in given)
        lacks = self._show.capability(wanted)
        return (f"for example, it is given {has} and lacks `{lacks}`",)

    def row(self, use: Use, need: Need) -> str | None:
        """A row that a query would reach for a caller who may not, in words."""
        values = self._values(use, need, use.facts.held)
        held = [
            self._ground(f.capability, values) for f in use.facts.held if not f.each
        ]
        wanted = Need(self._ground(need.capability, values), {}, need.declared)
        facts = [Fact(each, need.declared, "ground") for each in held]
        columns = [
            f"{self._show.term(term)} {value.text}"
            for term, value in values.items()
            if isinstance(term, Sym) and term.source and term.source.kind == "row"
        ]
        if not columns or self._judge.cover(wanted, facts, NOTHING_KNOWN):
            return None
        who = self._who(held)
        return f"for example, it reaches a row with {' and '.join(columns)} for a caller {who}"

    def chosen(
        self, use: Use, need: Need, argument: Term, sources: Iterable[Source]
    ) -> str:
        """How somebody decides what the reactor does with its own, in words."""
        holds = () if use.authority is None else use.authority.holds
        values = self._values(use, need, holds)
        name = self._show.term(argument)
        known = values.get(argument)
        becomes = f"{name} {known.text}" if known else f"{name} what they like"
        for source in sources:
            stored = self._judge.flow.chosen_state.get((source.owner, source.name))
            if source.kind == "state" and stored is not None:
                intent = stored.place.intent.name
                return f"for example, a caller of `{intent}` makes {becomes}, and"
        if not any(source.kind == "field" for source in sources):
            value = known.text if known else "anything"
            return f"for example, if {name} turns out to be {value},"
        had = (fact.capability for fact in use.facts.held if fact.each is None)
        who = self._who([self._ground(each, values) for each in had])
        verb = "sends" if isinstance(argument, Sym) and known else "makes"
        return f"for example, a caller {who} {verb} {becomes}, and"

    # ------------------------------------------------------------ words
    def _who(self, held: list[Capability]) -> str:
        has = dict.fromkeys(f"`{self._show.capability(each)}`" for each in held)
        return f"who has only {', '.join(has)}" if has else "with no capabilities"

    def _caller(
        self, held: list[Capability], values: Mapping[Term, Const], newer: Term | None
    ) -> str:
        sent, others = [], []
        for term, value in values.items():
            source = term.source if isinstance(term, Sym) else None
            if source is not None and source.kind in ("field", "page"):
                sent.append(f"{self._name(term, newer)} {value.text}")
            else:
                others.append(f"{self._name(term, newer)} is {value.text}")
        text = f"where {' and '.join(others)}, " if others else ""
        text += f"a caller {self._who(held)}"
        if sent:
            text += f" {'and' if held else 'who'} sends {' and '.join(sent)}"
        return text

    def _name(self, term: Term, newer: Term | None) -> str:
        name = self._show.term(term)
        if newer is None or self._show.term(newer) != name:
            return name
        return f"the {'new' if term == newer else 'old'} {name}"

    # ------------------------------------------------------------ values
    def _values(
        self, use: Use, need: Need, held: tuple[Fact, ...]
    ) -> dict[Term, Const]:
        """A value for each symbol of the need, and of what the caller has."""
        values: dict[Term, Const] = {}
        used: set[str] = set()
        had = (fact.capability for fact in use.facts.held if fact.each is None)
        for capability in (need.capability, *had):
            for argument, parameter in self._with_parameters(capability):
                for term in terms_of(argument):
                    if isinstance(term, Const) or term in values:
                        continue
                    bounds = both(
                        need.limits.get(term, UNBOUNDED), use.facts.bounds_of(term)
                    )
                    found = self._candidates(argument, term, parameter, bounds, held)
                    value = next((one for one in found if one.text not in used), None)
                    if value is not None:
                        values[term] = value
                        used.add(value.text)
        return values

    def _with_parameters(
        self, capability: Capability
    ) -> Iterator[tuple[Argument, Parameter | None]]:
        known = self._judge.kinds[capability.kind].parameters
        for index, argument in enumerate(capability.arguments):
            yield argument, known[index] if index < len(known) else None

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
                texts = _interpolated(term)
                if any(isinstance(each, str) for each in texts[1:]):
                    yield from map(constant, _filled(texts))
                    return
                bases = sorted(bounds.under, key=lambda p: (len(p), p)) or [()]
                for path in _PATHS:
                    yield constant(path_text(bases[-1]) + path if bases[-1] else path)
            case AtMost():
                yield from _beyond(bounds.upper, _limits(held, AtMost), 1)
            case AtLeast():
                yield from _beyond(bounds.lower, _limits(held, AtLeast), -1)
            case PathPattern():
                yield from map(constant, _TEXTS)
            case _:
                yield from _atoms(parameter)

    def _ground(
        self, capability: Capability, values: Mapping[Term, Const]
    ) -> Capability:
        return mapped(capability, lambda term: values.get(term, term))


def _interpolated(term: Term) -> tuple[str | None, ...]:
    """The texts of an interpolation, and none for each value; nothing for other terms."""
    if isinstance(term, Derived) and term.operation == "as":
        term = term.parts[0]
    if not isinstance(term, Derived) or not term.operation.startswith("text ("):
        return ()
    texts: tuple[str | None, ...] = literal_eval(term.operation.removeprefix("text "))
    return texts


def _filled(texts: tuple[str | None, ...]) -> Iterator[str]:
    """Paths that an interpolation can be: what is put in is a text or a number."""
    for value in ("1", "2", "3"):
        yield "".join(value if each is None else each for each in texts)


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
