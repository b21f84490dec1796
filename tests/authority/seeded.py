"""Checkers with one bug each: what the tests of soundness are there to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pfc.authority import algebra, judge, statements, walk
from pfc.authority.bounds import Bounds, at_most
from pfc.authority.evaluate import Evaluator
from pfc.authority.facts import Facts
from pfc.authority.flow import Flow, terms_of_capability
from pfc.authority.judge import Cover, Judge
from pfc.authority.kinds import Implied, Kinds
from pfc.authority.statements import StatementWalk
from pfc.authority.terms import Const, Sym
from pfc.authority.values import Value, fresh
from pfc.authority.walk import Walk

Bug = Callable[[pytest.MonkeyPatch], None]
BUGS: dict[str, Bug] = {}


def bug(patch: Bug) -> Bug:
    BUGS[patch.__name__] = patch
    return patch


# ---------------------------------------------------------------- the algebra
@bug
def single_level_implication(patch: pytest.MonkeyPatch) -> None:
    def closed(self: Kinds, kind: str) -> tuple[Implied, ...]:
        start = Implied(kind, tuple(range(len(self[kind].parameters))), ())
        implied = (
            Implied(rule.kind, self._arguments(start, rule), (rule.span,))
            for rule in self[kind].implies
        )
        return (start, *implied)

    patch.setattr(Kinds, "_closed", closed)


@bug
def paths_by_character(patch: pytest.MonkeyPatch) -> None:
    original = algebra._by_segment

    def by_character(held: Any, need: Any) -> bool:
        parts = (*held.segments, *need.segments)
        if not held.rest or not all(isinstance(part, str) for part in parts):
            return original(held, need)
        return "/".join(need.segments).startswith("/".join(held.segments))

    patch.setattr(algebra, "_by_segment", by_character)


@bug
def bound_reversed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(algebra, "at_most", lambda left, right: at_most(right, left))


@bug
def any_symbol_equals_any(patch: pytest.MonkeyPatch) -> None:
    original = algebra.covers

    def covers(held: Any, need: Any, bounds_of: Any) -> bool:
        sides = [*algebra.terms_of(held), *algebra.terms_of(need)]
        if len(sides) == 2 and not any(isinstance(side, Const) for side in sides):
            return True
        return original(held, need, bounds_of)

    patch.setattr(algebra, "covers", covers)


@bug
def need_of_anything_covered(patch: pytest.MonkeyPatch) -> None:
    original = algebra.covers

    def covers(held: Any, need: Any, bounds_of: Any) -> bool:
        return isinstance(need, algebra.Anything) or original(held, need, bounds_of)

    patch.setattr(algebra, "covers", covers)


# ---------------------------------------------------------------- facts and flow
@bug
def guard_in_else(patch: pytest.MonkeyPatch) -> None:
    original = Walk._told
    patch.setattr(Walk, "_told", lambda self, c, holds: original(self, c, True))


@bug
def refinement_in_else(patch: pytest.MonkeyPatch) -> None:
    original = walk.constraints
    patch.setattr(walk, "constraints", lambda c, holds: original(c, True))


@bug
def narrowing_leaks_after_the_if(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(statements, "joined", lambda left, right: left or right)


@bug
def either_side_of_or(patch: pytest.MonkeyPatch) -> None:
    original = Walk._told

    def told(self: Walk, condition: Any, holds: bool) -> Any:
        if getattr(condition, "operator", "") == "or" and holds:
            return original(self, condition.left, True)
        return original(self, condition, holds)

    patch.setattr(Walk, "_told", told)


@bug
def stale_fact_after_rebind(patch: pytest.MonkeyPatch) -> None:
    original = Walk.introduce

    def introduce(self: Walk, symbol: Any, value: Value) -> None:
        older = [v for s, v in self.env.items() if s.name == symbol.name]
        original(self, symbol, older[0] if older else value)

    patch.setattr(Walk, "introduce", introduce)


@bug
def state_read_twice_is_one(patch: pytest.MonkeyPatch) -> None:
    original = Evaluator._state
    known: dict[tuple[Any, str], Value] = {}

    def state(self: Any, expr: Any) -> Value:
        return known.setdefault((self.place, expr.name), original(self, expr))

    patch.setattr(Evaluator, "_state", state)


# ---------------------------------------------------------------- needs
@bug
def send_unchecked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Walk, "dispatch", lambda *_: None)


@bug
def only_the_first_requirement(patch: pytest.MonkeyPatch) -> None:
    original = Walk.needs
    patch.setattr(Walk, "needs", lambda *arguments: original(*arguments)[:1])


@bug
def argument_capture(patch: pytest.MonkeyPatch) -> None:
    """A parameter is taken for whatever has its name at the call."""
    original = Walk.needs

    def needs(self: Walk, requires: Any, parameters: Any, given: Any, by: Any) -> Any:
        named = {symbol.name: value for symbol, value in self.env.items()}
        captured = {name: named.get(name, value) for name, value in given.items()}
        return original(self, requires, parameters, captured, by)

    patch.setattr(Walk, "needs", needs)


@bug
def attenuation_unchecked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Walk, "only", lambda self, caps: ())


@bug
def unguarded_requirement_for_each(patch: pytest.MonkeyPatch) -> None:
    """What is held for each of some is taken to be held for each of any."""

    def about(self: Judge, fact: Any, need: Any) -> Any:
        return None if (fact.each is None) != (need.each is None) else need.capability

    original = Judge._about
    patch.setattr(
        Judge,
        "_about",
        lambda self, fact, need: (
            about(self, fact, need) if need.each else original(self, fact, need)
        ),
    )


# ---------------------------------------------------------------- own authority
@bug
def holds_are_ambient(patch: pytest.MonkeyPatch) -> None:
    original = Judge.by_own

    def by_own(self: Judge, need: Any, authority: Any, facts: Facts) -> Cover | None:
        if authority is not None:
            return original(self, need, authority, facts)
        held = [fact for facts_ in self.context.holds.values() for fact in facts_]
        return self.cover(need, held, facts)

    patch.setattr(Judge, "by_own", by_own)


@bug
def own_mode_leaks(patch: pytest.MonkeyPatch) -> None:
    original = StatementWalk._authority

    def authority(self: StatementWalk, statement: Any) -> Any:
        kept: list[Any] = []
        outer = StatementWalk.block

        def block(walk_: Any, body: Any, facts: Any) -> Any:
            kept.append(walk_.authority)
            return outer(walk_, body, facts)

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(StatementWalk, "block", block)
            after = original(self, statement)
        self.authority = kept[0]
        return after

    patch.setattr(StatementWalk, "_authority", authority)


def _nothing(*_: Any) -> Iterator[Any]:
    return iter(())


@bug
def no_deputy_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judge, "_deputy", _nothing)


@bug
def one_guard_guards_all(patch: pytest.MonkeyPatch) -> None:
    original = Flow.exposed

    def exposed(self: Flow, use: Any, term: Any, trusted: Any) -> Any:
        return [] if trusted else original(self, use, term, trusted)

    patch.setattr(Flow, "exposed", exposed)


@bug
def bounds_guard(patch: pytest.MonkeyPatch) -> None:
    original = Judge.trusted

    def trusted(self: Judge, use: Any, facts: Facts) -> frozenset[Any]:
        return original(self, use, facts) | frozenset(facts.bounds)

    patch.setattr(Judge, "trusted", trusted)


@bug
def taint_lost_in_let(patch: pytest.MonkeyPatch) -> None:
    original = Walk.introduce

    def introduce(self: Walk, symbol: Any, value: Value) -> None:
        lost = Value(Sym(symbol.name), value.bounds or Bounds())
        original(self, symbol, lost if symbol.kind == "let" else value)

    patch.setattr(Walk, "introduce", introduce)


@bug
def replies_are_own(patch: pytest.MonkeyPatch) -> None:
    original = Walk.perform

    def perform(self: Walk, call: Any, kind: str = "perform") -> Value:
        original(self, call, kind)
        return fresh("result")

    patch.setattr(Walk, "perform", perform)


@bug
def state_is_own(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Flow, "_solve_state", lambda self: None)


@bug
def loops_are_own(patch: pytest.MonkeyPatch) -> None:
    from pfc.authority import evaluate

    patch.setattr(evaluate, "element", lambda values, text, *_: fresh(text))


@bug
def no_authority_fields(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Flow, "_solve_fields", lambda self: None)


@bug
def constant_pattern_effects_unchecked(patch: pytest.MonkeyPatch) -> None:
    def terms(self: Flow, use: Any, need: Any) -> Any:
        return terms_of_capability(need)

    patch.setattr(Flow, "terms_of_need", terms)


@bug
def lent_for_anything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judge, "carried", _nothing)


@bug
def over_is_for_everything(patch: pytest.MonkeyPatch) -> None:
    original = judge.Judge._deputy

    def deputy(self: Judge, use: Any, *others: Any) -> Iterator[Any]:
        return iter(()) if use.authority.over else original(self, use, *others)

    patch.setattr(Judge, "_deputy", deputy)
