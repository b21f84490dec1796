"""What is wrong in the pieces of a file that do not parse, and what they would declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lark import Lark

from pfc.diagnostics import Diagnostic, Fix
from pfc.diagnostics.repaired import applied
from pfc.span import Span
from pfc.syntax.ast.module import Comment
from pfc.syntax.islands import DECLARATIONS, Island
from pfc.syntax.recovery import Recovery
from pfc.syntax.repairs import ANY, SIGNS
from pfc.syntax.tables import Tables
from pfc.syntax.telling import Telling
from pfc.syntax.tolerant import Item, Tolerant

WORK: Final = 200_000
"""How many tokens are tried in a file before no more repairs are sought: half a second."""

_TRIED: Final = 4
"""With as many mistakes in a declaration each repair is tried before it is offered."""

_NAMING: Final = frozenset(word.upper() for word in DECLARATIONS) - {
    "MODULE",
    "PAGE",
    "API",
    "TEST",
    "INTENTS",
}
_NAMES: Final = frozenset({"NAME", "QUOTED"})
_AFTER_LISTED: Final = frozenset({"COMMA", "LPAR", "LBRACE"})


@dataclass(frozen=True)
class Found:
    """The mistakes of a piece of a file, its comments, and the names it would declare."""

    problems: tuple[Diagnostic, ...]
    comments: tuple[Comment, ...]
    names: tuple[str, ...]


class Mistakes:
    """Finds what is wrong in the pieces of one file."""

    def __init__(self, parser: Callable[[], Lark], path: str) -> None:
        self._parser = parser
        self._path = path
        self._tables: Tables | None = None
        self._limit = 0

    def find(self, piece: Island) -> Found:
        """What is wrong in a piece that does not parse."""
        if self._tables is None:
            self._tables = Tables(self._parser())
            self._limit = WORK
        tolerant, items, problems = self._told(piece)
        names = tuple(_declared(items))
        comments = tuple(
            Comment(Span(self._path, piece.start + start, piece.start + end), text)
            for start, end, text in tolerant.comments
        )
        if len(problems) <= _TRIED and self._tables.steps < self._limit // 2:
            problems = [self._tried(piece, each, len(problems)) for each in problems]
        return Found(tuple(problems), comments, names)

    def _told(self, piece: Island) -> tuple[Tolerant, list[Item], list[Diagnostic]]:
        """The tokens of a piece as they are, and what is wrong."""
        assert self._tables is not None
        problems: list[Diagnostic] = []
        tolerant = self._tolerant(piece, problems)
        items = tolerant.items()
        telling = Telling(self._tables, self._path, piece.start, piece.text)
        recovery = Recovery(self._tables, [*items], self._limit, tolerant.slips)
        for fault in recovery.faults():
            told = telling.tell(fault)
            if told is not None:
                problems.append(told)
        return tolerant, items, problems

    def _tried(self, piece: Island, found: Diagnostic, count: int) -> Diagnostic:
        """A diagnostic without the repairs after which there is as much wrong as before."""
        kept = tuple(fix for fix in found.repairs if self._helps(piece, fix, count))
        return found if kept == found.repairs else replace(found, repairs=kept)

    def _helps(self, piece: Island, fix: Fix, count: int) -> bool:
        moved = [
            replace(
                edit,
                span=edit.span._replace(
                    start=edit.span.start - piece.start, end=edit.span.end - piece.start
                ),
            )
            for edit in fix.edits
        ]
        after = Island(piece.start, applied(piece.text, moved))
        return len(self._told(after)[2]) < count

    def names(self, piece: Island) -> tuple[str, ...]:
        """The names that a piece would declare."""
        return tuple(_declared(self._tolerant(piece, []).items()))

    def _tolerant(self, piece: Island, problems: list[Diagnostic]) -> Tolerant:
        return Tolerant(
            self._parser(), self._path, piece.start, piece.text, problems.append
        )


def _declared(items: Sequence[Item]) -> Iterator[str]:
    """Names after a declaring keyword, and those of variants, failures and imports.

    The keyword may be what is wrong: at the beginning of a line its name is the next word,
    or it is missing.
    """
    union = False
    for at, item in enumerate(items[:-1]):
        before = items[at - 1] if at else item
        union |= item.kind == "UNION"
        naming = before.kind in _NAMING or before.kind in ("FAILS", "IMPORT", "AS")
        named = at > 0 and naming
        listed = before.kind == "COMMA" and items[at + 1].kind in _AFTER_LISTED
        variant = union and item.text[:1].isupper()
        begins = at < 3 or any(
            each.first and not each.indent for each in (before, item)
        )
        if item.kind in _NAMES and (named or listed or variant or begins):
            yield item.text.strip("`")
        elif named and item.kind not in SIGNS and item.kind not in ANY:
            yield item.text
