"""A repair of tokens: what is put in place of what, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pfc.syntax.tolerant import Item

SIGNS: Final = {
    "COLON": ":",
    "COMMA": ",",
    "EQUAL": "=",
    "ARROW": "->",
    "FAT_ARROW": "=>",
    "DOT": ".",
    "DOTS": "..",
    "LBRACE": "{",
    "RBRACE": "}",
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "OPTIONAL": "?",
    "VBAR": "|",
    "COMPARE": "==",
    "ASSIGN": "+=",
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SCALE": "/",
    "AND": "and",
    "OR": "or",
}
"""The kinds of tokens that are always, or mostly, written in one way."""

CLOSERS: Final = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
OPENERS: Final = frozenset(CLOSERS.values())
ANY: Final = frozenset({"NAME", "QUOTED", "STRING", "NUMBER", "FENCE"})
"""The kinds of tokens whose text nobody but the writer knows."""

_UPPER: Final = frozenset({"GET", "POST", "PUT", "PATCH", "HEAD"})


@dataclass(frozen=True)
class Repair:
    """Put tokens of kinds `put` in place of `removed` tokens at `at`.

    `code`, `found` and `instead` are set if it is known what was meant: `at` is then
    where it is told. `edits` are (start, end, text) in the piece of text; none if the
    tokens do not say how it would be written.
    """

    at: int
    removed: int
    put: tuple[str, ...]
    cost: int
    why: str = ""
    code: str = ""
    found: str = ""
    shown: int = 1
    """How many tokens are underlined, if what was meant is known."""
    edits: tuple[tuple[int, int, str], ...] = ()
    title: str = ""
    safe: bool = False
    later: tuple[tuple[int, str], ...] = field(default=())
    """More tokens to insert: place (in the tokens as they are now) and kind."""


def text_of(kind: str) -> str | None:
    """How a token of a kind is written; none if that is not known."""
    if kind in ANY or kind in ("", "$END"):
        return None
    return SIGNS.get(kind) or written(kind)


def written(kind: str) -> str:
    """The word that tokens of a kind are."""
    word = kind.removeprefix("HTTP_")
    return word if word != kind or kind in _UPPER else word.lower()


def inserted(items: Sequence[Item], at: int, text: str, source: str) -> tuple[int, str]:
    """Where and how `text` is written before the token `at`."""
    tight_left = text in ":,).]?" or text == "("
    place = items[at - 1].end if at else items[at].start
    before = "" if tight_left or not at else " "
    following = source[place : place + 1]
    after = "" if following.isspace() or following in ",;)]" else " "
    if text in (".", "(", "["):
        after = ""
    if not at:
        return place, f"{text} "
    return place, f"{before}{text}{after}" if following else f"{before}{text}"


def opener_of(items: Sequence[Item], at: int, closer: str) -> Item | None:
    """The bracket that is open before the token `at`, if `closer` closes it."""
    held: list[Item] = []
    for item in items[:at]:
        if item.kind in OPENERS:
            held.append(item)
        elif item.kind in CLOSERS and held and held[-1].kind == CLOSERS[item.kind]:
            held.pop()
    for item in reversed(held):
        if item.kind == CLOSERS[closer]:
            return item
    return None
