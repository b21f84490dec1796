"""String literals of patterns, as they are written."""

from __future__ import annotations

import ast


def unescaped(raw: str) -> str:
    """The text of a literal without holes: Python's escapes, braces written twice."""
    found = ast.literal_eval(raw)
    assert isinstance(found, str)
    return found.replace("{{", "{").replace("}}", "}")
