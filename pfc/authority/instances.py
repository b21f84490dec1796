"""Capabilities with values put for what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

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
        kind = cap.kind
        if not cap.arguments:
            return Instance(Capability(kind), limits, _NONE)
        arguments = []
        fixed = []
        for index, argument in enumerate(cap.arguments):
            values: list[Value] = []
            domain = self.context.kinds.domain(kind, index)
            arguments.append(self._argument(argument, domain, values))
            for value in values:
                old = limits.get(value.term, UNBOUNDED)
                limits[value.term] = both(old, value.bounds)
            if not any(map(_names_something, _parts(argument))):
                fixed.append(index)
        capability = Capability(kind, tuple(arguments))
        return Instance(capability, limits, frozenset(fixed) if fixed else _NONE)

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


_NONE: Final[frozenset[int]] = frozenset()


def _parts(argument: e.CapArgument) -> Iterable[e.Expr | str | None]:
    match argument:
        case e.ValueArgument(value=value):
            return (value,)
        case e.PathArgument(leading=leading, segments=segments):
            return (leading, *segments)
        case _:
            return ()


def _names_something(part: e.Expr | str | None) -> bool:
    return part is not None and not isinstance(part, (str, e.Literal))
