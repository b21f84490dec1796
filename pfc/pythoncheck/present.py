"""Which generated files have Python of the user's in them, or call some."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

PythonReader: TypeAlias = Callable[[str], tuple[str, str] | None]
"""The path, relative to the source root, and the text of a Python module, or none."""

_LINKED: Final = re.compile(
    r"^ +from (?P<module>[\w.]+) import \w+(?: as \w+)?(?:  # .+\.pf:\d+)?$", re.M
)
_FENCE: Final = re.compile(r"  # .+\.pf:\d+, Python \d+-\d+$", re.M)


def with_python(files: Mapping[str, str]) -> list[str]:
    """The generated files in which there is something for mypy to look at."""
    return [
        name
        for name, text in sorted(files.items())
        if _FENCE.search(text) or any(True for _ in linked(text))
    ]


def linked(text: str) -> Iterable[str]:
    """The Python modules that a generated file imports in functions."""
    if "\n    from " not in text:
        return []
    return [found["module"] for found in _LINKED.finditer(text)]
