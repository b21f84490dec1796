"""Covering through implications against two others that know better: z3 and Biscuit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib import import_module
from itertools import product
from random import Random
from typing import Any

import pytest

from pfc.authority.algebra import (
    Argument,
    AtMost,
    Capability,
    Exact,
    PathPattern,
)
from pfc.authority.kinds import Kinds
from pfc.authority.terms import Const
from pfc.ir import declarations as d
from tests.authority.kernel import cases, enough, entails, instances, written

pytestmark = pytest.mark.slow  # what they say does not depend on the interpreter


class Oracle:
    """A module that is imported when it is asked: other interpreters do not have it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        try:
            module = import_module(self._name)
        except ModuleNotFoundError as missing:
            raise AttributeError(attribute) from missing
        return getattr(module, attribute)


z3: Any = Oracle("z3")
biscuit_auth: Any = Oracle("biscuit_auth")

# ---------------------------------------------------------------- z3
LONGEST = 5


class Formulas:
    """Capabilities as formulas about a ground capability that is any."""

    def __init__(self) -> None:
        self._codes: dict[object, int] = {}

    def code(self, text: object) -> int:
        return self._codes.setdefault(text, len(self._codes))

    def variables(self, known: Kinds, kind: str) -> list[list[Any]]:
        """Numbers that stand for the arguments; of a path its length, then segments."""
        return [
            [z3.FreshInt() for _ in range(LONGEST + 1 if p.domain == "path" else 1)]
            for p in known[kind].parameters
        ]

    def stands_for(self, argument: Argument, value: list[Any]) -> Any:
        match argument:
            case Exact(Const(key=(_, text))):
                return value[0] == self.code(text)
            case AtMost(Const(key=(_, limit))):
                return value[0] <= z3.IntVal(int(limit))  # type: ignore[call-overload]
            case PathPattern(_, segments, rest):
                length = (
                    value[0] >= len(segments) if rest else value[0] == len(segments)
                )
                pairs = zip(value[1:], segments, strict=False)
                return z3.And(length, *(v == self.code(part) for v, part in pairs))
            case _:
                return z3.BoolVal(True)

    def follows(
        self, known: Kinds, held: Capability, kind: str, value: list[list[Any]]
    ) -> Any:
        """Whether a ground capability follows: itself, or by one rule from what does."""
        ways = []
        if held.kind == kind:
            pairs = zip(held.arguments, value, strict=True)
            ways.append(z3.And(*(self.stands_for(a, v) for a, v in pairs)))
        for other in sorted(known._kinds):
            for rule in known[other].implies:
                if rule.kind == kind:
                    ways.append(self._by(known, held, other, rule, value))
        return z3.Or(*ways)

    def _by(
        self,
        known: Kinds,
        held: Capability,
        other: str,
        rule: d.Implication,
        value: list[list[Any]],
    ) -> Any:
        premise = self.variables(known, other)
        said = []
        for index, each in enumerate(rule.arguments):
            if isinstance(each, int):
                premise[each] = value[index]
            elif each is not None:
                domain = known[rule.kind].parameters[index].domain
                fixed = written(domain, each.value)  # type: ignore[union-attr]
                said.append(self.stands_for(fixed, value[index]))
        before = self.follows(known, held, other, premise)
        free = [
            v
            for index, variables in enumerate(premise)
            if index not in rule.arguments
            for v in variables
        ]
        return z3.And(*said, z3.Exists(free, before) if free else before)


def test_covering_is_what_z3_proves() -> None:
    answers = []
    for known, held, need, answer in cases(3):
        formulas = Formulas()
        value = formulas.variables(known, need.kind)
        pairs = zip(need.arguments, value, strict=True)
        wanted = [formulas.stands_for(a, v) for a, v in pairs]
        lengths = [z3.And(v[0] >= 1, v[0] <= LONGEST) for v in value if len(v) > 1]
        solver = z3.SolverFor("LIA")
        solver.set("timeout", 10_000)
        follows = formulas.follows(known, held, need.kind, value)
        verdict = solver.check(*lengths, *wanted, z3.Not(follows))
        assert verdict != z3.unknown
        assert answer == (verdict == z3.unsat), (held, need)
        answers.append(answer)
    enough(answers)


