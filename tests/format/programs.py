"""Random programs: derived from the grammar's rules, with comments wherever they may stand.

What the grammar derives is not always what the text says: some words are keywords or names
by what stands around them. Such texts are thrown away by whoever asks for programs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from pfc.syntax.grammar import make_parser

_DEEPEST: Final = 9
_NAMES: Final = "aa bb cc it Dd Ee Ff Gg _ caller".split()
_RARE: Final = 0.04
"""How often a word of the language stands for a name."""

_EMPTY: Final = frozenset({"OPERAND", "NAMED"})
_WRITTEN: Final = {"MORE": ",", "STATUS": "as", "HTTP_DELETE": "DELETE"}
_SAMPLES: Final = {
    "NAME": _NAMES,
    "QUOTED": ["`class`", "`let`", "`zz`"],
    "NUMBER": "0 1 1_000 2.5 5s 250ms 09:00 2026-12-25".split(),
    "STRING": ['""', '"text"', '"{aa} and {{"', '"a:b"', '"\\"#"', '"{aa("b")}"'],
    "FENCE": [
        "```py\n```",
        "```py\n  x = 1 # one\n\n  return  x\n```",
        "```py\nif a :\n    # why\n    await b(1,\n      2)\n    ```",
        "```py\n  no python (\n```",
        '```py\n  text = """\n    kept\n  """\n```',
    ],
    "COMPARE": ["==", "!=", "<=", "<"],
    "SCALE": ["/", "%"],
    "ASSIGN": ["+=", "-="],
}


class _Grammar:
    """The rules with how deep they have to go, and what the terminals look like."""

    def __init__(self) -> None:
        parser = make_parser()
        self.rules: dict[str, list[list[Any]]] = {}
        for rule in parser.rules:
            self.rules.setdefault(str(rule.origin.name), []).append(rule.expansion)
        self.written = {
            str(terminal.name): str(terminal.pattern.value)
            for terminal in parser.terminals
        }
        self.depth: dict[str, int] = {}
        changed = True
        while changed:
            changed = False
            for name, expansions in self.rules.items():
                found = min(map(self._deep, expansions))
                if found < self.depth.get(name, 1_000):
                    self.depth[name] = found
                    changed = True

    def _deep(self, expansion: list[Any]) -> int:
        return (len(expansion) > 1) + max(
            (0 if s.is_term else self.depth.get(s.name, 1_000) for s in expansion),
            default=0,
        )

    def choices(self, name: str, left: int) -> list[list[Any]]:
        """The expansions that end soon enough; the shortest if none does."""
        fit = [each for each in self.rules[name] if self._deep(each) <= left]
        return fit or [min(self.rules[name], key=self._deep)]


@cache
def grammar() -> _Grammar:
    return _Grammar()


def tokens(rng: random.Random, start: str = "declaration") -> list[str]:
    """The tokens of something random that the rule `start` derives."""
    rules = grammar()
    found: list[str] = []
    waiting: list[tuple[Any, int]] = [
        (symbol, 40) for symbol in reversed(rng.choice(rules.rules[start]))
    ]
    while waiting:
        symbol, left = waiting.pop()
        if symbol.is_term:
            found.extend(_terminal(symbol.name, rng))
            continue
        choices = rules.choices(symbol.name, left)
        if symbol.name.endswith("name") and rng.random() > _RARE:
            choices = [each for each in choices if each[0].name == "NAME"] or choices
        chosen = rng.choice(choices)
        inner = left - (1 + rng.randrange(_DEEPEST) if len(chosen) > 1 else 0)
        waiting.extend((each, inner) for each in reversed(chosen))
    return found


_WRAPPED: Final = (
    ("reactor Rr { on Ee {", "statement", "} }"),
    ("reactor Rr { on Ee { match mm {", "arm", "} } }"),
    ("component Kk {", "child", "}"),
    ("component Kk { match mm {", "child_arm", "} }"),
    ("workflow Ww {", "statement", "}"),
    ("fn ff ( ) -> Int = match mm {", "expr_arm", "}"),
    ('test "t" {', "test_item", "}"),
    ("app Aa {", "app_item", "}"),
    ("stream Ss {", "stage", "}"),
)
"""Declarations that hold much, and the rule of what they hold."""


def program(rng: random.Random) -> list[str]:
    """The tokens of a few declarations."""
    found: list[str] = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        if rng.random() < 0.5:
            found += tokens(rng)
            continue
        opening, rule, closing = rng.choice(_WRAPPED)
        found += opening.split()
        for _ in range(rng.randrange(4)):
            found += tokens(rng, rule)
        found += closing.split()
    return found


def _terminal(name: str, rng: random.Random) -> Iterator[str]:
    if name in _SAMPLES:
        yield rng.choice(_SAMPLES[name])
    elif name == "CAN":
        yield from ("can", "Gg", ".")
    elif name in _WRITTEN:
        yield _WRITTEN[name]
    elif name not in _EMPTY:
        yield grammar().written.get(name, name.lower())


# ---------------------------------------------------------------- between the tokens
def written(parts: list[str], rng: random.Random, comments: float = 0.0) -> str:
    """The tokens as text, with that share of the gaps holding comments."""
    out: list[str] = []
    for number, part in enumerate(parts):
        out.append(_gap(number, rng, comments))
        out.append(part)
    return "".join(out) + rng.choice(
        ["", "\n", " # end", "\n\n# end\n", "\n## end\n\n"]
    )


def _gap(number: int, rng: random.Random, comments: float) -> str:
    if rng.random() >= comments:
        return rng.choices([" ", "\n", "\n\n", "\n \n\n\t", "  "], [70, 15, 5, 2, 8])[0]
    lines = []
    for each in range(rng.choice([1, 1, 1, 2, 3])):
        sign = rng.choice(["#", "# ", "##", "## ", "###", "#!", "#  "])
        lines.append(f"{sign}c{number}.{each}" + rng.choice(["", " ", "\t"]))
    before = rng.choice([" ", "\n", "\n\n", "\n\n\n  "])
    between = rng.choice(["\n", "\n\n", "\n   "])
    return before + between.join(lines) + rng.choice(["\n", "\n\n", "\n  "])
