"""Paths in source text: normal form, and what may not stand in one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# The rules of `packetflow.adt.path`, in the words of the compiler: what it takes must be
# taken at run time. Tests hold both against each other.
_REFUSED: Final = {"..": "`..`", "*": "`*`", "**": "`**`"}
LOOK_ALIKES: Final = frozenset(
    "\u1735\u2041\u2044\u2215\u2216\u2571\u2572\u27cb\u27cd\u29f5\u29f8\u29f9"
    "\U0001d20f\U0001d23a\U0001d23b"
)
"""Symbols that look like a slash or a backslash (as in Unicode's confusables.txt)."""
_ENCODED: Final = re.compile(r"%(?:25)*(?:2f|5c|00)", re.IGNORECASE)
_ENCODED_DOTS: Final = re.compile(r"(?:\.|%(?:25)*2e){1,2}", re.IGNORECASE)


def segment_problem(segment: str) -> str | None:
    """Why a segment is refused, or none."""
    if segment in _REFUSED:
        return f"a path may not hold {_REFUSED[segment]}"
    if "\0" in segment:
        return "a path may not hold a NUL character"
    if "\\" in segment:
        return "a path may not hold a backslash"
    if _ENCODED.search(segment):
        return "it holds an encoded slash"
    if _ENCODED_DOTS.fullmatch(segment):
        return "it holds encoded dots"
    return None if segment.isascii() else _unicode_problem(segment)


def _unicode_problem(segment: str) -> str | None:
    folded = unicodedata.normalize("NFKC", segment)
    slash = not LOOK_ALIKES.isdisjoint(segment) or "/" in folded or "\\" in folded
    if slash:
        return "it holds a character that looks like a slash and is none"
    if folded in _REFUSED or folded == ".":
        return f"it holds a segment that looks like `{folded}` and is none"
    return None


def normalise(text: str) -> tuple[str, str | None]:
    """The normal form of an absolute path, and what is wrong with it (or none)."""
    if not text.startswith("/"):
        return text, "a path begins with `/`"
    segments = [part for part in text.split("/") if part not in ("", ".")]
    for segment in segments:
        problem = segment_problem(segment)
        if problem is not None:
            return text, problem
    return "/" + "/".join(segments), None


def is_under(path: str, prefix: str) -> bool:
    """Whether a normalised path is `prefix` or below it, by segments."""
    if prefix == "/":
        return True
    return path == prefix or path.startswith(prefix + "/")
