"""Kinds of capabilities and the closure of their implications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pfc.authority.algebra import (
    ANYTHING,
    Argument,
    Capability,
    exact_argument,
    nothing_equals,
    path_of_text,
)
from pfc.authority.bounds import constant_of
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir.expressions import Expr
from pfc.ir.program import Program
from pfc.span import Span


class Implied(NamedTuple):
    """A kind that another implies; per parameter an index of the other's, or a pattern.

    `rules` are the implications on the way, nearest first; none for the kind itself.
    """

    kind: str
    arguments: tuple[int | Argument, ...]
    rules: tuple[Span, ...]

    def of(self, held: Capability) -> Capability:
        """What a capability of the implying kind implies."""
        if not self.rules:
            return held
        arguments = tuple(
            held.arguments[each] if isinstance(each, int) else each
            for each in self.arguments
        )
        return Capability(self.kind, arguments)


@dataclass(frozen=True, slots=True)
class Kind:
    """One operation of a family; `name` is as users write it."""

    id: str
    name: str
    parameters: tuple[d.Parameter, ...]
    implies: tuple[d.Implication, ...]
    span: Span | None


class Kinds:
    """All kinds of a program, each with what it implies: reflexive and transitive."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = dict(kinds)
        rules = sum(len(kind.implies) for kind in kinds.values())
        # Rules that exchange parameters can make factorially many; what is left out
        # covers nothing. A rule of its own for each of many kinds makes no more than
        # a few for each.
        self._most = 10_000 + 10 * (len(self._kinds) + rules)
        self._closures: dict[str, tuple[Implied, ...]] = {}
        self._ways: dict[str, dict[str, list[Implied]]] = {}

    @classmethod
    def of(cls, program: Program) -> Kinds:
        """The kinds that a program declares."""
        return cls(
            {
                f"{family.id}.{operation.name}": Kind(
                    f"{family.id}.{operation.name}",
                    f"{family.name}.{operation.name}",
                    operation.parameters,
                    operation.implies,
                    operation.span,
                )
                for family in program.by_id.values()
                if isinstance(family, d.Family)
                for operation in family.operations
            }
        )

    def __getitem__(self, kind: str) -> Kind:
        """The kind; one that was not declared has no parameters that are known."""
        known = self._kinds.get(kind)
        if known is None:
            name = ".".join(kind.split(".")[-2:])
            known = self._kinds[kind] = Kind(kind, name, (), (), None)
        return known

    def domain(self, kind: str, index: int) -> str:
        """The domain of a parameter: atom, path, max or min."""
        parameters = self[kind].parameters
        return parameters[index].domain if index < len(parameters) else "atom"

    def closure(self, kind: str) -> tuple[Implied, ...]:
        """Everything that a kind implies, itself first, along the shortest chains."""
        known = self._closures.get(kind)
        if known is None:
            known = self._closures[kind] = self._closed(kind)
        return known

    def ways(self, kind: str, wanted: str) -> Sequence[Implied]:
        """What of the closure of a kind is of another kind."""
        known = self._ways.get(kind)
        if known is None:
            known = self._ways[kind] = {}
            for implied in self.closure(kind):
                known.setdefault(implied.kind, []).append(implied)
        return known.get(wanted, ())

    def _closed(self, kind: str) -> tuple[Implied, ...]:
        start = Implied(kind, tuple(range(len(self[kind].parameters))), ())
        found = {(start.kind, start.arguments): start}
        queue = [start]
        kinds = self._kinds
        for one in queue:
            known = kinds.get(one.kind)
            for rule in known.implies if known is not None else ():
                arguments = self._arguments(one, rule)
                key = rule.kind, arguments
                if key in found:
                    continue
                found[key] = Implied(rule.kind, arguments, (*one.rules, rule.span))
                if len(found) < self._most:
                    queue.append(found[key])
        return tuple(found.values())

    def _arguments(
        self, one: Implied, rule: d.Implication
    ) -> tuple[int | Argument, ...]:
        had = one.arguments
        if len(rule.arguments) == 1 and isinstance(rule.arguments[0], int):
            return (had[rule.arguments[0]],)
        return tuple(
            [
                had[each] if isinstance(each, int) else self._fixed(rule, i, each)
                for i, each in enumerate(rule.arguments)
            ]
        )

    def _fixed(self, rule: d.Implication, index: int, value: Expr | None) -> Argument:
        if value is None:
            return ANYTHING
        domain = self.domain(rule.kind, index)
        known = constant_of(value)
        if known is None:
            # Not a constant: reported elsewhere; here it must not cover anything.
            return exact_argument("atom", nothing_equals())
        if domain == "path" and isinstance(known.key[1], str):
            return path_of_text(known.key[1])
        return exact_argument(domain, known)
