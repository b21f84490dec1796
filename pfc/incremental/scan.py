"""What a text imports and whether it only defines data, without parsing it.

Both readings err on the safe side: a word too many joins units that could be apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_IMPORT: Final = re.compile(r"\b(?:import|from)\s+([\w`]+(?:\s*\.\s*[\w`]+)*)")
# Strings and comments end with their line, so a wrong reading of one is not carried on.
_WORDS: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[^\W\d]\w*|`')
_BEHAVIOUR: Final = frozenset(
    "config interface capability context principal intents intent effect event reactor "
    "table stream calendar schedule workflow component page api plugin app test".split()
)


def module_of(path: str) -> str:
    """The name of the module in the file at `path` (relative to the source root)."""
    return path.removesuffix(".pf").replace("/", ".")


def imported(text: str) -> Iterator[str]:
    """The names after `import` and `from`, as modules are called."""
    for match in _IMPORT.finditer(text):
        yield re.sub(r"\s", "", match[1]).replace("`", "")


def is_library(text: str) -> bool:
    """Whether only types and functions are declared: nothing flows back to them.

    Whoever imports a library depends on it; what it is compiled to depends on nobody
    who imports it. A fence may hold any word, and makes it no library.
    """
    return not any(
        match[0] in _BEHAVIOUR or match[0] == "`" for match in _WORDS.finditer(text)
    )
