"""The parser that the grammar describes, made once per process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from lark import Lark

from pfc.resources import resource_folder
from pfc.syntax.cache import cached
from pfc.syntax.compact import tables
from pfc.syntax.machine import Machine
from pfc.syntax.words import Disambiguate, name_rules, words_of

if TYPE_CHECKING:
    from lark import Token


def read_grammar() -> str:
    """The grammar as it is written."""
    return (resource_folder("grammar") / "packetflow.lark").read_text("utf-8")


def grammar_text() -> str:
    """The grammar with its generated rules."""
    written = read_grammar()
    return f"{written}\n{name_rules(written)}\n"


@cache
def words() -> frozenset[str]:
    """Every word of the language."""
    return words_of(read_grammar())


class Reader(Protocol):
    """What a parser calls: a method for each rule, and one for comments."""

    def note_comment(self, token: Token) -> None:
        """Takes a comment; all are noted before any rule is called."""


def make_parser(builder: Reader | None = None, *, strict: bool = False) -> Lark:
    """A parser that hands what it reads to `builder`, or makes plain trees.

    `strict` proves that the grammar has no conflicts and its terminals no collisions;
    it takes seconds, so only tests ask for it.
    """

    def comment(token: Token) -> Token:
        if builder is not None:
            builder.note_comment(token)
        return token

    text = grammar_text()
    called = {
        "postlex": Disambiguate(words()),
        "transformer": builder,
        "lexer_callbacks": {"COMMENT": comment},
    }

    def make() -> Lark:
        return Lark(
            text,
            parser="lalr",
            lexer="basic",
            strict=strict,
            start=["file", "hole"],
            keep_all_tokens=True,
            maybe_placeholders=False,
            **called,
        )

    return make() if strict else cached(text, make, called)


def make_machine(builder: Reader) -> Machine:
    """What reads texts for `builder` as its parser would, but faster."""
    text = grammar_text()
    return Machine(
        tables(text, make_parser),
        builder,
        Disambiguate(words()).process,
        builder.note_comment,
    )
