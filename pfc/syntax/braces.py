"""Braces that are never closed: where they should have been, by the indentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pfc.syntax.tolerant import Item


@dataclass(frozen=True)
class Unclosed:
    """The brace at `opener` wants a `}` before the token `before`."""

    opener: int
    before: int


def unclosed_braces(items: Sequence[Item]) -> list[Unclosed]:
    """What is missing, in order; nothing if there are at least as many `}` as `{`.

    A block has to end before a line that is indented no more than the line in which it
    was opened. Where that says too little, the outermost braces are closed at the end.
    """
    indented = len({item.indent for item in items if item.first}) > 1
    kinds = [item.kind for item in items]
    missing = kinds.count("LBRACE") - kinds.count("RBRACE")
    found: list[Unclosed] = []
    held: list[tuple[int, int]] = []
    indent = 0
    for at, item in enumerate(items):
        if item.first and indented:
            indent = item.indent
            closing = item.kind == "RBRACE"
            while len(found) < missing and held and _ends(held[-1][1], indent, closing):
                found.append(Unclosed(held.pop()[0], at))
        if item.kind == "LBRACE":
            held.append((at, indent))
        elif item.kind == "RBRACE" and held:
            held.pop()
    while len(found) < missing and held:
        found.append(Unclosed(held.pop()[0], len(items) - 1))
    return found


def _ends(opened: int, indent: int, closing: bool) -> bool:
    """Whether a line with this indentation stands outside a block opened in another."""
    return indent < opened if closing else indent <= opened
