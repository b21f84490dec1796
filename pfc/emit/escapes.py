"""Which characters never stand as themselves in generated text, and their escapes."""

from __future__ import annotations

import re
from typing import Final

# A fixed list, not `str.isprintable`: that changes with the Unicode version of the
# interpreter, and the same bytes must come out on every one. Controls, surrogates,
# line and paragraph separators, invisible, bidirectional and look-alike spaces.
_UNSAFE: Final = (
    r"\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufeff\uffa0"
    r"\ufff0-\uffff\U000e0000-\U000e0fff"
)
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\\": r"\\"}

UNSAFE: Final = re.compile(f"[{_UNSAFE}]")
UNSAFE_OR_BACKSLASH: Final = re.compile(rf"[{_UNSAFE}\\]")
LINE_BREAK: Final = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def escape(char: str) -> str:
    """The escape sequence of a character in a Python string."""
    short = _SHORT.get(char)
    if short is not None:
        return short
    point = ord(char)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def escaped(text: str) -> str:
    """The text with backslashes and unsafe characters escaped; quotes are kept."""
    return UNSAFE_OR_BACKSLASH.sub(lambda match: escape(match[0]), text)
