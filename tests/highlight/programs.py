"""The programs over which highlighters and compiler have to agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

from pfc.span import Source
from pfc.syntax.parser import parse
from tests.docs.pages import blocks, pages
from tests.highlight.compiler import Painted, compiled
from tests.syntax.test_names import POSITIONS, SOFT, filled

ROOT = Path(__file__).parents[2]
_EVERY = 11
_LOOKS_AHEAD = re.compile(r"\b(can|await|emitted|performed|slot|match)\b")
_STRING = re.compile(r'("[^"]*")')


@cache
def programs() -> dict[str, str]:
    """Name → text of every example, case and block of the documentation that parses."""
    files = [*(ROOT / "examples").rglob("*.pf"), *(ROOT / "tests/cases").rglob("*.pf")]
    found = {str(p.relative_to(ROOT)): p.read_text("utf-8") for p in sorted(files)}
    for page in pages():
        for block in blocks(page):
            if block.language == "pf":
                found[f"{page.relative_to(ROOT)}:{block.line}"] = block.text
    return {name: text for name, text in found.items() if parses(text)}


def parses(text: str) -> bool:
    return not parse(Source("sample.pf", text)).diagnostics


@cache
def names_like_keywords() -> dict[str, str]:
    """Words of the language in the positions of names: of all pairs, one in so many."""
    numbers = count()
    return {
        f"{template} with {word}": filled(template, word)
        for template, quoted in POSITIONS
        for word in SOFT
        if word not in quoted and next(numbers) % _EVERY == 0
    }


@cache
def broken_lines() -> dict[str, str]:
    """The same, a word a line, where a line is enough to tell what a word is."""
    return {
        f"{name}, a word a line": _STRING.sub(r"\1", text).replace(" ", "\n ")
        for name, text in names_like_keywords().items()
        if not _LOOKS_AHEAD.search(name) and '"' not in text
    }


@cache
def truth(text: str) -> Painted:
    return compiled(text)


def differences(
    texts: dict[str, str], painted: Callable[[list[str]], list[Painted]]
) -> list[str]:
    """Where a highlighter and the compiler disagree, a line for each program."""
    found = []
    for (name, text), got in zip(
        texts.items(), painted(list(texts.values())), strict=True
    ):
        wanted = truth(text)
        assert len(got) == len(wanted) == len(text)
        for at, (one, other) in enumerate(zip(got, wanted, strict=True)):
            if one != other and text[at] != "\n":
                line = text.count("\n", 0, at) + 1
                here = text[at : at + 12]
                found.append(f"{name}:{line}: {here!r} is {one!r}, should be {other!r}")
                break
    return found
