"""Where in the source an expression of generated code stands, by the names in it.

The map knows lines; columns are found by looking for the names of the Python expression
in the source's statement. A name that stands there more than once is not guessed at:
such an expression has the place of the one around it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from packetflow.origin.sources import PfFile

_LONGEST: Final = 200
"""Lines of the longest statement that is searched."""

_PASSES: Final = 3
"""How often neighbours are used to find what is not unique."""

_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<comment>#.*)|(?P<name>[^\W\d]\w*)'
    r"|(?P<number>\d[\d_]*)|(?P<bracket>[()\[\]{}])"
)
_LABEL: Final = re.compile(r"\s*:")
_CALLED: Final = re.compile(r"\s*\(")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


class Place(NamedTuple):
    """A range of a source: lines from 1, columns from 0 in characters."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Place) -> Place:
        """The smallest range that holds both."""
        start = min(self[:2], other[:2])
        return Place(*start, *max(self[2:], other[2:]))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    place: Place
    is_label: bool = False
    is_called: bool = False


@lru_cache(maxsize=4_096)
def _tokens(text: str, number: int) -> tuple[_Token, ...]:
    """Names, numbers and brackets of a line; of a string those of its holes."""
    return tuple(_scan(text, number, 0, len(text)))


def _scan(text: str, number: int, start: int, end: int) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text, start, end):
        at, to = found.span()
        if found["string"]:
            yield from _holes(text, number, at + 1, to - 1)
        elif not found["comment"]:
            place = Place(number, at, number, to)
            label = bool(_LABEL.match(text, to, end))
            called = bool(_CALLED.match(text, to, end))
            yield _Token(found[0], place, label, called)


def _holes(text: str, number: int, start: int, end: int) -> Iterator[_Token]:
    at = start
    while (opening := text.find("{", at, end)) >= 0:
        if text.startswith("{{", opening):
            at = opening + 2
            continue
        closing = text.find("}", opening, end)
        if closing < 0:
            return
        yield from _scan(text, number, opening + 1, closing)
        at = closing + 1


