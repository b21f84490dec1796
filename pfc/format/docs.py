"""Documents: text that says where its lines may be broken.

After Wadler's "A prettier printer" (2003), strict and built from below: a document knows
how it looks on one line, so a group is laid out without looking into it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pfc.frozen import dataclass

WIDTH: Final = 88
"""Columns of a line."""

TEXT, LINE, CONCAT, GROUP, NEST, IF_BROKEN, FENCE, LAZY = range(8)
"""Kinds of documents."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; `own` if it has a line of its own, `blank` if an empty line is above."""

    text: str
    own: bool
    blank: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a token that begins a line.

    `blank`: there is an empty line between the last comment, if any, and the token.
    """

    comments: tuple[Comment, ...]
    blank: bool

    @property
    def apart(self) -> bool:
        """Whether an empty line separates all of it from what is above."""
        return self.comments[0].blank if self.comments else self.blank


class Doc:
    """A document.

    `flat` is its text on one line, none if it has none or is wider than a line. It is
    `forced` if it holds a break that must be. `head` is the width up to the first place
    where a line may be broken; `stops` tells whether there is one. `lead` stands before
    its first token. `tag` is the rule or token it was made from; `pieces` are the parts
    that the documents around it may want to see.
    """

    __slots__ = (
        "flat",
        "forced",
        "head",
        "kind",
        "lead",
        "parts",
        "pieces",
        "stops",
        "tag",
    )

    def __init__(self, kind: int, parts: Sequence[Doc] = ()) -> None:
        self.kind = kind
        self.parts = parts
        self.flat: str | None = None
        self.forced = False
        self.head = 0
        self.stops = False
        self.lead: Lead | None = None
        self.tag = ""
        self.pieces: list[Doc] = []


class Lazy(Doc):
    """A document whose broken layout is made only when it is needed."""

    __slots__ = ("build",)

    def __init__(
        self, like: Doc, pieces: list[Doc], build: Callable[[list[Doc]], Doc]
    ) -> None:
        super().__init__(LAZY)
        self.flat, self.forced = like.flat, like.forced
        self.head, self.stops, self.lead = like.head, like.stops, like.lead
        self.pieces = pieces
        self.build = build


class Fence(Doc):
    """The lines of a Python fence below its opening; `verbatim` ones keep their indent."""

    __slots__ = ("lines", "verbatim")

    def __init__(self, lines: list[str], *, verbatim: bool) -> None:
        super().__init__(FENCE)
        self.lines = lines
        self.verbatim = verbatim
        self.forced = self.stops = True


# ---------------------------------------------------------------- making documents
def text(written: str) -> Doc:
    """Text that is never broken."""
    doc = Doc(TEXT)
    doc.flat = written
    doc.head = len(written)
    return doc


def comment_behind(written: str) -> Doc:
    """A comment at the end of a line, which has to end there."""
    doc = if_broken(f"  {written}")
    doc.flat = None
    doc.forced = True
    return doc


def line(flat: str | None, *, blank: bool = False) -> Doc:
    """`flat` on one line, else a line break; two of them if `blank`.

    Without `flat` the line is always broken.
    """
    doc = Doc(LINE)
    doc.flat = flat
    doc.forced = flat is None
    doc.stops = True
    if blank:
        doc.tag = "blank"
    return doc


def if_broken(written: str) -> Doc:
    """Text that is there only if the lines around it are broken."""
    doc = Doc(IF_BROKEN)
    doc.flat = ""
    doc.head = len(written)
    doc.tag = written
    return doc


SPACE: Final = text(" ")
SPACE_OR_BREAK: Final = line(" ")
SOFT: Final = line("")
HARD: Final = line(None)
BLANK: Final = line(None, blank=True)
TRAILING_COMMA: Final = if_broken(",")


def concat(parts: Sequence[Doc], kind: int = CONCAT) -> Doc:
    """One document after the other."""
    doc = Doc(kind, parts)
    flat: str | None = ""
    head, stops = 0, False
    for part in parts:
        if part.forced:
            doc.forced = True
        if flat is not None:
            more = part.flat
            flat = None if more is None else flat + more
        if not stops:
            head += part.head
            stops = part.stops
    if flat is not None and len(flat) <= WIDTH:
        doc.flat = flat
    doc.head, doc.stops = head, stops
    if parts:
        doc.lead = parts[0].lead
    return doc


def nest(parts: Sequence[Doc]) -> Doc:
    """The same, and lines that are broken inside begin two columns further right."""
    return concat(parts, NEST)


def group(doc: Doc) -> Doc:
    """Broken as a whole or not at all; groups inside decide for themselves."""
    if not doc.stops and not doc.forced:
        return doc
    found = Doc(GROUP, (doc,))
    found.flat, found.forced = doc.flat, doc.forced
    found.head, found.stops, found.lead = doc.head, doc.stops, doc.lead
    found.tag = doc.tag
    return found


def ungrouped(doc: Doc) -> Doc:
    """What stands in a group, so that it is broken with the group around it."""
    return doc.parts[0] if doc.kind == GROUP else doc


def led(doc: Doc, lead: Lead | None) -> Doc:
    """The document with something else before it; signs are shared, so they are copied."""
    if doc.kind == TEXT:
        tag, pieces = doc.tag, doc.pieces
        doc = text(doc.flat or "")
        doc.tag, doc.pieces = tag, pieces
    doc.lead = lead
    return doc


def force(doc: Doc) -> Doc:
    """The document, with its lines broken however short it is."""
    doc.forced = True
    doc.flat = None
    return doc
