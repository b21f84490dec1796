"""Regular expressions of `matches`: whether they are ones, and cannot take exponentially long."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any

# The parser that `re` itself uses: it has no public name, and no public stand-in.
_parser: Any = import_module("re._parser")
_LOOPS = {"MAX_REPEAT", "MIN_REPEAT"}
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

    Refused as slow: a repetition inside a repetition that can match the same text in more
    than one way, look-arounds and back-references. That is stricter than need be, and easy
    to explain.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = _parser.parse(pattern)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        return RegexProblem(f"it is no regular expression ({error})", slow=False)
    reason = _slow(parsed, inside_loop=False)
    return None if reason is None else RegexProblem(reason, slow=True)


def _slow(parsed: Any, *, inside_loop: bool) -> str | None:
    """Walks the parsed pattern: pairs of an operation and what belongs to it."""
    for operation, value in parsed:
        name = str(operation)
        if name in _REFUSED:
            return f"it holds {_REFUSED[name]}"
        if name in _LOOPS:
            low, high, body = value
            unbounded = high == _parser.MAXREPEAT or high > 64
            if unbounded and inside_loop and low != high:
                return "it repeats something that is itself repeated"
            loop = inside_loop or (unbounded and _variable(body))
            found = _slow(body, inside_loop=loop)
        elif name == "SUBPATTERN":
            found = _slow(value[-1], inside_loop=inside_loop)
        elif name == "BRANCH":
            found = next(
                filter(None, (_slow(b, inside_loop=inside_loop) for b in value[1])),
                None,
            )
            if found is None and inside_loop and _overlapping(value[1]):
                found = "it repeats alternatives that can match the same text"
        else:
            found = None
        if found is not None:
            return found
    return None


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