class Anchors:
    """The places of the expressions of one statement that begins at a line."""

    def __init__(self, source: PfFile, line: int, *, is_header: bool) -> None:
        self._source = source
        self._tokens = list(self._region(line, is_header=is_header))
        self.places: dict[ast.AST, Place] = {}

    def _region(self, line: int, *, is_header: bool) -> Iterator[_Token]:
        """The tokens to the end of the line, or of the brackets opened in it."""
        depth = 0
        for number in range(line, line + _LONGEST):
            for token in _tokens(self._source.line(number), number):
                if token.text in _CLOSING:
                    if is_header and token.text == "{" and depth == 0:
                        return
                    depth += 1
                elif token.text in _CLOSING.values():
                    depth -= 1
                yield token
            if depth <= 0:
                return

    def find(self, node: ast.AST) -> Place | None:
        """The place of an expression; those of its parts are kept in `places`."""
        return self._find(node, 0, len(self._tokens))

    def _find(self, node: ast.AST, start: int, end: int) -> Place | None:
        if isinstance(node, ast.Call):
            place = self._call(node, start, end)
        elif isinstance(node, ast.Attribute):
            place = self._attribute(node, start, end)
        elif isinstance(node, ast.Name | ast.Constant):
            place = self._simple(node, start, end)
        elif isinstance(node, ast.Tuple):
            place = self._in_order(node.elts, start, end)
        else:
            place = self._hull(ast.iter_child_nodes(node), start, end)
        if place is not None:
            self.places[node] = place
        return place

    def _hull(self, nodes: Iterable[ast.AST], start: int, end: int) -> Place | None:
        """What holds all of them; none if one is not found that is written somewhere."""
        hull: Place | None = None
        complete = True
        for node in nodes:
            place = self._find(node, start, end)
            if place is None:
                complete = complete and not _is_written(node)
            else:
                hull = place if hull is None else hull.to(place)
        return self._balanced(hull) if complete and hull is not None else None

    def _balanced(self, place: Place) -> Place:
        """With the brackets that close those opened in it."""
        depth = 0
        for token in self._tokens:
            if token.place[2:] > place[2:] and depth <= 0:
                break
            if token.place[:2] < place[:2]:
                continue
            if token.text in _CLOSING:
                depth += 1
            elif token.text in _CLOSING.values():
                depth -= 1
                place = place.to(token.place)
        return place

    def _in_order(self, nodes: Sequence[ast.AST], start: int, end: int) -> Place | None:
        """Expressions that stand in the source one after the other.

        A name that is there more than once may be there once between those that are
        known to stand before and after.
        """
        known: list[tuple[int, int] | None] = [None] * len(nodes)
        for _ in range(_PASSES):
            before = list(known)
            low = start
            for at, node in enumerate(nodes):
                following = (each[0] for each in known[at + 1 :] if each is not None)
                self._find(node, low, next(following, end))
                known[at] = self._range(node)
                low = max(low, (known[at] or (low, low))[1])
            if known == before:
                break
        return None

    def _range(self, node: ast.AST) -> tuple[int, int] | None:
        """Where the tokens begin and end that were found for any part of a node."""
        found = [self.places[part] for part in ast.walk(node) if part in self.places]
        if not found:
            return None
        starts, ends = min(place[:2] for place in found), max(p[2:] for p in found)
        inside = [
            at
            for at, token in enumerate(self._tokens)
            if token.place[:2] >= starts and token.place[2:] <= ends
        ]
        return (inside[0], inside[-1] + 1) if inside else None

    def _call(self, node: ast.Call, start: int, end: int) -> Place | None:
        function = self._find(node.func, start, end)
        inner_start, inner_end, place = start, end, function
        if function is not None:
            at = self._index(function)
            closing = self._closing(at + 1, end) if self._tokens[at].is_called else None
            if closing is not None:
                inner_start, inner_end = at + 2, closing
                place = function.to(self._tokens[closing].place)
        arguments = self._hull((*node.args, *node.keywords), inner_start, inner_end)
        if function is None and arguments is not None:
            return self._with_method(arguments)
        return place

    def _with_method(self, place: Place) -> Place:
        """A value with the method after it: `xs.length` is a call of `len` in Python."""
        for at, token in enumerate(self._tokens):
            if token.place[:2] >= place[2:]:
                if not self._follows(place, token.place):
                    return place
                closing = self._closing(at + 1, len(self._tokens))
                if token.is_called and closing is not None:
                    return place.to(self._tokens[closing].place)
                return place.to(token.place)
        return place

    def _attribute(self, node: ast.Attribute, start: int, end: int) -> Place | None:
        at = self._unique(node.attr, start, end)
        if at is None:
            self._find(node.value, start, end)
            return None
        own = self._tokens[at].place
        value = self._find(node.value, start, at)
        # `a.b` is one place, but not what stands elsewhere and is only meant by it.
        if value is not None and self._follows(value, own):
            return value.to(own)
        return own

    def _follows(self, value: Place, own: Place) -> bool:
        if value.end_line != own.line:
            return False
        between = self._source.line(own.line)[value.end_column : own.column]
        return between.strip() == "."

    def _simple(
        self, node: ast.Name | ast.Constant, start: int, end: int
    ) -> Place | None:
        name: str | None = None
        if isinstance(node, ast.Name):
            name = node.id
        elif type(node.value) is int:
            name = str(node.value)
        at = None if name is None else self._unique(name, start, end)
        return None if at is None else self._tokens[at].place

    def _unique(self, name: str, start: int, end: int) -> int | None:
        """The only token that is the name, or else the only one that is much like it."""
        places = [at for at in range(start, end) if not self._tokens[at].is_label]
        same = [at for at in places if self._tokens[at].text == name]
        if not same:
            plain = _plain(name)
            same = [at for at in places if _plain(self._tokens[at].text) == plain]
        return same[0] if len(same) == 1 else None

    def _index(self, place: Place) -> int:
        """The token that ends where a place does."""
        ends = (token.place[2:] for token in self._tokens)
        return list(ends).index(place[2:])

    def _closing(self, at: int, end: int) -> int | None:
        depth = 0
        for index in range(at, end):
            text = self._tokens[index].text
            if text in _CLOSING:
                depth += 1
            elif text in _CLOSING.values():
                depth -= 1
                if depth == 0:
                    return index
        return None


def _is_written(node: ast.AST) -> bool:
    """Whether there is something in an expression that the source has to name."""
    return any(
        isinstance(inner, ast.Name | ast.Attribute)
        or (isinstance(inner, ast.Constant) and type(inner.value) is int)
        for inner in ast.walk(node)
    )


def _plain(name: str) -> str:
    """A name without what renaming changes: `NoteCard` is `note_card`, `class` `class_`."""
    return name.replace("_", "").lower()
