"""The parser's tables as plain data: made from Lark's once, read in a few milliseconds.

Rows that would reduce by one rule whatever follows are a single number, which is most of
them: a wrong text is found out a few reductions later, and then read by Lark itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pfc.cache.folder import cache_folder
from pfc.cache.store import Store, key_of

if TYPE_CHECKING:
    from lark import Lark

_FORMAT: Final = "1"
_KIND: Final = "grammar"


@dataclass(frozen=True)
class Tables:
    """What the machine runs on.

    `rows` by state: what follows → the next state, or -1 - rule. `only` by state: the
    rule of a row that looks at nothing, else -1. `words`: for a type of token, the
    texts that are another type. `rules`: how many parts a rule takes off the stack;
    what the tables go on with; the builder's method; the places of parts that are
    lists to be taken over; whether one part alone stands for itself.
    """

    pattern: str
    ignored: list[str]
    words: dict[str, dict[str, str]]
    rules: list[tuple[int, str, str, list[int], bool]]
    rows: list[dict[str, int]]
    only: list[int]
    starts: dict[str, int]
    ends: dict[str, int]


def tables(grammar: str, make: Callable[[], Lark]) -> Tables:
    """The tables of the grammar, from an earlier run if there are any."""
    import sys

    import lark

    store = Store(cache_folder())
    key = key_of(_FORMAT, grammar, lark.__version__, sys.version)
    kept = store.get(_KIND, key)
    if kept is not None:
        try:
            return Tables(**json.loads(kept))
        except (ValueError, TypeError):  # written by somebody else
            pass
    made = compact(make())
    store.put(_KIND, key, json.dumps(made.__dict__).encode("utf-8"))
    return made


def compact(parser: Lark) -> Tables:
    """The tables of a parser that Lark has made."""
    inner = cast("Any", parser.parser)
    table, lexer = inner.parser._parse_table, inner.lexer.lexer
    (scanner,) = lexer.scanner._mres
    numbers = {rule: number for number, rule in enumerate(parser.rules)}
    rows: list[dict[str, int]] = []
    only: list[int] = []
    for state in range(len(table.states)):
        row = {
            name: argument if str(action) == "Shift" else -1 - numbers[argument]
            for name, (action, argument) in table.states[state].items()
        }
        targets = set(row.values())
        alone = len(targets) == 1 and min(targets) < 0
        rows.append({} if alone else row)
        only.append(-1 - targets.pop() if alone else -1)
    return Tables(
        scanner.pattern,
        sorted(lexer.ignore_types),
        {name: _words(called) for name, called in lexer.callback.items()},
        [_rule(rule) for rule in parser.rules],
        rows,
        only,
        dict(table.start_states),
        dict(table.end_states),
    )


def _words(called: Any) -> dict[str, str]:
    """The texts that Lark's callback gives another type; none for one of ours."""
    terminals = called.scanner.terminals if hasattr(called, "scanner") else ()
    return {terminal.pattern.value: terminal.name for terminal in terminals}


def _rule(rule: Any) -> tuple[int, str, str, list[int], bool]:
    spliced = [
        at
        for at, symbol in enumerate(rule.expansion)
        if not symbol.is_term and symbol.name.startswith("_")
    ]
    call = str(rule.alias or rule.options.template_source or rule.origin.name)
    single = bool(rule.options.expand1 and not rule.alias)
    return len(rule.expansion), rule.origin.name, call, spliced, single
