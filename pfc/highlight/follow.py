"""Which states could take a second token where they may take one only."""

from __future__ import annotations

from functools import cache

from pfc.highlight.machine import Rest, Step, may_be_empty, states, steps
from pfc.highlight.rules import (
    NAMED,
    NAMES,
    PATTERN,
    WORD,
    Leaf,
    Loop,
    Sequence,
    Symbol,
    Until,
)
from pfc.syntax.words import RESERVED

_NAMES = (NAMES, NAMED)


def takes_one_token(state: Symbol) -> bool:
    """Whether nothing of a state is left after its first token."""
    return not isinstance(state, Loop | Until) and not any(
        step.rest for step in steps(state)
    )


@cache
def could_repeat() -> frozenset[Symbol]:
    """States of one piece, after which something may come that they could begin with."""
    return frozenset(
        state
        for state, after in _followers().items()
        if not isinstance(state, Loop | Until)
        and not takes_one_token(state)
        and any(_overlap(one, other) for one in after for other in _leaves(state))
    )


def _overlap(one: Leaf, other: Leaf) -> bool:
    """Whether a token may be either of two leaves."""
    if one == other:
        return True
    if other.kind in _NAMES:
        one, other = other, one
    if one.kind == NAMES and other.kind == WORD:
        return other.text not in RESERVED and other.text not in one.text.split()
    return one.kind in _NAMES and other.kind in (*_NAMES, PATTERN)


def _followers() -> dict[Symbol, set[Leaf]]:
    """State → the tokens that may come after it (more, if anything)."""
    found: dict[Symbol, set[Leaf]] = {state: set() for state in states()}
    pushes = [(state, step) for state in found for step in steps(state) if step.rest]
    changed = True
    while changed:
        changed = False
        for state, step in pushes:
            for place, symbol in enumerate(step.rest):
                after = _after(step.rest[place + 1 :], state, step, found)
                changed = changed or not after <= found[symbol]
                found[symbol] |= after
    return found


def _after(
    rest: Rest, state: Symbol, step: Step, found: dict[Symbol, set[Leaf]]
) -> set[Leaf]:
    after = set(_leaves(Sequence(rest)))
    if all(map(may_be_empty, rest)):
        after |= found[state] | (_leaves(state) if step.stays else set())
    return after


@cache
def _leaves(state: Symbol) -> frozenset[Leaf]:
    return frozenset(step.leaf for step in steps(state))
