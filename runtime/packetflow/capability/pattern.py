"""Patterns: what one argument of a capability may be, and when one covers another."""

from __future__ import annotations

import logging
from enum import Enum
from typing import Final, final

from packetflow.adt.path import is_segment, refusal, segments

logger: Final = logging.getLogger("packetflow.capability")


class Anything(Enum):
    """The type of the wildcard `ANY`."""

    ANY = "*"

    def __repr__(self) -> str:
        return "*"


ANY: Final = Anything.ANY


@final
class PathPattern:
    """One path (`"/a/b"`), or a path and everything below it (`"/a/**"`).

    Compared by segments. `rest` includes the path itself: `"/a/**"` covers `"/a"`.
    """

    __slots__ = ("path", "rest", "segments")

    def __init__(self, parts: tuple[str, ...], rest: bool) -> None:
        self.segments = parts
        self.rest = rest
        self.path = f"/{'/'.join(parts)}"

    @classmethod
    def parse(cls, text: str) -> PathPattern:
        """Read a pattern written in source; raises ValueError if it is not legal."""
        if text == "*":
            return EVERY_PATH
        if text == "/**":
            return EVERY_PATH
        rest = text.endswith("/**")
        return cls(segments(text[:-2] if rest else text), rest)

    @classmethod
    def exact(cls, path: str) -> PathPattern:
        """The pattern of just this path; raises ValueError if it is not legal."""
        return cls(segments(path), False)

    def covers(self, other: PathPattern) -> bool:
        """Whether every path of the other pattern is one of this pattern."""
        if not self.rest:
            return not other.rest and self.segments == other.segments
        return other.segments[: len(self.segments)] == self.segments

    def meet(self, other: PathPattern) -> PathPattern | None:
        """The paths of both, or None: two subtrees are nested or disjoint."""
        if self.covers(other):
            return other
        return self if other.covers(self) else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PathPattern):
            return NotImplemented
        return self.segments == other.segments and self.rest == other.rest

    def __hash__(self) -> int:
        return hash((self.segments, self.rest))

    def __str__(self) -> str:
        if not self.rest:
            return self.path
        return "/**" if not self.segments else f"{self.path}/**"

    def __repr__(self) -> str:
        return f'"{self}"'


EVERY_PATH: Final = PathPattern((), True)


def path_pattern(
    *parts: object, rest: bool = False, base: str | None = None
) -> PathPattern | None:
    """A pattern whose segments were computed, or None if one of them is not legal.

    Each part fills exactly one segment. A part that is None, empty, or not one legal
    segment makes no pattern, and this is logged: such a grant is not made. `base` is
    a path that comes before the parts (`"{dir}/**"`).
    """
    try:
        found = [] if base is None else list(segments(base))
    except ValueError as error:
        logger.warning("a grant is not made: %r is no path: %s", base, error)
        return None
    for part in parts:
        text = part if isinstance(part, str) else "" if part is None else str(part)
        if not is_segment(text):
            reason = refusal(text) if text else "it is empty"
            logger.warning("a grant is not made: %r is no segment: %s", part, reason)
            return None
        found.append(text)
    return PathPattern(tuple(found), rest)
