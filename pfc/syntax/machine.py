"""Reading a text by the grammar's tables: twice as fast as Lark, which reads what is wrong.

It is the LALR(1) automaton of Aho, Sethi and Ullman, with what becomes of each rule worked
out beforehand. Lark words the mistakes: see `Builder.read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final, TypeAlias

from lark import Token, Tree

from pfc.syntax.compact import Tables

_Made: TypeAlias = Any  # tokens and what the builder makes of them
_Rule: TypeAlias = tuple[
    int, str, tuple[int, Callable[[Any], Any] | None], str, list[int]
]
_END: Final = "$END"
_LIST: Final = 0  # a rule that only collects parts for the one around it
_ONE: Final = 1  # one part alone stands for itself
_CALL: Final = 2


class NotRead(Exception):
    """The text is not what the grammar says; Lark knows why."""


class Machine:
    """Reads texts and calls the methods of one builder, as Lark's transformer would."""

    def __init__(
        self,
        tables: Tables,
        builder: object,
        decide: Callable[[Iterator[Token]], Iterable[Token]],
        note_comment: Callable[[Token], None],
    ) -> None:
        self._tables = tables
        self._decide = decide
        self._note_comment = note_comment
        self._scan = re.compile(tables.pattern).finditer
        self._ignored = frozenset(tables.ignored)
        self._rules: list[_Rule] = [
            (size, origin, _action(call, builder, single), call, spliced)
            for size, origin, call, spliced, single in tables.rules
        ]
        self._units = [
            origin if size == 1 and action[0] == _ONE and not spliced else None
            for size, origin, action, _, spliced in self._rules
        ]

    def read(self, text: str, start: str) -> _Made:
        """What the builder makes of the text; raises NotRead."""
        return self._parse(self._decide(iter(self._tokens(text))), start)

    def _tokens(self, text: str) -> list[Token]:
        made: list[Token] = []
        words, ignored = self._tables.words, self._ignored
        new = str.__new__
        end = 0
        for match in self._scan(text):
            at = match.start()
            if at != end:
                break
            end = match.end()
            kind = match.lastgroup or ""
            if kind == "SPACE":
                continue
            value = match[0]
            token = new(Token, value)
            token.type = words.get(kind, _NOTHING).get(value, kind)
            token.start_pos, token.end_pos, token.value = at, end, value
            if kind in ignored:
                if kind == "COMMENT":
                    self._note_comment(token)
                continue
            made.append(token)
        if end != len(text):
            raise NotRead
        return made

    def _parse(self, tokens: Iterable[Token], start: str) -> _Made:
        rows, only = self._tables.rows, self._tables.only
        rules, units = self._rules, self._units
        state = self._tables.starts[start]
        states: list[int] = [state]
        values: list[_Made] = []
        for token in chain(tokens, (None,)):
            kind = _END if token is None else token.type
            final = self._tables.ends[start] if token is None else -1
            while state != final:
                rule = only[state]
                if rule < 0:
                    target = rows[state].get(kind)
                    if target is None:
                        raise NotRead
                    if target >= 0:
                        states.append(target)
                        values.append(token)
                        state = target
                        break
                    rule = -1 - target
                origin = units[rule]
                if origin is None:
                    origin = _reduce(rules[rule], states, values)
                else:  # one part that stands for itself: most rules by far
                    states.pop()
                state = rows[states[-1]][origin]
                states.append(state)
        return values[-1]


_NOTHING: Final[dict[str, str]] = {}


def _action(
    call: str, builder: object, single: bool
) -> tuple[int, Callable[[Any], Any] | None]:
    method = getattr(builder, call, None)
    if method is None and call.startswith("_"):
        return _LIST, None
    return (_ONE if single else _CALL), method


def _reduce(rule: _Rule, states: list[int], values: list[_Made]) -> str:
    """Replace the parts of a rule by what they make; what the tables go on with."""
    size, origin, (kind, method), call, spliced = rule
    if size:
        parts = values[-size:]
        del values[-size:]
        del states[-size:]
        if spliced:
            parts = _spliced(parts, spliced)
    else:
        parts = []
    if kind == _LIST:
        values.append(parts)
    elif kind == _ONE and len(parts) == 1:
        values.append(parts[0])
    else:
        values.append(Tree(call, parts) if method is None else method(parts))
    return origin


def _spliced(parts: list[_Made], places: list[int]) -> list[_Made]:
    """The parts, with those that are lists taken over; the first list is ours to grow."""
    if places[0] == 0:
        made = parts[0]
        rest = places[1:]
    else:
        made, rest = [parts[0]], places
    for at in range(1, len(parts)):
        if at in rest:
            made.extend(parts[at])
        else:
            made.append(parts[at])
    return made  # type: ignore[no-any-return]  # a list: the grammar says so
