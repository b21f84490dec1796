"""Capabilities with values put for what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pfc.authority.algebra import (
    ANYTHING,
    Argument,
    Capability,
    exact_argument,
    path_pattern,
)
from pfc.authority.bounds import UNBOUNDED, Bounds, both
from pfc.authority.evaluate import Evaluator
from pfc.authority.terms import Term
from pfc.authority.values import Value
from pfc.frozen import dataclass
from pfc.ir import expressions as e


@dataclass(frozen=True, slots=True)
class Instance:
    """A capability with arguments put for its parameters, and what bounds them."""

    capability: Capability
    limits: Mapping[Term, Bounds]
    fixed: frozenset[int]


class Instances(Evaluator):
    """Evaluates capabilities as it does expressions."""

    def instance(self, cap: e.Cap) -> Instance:
        """The capability as it is meant here."""
        limits: dict[Term, Bounds] = {}
        arguments = []
        fixed = set()
        for index, argument in enumerate(cap.arguments):
            values: list[Value] = []
            domain = self.context.kinds.domain(cap.kind, index)
            arguments.append(self._argument(argument, domain, values))
            for value in values:
                old = limits.get(value.term, UNBOUNDED)
                limits[value.term] = both(old, value.bounds)
            if not any(_names_something(part) for part in _parts(argument)):
                fixed.add(index)
        capability = Capability(cap.kind, tuple(arguments))
        return Instance(capability, limits, frozenset(fixed))

    def _argument(
        self, argument: e.CapArgument, domain: str, values: list[Value]
    ) -> Argument:
        def term(expr: e.Expr) -> Term:
            values.append(self.value(expr))
            return values[-1].term

        match argument:
            case e.ValueArgument(value=value):
                return exact_argument(domain, term(value))
            case e.PathArgument(leading=leading, segments=segments, rest=rest):
                first = None if leading is None else term(leading)
                others = [p if isinstance(p, str) else term(p) for p in segments]
                return path_pattern(first, tuple(others), rest)
            case _:
                return ANYTHING


def _parts(argument: e.CapArgument) -> Iterator[e.Expr | None]:
    match argument:
        case e.ValueArgument(value=value):
            yield value
        case e.PathArgument(leading=leading, segments=segments):
            yield leading
            yield from (part for part in segments if not isinstance(part, str))


def _names_something(expr: e.Expr | None) -> bool:
    return expr is not None and not isinstance(expr, e.Literal)
