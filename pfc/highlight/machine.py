"""A reader with a stack, made from the rules: which words are keywords where.

A state is a symbol that is still to come. The state on top of the stack reads the next token:
it is taken if the symbol may begin with it, and what then remains of the symbol is pushed; else
the state is dropped and the next one is asked. Brackets never drop their content: `Until` passes
over what it does not know. This is the table of an LL(1) parser, for a grammar whose rules may
end early.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pfc.frozen import dataclass
from pfc.highlight.classes import class_of_sign
from pfc.highlight.rules import (
    NAMED,
    NAMES,
    SIGN,
    WORD,
    Choice,
    Leaf,
    Loop,
    Option,
    Rule,
    Sequence,
    Symbol,
    Until,
    rules,
)
from pfc.syntax.words import RESERVED

Rest = tuple[Symbol, ...]
ROOT = Loop(Rule("declaration"))
HOLE = Rule("hole")
BRACKETS = {
    opener: Until(Sequence(), Leaf(SIGN, closer, class_of_sign(closer)))
    for opener, closer in (("(", ")"), ("[", "]"), ("{", "}"))
}
"""The states between brackets that nothing is known about."""

_MOST = 2000  # states; far fewer are needed unless a rule needs more look-ahead


@dataclass(frozen=True, slots=True)
class Step:
    """What a state does with a token.

    `unless` and `only` are signs: the token is taken unless, or only if, one of them is the
    next token. `rest` is pushed, its first symbol on top. `stays`: the state stays below it.
    """

    leaf: Leaf
    rest: Rest
    stays: bool
    unless: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()


class Undecided(Exception):
    """A word is keyword and name in one place and the next token does not tell."""


def states() -> list[Symbol]:
    """Every state that is reached, from the root on."""
    queue: list[Symbol] = [ROOT, HOLE, *BRACKETS.values()]
    found: dict[Symbol, None] = dict.fromkeys(queue)
    for state in queue:
        for step in steps(state):
            for symbol in step.rest:
                if symbol not in found:
                    found[symbol] = None
                    queue.append(symbol)
        if len(found) > _MOST:
            raise Undecided("the rules cannot be read from the left")
    return list(found)


@cache
def steps(state: Symbol) -> tuple[Step, ...]:
    """What a state does, in the order in which it has to be tried."""
    ways: dict[Leaf, list[Rest]] = {}
    for leaf, rest in _begins(state):
        ways.setdefault(leaf, []).append(_flat(rest))
    found = [_step(state, leaf, _merged(rests)) for leaf, rests in ways.items()]
    return tuple(sorted(_told_apart(found), key=_order))


def _order(step: Step) -> int:
    """Words before names, names that look ahead before words."""
    if step.leaf.kind == NAMED:
        return 0 if step.only else 3
    return {"pattern": 1, WORD: 2, NAMES: 4}.get(step.leaf.kind, 5)


def _step(state: Symbol, leaf: Leaf, rest: Rest) -> Step:
    stays = isinstance(state, Loop | Until) and rest[-1:] == (state,)
    return Step(leaf, rest[:-1] if stays else rest, stays)


# ---------------------------------------------------------------- how symbols begin
@cache
def may_be_empty(symbol: Symbol) -> bool:
    """Whether a symbol may stand for nothing."""
    match symbol:
        case Option() | Loop():
            return True
        case Sequence(items):
            return all(map(may_be_empty, items))
        case Choice(items):
            return any(map(may_be_empty, items))
        case Rule(name):
            return may_be_empty(rules()[name])
        case _:
            return False


def _begins(symbol: Symbol) -> Iterator[tuple[Leaf, Rest]]:
    """Each token that a symbol may begin with, and what then remains of it."""
    match symbol:
        case Leaf():
            yield symbol, ()
        case Option(item):
            yield from _begins(item)
        case Loop(item):
            for leaf, rest in _begins(item):
                yield leaf, (*rest, symbol)
        case Until(item, closer):
            for leaf, rest in _begins(item):
                yield leaf, (*rest, symbol)
            yield closer, ()
        case Choice(items):
            for each in items:
                yield from _begins(each)
        case Rule(name):
            yield from _begins(rules()[name])
        case Sequence(items):
            for place, item in enumerate(items):
                for leaf, rest in _begins(item):
                    yield leaf, (*rest, *items[place + 1 :])
                if not may_be_empty(item):
                    break


def _flat(rest: Rest) -> Rest:
    """The symbols one by one: rules that are sequences as what they consist of.

    One that begins with an option stays: whether that is there is decided together with
    what follows it.
    """
    found: list[Symbol] = []
    for symbol in rest:
        meant = rules()[symbol.name] if isinstance(symbol, Rule) else symbol
        undecided = symbol is not meant and _begins_with_option(meant)
        if isinstance(meant, Sequence) and not undecided:
            found.extend(_flat(meant.items))
        else:
            found.append(symbol)
    return tuple(found)


def _begins_with_option(symbol: Symbol) -> bool:
    return isinstance(symbol, Sequence) and isinstance(symbol.items[0], Option)


def _merged(rests: list[Rest]) -> Rest:
    """One rest for several after the same token: what they share, and a choice between."""
    left = list(dict.fromkeys(rests))
    before: list[Symbol] = []
    after: list[Symbol] = []
    while len(left) > 1 and all(left) and len({rest[0] for rest in left}) == 1:
        before.append(left[0][0])
        left = list(dict.fromkeys(rest[1:] for rest in left))
    while len(left) > 1 and all(left) and len({rest[-1] for rest in left}) == 1:
        after.insert(0, left[0][-1])
        left = list(dict.fromkeys(rest[:-1] for rest in left))
    if len(left) == 1:
        return (*before, *left[0], *after)
    between = tuple(rest[0] if len(rest) == 1 else Sequence(rest) for rest in left)
    return (*before, Choice(between), *after)


# ---------------------------------------------------------------- keyword or name
def _told_apart(found: list[Step]) -> Iterator[Step]:
    """The steps, with the signs that tell keywords from names in the same place."""
    names = [step for step in found if step.leaf.kind == NAMES]
    reserved = [step for step in found if step.leaf.kind == NAMED]
    words = [step for step in found if step.leaf.kind == WORD]
    if len(names) > 1 or len(reserved) > 1:
        raise Undecided(f"names of two classes in one place: {names + reserved}")
    soft = [step for step in words if names and _is_name(step.leaf, names[0].leaf)]
    hard = [step for step in words if reserved and step.leaf.text in RESERVED]
    for step in found:
        if step in soft:
            yield _with_signs(step, unless=_next_signs(names[0], step))
        elif hard and step in reserved:
            yield _with_signs(step, only=_next_signs(step, *hard))
        else:
            yield step


def _is_name(word: Leaf, names: Leaf) -> bool:
    return word.text not in RESERVED and word.text not in names.text.split()


def _with_signs(
    step: Step,
    unless: frozenset[str] = frozenset(),
    only: frozenset[str] = frozenset(),
) -> Step:
    return Step(step.leaf, step.rest, step.stays, unless, only)


def _next_signs(name: Step, *words: Step) -> frozenset[str]:
    """The signs that follow a name and none of the keywords.

    What follows an operand is no name's own: only the signs of a rest that has to come, and of
    one that begins with a choice of them, count.
    """
    signs = {leaf.text for leaf in _first(name.rest[:1]) if leaf.kind == "sign"}
    for word in words:
        signs -= {leaf.text for leaf in _first(word.rest)}
    if ":" in signs:
        return frozenset({":"})
    raise Undecided(f"{[w.leaf.text for w in words]} may be names before {signs}")


def _first(rest: Rest) -> set[Leaf]:
    return {leaf for leaf, _ in _begins(Sequence(rest))}
