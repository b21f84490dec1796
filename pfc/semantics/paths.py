"""Paths in source text: normal form, and what may not stand in one."""

from __future__ import annotations

from typing import Final

_REFUSED: Final = {"..": "`..`", "*": "`*`", "**": "`**`"}
LOOK_ALIKES: Final = "\u2044\u2215\u29f8\uff0f\u29f5\ufe68\uff3c"
"""Characters that look like a slash or a backslash."""


def segment_problem(segment: str) -> str | None:
    """Why a segment is refused, or none."""
    if segment in _REFUSED:
        return f"a path may not hold {_REFUSED[segment]}"
    if "\0" in segment:
        return "a path may not hold a NUL character"
    if "\\" in segment:
        return "a path may not hold a backslash"
    if any(char in LOOK_ALIKES for char in segment):
        return "it holds a character that looks like a slash and is none"
    lowered = segment.lower()
    if "%2f" in lowered or "%5c" in lowered or "%00" in lowered:
        return "it holds an encoded slash"
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
