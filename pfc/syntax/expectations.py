"""Saying in words what the parser could have taken."""

from __future__ import annotations

from typing import Final

from pfc.syntax.repairs import SIGNS, written
from pfc.syntax.tables import END, Stack, Tables

_GROUPS: Final = {
    "declaration": "a declaration",
    "statement": "a statement",
    "test_item": "a step of the test",
    "right": "a value",
    "expr": "a value",
    "or_expr": "a value",
    **dict.fromkeys("and_expr not_expr range sum product negation".split(), "a value"),
    "atom": "a value",
    "child": "an element",
    "arm": "an arm",
    "expr_arm": "an arm",
    "child_arm": "an arm",
    "type": "a type",
    "pattern": "a pattern",
    "single_pattern": "a pattern",
    "inner_pattern": "a pattern",
    "single_inner": "a pattern",
    "arg": "an argument",
    "param": "a parameter",
    "variant": "a variant",
    "operation": "an operation",
    "implied": "a capability",
    "requirement": "a capability",
    "cap": "a capability",
    "failure": "a failure",
    "map_entry": "an entry",
    "member": "a field",
    "entry": "a field",
    "pattern_arg": "a pattern",
    "supervised": "a reactor",
    "served": "a page",
    "tool": "a tool",
    "endpoint": "an endpoint",
    "imported": "a name",
    "dotted": "a name",
    "name": "a name",
    "reserved": "a name",
    "arm_name": "a name",
    "child_name": "a name",
}
"""What a rule reads, outermost rules first."""

_OPERATORS: Final = frozenset(
    "PLUS MINUS STAR SCALE COMPARE AND OR IN UNDER DOTS".split()
)
_SUFFIXES: Final = frozenset({"DOT", "LPAR", "LSQB"})
_FURTHER: Final = frozenset({"DOT", "LSQB", "OPTIONAL", "VBAR"})
"""What may go on with something that could as well be at its end."""
_WORDS_FIRST: Final = frozenset(
    "ON REQUIRES FAILS IN THEN ELSE PYTHON PERMANENT TRANSIENT TEMPORARY".split()
)
_WORDS_LAST: Final = frozenset({"ALERT", "HEALTH", "JOURNAL", "METRIC"})
"""What is seldom meant where other clauses fit, too."""
_OTHERS: Final = {
    "STRING": "a string",
    "NUMBER": "a number",
    "FENCE": "a Python fence",
    "NAME": "a name",
    "OPERAND": "a capability or a string",
    END: "the end of the declaration",
}
_SHOWN: Final = 5


def describe_expected(tables: Tables, stack: Stack, wanted: str = "") -> str:
    """What the parser would have taken, most telling first.

    `wanted` is the kind of token that was probably meant: it is named first.
    """
    accepted = set(tables.accepts(stack))
    found: list[str] = []
    for phrase, kinds in _grouped(tables, stack, accepted).items():
        found.append(phrase)
        accepted -= kinds
    operators = accepted >= {"PLUS", "STAR", "AND"}
    if operators:
        accepted -= _OPERATORS | _SUFFIXES
        accepted -= {"FAT_ARROW"} - {wanted}  # it would make a name that of a lambda
    if found or accepted - _FURTHER:
        accepted -= _FURTHER - {wanted}
    if "a declaration" in found:
        accepted.discard(END)
    accepted -= {"QUOTED"}
    if found == ["a declaration"] and accepted:
        found = []
        following = True
    else:
        following = False
    signs = [kind for kind in SIGNS if kind in accepted and not SIGNS[kind].isalpha()]
    found += [
        f"`{SIGNS[kind]}`" for kind in signs if kind in ("RBRACE", "RPAR", "RSQB")
    ]
    found += [
        f"`{SIGNS[kind]}`" for kind in signs if kind not in ("RBRACE", "RPAR", "RSQB")
    ]
    found += [phrase for kind, phrase in _OTHERS.items() if kind in accepted]
    words = sorted(
        (kind for kind in accepted if kind not in SIGNS and kind not in _OTHERS),
        key=lambda kind: (kind not in _WORDS_FIRST, kind in _WORDS_LAST, kind),
    )
    found += [f"`{written(kind)}`" for kind in words]
    if following:
        found.append("a declaration")
    if operators and not found:
        found.append("an operator")
    return _listed(_preferred(found, wanted))


def _grouped(tables: Tables, stack: Stack, accepted: set[str]) -> dict[str, set[str]]:
    """What whole constructs may begin here, and the kinds of tokens that begin them."""
    found: dict[str, set[str]] = {}
    for kind in sorted(accepted):
        rules = tables.beginnings(stack, kind)
        for rule, phrase in _GROUPS.items():
            if rule in rules:
                found.setdefault(phrase, set()).add(kind)
                break
    order = list(dict.fromkeys(_GROUPS.values()))
    return dict(sorted(found.items(), key=lambda each: order.index(each[0])))


def _preferred(found: list[str], wanted: str) -> list[str]:
    shown = f"`{SIGNS.get(wanted, written(wanted))}`"
    if shown not in found:
        return found
    return [shown, *(phrase for phrase in found if phrase != shown)]


def _listed(found: list[str]) -> str:
    if not found:
        return "nothing more"
    if len(found) > _SHOWN:
        last = found[-1] if found[-1] == "a declaration" else "something else"
        found = [*found[: _SHOWN - 1], last]
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + f" or {found[-1]}"
