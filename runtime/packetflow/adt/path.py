"""Paths: the one normal form, what is refused, and the order by segments."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from packetflow.errors import Violation

# Paths of plain segments are in normal form already: the common case, decided by one
# match. No segment here starts with a dot or holds a percent sign or a star.
_PLAIN: Final = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+", re.ASCII)

# Slashes and NUL, percent-encoded once or more often ("%252f").
_ENCODED: Final = re.compile(r"%(?:25)*(?:2f|5c|00)", re.IGNORECASE)
_ENCODED_DOTS: Final = re.compile(r"(?:\.|%(?:25)*2e){1,2}", re.IGNORECASE)

# Symbols that readers, fonts or file systems take for a slash or a backslash (as in
# Unicode's confusables.txt; letters are left) and that compatibility normalisation does
# not turn into one.
_LOOK_ALIKES: Final = frozenset(
    "\u1735\u2041\u2044\u2215\u2216\u2571\u2572\u27cb\u27cd\u29f5\u29f8\u29f9"
    "\U0001d20f\U0001d23a\U0001d23b"
)
_REFUSED: Final = frozenset({"..", "*", "**"})


def refusal(segment: str) -> str | None:
    """Why a non-empty segment may not stand in a path, or None if it may."""
    if segment in _REFUSED:
        return f"the segment {segment!r} is not allowed"
    if "/" in segment:
        return "a segment holds no slash"
    if "\0" in segment:
        return "the character NUL is not allowed"
    if "\\" in segment:
        return "a backslash is not allowed"
    if "%" in segment:
        if _ENCODED.search(segment):
            return "an encoded slash, backslash or NUL is not allowed"
        if _ENCODED_DOTS.fullmatch(segment):
            return "encoded dots are not allowed as a segment"
    return None if segment.isascii() else _unicode_refusal(segment)


def _unicode_refusal(segment: str) -> str | None:
    if not _LOOK_ALIKES.isdisjoint(segment):
        return "a character that looks like a slash is not allowed"
    folded = unicodedata.normalize("NFKC", segment)
    if "/" in folded or "\\" in folded:
        return "a character that looks like a slash is not allowed"
    if folded in _REFUSED or folded == ".":
        return f"a segment that looks like {folded!r} is not allowed"
    return None


def is_segment(text: str) -> bool:
    """Whether the text is one legal path segment."""
    return text not in ("", ".") and refusal(text) is None


def segments(path: str) -> tuple[str, ...]:
    """The segments of an absolute path; raises ValueError if it is not legal."""
    if _PLAIN.fullmatch(path):
        return tuple(path.split("/")[1:])
    if not path.startswith("/"):
        raise ValueError("a path is absolute: it starts with '/'")
    kept = tuple(part for part in path.split("/") if part not in ("", "."))
    for part in kept:
        reason = refusal(part)
        if reason is not None:
            raise ValueError(reason)
    return kept


def normalise(path: str) -> str:
    """The normal form of an absolute path; raises ValueError if it is not legal.

    Empty and `.` segments and a trailing slash are dropped. Segments `..`, `*` and
    `**`, NUL, backslashes, and encoded or look-alike slashes are refused.
    """
    if _PLAIN.fullmatch(path):
        return path
    return "/" + "/".join(segments(path))


def under(path: str, base: str) -> bool:
    """Whether a path is `base` or below it, by segments; both in normal form."""
    return path == base or base == "/" or path.startswith(base + "/")


def checked_path(value: str, field: str, under: str | None = None) -> str:
    """The normal form of a path value; raises Violation naming the field.

    `under` is a path in normal form that the value must be, or be below.
    """
    if not isinstance(value, str):
        raise Violation(field, "expected a path")
    if _PLAIN.fullmatch(value) is None:
        try:
            value = "/" + "/".join(segments(value))
        except ValueError as error:
            raise Violation(field, str(error)) from None
    if under is None or value == under or under == "/":
        return value
    if not value.startswith(under + "/"):
        raise Violation(field, f"must be under {under}")
    return value
