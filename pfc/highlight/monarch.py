"""The machine as a Monarch definition, which the Monaco editor reads.

Monarch matches each expression against the rest of the line, so nothing may look back.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Final

from pfc.highlight import classes, patterns
from pfc.highlight.machine import BRACKETS, HOLE, ROOT, Step, states, steps
from pfc.highlight.rules import Symbol, Until
from pfc.syntax.words import RESERVED

Rule = list[object] | dict[str, object]
_TEXTS: Final = {"STRING": "text", "PLAIN": "string"}
_NAMED: Final = (classes.NAME, classes.TAG)


def definition() -> str:
    """The text of the definition: what `setMonarchTokensProvider` takes."""
    numbers = {state: f"s{number}" for number, state in enumerate(states())}
    numbers[ROOT] = "root"
    tokenizer: dict[str, list[Rule]] = {
        numbers[state]: _rules(state, numbers) for state in (ROOT, *states())
    }
    tokenizer |= _fixed(numbers)
    head = {
        "defaultToken": "",
        "tokenPostfix": ".pf",
        "unicode": True,
        "start": "root",
    }
    rows = (
        f"{json.dumps(name)}: {json.dumps(rules, ensure_ascii=False)}"
        for name, rules in tokenizer.items()
    )
    opening = json.dumps(head)[:-1]
    return f'{opening}, "tokenizer": {{\n' + ",\n".join(rows) + "\n}}\n"


def _rules(state: Symbol, numbers: dict[Symbol, str]) -> list[Rule]:
    own = [rule for step in steps(state) for rule in _step(step, numbers)]
    known: list[Rule] = [_include("skipped"), *own]
    if state == ROOT:
        return [*known, _include("anything")]
    line = _js(patterns.LINE_OF_DECLARATION.removeprefix("^"))
    recovery: Rule = [f"^(?={line})", {"token": "", "next": "@popall"}]
    if isinstance(state, Until):
        return [recovery, *known, _include("anything")]
    return [recovery, *known, [r"(?=\S)", {"token": "", "next": "@pop"}]]


def _step(step: Step, numbers: dict[Symbol, str]) -> list[Rule]:
    """A token; what is still to come is pushed by empty groups behind it."""
    leaf = step.leaf
    pushed = [f"@{numbers[symbol]}" for symbol in reversed(step.rest)]
    if leaf.kind in _TEXTS:
        pushed.append(f"@{_TEXTS[leaf.kind]}")
        return [_rule('"', classes.STRING, pushed, stays=step.stays)]
    if leaf.kind == "FENCE":
        begin: dict[str, object] = {"token": classes.FENCE, "switchTo": "@fence"}
        return [[r"```py\s*$", {**begin, "nextEmbedded": "python"}]]
    if leaf.class_ in _NAMED:
        upper = rf"(?=`?\p{{Lu}}){patterns.pattern(step)}"
        return [
            _rule(upper, classes.TYPE, pushed, stays=step.stays),
            _rule(patterns.pattern(step), leaf.class_, pushed, stays=step.stays),
        ]
    return [_rule(patterns.pattern(step), leaf.class_, pushed, stays=step.stays)]


def _rule(text: str, class_: str, pushed: list[str], *, stays: bool) -> Rule:
    """The token first replaces the state, unless that stays; the rest goes above it."""
    first: dict[str, object] = {"token": class_}
    above = pushed
    if not stays:
        first |= {"switchTo": pushed[0]} if pushed else {"next": "@pop"}
        above = pushed[1:]
    actions = [first, *({"token": "", "next": state} for state in above)]
    if len(actions) == 1:
        return [_js(text), first]
    return [f"({_js(text)}){'()' * len(above)}", actions]


def _fixed(numbers: dict[Symbol, str]) -> dict[str, list[Rule]]:
    """The states inside of tokens, and between brackets that nothing is known about."""
    brackets: list[Rule] = [
        [rf"\{opener}", {"token": classes.PUNCTUATION, "next": f"@{numbers[state]}"}]
        for opener, state in BRACKETS.items()
    ]
    escape: Rule = [_js(patterns.ESCAPE), classes.ESCAPE]
    closing: Rule = ['"', {"token": classes.STRING, "next": "@pop"}]
    in_hole = [
        {"token": classes.HOLE, "next": "@hole"},
        {"token": "", "next": f"@{numbers[HOLE]}"},
    ]
    return {
        "skipped": [
            [r"^(\s*)(##.*)$", ["", classes.DOC]],
            ["#.*$", classes.COMMENT],
            [r"\s+", ""],
        ],
        "text": [
            escape,
            [patterns.DOUBLED, classes.ESCAPE],
            [rf"(\{{(?={_js(patterns.IN_HOLE)}\}}))()", in_hole],
            closing,
            [r'[^"\\{}]+|.', classes.STRING],
        ],
        "string": [escape, closing, [r'[^"\\]+|.', classes.STRING]],
        "hole": [
            _include("skipped"),
            [r"\}", {"token": classes.HOLE, "next": "@pop"}],
            _include("anything"),
        ],
        "fence": [
            [
                "```",
                {"token": classes.FENCE, "next": "@pop", "nextEmbedded": "@pop"},
            ]
        ],
        "anything": [
            ['"', {"token": classes.STRING, "next": "@string"}],
            [_js(patterns.terminal("NUMBER")), classes.NUMBER],
            *brackets,
            [_js(rf"(?:{'|'.join(sorted(RESERVED))})\b"), classes.KEYWORD],
            [r"`?\p{Lu}[\p{L}\p{N}_]*`?", classes.TYPE],
            [r"`?[\p{L}_][\p{L}\p{N}_]*`?", classes.NAME],
            [r"[)\]},.:]", classes.PUNCTUATION],
            [r"\S", classes.OPERATOR],
        ],
    }


def _include(name: str) -> dict[str, object]:
    return {"include": f"@{name}"}


_LETTERS: Final = r"\p{L}\p{N}_"
_PIECE: Final = re.compile(r"\[\^\\W\\d(_?)\]|\(\?>|\\(.)|[\[\]]|[^\\\[\]]")
_KEPT: Final = frozenset("^$\\.*+?()[]{}|/sdSDnrtfpPxuU0123456789")


@cache
def _js(text: str) -> str:
    """An expression in JavaScript's words, where `\\w` and `\\b` would know ASCII only."""
    found: list[str] = []
    in_class = False
    for piece in _PIECE.finditer(text):
        token, escaped = piece.group(), piece.group(2)
        if token.startswith(r"[^\W\d"):
            token = r"\p{L}" if piece.group(1) else r"[\p{L}_]"
        elif token == "(?>":
            token = "(?:"
        elif escaped == "w":
            token = _LETTERS if in_class else f"[{_LETTERS}]"
        elif escaped == "b":
            token = f"(?![{_LETTERS}])"
        elif escaped is not None and escaped not in _KEPT:
            token = token if escaped == "-" and in_class else escaped
        elif token in "[]":
            in_class = token == "["
        found.append(token)
    return "".join(found)
