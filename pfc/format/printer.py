"""From a document to text: each group on one line if it fits."""

from __future__ import annotations

from typing import Final, cast

from pfc.format import docs
from pfc.format.docs import WIDTH, Doc, Fence, Lazy

_STEP: Final = 2


def render(doc: Doc) -> str:
    """The text of a document, without a line break at its end.

    Takes time in proportion to the text, and a stack of its own: no depth is too deep.
    """
    return _Printer(doc).run()


class _Printer:
    """What is printed so far, and what is still to print."""

    def __init__(self, doc: Doc) -> None:
        self.out: list[str] = []
        self.column = 0
        self.margin = 0
        self.stack: list[tuple[int, Doc]] = [(0, doc)]

    def run(self) -> str:
        stack = self.stack
        while stack:
            indent, doc = stack.pop()
            kind = doc.kind
            if kind == docs.TEXT:
                self._text(cast("str", doc.flat))
            elif kind == docs.CONCAT:
                stack.extend([(indent, part) for part in reversed(doc.parts)])
            elif kind in (docs.GROUP, docs.LAZY):
                flat = doc.flat
                if flat is not None and self._fits(len(flat)):
                    self._text(flat)
                elif kind == docs.GROUP:
                    stack.append((indent, doc.parts[0]))
                else:
                    stack.append((indent, cast("Lazy", doc).build(doc.pieces)))
            elif kind == docs.LINE:
                self._break(indent, doc)
            elif kind == docs.NEST:
                inner = indent + _STEP
                stack.extend([(inner, part) for part in reversed(doc.parts)])
            elif kind == docs.IF_BROKEN:
                self._text(doc.tag)
            else:
                self._fence(cast("Fence", doc))
        return "".join(self.out)

    def _text(self, text: str) -> None:
        self.out.append(text)
        self.column += len(text)

    def _break(self, indent: int, line: Doc) -> None:
        self.out.append("\n\n" if line.tag == "blank" else "\n")
        self.out.append(" " * indent)
        self.column = self.margin = indent

    def _fence(self, fence: Fence) -> None:
        inside = "" if fence.verbatim else " " * (self.margin + _STEP)
        for each in fence.lines:
            self.out.append(f"\n{inside}{each}" if each else "\n")
        if not fence.verbatim:
            self.out.append(f"\n{' ' * self.margin}```")
        self.column = self.margin + 3

    def _fits(self, width: int) -> bool:
        """Whether so much fits, and what follows it up to where a line may be broken."""
        room = WIDTH - self.column - width
        for _, doc in reversed(self.stack):
            room -= doc.head
            if room < 0 or doc.stops:
                break
        return room >= 0
