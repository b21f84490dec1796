"""The words of the language: which are reserved, and which need the tokens around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lark import Token

from pfc.syntax.around import CLOSING, OPENING, Around

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

_WORD = re.compile(r'"([A-Za-z][A-Za-z_]*)"')
_SUPERVISION: Final = frozenset({"supervise", "shards"})
_LITERALS: Final = frozenset({"true", "false", "none"})
_NOT_ELEMENTS: Final = frozenset({"slot", "live"})
_NOT_TABLES: Final = frozenset({"one", "visible"})
_BLOCKS: Final = frozenset(
    "ON FN WORKFLOW STUB TEST VALIDATE TRANSFORM ROUTE COMPOSE".split()
)
"""The keywords whose braces hold statements."""

_PAGES: Final = frozenset({"COMPONENT", "PAGE"})
_NOT_EVENTS: Final = frozenset("FAT_ARROW LPAR VBAR COLON WHEN EQUAL".split())
"""What cannot follow the event of `await`: `await` is a name before it."""

_BEFORE_SLOT: Final = frozenset(
    "LBRACE RBRACE RPAR RSQB STRING NUMBER TRUE FALSE NONE".split()
)
"""What may end the node of a page, beside a name."""

_SAME_EXPRESSION: Final = frozenset(
    "TRUE FALSE NONE AND OR NOT IN UNDER IF THEN ELSE MATCH WHEN STATE".split()
)


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

    `can` is the question only before `Family.op`; `await` waits only in a block and before
    an event; `emitted` and `performed` are clauses only after `expect` and before a name; a
    word before `=>` is a name; `deny` has an operand only if a capability or a text follows
    that is not the next arm's pattern.
    """

    always_accept = ()

    def __init__(self, words: frozenset[str]) -> None:
        self._soft = words - RESERVED
        self._word_types = frozenset(map(type_of, self._soft)) | {"NAME", "QUOTED"}

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens of `stream`, with the undecided words decided."""
        tokens = list(stream)
        words = self._word_types
        around = Around(tokens, words)
        kind = around.kind
        for at, token in enumerate(tokens):
            type_ = token.type
            if type_ == "NAME":
                _decide_name(token, at, around)
            elif type_ in words:
                following = kind(at + 1)
                if following == "FAT_ARROW" or (
                    following == "WHEN" and token.value in TRAILING
                ):
                    token.type = "NAME"
                elif type_ == "AS" and following == "NUMBER":
                    # a status stands behind a failure; elsewhere `as` is a name
                    if kind(at - 1) == "RPAR" or kind(at - 1) in words:
                        token.type = "STATUS"
                elif type_ == "ONLY" and following in words:
                    _mark_capabilities(tokens, at, around)
                elif type_ == "ORDER" and following == "BY":
                    _mark_orderings(tokens, at, around)
            yield token
            if type_ == "SLOT" and _names_slot(at, around):
                yield _made("NAMED", token)
            if type_ == "DENY" and _has_operand(at + 1, around):
                yield _made("OPERAND", token)


def _made(type_: str, before: Token) -> Token:
    return Token(type_, "", before.start_pos, end_pos=before.end_pos)


def type_of(word: str) -> str:
    """The type of a word's tokens; those of HTTP that are also ours have another."""
    return f"HTTP_{word}" if word == "DELETE" else word.upper()


def _decide_name(token: Token, at: int, around: Around) -> None:
    """Words that are keywords in a few places only, and names to the lexer."""
    value, kind = token.value, around.kind
    following = kind(at + 1)
    if value == "can":
        asks = following in around.words and kind(at + 2) == "DOT"
        if asks and kind(at - 1) != "DOT":
            token.type = "CAN"
    elif value == "await":
        if following in around.words and _awaits(at, around):
            token.type = "AWAIT"
    elif value == "nothing":
        if kind(at - 1) == "REQUIRES" and following != "DOT":
            token.type = "NOTHING"
    elif (
        value in ("emitted", "performed")
        and kind(at - 1) == "EXPECT"
        and following in around.words
    ):
        token.type = value.upper()


def _awaits(at: int, around: Around) -> bool:
    """Whether an event follows, which may be called like a keyword only before a clause."""
    if around.kind(at - 1) in ("DOT", "INSERT", "INTO", "FIND", "UPDATE", "DELETE"):
        return False
    after = around.after_dotted(at + 1)
    if around.kind(after) in ("WHERE", "WITHIN"):
        return around.stands_in(at, _BLOCKS)
    dotted = after > at + 2
    named = dotted or around.kind(at + 1) in ("NAME", "QUOTED")
    return (
        named
        and around.kind(after) not in _NOT_EVENTS
        and around.stands_in(at, _BLOCKS)
    )


def _mark_capabilities(tokens: list[Token], at: int, around: Around) -> None:
    """Marks the commas of `only A.x, B.y` as MORE.

    A comma may also end the match arm that the statement stands in: a capability has a
    dot, and no arrow follows it.
    """
    here = around.after_brackets(around.after_dotted(at + 1))
    while around.kind(here) == "COMMA":
        if around.kind(here + 1) not in around.words or around.kind(here + 2) != "DOT":
            return
        after = around.after_brackets(around.after_dotted(here + 1))
        if around.kind(after) in ("FAT_ARROW", "VBAR", "WHEN"):
            return
        tokens[here].type = "MORE"
        here = after


def _mark_orderings(tokens: list[Token], at: int, around: Around) -> None:
    """Marks the commas of `order by it.a, it.b` as MORE; a comma before an arm stays."""
    depth = 0
    for here in range(at + 2, len(tokens)):
        type_ = tokens[here].type
        if type_ in OPENING:
            depth += 1
        elif type_ in CLOSING:
            depth -= 1
            if depth < 0:
                return
        elif depth == 0 and type_ == "COMMA":
            following = around.after_brackets(around.after_dotted(here + 1))
            if around.kind(here + 2) != "DOT" or around.kind(following) in (
                "FAT_ARROW",
                "VBAR",
                "WHEN",
            ):
                return
            tokens[here].type = "MORE"
        elif depth == 0 and _ends_expression(here, around):
            return


def _ends_expression(at: int, around: Around) -> bool:
    """Whether a reserved word that no expression holds stands at a place."""
    kind = around.kind(at)
    reserved = kind.lower() in RESERVED and kind not in _SAME_EXPRESSION
    return reserved and around.kind(at - 1) != "DOT"


def _names_slot(at: int, around: Around) -> bool:
    """`slot footer` names a slot; `slot p { }` is a slot and then an element."""
    before = around.kind(at - 1)
    begins = before in _BEFORE_SLOT or before in around.words - {"LIVE", "SLOT"}
    return (
        begins
        and around.kind(at + 1) in around.words
        and around.kind(at + 2) not in ("LPAR", "LBRACE", "DOT")
        and around.stands_in(at, _PAGES)
    )


def _has_operand(at: int, around: Around) -> bool:
    if around.kind(at) == "STRING":
        return around.kind(at + 1) not in ("FAT_ARROW", "VBAR", "WHEN")
    if around.kind(at) not in around.words or around.kind(at + 1) != "DOT":
        return False
    after = around.after_brackets(around.after_dotted(at))
    return around.kind(after) not in ("FAT_ARROW", "VBAR", "WHEN")
