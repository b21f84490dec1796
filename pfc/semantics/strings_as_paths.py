"""Interpolated path patterns: texts and holes as segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pfc.syntax.ast.expressions import Expr


@dataclass(frozen=True)
class PatternParts:
    """A leading Path (or none), segments, and whether `/**` follows."""

    leading: Expr | None
    segments: tuple[str | Expr, ...]
    rest: bool


def split_pattern(parts: Sequence[str | Expr]) -> PatternParts | str:
    """The segments of an interpolated pattern, or what is wrong with it.

    A hole fills one whole segment; one that stands first, without a slash, is a Path.
    """
    leading: Expr | None = None
    items = list(parts)
    first = items[0] if items else ""
    if not isinstance(first, str):
        leading = first
        items.pop(0)
        following = items[0] if items else "/"
        if not isinstance(following, str) or not following.startswith("/"):
            return "what follows a leading Path begins with `/`"
    segments: list[str | Expr] = []
    open_segment = True  # the last segment may still grow
    fresh = True  # nothing of the current segment has been read
    for item in items:
        if not isinstance(item, str):
            if not (fresh and open_segment):
                return "what is put in fills one whole segment"
            segments.append(item)
            fresh = False
            continue
        pieces = item.split("/")
        if pieces[0] and not fresh:
            return "what is put in fills one whole segment"
        if pieces[0]:
            return "a pattern begins with `/`" if not segments else "misplaced text"
        for piece in pieces[1:]:
            if piece in ("", "."):
                continue
            segments.append(piece)
        fresh = item.endswith("/")
        open_segment = fresh
    rest = bool(segments) and segments[-1] == "**"
    if rest:
        segments.pop()
    if "**" in segments or "*" in segments:
        return "`*` and `**` stand last only, as `/**`"
    return PatternParts(leading, tuple(segments), rest)
