"""The grammar as a highlighter reads it: region rules in place, words and classes settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Union

from pfc.frozen import dataclass
from pfc.highlight import classes
from pfc.highlight.ebnf import (
    Alt,
    Literal,
    Node,
    Opt,
    Pattern,
    Plus,
    Ref,
    Seq,
    Star,
    read_rules,
)
from pfc.resources import resource_folder
from pfc.syntax.grammar import grammar_text, words
from pfc.syntax.words import RESERVED, TRAILING

SOFT: Final = tuple(sorted(words() - RESERVED))
"""Words that are keywords in some places and names in all others."""

WORD, PATTERN, SIGN, NAMES, NAMED = "word", "pattern", "sign", "names", "reserved"
"""Kinds of leaves, beside the terminals STRING, PLAIN, NUMBER and FENCE."""

_CLOSERS: Final = frozenset({")", "]", "}"})
_CONSTANTS: Final = frozenset({"TRUE", "FALSE", "NONE"})
_INTERPOLATED: Final = frozenset({"literal", "text_node"})
_DECLARING: Final = re.compile(r".*_decl|variant|operation")
_TERMINALS: Final = frozenset({"NUMBER", "FENCE"})
_LISTED: Final = {
    "RESERVED": RESERVED,
    "FOLLOWING": TRAILING | {"metric", "sleep", "parallel", "race", "reject", "await"},
}
_NAME_TERMINALS: Final = frozenset({"SLOT_NAME", "MATCHES"})
_EMPTY: Final = frozenset({"OPERAND"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One token: its kind, what tells it from others of the kind, its class.

    `text` is the word, the sign or the regular expression; of `names`, the words that are
    keywords even though they may be names elsewhere, separated by spaces.
    """

    kind: str
    text: str
    class_: str


@dataclass(frozen=True, slots=True)
class Until:
    """Any number of items, and what closes the bracket around them."""

    item: Symbol
    closer: Leaf


Symbol = Union[Leaf, Until, "Sequence", "Choice", "Option", "Loop", "Rule"]


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    items: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Once or not at all."""

    item: Symbol


@dataclass(frozen=True, slots=True)
class Loop:
    """Any number of times."""

    item: Symbol


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name."""

    name: str


@cache
def grammar() -> Mapping[str, Node]:
    """The rules of the language, those for regions in place of theirs."""
    regions = (resource_folder("grammar") / "regions.lark").read_text("utf-8")
    return {**read_rules(grammar_text()), **read_rules(regions)}


@cache
def name_words() -> Mapping[str, frozenset[str]]:
    """Rule of names → the words of the language that are names there."""
    found = {"NAME": frozenset[str]()}
    for rule, node in grammar().items():
        if isinstance(node, Alt) and Ref("NAME") in node.items:
            found[rule] = frozenset(
                item.text for item in node.items if isinstance(item, Literal)
            )
    return found


@cache
def rules() -> Mapping[str, Symbol]:
    """Every rule, ready to be read from the left."""
    return {
        name: _Loading(name).symbol(node)
        for name, node in grammar().items()
        if not name.isupper() and name not in name_words() and name != NAMED
    }


class _Loading:
    """One rule: the first name in it may be what it declares."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.first = True

    def symbol(self, node: Node) -> Symbol:
        match node:
            case Literal(text):
                return _literal(text)
            case Pattern(text):
                for name, listed in _LISTED.items():
                    text = text.replace(name, "|".join(sorted(listed)))
                return Leaf(PATTERN, text, classes.KEYWORD)
            case Ref(name):
                return self._ref(name)
            case Seq(items):
                return _closed([self.symbol(item) for item in items])
            case Alt(items):
                return self._choice(items)
            case Opt(item):
                return Option(self.symbol(item))
            case Star(item):
                return Loop(self.symbol(item))
            case Plus(item):
                once = self.symbol(item)
                return Sequence((once, Loop(once)))

    def _choice(self, items: tuple[Node, ...]) -> Symbol:
        first, found = self.first, []
        for item in items:
            self.first = first
            found.append(self.symbol(item))
        return Choice(tuple(found))

    def _ref(self, name: str) -> Symbol:
        if name in name_words():
            others = sorted(set(SOFT) - name_words()[name])
            return Leaf(NAMES, " ".join(others), self._name_class())
        if name == NAMED:
            return Leaf(NAMED, "", self._name_class())
        if name in ("STRING", "PLAIN"):
            kind = name if self.rule in _INTERPOLATED else "PLAIN"
            return Leaf(kind, "", classes.STRING)
        if name in _TERMINALS:
            return Leaf(name, "", name.lower())
        if name in _CONSTANTS:
            return Leaf(WORD, name.lower(), classes.CONSTANT)
        if name in _EMPTY:
            return Sequence()
        if not name.isupper():
            return Rule(name)
        found = self.symbol(grammar()[name])
        if name in _NAME_TERMINALS and isinstance(found, Leaf):
            return Leaf(found.kind, found.text, classes.NAME)
        return found

    def _name_class(self) -> str:
        first, self.first = self.first, False
        if first and _DECLARING.fullmatch(self.rule):
            return classes.DECLARED
        return classes.TAG if first and self.rule == "element" else classes.NAME


def _literal(text: str) -> Leaf:
    if text[0].isalpha():
        return Leaf(WORD, text, classes.KEYWORD)
    return Leaf(SIGN, text, classes.class_of_sign(text))


def _closed(items: list[Symbol]) -> Sequence:
    """A sequence in which a closing bracket and the loop before it are one symbol."""
    found: list[Symbol] = []
    for item in items:
        if isinstance(item, Leaf) and item.kind == SIGN and item.text in _CLOSERS:
            before = found[-1] if found else None
            inner: Symbol = Sequence()
            if isinstance(before, Loop):
                inner = before.item
                found.pop()
            found.append(Until(inner, item))
        else:
            found.append(item)
    return Sequence(tuple(found))
