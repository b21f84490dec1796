"""Patterns that pass as quick are quick, whatever they are tried on."""

from __future__ import annotations

import random
import re
import time

import pytest

from pfc.semantics.regexes import is_quick, regex_problem

SLOW = [
    "(a|a)*b",
    "(a*)*b",
    "(a+)+",
    "(a?){30}a{30}",
    "(a{1,2}){30}",
    "(a|ab|b)+",
    "(?:a.|.a)*",
    "(-a*a*)*b",
    "(a?[ab])*",
    "(x+x+)+y",
    r"(\w+\s?)*",
    r"(a)\1",
    "(?=a)a",
]
QUICK = [
    "[a-z]{2,20}",
    "[a-z]+(-[a-z]+)*",
    "([a-z]+,)*",
    r"[0-9]+(\.[0-9]+){0,3}",
    "(a|b)*",
    r"[a-z]+@[a-z]+\.[a-z]+",
    "(-(a|b)+)*",
    "",
]
ATOMS = "a b - [ab] . a* a+ a? b{0,3} (a|b) (a|ab) (-a+)* (a-)* (ab?) (a+b)* (a{1,2})"
TIMES = ["*", "+", "{9,}", "{12}"]
TEXTS = ["a" * 28, "ab" * 14, "-a" * 14, "-aa" * 10, "aab" * 9, "a-" * 14]


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_is_refused_as_slow(pattern: str) -> None:
    problem = regex_problem(pattern)
    assert problem is not None
    assert problem.slow


@pytest.mark.parametrize("pattern", QUICK)
def test_a_pattern_is_quick(pattern: str) -> None:
    assert regex_problem(pattern) is None


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "[z-a]", "*", "(" * 5000])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    problem = regex_problem(pattern)
    assert problem is not None
    assert not problem.slow


@pytest.mark.parametrize("seed", range(5))
def test_no_accepted_pattern_takes_long(seed: int) -> None:
    """An exponential one would take minutes on these texts; a second is far from both."""
    chance = random.Random(seed)
    accepted = 0
    while accepted < 300:
        pattern = _pattern(chance, depth=2)
        if regex_problem(pattern) is not None:
            continue
        accepted += 1
        for text in TEXTS:
            if is_quick(pattern, f"{text}!"):
                begun = time.process_time()
                re.fullmatch(pattern, f"{text}!")
                assert time.process_time() - begun < 1, (pattern, text)


def _pattern(chance: random.Random, depth: int) -> str:
    parts = []
    for _ in range(chance.randint(1, 3)):
        if depth == 0 or chance.random() < 0.6:
            parts.append(chance.choice(ATOMS.split()))
        else:
            inside = _pattern(chance, depth - 1)
            parts.append(f"({inside}){chance.choice(TIMES)}")
    return "".join(parts)


def test_many_repetitions_of_a_long_text_are_not_tried() -> None:
    assert is_quick("a*b", "a" * 1000)
    assert not is_quick("a*" * 7 + "b", "a" * 1000)
