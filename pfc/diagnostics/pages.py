"""The explanation pages: one Markdown file for each code."""

from __future__ import annotations

import enum
import re
from importlib.resources import files
from typing import Final

from pfc.frozen import dataclass

_BLOCK: Final = re.compile(r"^(`{3,})pf([^\n]*)\n(.*?)^\1[ \t]*$", re.M | re.S)


_DEEP: Final = 10_000


class Role(enum.Enum):
    """What a block of a page is there for."""

    WRONG = "wrong"
    """It produces the code that the page explains."""
    RIGHT = "right"
    """It does not: the repair."""
    ALSO = "also"
    """Another module, which the others of the page import."""


@dataclass(frozen=True, slots=True)
class Example:
    """A `pf` block of a page; `path` is the file name that it wants."""

    text: str
    role: Role
    path: str


def page(code: str) -> str:
    """The page of a code, as Markdown; raises FileNotFoundError if it has none."""
    return files("pfc.diagnostics").joinpath("pages", f"{code}.md").read_text("utf-8")


def examples(markdown: str) -> tuple[Example, ...]:
    """The `pf` blocks of a page, in order.

    Words after the opening fence say more: ` ```pf wrong path=a/b.pf`. Without `wrong`
    or `also` a block is right. In a block marked `deep`, `((((` and `))))` stand for a
    great many. A fence of four back-quotes holds sources with a fence of three.
    """
    return tuple(_example(m[2].split(), m[3]) for m in _BLOCK.finditer(markdown))


def _example(words: list[str], text: str) -> Example:
    role, path = Role.RIGHT, "example.pf"
    for word in words:
        if word.startswith("path="):
            path = word.removeprefix("path=")
        elif word == "deep":
            text = text.replace("((((", "(" * _DEEP).replace("))))", ")" * _DEEP)
        else:
            role = Role(word)
    return Example(text, role, path)
