"""What is wrong with the Python in a fence, and exactly where."""

from __future__ import annotations

import pytest

from pfc.driver import compile_sources
from pfc.semantics.fences import LONGEST
from pfc.span import Source

DEEP = "-" * 100_000


def findings(code: str, head: str = "fn f(a: Int) -> Int python ") -> list[tuple]:
    """Code, line, column, covered text and message of what is found in a fence."""
    text = f"{head}```py\n{code}\n```\n"
    source = Source("m.pf", text)
    found = compile_sources({"m.pf": text}, emit=False).diagnostics
    return [
        (
            one.code,
            *source.position(one.span.start),
            text[one.span.start : one.span.end],
            one.message,
        )
        for one in found
    ]


@pytest.mark.parametrize(
    ("code", "line", "column", "covered", "said"),
    [
        ("  x = (1,\n  return a", 2, 7, "(", "'(' was never closed"),
        ("  if a:\n  return a", 3, 3, "return", "after 'if' statement on line 2"),
        ("\tif a:\n        return a", 2, 1, "\tif a:\n        return a", "indented"),
        ("    return a\n  + 3", 2, 3, "  return a\n  + 3", "not indented alike"),
        ("  from os import *\n  return a", 2, 18, "*", "import * only allowed"),
        ("  nonlocal q\n  return a", 2, 3, "nonlocal q", "no binding for nonlocal"),
        ("  é = a + ☃\n  return a", 2, 11, "☃", "invalid character"),
        ("  break", 2, 3, "break", "'break' outside loop"),
        ("  return a\0", 2, 3, "return a\0", "null bytes"),
        (f"  return {DEEP}1", 2, 3, f"return {DEEP}1", "nested too deeply"),
    ],
)
def test_syntax_is_checked_at_its_place(
    code: str, line: int, column: int, covered: str, said: str
) -> None:
    (found,) = findings(code)
    assert found[0] == "PF109"
    assert found[1:3] == (line, column)
    assert covered.startswith(found[3])
    assert said in found[4]


def test_names_that_nobody_declares_are_found_once_each() -> None:
    code = "  import math as m\n  b = [aa for x in range(a)]\n  return m.pi + aa + ccc"
    assert [found[:4] for found in findings(code)] == [
        ("PF260", 3, 8, "aa"),
        ("PF260", 4, 22, "ccc"),
    ]
    assert findings("  global g\n  g = a\n  return len(__name__)") == []


@pytest.mark.parametrize(
    "code",
    [
        "",
        "  # a comment alone",
        "  return '\\d' and a",
        "  f = lambda: (yield)\n  return a",
        "\r\n  if a:\r\n  \treturn 1\r\n  return a\r",
        "  x = 1\n" * (LONGEST - 1) + "  return a",
    ],
)
def test_nothing_is_wrong_with_these(code: str) -> None:
    assert findings(code) == []


def test_newer_syntax_than_that_of_the_oldest_python_is_refused() -> None:
    ((code, line, *_),) = findings("  type X = int\n  return a")
    assert (code, line) == ("PF109", 2)


def test_a_fence_without_end_belongs_into_a_module() -> None:
    ((code, *_),) = findings("  x = 1\n" * LONGEST + "  return a")
    assert code == "PF924"
