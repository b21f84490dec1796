"""Recognising statements that black would not change, so that it need not be asked.

A conservative reader of the forms that generated code takes, spaces and quotes included.
What it does not know (slices, `**` between operands, redundant parentheses) is for black.
"""

from __future__ import annotations

import keyword
import re
from typing import Final

_NAME: Final = r"[^\W\d]\w*"
_ESCAPES: Final = r"\\[nrt\\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}"
# No escaped quotes: black would count them and may prefer the other ones. Single quotes
# stay where the text has a double one.
_STRING: Final = (
    rf'[bf]?"(?:[^"\\\n\r]|{_ESCAPES})*"'
    rf"""|b?'(?=[^'\n\r]*")(?:[^'\\\n\r]|{_ESCAPES})*'"""
)
_ATOM: Final = re.compile(rf"{_STRING}|\d+(?:\.\d+)?(?:e-?\d+)?(?!\w)|{_NAME}")
_ATTRIBUTE: Final = re.compile(rf"\.{_NAME}")
_PREFIX: Final = re.compile(r"(?:not )*(?:await |-(?=[\w(]))?")
_OPERATOR: Final = re.compile(
    r" (?:[-+*/%|&]|//|[=!<>]=|[<>]|and|or|is not|is|not in|in|if|else) "
)
_ARGUMENT: Final = re.compile(rf"{_NAME}=(?!=)|\*\*?")
_LAMBDA: Final = re.compile(rf"lambda(?: {_NAME}(?:, {_NAME})*)?: ")
_FOR: Final = re.compile(rf" (?:async )?for {_NAME}(?:, {_NAME})* in ")
_CONSTANTS: Final = frozenset(("None", "True", "False"))
_LEADING: Final = re.compile(
    rf"(?:return|raise|yield|assert) |{_NAME}(?:\.{_NAME})*"
    rf"(?:\[(?:{_NAME}(?:\.{_NAME})*|{_STRING})\])?"
    rf"(?:: [^\s=\"'(){{}}]+(?:(?: \|)? [^\s=\"'(){{}}]+)*)? (?:[-+*/]?=) "
)
_IMPORT: Final = re.compile(
    rf"from \.*{_NAME}(?:\.{_NAME})* import {_NAME}(?:, {_NAME})*"
    rf"|import {_NAME}(?:\.{_NAME})*"
)
_HEADER: Final = re.compile(
    rf"(?:if|elif|while|with|async with|match|(?:async )?for {_NAME}(?:, {_NAME})* in) "
    r"(?!\()"
)
_HEADER_END: Final = re.compile(rf"(?: as {_NAME})?:")
_AS: Final = re.compile(rf" as {_NAME}")
_CASE: Final = re.compile(r"case (?!\()")
_DEF: Final = re.compile(rf"(?:async )?def {_NAME}\(")
_PARAMETER: Final = re.compile(rf"\*{{0,2}}{_NAME}(: |=)?")
_BARE_HEADERS: Final = frozenset(("else:", "try:", "finally:"))
_SOFT_KEYWORDS: Final = re.compile(r"(?:match|case|type|print|exec)\b")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def is_canonical(code: str) -> bool:
    """Whether black would change nothing but line breaks; False if in doubt."""
    if code in ("return", "raise", "pass", "break", "continue"):
        return True
    leading = _LEADING.match(code)
    if leading is None:
        if _SOFT_KEYWORDS.match(code):
            return False
        if code.startswith(("from ", "import ")):
            return bool(_IMPORT.fullmatch(code))
    at = leading.end() if leading else 0
    return not _is_wrapped(code, at) and _expression(code, at) == len(code)


def is_canonical_header(code: str) -> bool:
    """The same for the first line of a block."""
    if code in _BARE_HEADERS:
        return True
    if defined := _DEF.match(code):
        return _signature(code, defined.end())
    if case := _CASE.match(code):
        at = _expression(code, case.end())
        if at > 0 and (named := _AS.match(code, at)):
            at = named.end()
        if at > 0 and code.startswith(" if ", at) and code[at + 4 : at + 5] != "(":
            at = _expression(code, at + 4)
        return at > 0 and code[at:] == ":"
    leading = _HEADER.match(code)
    if leading is None:
        return False
    at = _expression(code, leading.end())
    return at > 0 and bool(_HEADER_END.fullmatch(code, at))


