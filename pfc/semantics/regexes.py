"""Regular expressions of `matches`: whether they are ones, and cannot take exponentially long."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from math import comb
from typing import Any

# The parser that `re` itself uses: it has no public name, and no public stand-in.
_parser: Any = import_module("re._parser")
_LOOPS = {"MAX_REPEAT", "MIN_REPEAT"}
_FEW = 8
"""How often something that varies may be repeated without being slow."""

_MOST_GROUPS = 100
"""Python's own parser of patterns needs a few frames for each group around another."""

_STEPS = 1_000_000
_REFUSED = {
    "GROUPREF": "a back-reference",
    "ASSERT": "a look-around",
    "ASSERT_NOT": "a look-around",
}


@dataclass(frozen=True)
class RegexProblem:
    """What is wrong; `slow` if the pattern is legal, and dangerous."""

    reason: str
    slow: bool


def regex_problem(pattern: str) -> RegexProblem | None:
    """Why a pattern is refused, or none.

    Refused as slow: a repetition inside a repetition, unless each round begins or ends
    with a character that stands nowhere else in it; look-arounds and back-references. That
    is stricter than need be, and easy to explain.
    """
    if pattern.count("(") > _MOST_GROUPS:
        return RegexProblem(f"it holds more than {_MOST_GROUPS} groups", slow=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = _parser.parse(pattern)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        return RegexProblem(f"it is no regular expression ({error})", slow=False)
    reason = _slow(parsed, repeated=False, once=False)
    return None if reason is None else RegexProblem(reason, slow=True)


def is_quick(pattern: str, text: str) -> bool:
    """Whether matching this text cannot take long: it is tried while the compiler waits.

    The text can be divided among n repetitions in as many ways as n bars stand in it.
    """
    loops = _repetitions(pattern)
    return loops is not None and comb(len(text) + loops, loops) <= _STEPS


@lru_cache(maxsize=256)
def _repetitions(pattern: str) -> int | None:
    """How many repetitions a pattern holds; none if it has a problem."""
    if regex_problem(pattern) is not None:
        return None
    return _loops(_parser.parse(pattern))


def _loops(parsed: Any) -> int:
    """How many repetitions of different lengths a parsed pattern holds."""
    count = 0
    for operation, value in parsed:
        name = str(operation)
        if name in _LOOPS:
            count += (value[0] != value[1]) + _loops(value[2])
        elif name == "SUBPATTERN":
            count += _loops(value[-1])
        elif name == "BRANCH":
            count += sum(map(_loops, value[1]))
    return count


def _slow(parsed: Any, *, repeated: bool, once: bool) -> str | None:
    """Walks the parsed pattern: pairs of an operation and what belongs to it.

    `repeated`: it stands in a repetition, so alternatives must differ; `once`: and
    nothing in it may be repeated.
    """
    for operation, value in parsed:
        name = str(operation)
        found = None
        if name in _REFUSED:
            found = f"it holds {_REFUSED[name]}"
        elif name in _LOOPS:
            found = _slow_loop(value, repeated=repeated, once=once)
        elif name == "SUBPATTERN":
            found = _slow(value[-1], repeated=repeated, once=once)
        elif name == "BRANCH":
            inside = (_slow(b, repeated=repeated, once=once) for b in value[1])
            found = next(filter(None, inside), None)
            if found is None and repeated and _overlapping(value[1]):
                found = "it repeats alternatives that can match the same text"
        if found is not None:
            return found
    return None


def _slow_loop(value: Any, *, repeated: bool, once: bool) -> str | None:
    low, high, body = value
    often = high > _FEW
    if once and low != high:
        return "it repeats something that is itself repeated"
    if often and body.getwidth()[0] == 0:
        return "it repeats something that may be empty"
    again = repeated or (often and _variable(body))
    apart = _delimited(body) and _loops(body) == 1
    return _slow(body, repeated=again, once=once or (again and not apart))


def _variable(body: Any) -> bool:
    """Whether what is repeated can itself have different lengths or ways."""
    return any(
        str(operation) in _LOOPS | {"BRANCH", "SUBPATTERN"} for operation, _ in body
    )


def _overlapping(branches: Any) -> bool:
    """Whether two alternatives may begin alike; `re` has factored common prefixes out."""
    firsts = [str(branch[0]) if len(branch) else "" for branch in branches]
    return len(set(firsts)) != len(firsts) or any(
        first == "" or "ANY" in first or "IN" in first for first in firsts
    )


def _delimited(body: Any) -> bool:
    """Whether each round of a repetition begins or ends with a sign of its own."""
    parts = list(body)
    while len(parts) == 1 and str(parts[0][0]) == "SUBPATTERN":
        parts = list(parts[0][1][-1])
    for sign, others in ((parts[0], parts[1:]), (parts[-1], parts[:-1])):
        if str(sign[0]) == "LITERAL" and not _may_hold(others, chr(sign[1])):
            return True
    return False


def _may_hold(parsed: Any, char: str) -> bool:
    """Whether a text that the parsed pattern matches may hold a character."""
    for operation, value in parsed:
        match str(operation):
            case "LITERAL":
                holds = chr(value) == char
            case "IN":
                holds = _in_class(value, char)
            case "MAX_REPEAT" | "MIN_REPEAT":
                holds = _may_hold(value[2], char)
            case "SUBPATTERN":
                holds = _may_hold(value[-1], char)
            case "BRANCH":
                holds = any(_may_hold(branch, char) for branch in value[1])
            case _:
                holds = True
        if holds:
            return True
    return False


def _in_class(members: Any, char: str) -> bool:
    """Whether a class of characters holds one; a category may hold any."""
    for operation, value in members:
        name = str(operation)
        if name in ("NEGATE", "CATEGORY"):
            return True
        if name == "LITERAL" and chr(value) == char:
            return True
        if name == "RANGE" and value[0] <= ord(char) <= value[1]:
            return True
    return False
