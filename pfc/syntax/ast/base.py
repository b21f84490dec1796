"""What every node of the syntax tree is made of: a span first, then its parts."""

from __future__ import annotations

from typing import TypeVar, dataclass_transform

from pfc.frozen import dataclass
from pfc.span import Span

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True)
def node(cls: type[_Class]) -> type[_Class]:
    """A frozen, slotted dataclass: one class per construct of the language."""
    return dataclass(frozen=True, slots=True)(cls)


@node
class Name:
    """One identifier, without its back-quotes."""

    span: Span
    text: str


@node
class Dotted:
    """A name, or a path of names: `Role`, `users.Role`."""

    span: Span
    parts: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(part.text for part in self.parts)

    @property
    def last(self) -> Name:
        return self.parts[-1]


@node
class Text:
    """A string literal as written, with its quotes; holes are parsed where they mean something."""

    span: Span
    raw: str


@node
class Fence:
    """A fenced block of Python: `code` is the text between the fence's lines."""

    span: Span
    code: str
    code_start: int