def is_canonical_body(lines: list[str], width: int) -> bool:
    """Whether simple statements, imports first and then a blank line, stay as they are."""
    if not lines or not lines[0] or not lines[-1]:
        return False
    imports = True
    for before, line in zip(["", *lines], lines, strict=False):
        if not line:
            if not before and line is not lines[0]:
                return False
            continue
        is_import = line.startswith(("import ", "from "))
        if imports and not is_import and before:
            return False  # a blank line is missing, unless there are no imports
        imports = imports and is_import
        if len(line) > width or not line.isascii():
            return False
        if (is_import and not imports) or line[0] in "\"'" or not is_canonical(line):
            return False
    return True


def _is_wrapped(code: str, at: int) -> bool:
    """Whether parentheses around one expression make up the whole: black drops them."""
    if code[at : at + 1] != "(":
        return False
    end, count, comma = _items(code, at + 1, ")")
    return end == len(code) and count == 1 and not comma


def _signature(code: str, at: int) -> bool:
    """Whether the parameters, the result and the colon of a function follow."""
    while code[at : at + 1] != ")":
        parameter = _PARAMETER.match(code, at)
        if parameter is None:
            return False
        at = parameter.end()
        if parameter[1]:
            at = _expression(code, at)
            if at > 0 and parameter[1] == ": " and code.startswith(" = ", at):
                at = _expression(code, at + 3)
        if at > 0 and code.startswith(", ", at):
            at += 2
        elif at < 0 or code[at : at + 1] != ")":
            return False
    at += 1
    if code.startswith(" -> ", at):
        if code[at + 4 : at + 5] == "(":
            return False
        at = _expression(code, at + 4)
    return at > 0 and code[at:] == ":"


def _expression(code: str, at: int) -> int:
    """The end of an expression; -1 if there is none that is surely canonical."""
    if parameters := _LAMBDA.match(code, at):
        return _expression(code, parameters.end())
    conditions = 0
    while True:
        at = _operand(code, at)
        operator = _OPERATOR.match(code, at) if at > 0 else None
        if operator is None:
            return at if conditions == 0 else -1
        if operator[0] == " if ":
            if conditions == 0 and " else " not in code[at:]:
                return at
            conditions += 1
        elif operator[0] == " else ":
            conditions -= 1
        if conditions < 0:
            return -1
        at = operator.end()


def _operand(code: str, at: int) -> int:
    prefix = _PREFIX.match(code, at)
    waits = prefix is not None and prefix[0].endswith("await ")
    at = prefix.end() if prefix else at
    opening = code[at : at + 1]
    if opening in _CLOSING:
        end = _display(code, at, opening)
        if waits or end < 0:
            return -1
        return _trailers(code, end) if opening == "(" else end
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
    """A tuple, list, set, dict or comprehension, or one expression in parentheses."""
    end, count, comma = _items(code, at + 1, _CLOSING[opening], entries=opening == "{")
    return end if not comma or (opening == "(" and count == 1) else -1


def _items(
    code: str, at: int, closing: str, *, named: bool = False, entries: bool = False
) -> tuple[int, int, bool]:
    """The end of a bracket, how many items it has, whether a comma trails.

    A trailing comma is canonical only in a tuple of one, so in a call it ends in -1.
    """
    if code[at : at + 1] == closing:
        return at + 1, 0, False
    count = 0
    while True:
        argument = _ARGUMENT.match(code, at) if named or entries else None
        at = _expression(code, argument.end() if argument else at)
        if entries and at > 0 and code.startswith(": ", at):
            at = _expression(code, at + 2)
        count += 1
        if at > 0 and count == 1:
            at = _comprehension(code, at)
        if at < 0:
            return -1, count, False
        if code.startswith(closing, at):
            return at + 1, count, False
        if code.startswith("," + closing, at):
            return (-1 if named else at + 2), count, True
        if not code.startswith(", ", at):
            return -1, count, False
        at += 2


def _comprehension(code: str, at: int) -> int:
    """The end of the `for` and `if` parts that follow an element, if any do."""
    while loop := _FOR.match(code, at):
        at = _expression(code, loop.end())
        while at > 0 and code.startswith(" if ", at):
            at = _expression(code, at + 4)
        if at < 0:
            return -1
    return at
