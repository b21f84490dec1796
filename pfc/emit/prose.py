"""Text for people in generated code: docstrings and comments that break nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pfc.emit.code import Code
from pfc.emit.escapes import LINE_BREAK, UNSAFE, escape, escaped

_TAB_WIDTH: Final = 4
# What formatters, type checkers, linters and Python itself read in comments: at the
# start, black also after a semicolon, Python's `coding:` anywhere in the first lines.
_DIRECTIVE: Final = re.compile(
    r"(^|;\s*)(?=(?:type|mypy|pyright|pyre|ruff|flake8|noqa|fmt|yapf|isort|pylint|pragma"
    r"|nosec|nopycln|pytype)(?![a-z]))",
    re.IGNORECASE,
)
_CODING: Final = re.compile(r"coding(?=[:=])", re.IGNORECASE)


# From Python 3.13 on a docstring with a lone surrogate, escaped or not, does not compile.
_LONE: Final = re.compile("[\ud800-\udfff]")


def docstring(text: str) -> Code:
    """A docstring with the text of a `##` comment; black leaves it as it is.

    On one line if the text has one; otherwise the closing quotes stand alone.
    Continuation lines carry no indentation: whoever indents the block adds it.
    """
    lines = _doc_lines(text)
    first = lines[0] if lines else ""
    if first.startswith('"'):
        first = " " + first
    if len(lines) <= 1:
        ending = " " if first.endswith('"') or not first else ""
        return Code(f'"""{first}{ending}"""')
    return Code("\n".join(['"""' + first, *lines[1:], '"""']))


def _doc_lines(text: str) -> list[str]:
    """Lines without common indentation, trailing space and blank lines around."""
    whole = _LONE.sub("\N{REPLACEMENT CHARACTER}", text)
    raw = [line.expandtabs(_TAB_WIDTH) for line in LINE_BREAK.split(whole)]
    lines = [escaped(line.rstrip()).replace('"""', r"\"\"\"") for line in raw]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        del lines[0]
    if not lines:
        return []
    margins = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line]
    margin = min(margins, default=0)
    return [lines[0].strip(" "), *(line[margin:] for line in lines[1:])]


@lru_cache(maxsize=1024)  # most say where a statement comes from, many the same line
def comment(text: str) -> Code:
    """A comment of one line, `# ` included; never a directive for a tool."""
    flat = " ".join(part.strip() for part in LINE_BREAK.split(text))
    flat = UNSAFE.sub(lambda match: escape(match[0]), flat.expandtabs(_TAB_WIDTH))
    flat = flat.replace("#", r"\x23").strip()
    flat = _CODING.sub(r"coding\\", flat)
    flat = _DIRECTIVE.sub(r"\1\\", flat)
    return Code(f"# {flat}" if flat else "#")


def comments(text: str) -> Code:
    """A block of comment lines, one for each line of the text."""
    lines = [line.strip() for line in LINE_BREAK.split(text)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        del lines[0]
    return Code("\n".join(comment(line) for line in lines))
