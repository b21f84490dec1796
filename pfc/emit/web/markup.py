"""Markup under construction: pieces of text and expressions, laid out as appends."""

from __future__ import annotations

from typing import Final

from pfc.emit import literals
from pfc.emit.block import Block
from pfc.emit.breaking import LINE_LENGTH, STEP, width
from pfc.emit.code import Code, join, splice

_ESCAPES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
}


def escaped(text: str) -> str:
    """A text as markup, as the runtime's `text` and `attribute` would write it."""
    return "".join(_ESCAPES.get(char, char) for char in text)


class Markup:
    """Collects pieces; `flush` writes them as one statement to `out`.

    A `str` is literal markup, escaped already; Code is an expression that gives some.
    """

    def __init__(self) -> None:
        self._pieces: list[str | Code] = []
        self._origin: Code | None = None

    def add(self, piece: str | Code, origin: Code) -> None:
        """Takes a piece; neighbouring literals become one."""
        if not piece:
            return
        self._origin = self._origin or origin
        last = self._pieces[-1] if self._pieces else None
        if type(piece) is Code or last is None or type(last) is Code:
            self._pieces.append(piece)
        else:
            self._pieces[-1] = last + piece

    def flush(self, block: Block, out: Code) -> None:
        """Writes what was collected, and forgets it."""
        if not self._pieces:
            return
        column = block.indent + STEP
        pieces = [
            code
            for piece in self._pieces
            for code in ([piece] if type(piece) is Code else literal(piece, column))
        ]
        origin, self._origin, self._pieces = self._origin, None, []
        if len(pieces) == 1:
            block.add(splice("{}.append({})", out, pieces[0]), origin=origin)
        else:
            block.add(splice("{} += ({})", out, join(", ", pieces)), origin=origin)


def literal(text: str, column: int) -> list[Code]:
    """The literals for a text whose lines begin at a column; a long one is taken apart.

    It is split before `<` and after a blank. A word longer than a line stays whole.
    """
    room = LINE_LENGTH - column - 1
    found: list[Code] = []
    while text:
        whole = literals.string(text)
        if width(whole) <= room:
            return [*found, whole]
        end = _break(text, room)
        found.append(literals.string(text[:end]))
        text = text[end:]
    return found


def _break(text: str, room: int) -> int:
    """Where to end the first piece: the last place that fits, else the first there is."""
    first = 0
    best = 0
    for at in range(1, len(text)):
        if text[at] == "<" or text[at - 1] == " ":
            if width(literals.string(text[:at])) <= room:
                best = at
            else:
                first = at
                break
    return best or first or len(text)
