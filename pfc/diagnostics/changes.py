"""What changed in a text, as a unified diff."""

from __future__ import annotations

import difflib


def unified(path: str, old: str, new: str) -> str:
    """Both texts as a diff that `git apply` and `patch` take."""
    rows = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), path, path
    )
    return "".join(
        row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"
        for row in rows
    )
