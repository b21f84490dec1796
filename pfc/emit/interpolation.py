"""Interpolated strings as f-strings that Python 3.11 can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pfc.emit.code import Code
from pfc.emit.escapes import escaped
from pfc.emit.literals import quote_for, string

# Before Python 3.12 a hole may hold neither the quote of its f-string nor a backslash
# nor a comment; a colon or an exclamation mark outside brackets ends the expression.
_HARMLESS: Final = re.compile(r"""[^"'\\#\n{}!:]+""")


def interpolation(pieces: Sequence[str | Code]) -> Code:
    """The source of a string made of texts (plain `str`) and holes (`Code`).

    An f-string if every hole may stand in one; otherwise the pieces are joined. A
    hole is formatted by `format(value, "")`, in both forms.
    """
    if all(type(piece) is not Code for piece in pieces):
        return string("".join(pieces))
    if all(type(piece) is not Code or _fits_a_hole(piece) for piece in pieces):
        return _f_string(pieces)
    parts = [
        Code(f"format({piece})") if type(piece) is Code else string(piece)
        for piece in pieces
        if piece
    ]
    if len(parts) == 1:
        return parts[0]
    return Code(f'"".join(({", ".join(parts)}))')


def _fits_a_hole(hole: Code) -> bool:
    return bool(_HARMLESS.fullmatch(hole))


def _f_string(pieces: Sequence[str | Code]) -> Code:
    texts = "".join(piece for piece in pieces if type(piece) is not Code)
    quote = quote_for(texts)
    body = "".join(
        f"{{{piece}}}" if type(piece) is Code else _f_text(piece, quote)
        for piece in pieces
    )
    return Code(f"f{quote}{body}{quote}")


def _f_text(text: str, quote: str) -> str:
    doubled = text.replace("{", "{{").replace("}", "}}")
    return escaped(doubled).replace(quote, "\\" + quote)
