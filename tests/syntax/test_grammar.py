"""The grammar is LALR(1) without conflicts, and its terminals do not collide.

Lark's strict mode compares terminals by interegular, as automata. That check is active for
all terminals that are regular expressions but STRING (interegular reads no atomic groups)
and FENCE (nor a look-ahead inside a repetition): Lark passes over what it cannot compile.
For these two, supersets without such groups take their place below, and are shown to share
no first characters with any other terminal; so at no place can two of them match.
"""

from __future__ import annotations

from itertools import combinations

import interegular
import pytest
from lark import Lark
from lark.exceptions import GrammarError, LexError
from lark.lexer import PatternStr, TerminalDef

from pfc.syntax.grammar import grammar_text, make_parser, read_grammar, words
from pfc.syntax.words import RESERVED

ANYTHING = r"(.|\n)*"
PASSED_OVER = {"STRING", "FENCE"}
OPENINGS = {"STRING": '"', "FENCE": "```", "NUMBER": "[0-9]"}
"""How each match of an expression begins that holds what cannot be put before ANYTHING."""


@pytest.fixture(scope="module")
def parser() -> Lark:
    return make_parser(strict=True)


def expressions(parser: Lark) -> dict[str, str]:
    """The terminals that are regular expressions."""
    return {
        terminal.name: terminal.pattern.to_regexp()
        for terminal in parser.terminals
        if not isinstance(terminal.pattern, PatternStr)
    }


def automaton(expression: str) -> interegular.FSM | None:
    try:
        return interegular.parse_pattern(expression).to_fsm()
    except (interegular.InvalidSyntax, interegular.Unsupported):
        return None


@pytest.mark.slow
def test_strict_mode_accepts_the_grammar(parser: Lark) -> None:
    assert parser.options.strict
    assert parser.options.parser == "lalr"
    assert parser.options.lexer == "basic"
    assert {terminal.priority for terminal in parser.terminals} == {0}


@pytest.mark.slow
def test_strict_mode_refuses_a_conflict() -> None:
    with pytest.raises(GrammarError):
        Lark(
            grammar_text() + '\nextra: "done" | done_stmt\n%extend statement: extra\n',
            parser="lalr",
            lexer="basic",
            strict=True,
            start=["file", "hole"],
        )


@pytest.mark.slow
def test_strict_mode_refuses_a_collision() -> None:
    with pytest.raises(LexError):
        Lark(
            grammar_text() + "\nLETTERS: /[a-z]+/\nextra: LETTERS\n",
            parser="lalr",
            lexer="basic",
            strict=True,
            start=["file", "hole", "extra"],
        )


@pytest.mark.slow
def test_strict_mode_checks_all_terminals_but_two(parser: Lark) -> None:
    passed_over = {n for n, e in expressions(parser).items() if automaton(e) is None}
    assert passed_over == PASSED_OVER


@pytest.mark.slow
def test_at_no_place_two_expressions_match(parser: Lark) -> None:
    """Prefixes are told apart, not just whole matches: longest match decides nothing."""
    found = expressions(parser)
    for name, opening in OPENINGS.items():
        alternatives = found[name].removeprefix("(?:").split("|")
        if name == "NUMBER":
            assert all(each.startswith(opening) for each in alternatives)
        else:
            assert alternatives[0].startswith(opening)
        found[name] = opening
    automata = {}
    for name, expression in found.items():
        made = automaton(f"(?:{expression}){ANYTHING}")
        assert made is not None
        automata[name] = made
    clashes = [
        (first, second)
        for first, second in combinations(sorted(automata), 2)
        if not automata[first].isdisjoint(automata[second])
    ]
    assert clashes == []


@pytest.mark.slow
def test_signs_that_begin_alike_are_taken_longest_first(parser: Lark) -> None:
    samples = [
        ("=", "=>", "FAT_ARROW"),
        ("=", "==", "COMPARE"),
        ("-", "->", "ARROW"),
        ("-", "-=", "ASSIGN"),
        ("+", "+=", "ASSIGN"),
        ("*", "*=", "ASSIGN"),
        (".", "..", "DOTS"),
        ("<", "<=", "COMPARE"),
        (">", ">=", "COMPARE"),
    ]
    signs = {
        t.pattern.value: t
        for t in parser.terminals
        if isinstance(t.pattern, PatternStr) and not t.pattern.value[0].isalpha()
    }
    prefixes = {
        (short, long)
        for short in signs
        for long in signs
        if short != long and long.startswith(short)
    }
    assert prefixes <= {(short, long) for short, long, _ in samples}
    for _, long, type_ in samples:
        assert [token.type for token in parser.lex(long)] == [type_]


def keyword(terminal: TerminalDef) -> bool:
    value = terminal.pattern.value
    return isinstance(terminal.pattern, PatternStr) and value[0].isalpha()


def test_the_reserved_words_are_those_of_the_language() -> None:
    assert (
        frozenset(
            "let reply done fail deny emit perform send ask find insert update delete remove "
            "require if then else match for in with return true false none and or not when "
            "where under state".split()
        )
        == RESERVED
    )


def test_every_reserved_word_is_a_word_of_the_grammar() -> None:
    assert words() >= RESERVED


@pytest.mark.slow
def test_every_keyword_has_a_terminal_of_its_own(parser: Lark) -> None:
    values = [t.pattern.value for t in parser.terminals if keyword(t)]
    assert len(values) == len(set(values))
    assert set(values) == set(words())
    assert not [t.name for t in parser.terminals if t.name.startswith("__")]


def test_the_grammar_has_no_priorities() -> None:
    lines = [line.partition("//")[0] for line in read_grammar().splitlines()]
    heads = [line.partition(":")[0] for line in lines if ":" in line]
    assert not [head for head in heads if "." in head and '"' not in head]
