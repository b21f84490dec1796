"""Python in fences, formatted by black."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pfc.format.docs import WIDTH, Doc, Fence, concat, text

if TYPE_CHECKING:
    from lark import Token

_LINE_LENGTH: Final = WIDTH - 4
"""A fence is never indented deeper than that, so its code is the same everywhere."""


def fence(token: Token) -> Doc:
    """A fence: its opening and the lines below. Python that black cannot read stays."""
    code = str(token).partition("\n")[2][: -len("```")]
    formatted = _formatted(code)
    if formatted is None:
        below = Fence(f"{code}```".split("\n"), verbatim=True)
    else:
        below = Fence(formatted.splitlines(), verbatim=False)
    return concat([text("```py"), below])


@lru_cache(maxsize=1_024)
def _formatted(code: str) -> str | None:
    """The code at the left margin, or none if it is no Python."""
    code = textwrap.dedent(code).strip("\n")
    if not code.strip():
        return ""
    import black  # a tenth of a second that most files need not wait for

    try:
        formatted = black.format_str(code + "\n", mode=_mode())
    except Exception:  # black tells of bad input in many ways
        return None
    return formatted.strip("\n")


@lru_cache(maxsize=1)
def _mode() -> black.Mode:
    import black

    return black.Mode(line_length=_LINE_LENGTH)


if TYPE_CHECKING:
    import black
