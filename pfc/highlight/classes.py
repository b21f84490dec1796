"""What a piece of a `.pf` file can be to a highlighter."""

from __future__ import annotations

from typing import Final
from unicodedata import category

KEYWORD: Final = "keyword"
CONSTANT: Final = "constant"
NAME: Final = "name"
TYPE: Final = "type"
DECLARED: Final = "declared"
TAG: Final = "tag"
NUMBER: Final = "number"
STRING: Final = "string"
ESCAPE: Final = "escape"
HOLE: Final = "hole"
OPERATOR: Final = "operator"
PUNCTUATION: Final = "punctuation"
COMMENT: Final = "comment"
DOC: Final = "doc"
FENCE: Final = "fence"
PYTHON: Final = "python"


def class_of_sign(text: str) -> str:
    """Brackets, separators and dots are punctuation; every other sign is an operator."""
    return PUNCTUATION if text in tuple("()[]{},.:") else OPERATOR


def class_of_name(text: str, otherwise: str = NAME) -> str:
    """Types, variants and everything else in PascalCase stand apart from other names."""
    first = text.lstrip("`")[:1]
    return TYPE if first and category(first) == "Lu" else otherwise
