"""The program of template.pf, for any word."""

from __future__ import annotations

import builtins
import keyword
import re
from pathlib import Path
from typing import Final

from pfc.diagnostics import Severity
from pfc.driver import Compilation, compile_sources
from pfc.syntax.grammar import words
from pfc.syntax.words import RESERVED

TEMPLATE: Final = Path(__file__).with_name("template.pf").read_text("utf-8")
SIGN_IN: Final = "def load(subject: str) -> object: ...\n"
WORDS: Final = sorted(words() - RESERVED)
PYTHON: Final = sorted({*keyword.kwlist, *keyword.softkwlist} - {"_"})
BUILTINS: Final = sorted(
    name for name in dir(builtins) if name.islower() and name[0] != "_"
)
BY_CONTEXT: Final = "can await nothing emitted performed".split()
ALL: Final = sorted({*WORDS, *PYTHON, *BUILTINS, *BY_CONTEXT, *RESERVED})
"""Every word that could be mistaken for something else, in any of the languages."""


def written(word: str) -> str:
    """A word as a name: in back-quotes if it is reserved."""
    return f"`{word}`" if word in RESERVED else word


def program(word: str) -> str:
    """The template with a word in the place of each name that it leaves open."""
    binding = word if word[0].islower() or word[0] == "_" else "other_word"
    in_fence = f"{word}_" if keyword.iskeyword(word) else word
    text = TEMPLATE.replace("WORD", word).replace("PYTHON", in_fence)
    text = re.sub(r"\bW\b", written(word), text)
    text = re.sub(r"\bP\b", written(binding), text)
    operation = f"`{word}`" if word == "implies" else written(word)
    return re.sub(r"\bO\b", operation, text)


def compiled(sources: dict[str, str]) -> Compilation:
    return compile_sources(sources, lambda _: SIGN_IN)


def errors(made: Compilation) -> list[str]:
    return [
        f"{each.code} {each.message} at {each.span.path}:{each.span.start}"
        for each in made.diagnostics
        if each.severity is Severity.ERROR
    ]
