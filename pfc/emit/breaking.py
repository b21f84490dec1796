"""Breaking a line that is too long where black surely leaves the breaks as they are.

A bracket that is opened holds one item a line and a trailing comma, which black keeps; a
comprehension holds its parts; a chain of operators stands in parentheses. What does not
fit after that, and everything in doubt, is for black.
"""

from __future__ import annotations

import re
from typing import Final

from pfc.emit.scanning import Bracket, items, masked, top_brackets

LINE_LENGTH: Final = 88
STEP: Final = 4

# What certainly takes one column, so that black need not be imported to say so.
_NARROW: Final = re.compile(
    "[\\x00-\\x7e\xa0-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2199]*", re.ASCII
)
_NAME: Final = r"[^\W\d]\w*"
_DOTTED: Final = rf"{_NAME}(?:\.{_NAME})*"
# What may stand before a bracket that is opened; anything else is left to black.
_OPENABLE: Final = re.compile(
    rf"(?:(?:async )?def {_NAME}|class {_NAME}|(?:(?:return|raise|yield) "
    rf"|{_DOTTED}(?:\[{_DOTTED}\])?(?:: [^=\"']+?)? [-+]?= )?(?:await )?(?:{_DOTTED})?)"
)
_OPENABLE_ITEM: Final = re.compile(rf"(?:{_NAME}=)?(?:await )?(?:{_DOTTED})?")
_DEFINITION: Final = re.compile(r"(?:async )?def ")
_CHAIN: Final = re.compile(
    rf"(return |{_NAME}(?:: {_DOTTED})? = )(?!await |not |lambda |\(|\[|\{{)(.+)", re.S
)
_GROUP_END: Final = re.compile(rf"\)(?:\.{_NAME})+")
_TERNARY: Final = re.compile(r" if .+ else ")
_LAMBDA: Final = re.compile(rf"lambda(?: {_NAME})?: ")
_PART: Final = re.compile(r" (?=(?:async )?for |if )")
_UNSPLITTABLE: Final = re.compile(r"\b(?:for|lambda|yield|if|else)\b|:=")
# Loosest first, as black's priorities; `not` and comparisons are not split.
_CHAINS: Final = (" or ", " and ", " | ", " + ")


def width(text: str) -> int:
    """How many columns black counts for the text."""
    if _NARROW.fullmatch(text):
        return len(text)
    from black.strings import str_width

    return str_width(text)


def fits(text: str, indent: int) -> bool:
    """Whether one line of text ends within the limit at this indentation."""
    return "\n" not in text and indent + width(text) <= LINE_LENGTH


def broken(code: str, indent: int, ending: str) -> str | None:
    """The line broken, relative to its indentation; None if that is for black."""
    bracket = _bracket_to_open(code)
    if bracket is not None and _OPENABLE.fullmatch(code, 0, bracket.open):
        return _open_bracket(code, bracket, indent, ending)
    return _chain(code, indent, ending)


def _bracket_to_open(code: str) -> Bracket | None:
    brackets = top_brackets(code)
    if not brackets:
        return None
    if _DEFINITION.match(code):
        return brackets[0]
    return brackets[-1] if code[brackets[-1].close + 1 :] in ("", ":") else None


def _open_bracket(code: str, bracket: Bracket, indent: int, ending: str) -> str | None:
    parts = items(code, bracket)
    if not parts[0]:
        return None
    rows = _comprehension(code, bracket, parts, indent + STEP)
    if rows is None:
        rows = _subscript(code, bracket, parts, indent + STEP)
    if rows is None:
        rows = _one_a_line(code, bracket, parts, indent + STEP)
    if rows is None:
        return None
    margin = " " * STEP
    first, last = code[: bracket.open + 1], code[bracket.close :] + ending
    if not (fits(first, indent) and fits(last, indent)):
        return None
    inner = [margin + text for row in rows for text in row.split("\n")]
    return "\n".join([first, *inner, last])


def _subscript(
    code: str, bracket: Bracket, parts: list[str], indent: int
) -> list[str] | None:
    """The inside of `Name[a, b]` on one row: a comma at its end would be an item."""
    inside = code[bracket.open + 1 : bracket.close]
    subscript = code[bracket.open] == "[" and code[: bracket.open][-1:].isalnum()
    return [inside] if subscript and parts[-1] and fits(inside, indent) else None


def _one_a_line(
    code: str, bracket: Bracket, parts: list[str], indent: int
) -> list[str] | None:
    if not _may_open(code, bracket, parts):
        return None
    rows = [_item(part, indent) for part in (parts if parts[-1] else parts[:-1])]
    return None if None in rows else [row for row in rows if row is not None]


