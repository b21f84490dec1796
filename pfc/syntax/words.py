"""The words of the language: which are reserved, and which need the tokens around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from lark import Token

RESERVED: Final = frozenset(
    "let reply done fail deny emit perform send ask find insert update delete remove "
    "require if then else match for in with return true false none and or not when "
    "where under state".split()
)
"""Words that are never names unless they stand in back-quotes."""

TRAILING: Final = frozenset(
    "retry backoff within only after compensate order by limit asc desc keep".split()
)
"""Words that may follow a complete statement as a clause of it.

Before a match arm or an element they would be ambiguous, so there they are names only
where the next token says so (`retry => ...`).
"""

Kind = Callable[[int], str]

_WORD = re.compile(r'"([A-Za-z][A-Za-z_]*)"')
_SUPERVISION: Final = frozenset({"supervise", "shards"})
_LITERALS: Final = frozenset({"true", "false", "none"})
_NOT_ELEMENTS: Final = frozenset({"slot", "live"})
_NOT_TABLES: Final = frozenset({"one", "visible"})


def words_of(grammar: str) -> frozenset[str]:
    """Every word that the grammar's rules name literally."""
    code = "\n".join(line.partition("//")[0] for line in grammar.splitlines())
    return frozenset(_WORD.findall(code))


def name_rules(grammar: str) -> str:
    """The generated rules: where which words are names."""
    soft = words_of(grammar) - RESERVED
    rules = {
        "name": soft,
        "arm_name": soft - TRAILING,
        "child_name": soft - TRAILING - _NOT_ELEMENTS,
        "child_ref": soft - _SUPERVISION,
        "table_name": soft - _NOT_TABLES,
        "tool_name": soft - {"ceiling"},
        "operation_name": soft - {"implies"},
    }
    reserved = " | ".join(f'"{word}"' for word in sorted(RESERVED - _LITERALS))
    return f"reserved: {reserved}\n" + "\n".join(
        f"{rule}: NAME | QUOTED | " + " | ".join(f'"{word}"' for word in sorted(words))
        for rule, words in rules.items()
    )


class Disambiguate:
    """Decides words that one token of look-ahead cannot: a `postlex` stage for Lark.

    `can` is the question only before `Family.op`; `emitted` and `performed` are clauses
    only after `expect` and before a name; a word before `=>` is a name; `deny` has an
    operand only if a capability or a text follows that is not the next arm's pattern.
    """

    always_accept = ()

    def __init__(self, words: frozenset[str]) -> None:
        self._soft = words - RESERVED
        self._word_types = frozenset(word.upper() for word in self._soft) | {
            "NAME",
            "QUOTED",
        }

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens of `stream`, with the undecided words decided."""
        tokens = list(stream)
        count = len(tokens)
        words = self._word_types

        def kind(at: int) -> str:
            return tokens[at].type if at < count else "$END"

        for at, token in enumerate(tokens):
            type_ = token.type
            if type_ == "NAME":
                if token.value == "can":
                    if kind(at + 1) in words and kind(at + 2) == "DOT":
                        token.type = "CAN"
                elif token.value == "await":
                    if kind(at + 1) in words:
                        token.type = "AWAIT"
                elif token.value == "nothing":
                    if kind(at - 1) == "REQUIRES" and kind(at + 1) != "DOT":
                        token.type = "NOTHING"
                elif token.value in ("emitted", "performed"):
                    if kind(at - 1) == "EXPECT" and kind(at + 1) in words:
                        token.type = token.value.upper()
            elif type_ in words:
                following = kind(at + 1)
                if following == "FAT_ARROW" or (
                    following == "WHEN" and token.value in TRAILING
                ):
                    token.type = "NAME"
                elif type_ == "AS" and following == "NUMBER":
                    token.type = "STATUS"
                elif type_ in ("ONLY", "ORDER"):
                    _mark_list(tokens, at, words)
            yield token
            if type_ == "SLOT" and _names_slot(kind, at, words):
                yield Token.new_borrow_pos("NAMED", "", token)
            if type_ == "DENY" and _has_operand(kind, at + 1, words):
                yield Token.new_borrow_pos("OPERAND", "", token)


_OPENING: Final = frozenset({"LPAR", "LSQB", "LBRACE"})
_CLOSING: Final = frozenset({"RPAR", "RSQB", "RBRACE"})


def _mark_list(tokens: list[Token], at: int, words: frozenset[str]) -> None:
    """Marks the commas of `only A.x, B.y` and `order by it.a, it.b` as MORE.

    A comma may also end the match arm that the statement stands in; a capability and an
    ordering go on with a dotted name, a pattern hardly ever does.
    """
    depth = 0
    for here in range(at + 1, len(tokens) - 2):
        type_ = tokens[here].type
        if type_ in _OPENING:
            if type_ == "LBRACE" and depth == 0:
                return
            depth += 1
        elif type_ in _CLOSING:
            depth -= 1
            if depth < 0:
                return
        elif depth == 0 and type_ == "COMMA":
            if tokens[here + 1].type not in words or tokens[here + 2].type != "DOT":
                return
            tokens[here].type = "MORE"
        elif depth == 0 and type_ in ("FAT_ARROW", "EQUAL", "ON"):
            return


def _names_slot(kind: Kind, at: int, words: frozenset[str]) -> bool:
    """`slot footer` names a slot; `slot p { }` is a slot and then an element."""
    return (
        kind(at - 1) in ("LBRACE", "RBRACE", "RPAR", "STRING")
        and kind(at + 1) in words
        and kind(at + 2) not in ("LPAR", "LBRACE", "DOT")
    )


def _has_operand(kind: Kind, at: int, words: frozenset[str]) -> bool:
    if kind(at) == "STRING":
        return kind(at + 1) not in ("FAT_ARROW", "VBAR", "WHEN")
    return kind(at) in words and kind(at + 1) == "DOT"
