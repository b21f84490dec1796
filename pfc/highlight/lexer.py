"""The Pygments lexer: Sphinx, MkDocs, rich and everything else that uses Pygments find it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pygments.lexer import Lexer
from pygments.lexers.python import PythonLexer
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from pfc.highlight import classes
from pfc.highlight.reader import read

TOKENS: Final[dict[str, Any]] = {
    "": Whitespace,
    classes.KEYWORD: Keyword,
    classes.CONSTANT: Keyword.Constant,
    classes.NAME: Name,
    classes.TYPE: Name.Class,
    classes.DECLARED: Name.Function,
    classes.TAG: Name.Tag,
    classes.NUMBER: Number,
    classes.STRING: String.Double,
    classes.ESCAPE: String.Escape,
    classes.HOLE: String.Interpol,
    classes.OPERATOR: Operator,
    classes.PUNCTUATION: Punctuation,
    classes.COMMENT: Comment.Single,
    classes.DOC: String.Doc,
    classes.FENCE: Punctuation.Marker,
}
"""The token type of each class; Python in fences is read by Pygments' own lexer."""


class PacketFlowLexer(Lexer):
    """Reads `.pf` files."""

    name = "PacketFlow"
    aliases = ("packetflow", "pf")
    filenames = ("*.pf",)
    mimetypes = ("text/x-packetflow",)
    url = ""

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """The tokens of a text: place, type, value."""
        for at, class_, piece in read(text):
            if class_ == classes.PYTHON:
                python = PythonLexer().get_tokens_unprocessed(piece)
                yield from ((at + place, kind, value) for place, kind, value in python)
            else:
                yield at, TOKENS[class_], piece
