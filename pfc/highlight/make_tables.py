"""The tables of the reader, made from the machine."""

from __future__ import annotations

import json

from pfc.highlight import patterns
from pfc.highlight.machine import BRACKETS, HOLE, ROOT, Step, states, steps
from pfc.highlight.rules import Leaf, Until
from pfc.syntax.words import RESERVED


def tables() -> str:
    """The text of the file of tables."""
    known = states()
    numbers = {state: number for number, state in enumerate(known)}
    pool: dict[str, int] = {}

    def row(step: Step) -> list[object]:
        number = pool.setdefault(patterns.pattern(step), len(pool))
        rest = [numbers[symbol] for symbol in step.rest]
        return [number, class_of(step.leaf), rest, int(step.stays)]

    table = [
        [int(isinstance(s, Until)), [row(each) for each in steps(s)]] for s in known
    ]
    parts = {
        "root": numbers[ROOT],
        "hole": numbers[HOLE],
        "brackets": {opener: numbers[state] for opener, state in BRACKETS.items()},
        "reserved": sorted(RESERVED),
        "skipped": skipped(),
        "declaration": patterns.LINE_OF_DECLARATION,
        "anything": anything(),
        "inside": inside(),
        "patterns": list(pool),
        "states": table,
    }
    return (
        "{\n" + ",\n".join(f'"{k}": {_lines(k, v)}' for k, v in parts.items()) + "\n}\n"
    )


def class_of(leaf: Leaf) -> str:
    """The class in the tables; `text` is a string that may have holes."""
    return "text" if leaf.kind == "STRING" else leaf.class_


def skipped() -> str:
    """Space and comments."""
    return rf"[ \t\r\n\f]+|(?P<comment>{patterns.COMMENT})"


def anything() -> str:
    """A token where none is expected."""
    return (
        rf"(?P<string>{patterns.terminal('STRING')}|\"[^\n]*)"
        rf"|(?P<number>{patterns.terminal('NUMBER')})"
        rf"|(?P<word>\w+|`\w+`)|(?P<sign>\S)"
    )


def inside() -> dict[str, str]:
    """Class → the pieces that stand inside of its tokens."""
    escape = rf"(?P<escape>{patterns.ESCAPE}"
    return {
        "text": rf"{escape}|{patterns.DOUBLED})|(?P<hole>{patterns.HOLE})",
        "string": rf"{escape})",
        "fence": r"(?<=\n)(?P<python>(?:[^`]|`(?!``))+)",
    }


def _lines(key: str, value: object) -> str:
    """A state or pattern a line, so that changes can be read."""
    if key not in ("patterns", "states"):
        return json.dumps(value, ensure_ascii=False)
    assert isinstance(value, list)
    rows = (json.dumps(each, ensure_ascii=False) for each in value)
    return "[\n" + ",\n".join(rows) + "\n]"
