"""The classes of a text, read with the generated tables; needs neither the grammar nor lark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pfc.highlight import classes

Piece = tuple[int, str, str]
"""Where a piece begins, its class (empty for space), its text."""

TABLES: Final = "tables.json"
_NAMED: Final = (classes.NAME, classes.TAG)
_CHARACTER: Final = re.compile(".", re.DOTALL)
_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class State:
    """What may come: one expression for all tokens, and what each group of it does."""

    takes: re.Pattern[str]
    steps: tuple[tuple[str, tuple[int, ...], bool], ...]
    passes_over: bool


class Tables:
    """The generated tables, compiled as they are needed."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._patterns: list[str] = raw["patterns"]
        self._raw: list[Any] = raw["states"]
        self._states: dict[int, State] = {}
        self.root: int = raw["root"]
        self.hole: int = raw["hole"]
        self.brackets: dict[str, int] = raw["brackets"]
        self.reserved = frozenset(raw["reserved"])
        self.skipped = re.compile(raw["skipped"])
        self.declaration = re.compile(raw["declaration"], re.MULTILINE)
        self.anything = re.compile(raw["anything"])
        self.inside = {
            kind: re.compile(pattern) for kind, pattern in raw["inside"].items()
        }

    def state(self, number: int) -> State:
        found = self._states.get(number)
        if found is None:
            passes_over, steps = self._raw[number]
            takes = "|".join(f"({self._patterns[step[0]]})" for step in steps)
            found = State(
                re.compile(takes or r"(?!)"),
                tuple((step[1], tuple(step[2]), bool(step[3])) for step in steps),
                bool(passes_over),
            )
            self._states[number] = found
        return found


@cache
def tables() -> Tables:
    """The tables that belong to this version of the grammar."""
    return Tables(
        json.loads(files("pfc.highlight").joinpath(TABLES).read_text("utf-8"))
    )


def read(text: str) -> Iterator[Piece]:
    """The pieces of a file, in order and without gaps."""
    return _Reading(text, tables()).run(tables().root)


class _Reading:
    """One text being read."""

    def __init__(self, text: str, known: Tables, start: int = 0) -> None:
        self.text = text
        self.known = known
        self.start = start

    def run(self, root: int) -> Iterator[Piece]:
        text, known = self.text, self.known
        stack = [root]
        at = 0
        while at < len(text):
            skipped = known.skipped.match(text, at)
            if skipped is not None:
                at = skipped.end()
                yield self._skipped(skipped)
                continue
            if known.declaration.match(text, at):
                stack = [root]
            match, class_ = self._take(stack, at)
            yield from self._pieces(class_, match.group(), at)
            at = match.end()

    def _skipped(self, match: re.Match[str]) -> Piece:
        """A `##` comment documents only if it has its line for itself."""
        class_, at = match.lastgroup or "", match.start()
        line = self.text.rfind("\n", 0, at) + 1
        if match.group().startswith("##") and not self.text[line:at].strip():
            class_ = classes.DOC
        return self.start + at, class_, match.group()

    def _take(self, stack: list[int], at: int) -> tuple[re.Match[str], str]:
        """The next token; states that do not know it are dropped."""
        while True:
            state = self.known.state(stack[-1])
            match = state.takes.match(self.text, at)
            if match is not None:
                assert match.lastindex is not None
                class_, rest, stays = state.steps[match.lastindex - 1]
                if not stays and len(stack) > 1:
                    stack.pop()
                stack.extend(reversed(rest))
                return match, class_
            if state.passes_over or len(stack) == 1:
                return self._pass_over(stack, at)
            stack.pop()

    def _pass_over(self, stack: list[int], at: int) -> tuple[re.Match[str], str]:
        match = self.known.anything.match(self.text, at)
        if match is None:  # space that is none here, such as a no-break space
            match = _CHARACTER.match(self.text, at)
            assert match is not None
            return match, ""
        token = match.group()
        if token in _OPENERS:
            stack.append(self.known.brackets[token])
        class_ = match.lastgroup or classes.OPERATOR
        if class_ == "word":
            reserved = token in self.known.reserved
            class_ = classes.KEYWORD if reserved else classes.NAME
        elif class_ == "sign":
            class_ = classes.class_of_sign(token)
        return match, class_

    # ------------------------------------------------------------ inside of tokens
    def _pieces(self, class_: str, token: str, at: int) -> Iterator[Piece]:
        place = self.start + at
        inside = self.known.inside.get(class_)
        if inside is not None:
            yield from self._inside(inside, class_, token, at)
        elif class_ in _NAMED:
            yield place, classes.class_of_name(token, class_), token
        else:
            yield place, class_, token

    def _inside(
        self, inside: re.Pattern[str], class_: str, token: str, at: int
    ) -> Iterator[Piece]:
        """A text with its escapes and holes, or a fence with its Python."""
        plain = classes.FENCE if class_ == "fence" else classes.STRING
        done = 0
        for match in inside.finditer(token):
            if match.start() > done:
                yield self.start + at + done, plain, token[done : match.start()]
            place = self.start + at + match.start()
            if match.lastgroup == "hole":
                yield from self._hole(match.group(), place)
            else:
                yield place, match.lastgroup or plain, match.group()
            done = match.end()
        if done < len(token):
            yield self.start + at + done, plain, token[done:]

    def _hole(self, token: str, place: int) -> Iterator[Piece]:
        yield place, classes.HOLE, "{"
        reading = _Reading(token[1:-1], self.known, place + 1)
        yield from reading.run(self.known.hole)
        yield place + len(token) - 1, classes.HOLE, "}"
