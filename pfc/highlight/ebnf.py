"""The rules of a Lark grammar as trees: what highlighters and pictures are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Union, cast

from lark import Lark, Token, Tree

from pfc.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes: a word of the language or a sign."""

    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, without its slashes."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A rule (`name`) or a terminal (`NAME`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other; nothing, if it is empty."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Opt:
    """Once or not at all."""

    item: Node


@dataclass(frozen=True, slots=True)
class Star:
    """Any number of times."""

    item: Node


@dataclass(frozen=True, slots=True)
class Plus:
    """At least once."""

    item: Node


Node = Union[Literal, Pattern, Ref, Seq, Alt, Opt, Star, Plus]
Grammar = Mapping[str, Node]
_REPEATED: Mapping[str, Callable[[Node], Node]] = {"?": Opt, "*": Star, "+": Plus}


def read_rules(text: str) -> dict[str, Node]:
    """Name → meaning for each rule and terminal, in the order of the text.

    `?` and `!` before names and aliases after alternatives are about trees, and left out.
    """
    rules: dict[str, Node] = {}
    for part in _reader().parse(text + "\n").children:
        if isinstance(part, Tree) and part.data in ("rule", "token"):
            name = str(part.children[0]).lstrip("!?")
            rules[name] = _node(cast("Tree[Token]", part.children[-1]))
    return rules


@cache
def _reader() -> Lark:
    """Lark's own grammar of grammars."""
    return Lark.open_from_package("lark", "lark.lark", ["grammars"], parser="lalr")


def _node(tree: Tree[Token]) -> Node:
    parts = tree.children
    match tree.data:
        case "expansions":
            return Alt(tuple(map(_node, _trees(parts))))
        case "expansion":
            return Seq(tuple(map(_node, _trees(parts))))
        case "alias":
            return _node(_trees(parts)[0])
        case "expr":
            inner = _node(_trees(parts)[0])
            how = next((str(p) for p in parts if isinstance(p, Token)), None)
            return _REPEATED[how](inner) if how else inner
        case "name":
            return Ref(str(parts[0]))
        case "literal":
            return _literal(str(parts[0]))
    raise ValueError(f"a grammar may not use {tree.data!r} here")


def _trees(parts: list[Tree[Token] | Token]) -> list[Tree[Token]]:
    return [part for part in parts if isinstance(part, Tree)]


def _literal(raw: str) -> Node:
    if raw.startswith('"'):
        return Literal(raw[1:-1].replace('\\"', '"').replace("\\\\", "\\"))
    return Pattern(raw[1:-1])
