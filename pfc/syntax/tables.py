"""Following the parser's tables without building anything: what fits, and what could.

A stack is linked, so going on from a place costs nothing to keep and nothing to give up.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

from lark import Lark
from lark.parsers.lalr_analysis import Shift

Stack: TypeAlias = "tuple[int, Stack | None]"
"""The parser's states, the last one first."""

END: Final = "$END"


class Tables:
    """The tables of a parser."""

    def __init__(self, parser: Lark) -> None:
        machine = cast("Any", parser.parser).parser._parse_table
        self._states: dict[int, dict[str, tuple[Any, Any]]] = machine.states
        self._machine = machine
        self._ends = frozenset(machine.end_states.values())
        self._rules = parser.rules
        self.steps = 0
        """How often a token was tried so far: a measure of work."""

    def start(self, rule: str = "file") -> Stack:
        """Where reading begins."""
        return (self._machine.start_states[rule], None)

    def step(self, stack: Stack, kind: str) -> Stack | None:
        """The stack after a token of type `kind`; none if it does not fit."""
        before = self._reduced(stack, kind)
        if before is None or kind == END:
            return before
        return (self._states[before[0]][kind][1], before)

    def _reduced(self, stack: Stack, kind: str) -> Stack | None:
        """The stack from which the token is shifted; at the end, the final one."""
        self.steps += 1
        states, ends = self._states, self._ends
        while True:
            found = states[stack[0]].get(kind)
            if found is None:
                return None
            action, rule = found
            if action is Shift:
                return stack
            for _ in rule.expansion:
                stack = cast("Stack", stack[1])
            stack = (states[stack[0]][rule.origin.name][1], stack)
            if kind == END and stack[0] in ends:
                return stack

    def run(self, stack: Stack, kinds: Iterable[str]) -> tuple[int, Stack | None]:
        """How many of the tokens fit one after the other, and where that leads.

        The stack is none if one does not fit.
        """
        count = 0
        for kind in kinds:
            following = self.step(stack, kind)
            if following is None:
                return count, None
            stack = following
            count += 1
        return count, stack

    def accepts(
        self, stack: Stack, among: frozenset[str] | None = None
    ) -> frozenset[str]:
        """The types of all tokens that fit here, or of those among some."""
        row = self._states[stack[0]]
        kinds = row if among is None else among.intersection(row)
        return frozenset(
            kind
            for kind in kinds
            if kind.isupper() and self._reduced(stack, kind) is not None
        )

    def fits(self, stack: Stack, kind: str) -> bool:
        """Whether a token of a type fits here."""
        return self._reduced(stack, kind) is not None

    def beginnings(self, stack: Stack, kind: str) -> frozenset[str]:
        """The rules that a token which fits here may begin."""
        before = self._reduced(stack, kind)
        if before is None or kind == END:
            return frozenset()
        return frozenset(
            rule
            for rule in self._states[before[0]]
            if kind in self._first.get(rule, ())
        )

    @cached_property
    def _first(self) -> dict[str, set[str]]:
        """The types of the tokens with which each rule may begin."""
        first: dict[str, set[str]] = {rule.origin.name: set() for rule in self._rules}
        empty: set[str] = set()
        changed = True
        while changed:
            changed = False
            for rule in self._rules:
                found = first[rule.origin.name]
                before = len(found)
                for part in rule.expansion:
                    found |= {part.name} if part.is_term else first[part.name]
                    if part.is_term or part.name not in empty:
                        break
                else:
                    changed |= rule.origin.name not in empty
                    empty.add(rule.origin.name)
                changed |= len(found) > before
        return first
