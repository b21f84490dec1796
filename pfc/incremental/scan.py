"""What a text imports and whether it only defines data, without parsing it.

All readings err on the safe side: a word too many joins units that could be apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

# A pattern that begins with a word is found ten times as fast as one with `\b` before it.
_IMPORTS: Final = tuple(
    re.compile(rf"{word}\s+([\w`]+(?:\s*\.\s*[\w`]+)*)") for word in ("import", "from")
)
_UNION: Final = re.compile(r"union\s+`?(\w+)")
_FAILS: Final = re.compile(r"fails\b")
_PARTS: Final = re.compile(r"[^\W\d]\w*|[()\[\]{},\n]")
_ALIAS: Final = re.compile(r"(\w+)`?\s+as\s+`?(\w+)")
# Strings and comments end with their line, so a wrong reading of one is not carried on.
_WORDS: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[^\W\d]\w*|`')
_BEHAVIOUR: Final = frozenset(
    "config interface capability context principal intents intent effect event reactor "
    "table stream calendar schedule workflow component page api plugin app test".split()
)
_NOISE: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*')
_DECLARING: Final = _BEHAVIOUR | {"fn", "record", "union", "type"}
_MANY: Final = 4096


def module_of(path: str) -> str:
    """The name of the module in the file at `path` (relative to the source root)."""
    return path.removesuffix(".pf").replace("/", ".")


def import_words(text: str) -> Iterator[re.Match[str]]:
    """The places that may be imports, in their order; group 1 is the module."""
    found = [match for pattern in _IMPORTS for match in pattern.finditer(text)]
    for match in sorted(found, key=re.Match.start):
        before = text[match.start() - 1 : match.start()]
        if not (before.isalnum() or before == "_"):
            yield match


@lru_cache(_MANY)
def imported(text: str) -> tuple[str, ...]:
    """The names after `import` and `from`, as modules are called."""
    words = (match[1] for match in import_words(text))
    return tuple(re.sub(r"\s", "", word).replace("`", "") for word in words)


@lru_cache(_MANY)
def is_library(text: str) -> bool:
    """Whether only types and functions are declared.

    Whoever imports a library depends on it; what it is compiled to depends on nobody
    who imports it, unless its unions are failures somewhere. A fence may hold any word,
    and makes it no library.
    """
    return not any(
        match[0] in _BEHAVIOUR or match[0] == "`" for match in _WORDS.finditer(text)
    )


@lru_cache(_MANY)
def unions(text: str) -> frozenset[str]:
    """The unions that a text declares."""
    return frozenset(match[1] for match in _UNION.finditer(text))


@lru_cache(_MANY)
def failing(text: str) -> frozenset[str]:
    """Names that intents and effects may fail with: unions among them become failures."""
    if "fails" not in text:
        return frozenset()
    plain = _NOISE.sub(" ", text)
    starts = (match.end() for match in _FAILS.finditer(plain))
    found = {name for start in starts for name in _clause(plain, start)}
    for match in _ALIAS.finditer(plain):
        if match[2] in found:
            found.add(match[1])
    return frozenset(found)


def _clause(text: str, start: int) -> Iterator[str]:
    """Names up to a brace outside of parentheses, or to the next declaration."""
    depth, before = 0, ","
    for match in _PARTS.finditer(text, start):
        part = match[0]
        if part in "([":
            depth += 1
        elif part in ")]":
            depth -= 1
        elif depth <= 0 and part in "{}":
            return
        elif part == "\n":
            if before != ",":
                before = part
            continue
        elif part not in "{},":
            if depth <= 0 and before == "\n" and part in _DECLARING:
                return
            yield part
        before = part
