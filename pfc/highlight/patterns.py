"""The regular expressions of tokens, in the dialect that Python, Oniguruma and JavaScript share."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pfc.highlight.ebnf import Pattern
from pfc.highlight.machine import Step
from pfc.highlight.rules import (
    WORD,
    Leaf,
    grammar,
)
from pfc.syntax.islands import DECLARATIONS
from pfc.syntax.words import RESERVED

LINE_OF_DECLARATION: Final = rf'^(?:{"|".join(DECLARATIONS)})\b(?=[ \t]+[\w"`{{])'
"""A declaration that begins a line: whatever stood open before it is over."""

NAME: Final = r"[^\W\d]\w*"
ESCAPE: Final = (
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[ntrabfv\\'\"])"
)
DOUBLED: Final = r"\{\{|\}\}"
IN_HOLE: Final = r'(?:[^"{}\n]|"(?:[^"\\\n]|\\.)*"|\{[^{}"\n]*\})*'
HOLE: Final = rf"\{{{IN_HOLE}\}}"
DOC: Final = r"^[ \t]*(##[^\n]*)"
COMMENT: Final = r"#[^\n]*"
_NOT_AN_ARM: Final = r"(?!\s*=>)"
_GLUED: Final = {"=": "=>", "<": "=", ">": "=", "-": ">=", "+": "=", "*": "=", ".": "."}


@cache
def terminal(name: str) -> str:
    """The regular expression of a terminal of the grammar."""
    node = grammar()["STRING" if name == "PLAIN" else name]
    assert isinstance(node, Pattern)
    return node.text


@cache
def pattern(step: Step) -> str:
    """What the token that a step takes looks like, with what must or must not follow."""
    return token(step.leaf) + ahead(step)


def ahead(step: Step) -> str:
    """What must or must not follow the token that a step takes."""
    found = ""
    if step.leaf.kind == WORD and step.leaf.text not in RESERVED:
        found += _NOT_AN_ARM
    if step.unless:
        found += rf"(?!\s*{_signs(step.unless)})"
    if step.only:
        found += rf"(?=\s*{_signs(step.only)})"
    return found


@cache
def token(leaf: Leaf) -> str:
    """What a token looks like."""
    match leaf.kind:
        case "word":
            return rf"{leaf.text}\b"
        case "sign":
            return sign(leaf.text)
        case "names":
            taken = [*sorted(RESERVED), *leaf.text.split()]
            return rf"(?:(?!(?:{'|'.join(taken)})\b){NAME}|`{NAME}`)"
        case "reserved":
            return rf"(?:{'|'.join(sorted(RESERVED))})\b"
        case "pattern":
            return leaf.text
        case kind:
            return terminal(kind)


def sign(text: str) -> str:
    """A sign that is not the beginning of a longer one."""
    more = _GLUED.get(text, "")
    return re.escape(text) + (f"(?![{re.escape(more)}])" if more else "")


def _signs(signs: frozenset[str]) -> str:
    return "|".join(map(re.escape, sorted(signs)))
