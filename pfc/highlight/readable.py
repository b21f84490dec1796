"""The grammar for people: what only the parser needs is taken out, small rules are put in place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pfc.highlight.ebnf import (
    Alt,
    Literal,
    Node,
    Opt,
    Plus,
    Ref,
    Seq,
    Star,
    read_rules,
)
from pfc.syntax.grammar import grammar_text, read_grammar

_WORDS: Final = {
    "STATUS": "as",
    "MORE": ",",
    "OPTIONAL": "?",
    **{word.upper(): word for word in "can await nothing emitted performed".split()},
    **{word.upper(): word for word in "true false none".split()},
    "HTTP_DELETE": "DELETE",
}
_MARKS: Final = frozenset({"OPERAND", "NAMED"})
_TERMINALS: Final = {
    "NAME": "name",
    "NUMBER": "number",
    "STRING": "string",
    "FENCE": "python fence",
}
_HEADING: Final = re.compile(r"^// -+ (.+)$")
_RULE: Final = re.compile(r"^[?!]?([a-z_]+):")
_SMALL: Final = 9
_KEPT: Final = re.compile(r"_(decl|stmt|stage|node)$|^(atom|map|list|postfix)$")
_PARSER_ONLY: Final = frozenset({"hole"})


@dataclass(frozen=True)
class Section:
    """Rules about one subject, in the order of the grammar."""

    title: str
    rules: dict[str, Node]


def sections() -> list[Section]:
    """The rules worth a picture."""
    rules = _Readable(read_rules(grammar_text())).rules()
    found: list[Section] = []
    for line in read_grammar().splitlines():
        heading, rule = _HEADING.match(line), _RULE.match(line)
        if heading:
            found.append(Section(heading[1], {}))
        elif rule and rule[1] in rules:
            if not found:
                found.append(Section("a file", {}))
            found[-1].rules[rule[1]] = rules[rule[1]]
    return [section for section in found if section.rules]


_SUFFIXES: Final = {"decl": "declaration", "stmt": "statement", "expr": "expression"}


def title(rule: str) -> str:
    """The name of a rule in words."""
    words = rule.replace("_", " ").split()
    return " ".join([*words[:-1], _SUFFIXES.get(words[-1], words[-1])])


class _Readable:
    """The rules, rewritten."""

    def __init__(self, written: dict[str, Node]) -> None:
        names = {n for n, node in written.items() if _is_names(node)}
        self.names = names
        self.written = {name: node for name, node in written.items() if name.islower()}
        self.terminals = {n: node for n, node in written.items() if n.isupper()}
        self.own = {
            name: self._plain(_without_recursion(name, node))
            for name, node in self.written.items()
            if name not in names and name != "reserved" and name not in _PARSER_ONLY
        }

    def rules(self) -> dict[str, Node]:
        """Those that are not put in place of their name."""
        inline = self._inline()
        return {
            name: simplified(self._placed(node, inline))
            for name, node in self.own.items()
            if name not in inline
        }

    def _inline(self) -> frozenset[str]:
        """Rules that say little and are used once."""
        uses = Counter(ref for node in self.own.values() for ref in _refs(node))
        return frozenset(
            name
            for name, node in self.own.items()
            if not _KEPT.search(name)
            and (
                (uses[name] == 1 and _size(node) <= _SMALL and name not in _refs(node))
                or (uses[name] and _size(node) == 1)
            )
        )

    def _placed(self, node: Node, inline: frozenset[str]) -> Node:
        if isinstance(node, Ref) and node.name in inline:
            return self._placed(self.own[node.name], inline)
        return _mapped(node, lambda inner: self._placed(inner, inline))

    def _plain(self, node: Node) -> Node:
        match node:
            case Ref(name) if name in self.names or name == "NAME":
                return Ref("name")
            case Ref(name) if name == "reserved":
                return Ref("reserved word")
            case Ref(name) if name in _MARKS:
                return Seq(())
            case Ref(name) if name in _WORDS:
                return Literal(_WORDS[name])
            case Ref(name) if name in _TERMINALS:
                return Ref(_TERMINALS[name])
            case Ref(name) if name in self.terminals:
                return self._plain(self.terminals[name])
            case _:
                return _mapped(node, self._plain)


def _is_names(node: Node) -> bool:
    return isinstance(node, Alt) and Ref("NAME") in node.items


def _without_recursion(name: str, node: Node) -> Node:
    """`sum: product | sum "+" product` as `product ("+" product)*`."""
    ways = node.items if isinstance(node, Alt) else (node,)
    own = [
        way for way in ways if isinstance(way, Seq) and way.items[:1] == (Ref(name),)
    ]
    if not own:
        return node
    first = [way for way in ways if way not in own]
    more = [Seq(way.items[1:]) for way in own]
    return Seq((_one_of(first), Star(_one_of([simplified(way) for way in more]))))


def _one_of(ways: list[Node]) -> Node:
    return ways[0] if len(ways) == 1 else Alt(tuple(ways))


def _mapped(node: Node, change: object) -> Node:
    assert callable(change)
    match node:
        case Seq(items):
            return Seq(tuple(map(change, items)))
        case Alt(items):
            return Alt(tuple(map(change, items)))
        case Opt(item):
            return Opt(change(item))
        case Star(item):
            return Star(change(item))
        case Plus(item):
            return Plus(change(item))
        case _:
            return node


def simplified(node: Node) -> Node:
    """The same without brackets that say nothing."""
    node = _mapped(node, simplified)
    if isinstance(node, Seq):
        items: list[Node] = []
        for item in node.items:
            items.extend(item.items if isinstance(item, Seq) else (item,))
        return items[0] if len(items) == 1 else Seq(tuple(items))
    if isinstance(node, Alt):
        ways: list[Node] = []
        for item in node.items:
            ways.extend(item.items if isinstance(item, Alt) else (item,))
        return _one_of(list(dict.fromkeys(ways)))
    return node


def _refs(node: Node) -> Iterator[str]:
    if isinstance(node, Ref):
        yield node.name
    for part in inner(node):
        yield from _refs(part)


def _size(node: Node) -> int:
    return sum(map(_size, inner(node))) or 1


def inner(node: Node) -> tuple[Node, ...]:
    """What a rule consists of."""
    match node:
        case Seq(items) | Alt(items):
            return items
        case Opt(item) | Star(item) | Plus(item):
            return (item,)
        case _:
            return ()
