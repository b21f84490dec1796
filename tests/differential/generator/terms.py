"""Source text as a tree, so that it can be written, located and made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.differential.evaluator.types import Type

OPEN, OR, AND, NOT, COMPARE, SUM, PRODUCT, NEGATION, POSTFIX, ATOM = range(10)
"""How tightly an expression holds together, loosest first."""


@dataclass(slots=True)
class Term:
    """A piece of a program; `meant` is what only type inference tells of it."""

    parts: list[str | Term]
    type: Type | None = None
    level: int = ATOM
    meant: str | None = None
    constant: bool = False
    wraps: bool = False
    """Whether it is another term in parentheses."""

    def at(self, level: int) -> Term:
        """The term, in parentheses if it is too loose for its place."""
        if self.level >= level:
            return self
        return Term(["(", self, ")"], self.type, constant=self.constant, wraps=True)

    def walk(self) -> Iterator[Term]:
        """The term and all below it."""
        yield self
        for part in self.parts:
            if isinstance(part, Term):
                yield from part.walk()


@dataclass
class Writer:
    """Writes terms one after another, and remembers where what was meant stands."""

    text: list[str] = field(default_factory=list)
    meant: dict[tuple[int, int], str] = field(default_factory=dict)
    at: int = 0

    def write(self, part: str | Term) -> tuple[int, int]:
        """Writes a part; where it stands, parentheses at its ends left out."""
        start = self.at
        if isinstance(part, str):
            self.text.append(part)
            self.at += len(part)
            return start, self.at
        ranges = [self.write(each) for each in part.parts]
        if not ranges:
            return start, start
        if part.wraps:
            return ranges[1]
        where = ranges[0][0], ranges[-1][1]
        if part.meant is not None:
            self.meant[where] = part.meant
        return where

    @property
    def written(self) -> str:
        return "".join(self.text)


def source(term: Term) -> str:
    """The text of a term."""
    writer = Writer()
    writer.write(term)
    return writer.written


def separated(terms: list[Term], between: str = ", ") -> list[str | Term]:
    """Terms with a text between them."""
    parts: list[str | Term] = []
    for place, term in enumerate(terms):
        parts += [between, term] if place else [term]
    return parts


def show(type_: Type) -> str:
    """A type as it is written."""
    inside = ", ".join(map(show, type_.arguments))
    return f"{type_.name}{f'[{inside}]' if inside else ''}{'?' * type_.optional}"
