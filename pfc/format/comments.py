"""The comments and empty lines of a file: what stands before which token."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from lark import Token

from pfc.format.docs import Comment, Lead


def tidy(comment: str) -> str:
    """A comment with a space after its sign and none at its end; `#!` stays."""
    text = comment.rstrip()
    sign = "##" if text.startswith("##") else "#"
    rest = text[len(sign) :]
    if not rest or rest[0] in " \t" or (rest[0] in "#!" and sign == "#"):
        return text
    return text if sign == "##" and rest[0] == "#" else f"{sign} {rest}"


def is_doc(comment: str) -> bool:
    """Whether a comment on its own line documents what begins the next one."""
    return comment.startswith("##")


class Trivia:
    """What the grammar does not see."""

    def __init__(self, text: str, comments: Iterable[Token]) -> None:
        self._lines = text.split("\n")
        lengths = (len(line) + 1 for line in self._lines)
        self._starts = list(accumulate(lengths, initial=0))
        self._firsts = {
            start + len(line) - len(line.lstrip())
            for start, line in zip(self._starts, self._lines, strict=False)
        }
        self._comments: dict[int, tuple[bool, str]] = {}
        for token in comments:
            at = token.start_pos or 0
            self._comments[self._line(at)] = (at in self._firsts, tidy(str(token)))

    def lead(self, token: Token) -> Lead | None:
        """What stands before a token; none if the token does not begin a line."""
        at = token.start_pos or 0
        return self._above(self._line(at)) if at in self._firsts else None

    def rest(self) -> Lead:
        """What stands behind the last token."""
        return self._above(len(self._lines) + 1)

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _above(self, line: int) -> Lead:
        """The comments above a line up to the next token, and the empty lines."""
        found: list[Comment] = []
        blank = below = False
        pending: tuple[bool, str] | None = None
        for number in range(line - 1, 0, -1):
            comment = self._comments.get(number)
            if comment is None and self._lines[number - 1].strip():
                break
            if comment is None:
                blank = True
                continue
            if pending is None:
                below = blank
            else:
                found.append(Comment(pending[1], pending[0], blank))
            pending, blank = comment, False
            if not comment[0]:
                break
        if pending is None:
            return Lead((), blank)
        found.append(Comment(pending[1], pending[0], blank))
        return Lead(tuple(reversed(found)), below)


def joined(before: Lead | None, after: Lead | None) -> Lead | None:
    """The leads of a comma that goes away and of the token behind it, as one.

    A `##` comment that stood before the comma must not come to document what follows.
    """
    if before is None or not before.comments:
        return after
    moved = list(before.comments)
    comments = [] if after is None else list(after.comments)
    blank = after is not None and after.blank
    if comments and not comments[0].own:
        moved.append(Comment(comments.pop(0).text, own=True, blank=False))
    if comments:
        first = comments[0]
        apart = first.blank or is_doc(moved[-1].text)
        comments[0] = Comment(first.text, first.own, apart)
    else:
        blank = blank or is_doc(moved[-1].text)
    return Lead((*moved, *comments), blank)
