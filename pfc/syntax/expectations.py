"""Saying in words what the parser found, and what could have stood there instead."""

from __future__ import annotations

from typing import Final

from lark import Token

from pfc.syntax.islands import DECLARATIONS

_SIGNS: Final = {
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "DOT": "`.`",
    "EQUAL": "`=`",
    "ASSIGN": "`+=`",
    "FAT_ARROW": "`=>`",
    "STRING": "a string",
    "NUMBER": "a number",
    "FENCE": "a Python fence",
    "OPTIONAL": "`?`",
    "VBAR": "`|`",
    "$END": "the end of the declaration",
}
_OPERATORS: Final = {
    "PLUS",
    "MINUS",
    "STAR",
    "SCALE",
    "COMPARE",
    "AND",
    "OR",
    "IN",
    "UNDER",
}
_VALUES: Final = {"STRING", "NUMBER", "NAME", "LPAR", "LSQB", "TRUE"}
_DECLARATIONS: Final = {word.upper() for word in DECLARATIONS}
_KEYWORDS_SHOWN: Final = 8


def describe_found(token: Token) -> str:
    """What stands where it should not."""
    if token.type == "$END":
        return "end of the declaration"
    if token.type == "STRING":
        return "a string"
    if token.type == "FENCE":
        return "a Python fence"
    return f"`{token}`"


def describe_expected(accepted: set[str]) -> str:
    """What the parser would have taken, most telling first."""
    found: list[str] = []
    following = accepted >= _DECLARATIONS and "NAME" not in accepted
    if following:
        accepted = accepted - _DECLARATIONS - {"$END"}
    if accepted >= _VALUES:
        found.append("a value")
    elif "NAME" in accepted:
        found.append("a name")
    elif "STRING" in accepted:
        found.append("a string")
    if "NUMBER" in accepted and "a value" not in found:
        found.append("a number")
    taken = set(_VALUES) if "a value" in found else {"NAME", "STRING", "NUMBER"}
    if accepted >= _OPERATORS:
        found.append("an operator")
    for type_, sign in _SIGNS.items():
        if type_ in accepted and type_ not in taken:
            found.append(sign)
    if "NAME" not in accepted:
        words = sorted(
            type_.lower()
            for type_ in accepted
            if type_.isalpha() and type_ not in _SIGNS and type_ not in _OPERATORS
        )
        words = [word for word in words if word not in ("name", "quoted")]
        found.extend(f"`{word}`" for word in words[:_KEYWORDS_SHOWN])
        if len(words) > _KEYWORDS_SHOWN:
            found.append("another clause")
    if following:
        found.append("a declaration")
    if not found:
        return "nothing more"
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + f" or {found[-1]}"