def _may_open(code: str, bracket: Bracket, parts: list[str]) -> bool:
    """Whether a trailing comma in this bracket changes no meaning."""
    before = code[: bracket.open][-1:]
    after_name = before.isalnum() or before in ("_", "]", ")")
    one_tuple = len(parts) == 2 and not parts[1]
    if any(_is_open_ended(part) for part in parts):
        return False
    if not parts[-1]:
        return one_tuple and code[bracket.open] == "(" and not after_name
    if code[bracket.open] == "[" and after_name:
        return False
    return len(parts) > 1 or code[bracket.open] != "(" or after_name


def _is_open_ended(part: str) -> bool:
    """Whether an item may reach over a comma, or is no item but a comprehension."""
    if not _UNSPLITTABLE.search(part):
        return False
    if one := _LAMBDA.match(part):
        part = part[one.end() :]
    return bool(_UNSPLITTABLE.search(masked(part)))


def _item(part: str, indent: int) -> str | None:
    if fits(part + ",", indent):
        return part + ","
    brackets = top_brackets(part)
    if brackets and (after := _GROUP_END.fullmatch(part, brackets[0].close)):
        return _group(part, brackets[0], after[0], indent)
    if not brackets or brackets[-1].close != len(part) - 1:
        return None
    bracket = brackets[-1]
    if not _OPENABLE_ITEM.fullmatch(part, 0, bracket.open):
        return None
    return _open_bracket(part + ",", bracket, indent, "")


def _group(part: str, bracket: Bracket, after: str, indent: int) -> str | None:
    """`(await f(x)).name` as an item, the parentheses opened."""
    if bracket.open or bracket.commas:
        return None
    inside = part[1 : bracket.close]
    row = inside if fits(inside, indent + STEP) else _item(inside, indent + STEP)
    if row is None or _UNSPLITTABLE.search(masked(inside)):
        return None
    rows = row.removesuffix(",").split("\n")
    return "\n".join(["(", *(" " * STEP + each for each in rows), f"{after},"])


def _comprehension(
    code: str, bracket: Bracket, parts: list[str], indent: int
) -> list[str] | None:
    """The rows of a bracket that holds a comprehension and nothing else."""
    inside = code[bracket.open + 1 : bracket.close]
    flat = masked(inside)
    if bracket.commas or len(parts) != 1 or not re.search(r" (?:async )?for ", flat):
        return None
    if fits(inside, indent):
        return [inside]
    cuts = [match.end() for match in _PART.finditer(flat)]
    if re.search(r"\b(?:else|lambda)\b|:=", flat) or not cuts:
        return None
    ends = [*(cut - 1 for cut in cuts), len(inside)]
    rows = [inside[a:b] for a, b in zip([0, *cuts], ends, strict=True)]
    made: list[str] = []
    for row in rows:
        laid_out = _part(row, indent)
        if laid_out is None:
            return None
        made += laid_out
    return made


def _part(row: str, indent: int) -> list[str] | None:
    """The element or one clause of a comprehension, on several rows if it must."""
    if fits(row, indent):
        return [row]
    if row.startswith("if ") and (pieces := _pieces(row, indent)):
        return pieces
    item = None if row.startswith(("for ", "async ", "if ")) else _item(row, indent)
    return None if item is None else item.removesuffix(",").split("\n")


def _chain(code: str, indent: int, ending: str) -> str | None:
    """`x = a | b | c` and `return a and b and c`, the operands in parentheses."""
    match = _CHAIN.fullmatch(code)
    if match is None:
        return None
    head, body = match.groups()
    flat = masked(body)
    operator = next((each for each in _CHAINS if each in flat), None)
    if _TERNARY.search(flat) and flat.count(" if ") == 1 and " lambda" not in flat:
        rows = [body] if fits(body, indent + STEP) else _choice(body, indent + STEP)
    elif operator is None or flat.count(operator) < 2 or _UNSPLITTABLE.search(flat):
        return None
    else:
        rows = [body] if fits(body, indent + STEP) else _pieces(body, indent + STEP)
    if rows is None or not fits(")" + ending, indent):
        return None
    margin = " " * STEP
    return "\n".join([f"{head}(", *(margin + row for row in rows), ")" + ending])


def _choice(text: str, indent: int) -> list[str] | None:
    """`a if b else c` on three rows; None if one of them is too long."""
    flat = masked(text)
    first, last = flat.index(" if ") + 1, flat.rindex(" else ") + 1
    rows = [text[: first - 1], text[first : last - 1], text[last:]]
    if flat.count(" else ") > 1 or any(each in flat for each in (" or ", " and ")):
        return None
    return rows if all(fits(row, indent) for row in rows) else None


def _pieces(text: str, indent: int) -> list[str] | None:
    """A chain of operators, cut before each of the loosest kind; None if too long."""
    flat = masked(text)
    operator = next((each for each in _CHAINS if each in flat), None)
    if operator is None:
        return None
    cuts = [match.start() + 1 for match in re.finditer(re.escape(operator), flat)]
    ends = [*(cut - 1 for cut in cuts), len(text)]
    rows = [text[a:b] for a, b in zip([0, *cuts], ends, strict=True)]
    return rows if all(fits(row, indent) for row in rows) else None
