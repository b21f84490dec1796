"""String literals: escapes, and where the holes of an interpolated one are."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIMPLE = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_CODED = re.compile(r"x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}")
_HOLE = re.compile(
    r'\{((?>[^"{}\n]+|"(?>[^"\\\n]|\\.)*"|\{[^{}"\n]*\})*)\}',
)


@dataclass(frozen=True)
class Hole:
    """`{source}` in a string; `start` is the offset of `source` in the literal."""

    source: str
    start: int


@dataclass(frozen=True)
class Problem:
    """What is wrong in a literal, and where (offsets in the literal)."""

    message: str
    start: int
    end: int


def unescape(raw: str) -> tuple[str, list[Problem]]:
    """The text of a quoted literal that is not interpolated; braces are plain text."""
    problems: list[Problem] = []
    parts: list[str] = []
    at = 1
    end = len(raw) - 1
    while at < end:
        if raw[at] == "\\":
            text, at = _escape(raw, at, problems)
            parts.append(text)
            continue
        stop = raw.find("\\", at, end)
        stop = end if stop < 0 else stop
        parts.append(raw[at:stop])
        at = stop
    return "".join(parts), problems


def split(raw: str) -> tuple[list[str | Hole], list[Problem]]:
    """The texts and holes of a quoted literal, in order; adjacent texts are one."""
    problems: list[Problem] = []
    parts: list[str | Hole] = []
    text: list[str] = []
    at = 1
    end = len(raw) - 1
    while at < end:
        char = raw[at]
        if char == "\\":
            piece, at = _escape(raw, at, problems)
            text.append(piece)
        elif char in "{}" and raw[at : at + 2] == char * 2:
            text.append(char)
            at += 2
        elif char == "{":
            match = _HOLE.match(raw, at)
            if match is None:
                problems.append(Problem("this `{` is never closed", at, at + 1))
                return [*parts, "".join(text)], problems
            if text:
                parts.append("".join(text))
                text = []
            parts.append(Hole(match.group(1), at + 1))
            at = match.end()
        elif char == "}":
            problems.append(Problem("a `}` in a string is written `}}`", at, at + 1))
            at += 1
        else:
            text.append(char)
            at += 1
    if text:
        parts.append("".join(text))
    return parts, problems


def _escape(raw: str, at: int, problems: list[Problem]) -> tuple[str, int]:
    """The character that the escape at `at` stands for, and where it ends."""
    following = raw[at + 1]
    if following in _SIMPLE:
        return _SIMPLE[following], at + 2
    coded = _CODED.match(raw, at + 1)
    if coded is None:
        problems.append(
            Problem(f"`\\{following}` is not an escape", at, at + 2),
        )
        return "", at + 2
    digits = coded.group()
    code = int(digits, 8) if digits[0].isdigit() else int(digits[1:], 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        problems.append(
            Problem(f"`\\{digits}` is not a character", at, coded.end()),
        )
        return "", coded.end()
    return chr(code), coded.end()