# ---------------------------------------------------------------- Biscuit


@cache
def key() -> Any:
    """The key of the authority whose facts the tokens hold."""
    return biscuit_auth.KeyPair()


def _pair(argument: Argument) -> str:
    """An argument as two Datalog terms: how it is meant, and what it is."""
    match argument:
        case Exact(Const(key=(_, text))):
            return f'"is", "{text}"'
        case AtMost(Const(key=(_, limit))):
            return f'"most", {limit}'
        case PathPattern(_, segments, rest):
            return f'"{"under" if rest else "is"}", "/{"/".join(segments)}"'
        case _:
            return '"any", ""'


def _rules(known: Kinds) -> Iterator[str]:
    for kind in sorted(known._kinds):
        for rule in known[kind].implies:
            body = ", ".join(
                f"$m{i}, $v{i}" for i in range(len(known[kind].parameters))
            )
            head = []
            for index, each in enumerate(rule.arguments):
                domain = known[rule.kind].parameters[index].domain
                if isinstance(each, int):
                    head.append(f"$m{each}, $v{each}")
                elif each is None:
                    head.append('"any", ""')
                else:
                    head.append(_pair(written(domain, each.value)))  # type: ignore[union-attr]
            yield (
                f"{_predicate(rule.kind)}({', '.join(['true', *head])}) <- "
                f"{_predicate(kind)}({', '.join(['true', *([body] if body else [])])});"
            )


def _predicate(kind: str) -> str:
    return kind.replace(".", "_")


def _query(need: Capability, values: tuple[object, ...]) -> Iterator[str]:
    """One policy for each way in which each argument may be covered."""
    ways = []
    for index, value in enumerate(values):
        own = [('"any", ""', "true")]
        if isinstance(value, int):
            own.append((f'"most", $v{index}', f"{value} <= $v{index}"))
        else:
            own.append((f'"is", "{value}"', "true"))
            parts = str(value).split("/")
            own += [
                (f'"under", "{"/".join(parts[:count])}"', "true")
                for count in range(2, len(parts) + 1)
            ]
        ways.append(own)
    for chosen in product(*ways):
        arguments = ", ".join(["true", *(pattern for pattern, _ in chosen)])
        conditions = "".join(f", {said}" for _, said in chosen if said != "true")
        yield f"allow if {_predicate(need.kind)}({arguments}){conditions};"


def test_covering_is_what_biscuit_allows() -> None:
    """For single values: tokens are asked about those only."""
    random = Random(0)
    answers = []
    for known, held, pattern, _ in cases(4):
        kind, values = random.choice(sorted(instances(known, pattern), key=repr))
        need = Capability(
            kind,
            tuple(
                written(p.domain, v)
                for p, v in zip(known[kind].parameters, values, strict=True)
            ),
        )
        pairs = ", ".join(["true", *map(_pair, held.arguments)])
        fact = f"{_predicate(held.kind)}({pairs})"
        token = biscuit_auth.BiscuitBuilder(fact).build(key().private_key)
        code = "\n".join((*_rules(known), *_query(need, values)))
        builder = biscuit_auth.AuthorizerBuilder(code)
        limits = builder.limits()
        limits.max_time = timedelta(seconds=20)  # the default is a millisecond
        builder.set_limits(limits)
        try:
            allowed = builder.build(token).authorize() >= 0
        except biscuit_auth.AuthorizationError:
            allowed = False
        answer = entails(known, held, need)
        assert answer == allowed, (held, need)
        answers.append(answer)
    enough(answers)
