"""Where strings and fences that are never closed were probably meant to end."""

from __future__ import annotations

import re
from typing import Final

FENCE_OPENING: Final = re.compile(r"```[^\n`]*(?:\n|$)")
_DECLARATION: Final = re.compile(
    r"^(?:record|union|fn|config|interface|capability|context|principal|intents|intent"
    r"|effect|event|reactor|table|stream|calendar|schedule|workflow|component|page|api"
    r"|plugin|app)[ \t]+[\w\"`]",
    re.MULTILINE,
)
"""A line that begins a declaration, and that no Python begins with."""

_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}


def next_declaration(text: str, at: int) -> int:
    """Where the next declaration begins that cannot be Python; else where the text ends."""
    found = _DECLARATION.search(text, at)
    return len(text) if found is None else found.start()


def end_of_string(text: str, at: int) -> int:
    """Where the string that begins at `at`, and is not closed in its line, ends.

    What closes brackets that were opened in the same line before the string is not part
    of it, and neither are a comma and an opening brace at the end of the line.
    """
    stop = text.find("\n", at)
    stop = len(text) if stop < 0 else stop
    line = text[at + 1 : stop]
    begin = text.rfind("\n", 0, at) + 1
    opened = _opened(text[begin:at])
    comment = re.search(r"\s#", line)
    end = len(line if comment is None else line[: comment.start()].rstrip())
    end = len(line[:end].rstrip())
    while end and opened:
        last = line[end - 1]
        if last in _CLOSERS and _CLOSERS[last] in opened:
            opened.remove(_CLOSERS[last])
        elif last not in ",{ \t":
            break
        end -= 1
    if not opened and line[:end].endswith((" {", " }")):
        end -= 2
    return at + 1 + len(line[:end].rstrip())


def _opened(text: str) -> list[str]:
    """The brackets that are open at the end of a piece of a line."""
    held: list[str] = []
    for char in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        if char in "([{":
            held.append(char)
        elif held and char in _CLOSERS and held[-1] == _CLOSERS[char]:
            held.pop()
    return held
