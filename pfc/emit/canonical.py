"""Recognising statements that black would not change, so that it need not be asked.

A conservative reader of the common forms, spaces and quotes included. What it does
not know (comprehensions, lambdas, slices, `**`, redundant parentheses) is for black.
"""

from __future__ import annotations

import keyword
import re
from typing import Final

_NAME: Final = r"[^\W\d]\w*"
_ESCAPES: Final = r"\\[nrt\\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}"
# No escaped quotes: black would count them and may prefer the other ones.
_STRING: Final = rf'[bf]?"(?:[^"\\\n\r]|{_ESCAPES})*"'
_ATOM: Final = re.compile(rf"{_STRING}|\d+(?:\.\d+)?(?!\w)|{_NAME}")
_ATTRIBUTE: Final = re.compile(rf"\.{_NAME}")
_PREFIX: Final = re.compile(r"(?:not )*(?:await |-(?=[\w(]))?")
_OPERATOR: Final = re.compile(
    r" (?:[-+*/%]|//|[=!<>]=|[<>]|and|or|is not|is|not in|in|if|else) "
)
_ARGUMENT: Final = re.compile(rf"{_NAME}=(?!=)|\*\*?")
_CONSTANTS: Final = frozenset(("None", "True", "False"))
_LEADING: Final = re.compile(
    rf"(?:return|raise) |{_NAME}(?:\.{_NAME})*(?:\[{_NAME}(?:\.{_NAME})*\])?"
    rf"(?:: [^\s=\"'(){{}}]+(?: \| [^\s=\"'(){{}}]+)*)? (?:[-+*/]?=) "
)
_HEADER: Final = re.compile(rf"(?:if|elif|while|with|for {_NAME} in) (?!\()")
_HEADER_END: Final = re.compile(rf"(?: as {_NAME})?:")
_BARE_HEADERS: Final = frozenset(("else:", "try:", "finally:"))
_SOFT_KEYWORDS: Final = re.compile(r"(?:match|case|type|print|exec)\b")


def is_canonical(code: str) -> bool:
    """Whether black would change nothing but line breaks; False if in doubt."""
    if code in ("return", "raise", "pass", "break", "continue"):
        return True
    leading = _LEADING.match(code)
    if leading is None and _SOFT_KEYWORDS.match(code):
        return False
    at = leading.end() if leading else 0
    return _expression(code, at) == len(code)


def is_canonical_header(code: str) -> bool:
    """The same for the first line of a block."""
    if code in _BARE_HEADERS:
        return True
    leading = _HEADER.match(code)
    if leading is None:
        return False
    at = _expression(code, leading.end())
    return at > 0 and bool(_HEADER_END.fullmatch(code, at))


def _expression(code: str, at: int) -> int:
    """The end of an expression; -1 if there is none that is surely canonical."""
    conditions = 0
    while True:
        at = _operand(code, at)
        operator = _OPERATOR.match(code, at) if at > 0 else None
        if operator is None:
            return at if conditions == 0 else -1
        if operator[0] == " if ":
            conditions += 1
        elif operator[0] == " else ":
            conditions -= 1
        if conditions < 0:
            return -1
        at = operator.end()


def _operand(code: str, at: int) -> int:
    prefix = _PREFIX.match(code, at)
    at = prefix.end() if prefix else at
    opening = code[at : at + 1]
    if opening == "(" or opening == "[":
        return _display(code, at, opening)
    atom = _ATOM.match(code, at)
    if atom is None:
        return -1
    text = atom[0]
    if keyword.iskeyword(text) and text not in _CONSTANTS:
        return -1
    at = atom.end()
    return _trailers(code, at) if text.isidentifier() else at


def _trailers(code: str, at: int) -> int:
    """The end of attributes, calls and subscripts after a name."""
    while at > 0:
        opening = code[at : at + 1]
        if opening == "(":
            at = _items(code, at + 1, ")", named=True)[0]
        elif opening == "[":
            end, count, comma = _items(code, at + 1, "]")
            at = end if count and not comma else -1
        elif attribute := _ATTRIBUTE.match(code, at):
            at = attribute.end()
        else:
            return at
    return -1


def _display(code: str, at: int, opening: str) -> int:
    """A tuple or list; parentheses around one expression are left to black."""
    end, count, comma = _items(code, at + 1, ")" if opening == "(" else "]")
    one_tuple = opening == "(" and count == 1 and comma
    if opening == "(" and count == 1 and not comma:
        return -1
    return end if one_tuple or not comma else -1


def _items(
    code: str, at: int, closing: str, *, named: bool = False
) -> tuple[int, int, bool]:
    """The end of a bracket, how many items it has, whether a comma trails.

    A trailing comma is canonical only in a tuple of one, so in a call it ends in -1.
    """
    if code[at : at + 1] == closing:
        return at + 1, 0, False
    count = 0
    while True:
        argument = _ARGUMENT.match(code, at) if named else None
        at = _expression(code, argument.end() if argument else at)
        count += 1
        if at < 0:
            return -1, count, False
        if code.startswith(closing, at):
            return at + 1, count, False
        if code.startswith("," + closing, at):
            return (-1 if named else at + 2), count, True
        if not code.startswith(", ", at):
            return -1, count, False
        at += 2
