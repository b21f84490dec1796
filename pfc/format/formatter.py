"""From the text of a file to its canonical text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Final, cast

from lark import Token

from pfc.collecting import without_collector
from pfc.diagnostics import Diagnostic
from pfc.format.comments import Trivia
from pfc.format.docs import Doc, Lead, text
from pfc.format.layouts import layout_of
from pfc.format.printer import render
from pfc.format.python import fence
from pfc.span import Source
from pfc.syntax.grammar import make_machine
from pfc.syntax.islands import split_islands
from pfc.syntax.machine import Machine, NotRead
from pfc.syntax.parser import parse


@dataclass(frozen=True)
class Formatted:
    """The canonical text of a file; none, and why, if it does not parse."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()


def format_source(source: Source) -> Formatted:
    """Format one file.

    The result is the same program with the same comments, and formatting it again
    changes nothing. What the grammar cannot read is not formatted. What only the checker
    finds wrong, and what stands inside of strings, does not matter here.
    """
    text = source.text.replace("\r\n", "\n")
    if split_islands(source).problem is None:  # else nested deeper than may be
        try:
            return Formatted(_reader().formatted(text))
        except NotRead:
            pass
    return Formatted(None, parse(source).diagnostics)


# ---------------------------------------------------------------- reading
def _sign(type_: str, written: str) -> Doc:
    doc = text(written)
    doc.tag = type_
    return doc


_SIGNS: Final = {
    type_: _sign(type_, written)
    for type_, written in {
        "LPAR": "(",
        "RPAR": ")",
        "LSQB": "[",
        "RSQB": "]",
        "LBRACE": "{",
        "RBRACE": "}",
        "COMMA": ",",
        "COLON": ":",
        "DOT": ".",
        "EQUAL": "=",
    }.items()
}
"""Documents of signs that no rule consists of alone, so that nobody changes them."""


class _Documents:
    """What the parser calls: a method for each rule, which makes its document."""

    def __init__(self) -> None:
        self.source = ""
        self._comments: list[Token] = []
        self._trivia: Trivia | None = None

    def begin(self, source: str) -> None:
        """From now on this text is read."""
        self.source = source
        self._comments = []
        self._trivia = None

    def note_comment(self, token: Token) -> None:
        """Called by the lexer for each comment, before any rule."""
        self._comments.append(token)

    @property
    def trivia(self) -> Trivia:
        """The comments of the text that is read."""
        if self._trivia is None:
            self._trivia = Trivia(self.source, self._comments)
        return self._trivia

    def __getattr__(self, rule: str) -> Callable[[list[Token | Doc]], Doc]:
        if rule.startswith("_") or not rule.islower():
            raise AttributeError(rule)
        layout = layout_of(rule)

        def made(parts: list[Token | Doc]) -> Doc:
            doc = layout(
                [
                    self._leaf(part) if isinstance(part, Token) else part
                    for part in parts
                    if part  # some tokens are empty: they only steer the parser
                ]
            )
            doc.tag = rule
            return doc

        return made

    def file(self, parts: list[Doc]) -> list[Doc]:
        """The declarations."""
        return parts

    def _leaf(self, token: Token) -> Doc:
        lead = self.trivia.lead(token)
        if lead is None and token.type in _SIGNS:
            return _SIGNS[token.type]
        doc = fence(token) if token.type == "FENCE" else text(str(token))
        doc.tag = token.type
        doc.lead = lead
        return doc


class _Reader:
    """A parser that makes documents; it reads one file at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._documents = _Documents()
        self._machine: Machine = make_machine(self._documents)

    def formatted(self, source: str) -> str:
        """The canonical text; raises NotRead."""
        with self._lock, without_collector():
            self._documents.begin(source)
            read = self._machine.read(source, "file")
            return _file(cast("list[Doc]", read), self._documents.trivia.rest())


@cache
def _reader() -> _Reader:
    return _Reader()


# ---------------------------------------------------------------- files
def _file(declarations: list[Doc], rest: Lead) -> str:
    out: list[str] = []
    long_before = False
    for declaration in declarations:
        written = render(declaration)
        long = "\n" in written
        lead = declaration.lead or Lead((), blank=False)
        out.append(_above(lead, first=not out, apart=long or long_before))
        out.append(written)
        long_before = long
    last = _above(rest, first=not out, apart=False).rstrip("\n")
    return f"{''.join(out)}{last}\n" if out or last else ""


def _above(lead: Lead, *, first: bool, apart: bool) -> str:
    """What stands between two declarations; an empty line if they are to be `apart`."""
    own = [comment for comment in lead.comments if comment.own]
    spaced = lead.blank or any(comment.blank for comment in own)
    out = [f"  {comment.text}" for comment in lead.comments if not comment.own]
    for comment in own:
        add = apart and not spaced and comment is own[0]
        out.append(_break(comment.blank or add, first and comment is own[0]))
        out.append(comment.text)
    add = apart and not spaced and not own
    out.append(_break(lead.blank or add, first and not own))
    return "".join(out)


def _break(blank: bool, first: bool) -> str:
    if first:
        return ""
    return "\n\n" if blank else "\n"
