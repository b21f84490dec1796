"""What is told of mistakes with reactors, effects and tests: one finding that teaches."""

from __future__ import annotations

import pytest

from pfc.diagnostics import Severity
from pfc.driver import compile_sources

PROGRAM = """
union Trouble { Late }
intent Ask(n: Int) -> Int requires nothing fails Late
intent Do(n: Int) -> Int requires nothing
effect work(n: Int) -> Int python "work:work"
reactor R { on Ask(n) { reply n } }
"""
HANDLER = "reactor S { on Do(n) { %s } }"

MISTAKES = {
    "a number of tries": (
        HANDLER % "let x = ask Ask(n: n) retry many else reply 0 reply x",
        "PF101",
        "unexpected `many`; expected a number",
    ),
    "fewer than no tries": (
        HANDLER % "let x = ask Ask(n: n) retry -1 else reply 0 reply x",
        "PF101",
        "unexpected `-`; expected a number",
    ),
    "a denial of a number": (
        HANDLER % "deny 5",
        "PF101",
        "a capability or a string",
    ),
    "two Pythons": (
        'effect twice python "a:b" python "c:d"',
        "PF211",
        "`python` is declared twice",
    ),
    "no result": (
        HANDLER % "done",
        "PF241",
        "an Int has to be given: `reply ...`",
    ),
    "no result of a stub": (
        'test "t" { stub work(n) { done } }',
        "PF241",
        "an Int has to be given: `return ...`",
    ),
    "a failure that is not declared": (
        'test "t" { expect Do(n: 1) fails Late }',
        "PF210",
        "there is no failure of `Do` called `Late` here",
    ),
    "no time at all": (
        "effect slow timeout 0s python ```py\n  pass\n```",
        "PF220",
        "above zero, found `0s`",
    ),
}


def linked(module: str) -> str:
    return f"def {'b' if module == 'a' else 'work'}(n: int) -> int: ..."


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_finding_says_what_is_wrong(mistake: str) -> None:
    text, code, message = MISTAKES[mistake]
    compilation = compile_sources({"m.pf": PROGRAM + text}, linked)
    found = [f for f in compilation.diagnostics if f.severity is Severity.ERROR]
    assert [one.code for one in found] == [code], [one.message for one in found]
    assert message in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "effect tried retry 3 backoff 5s..1s python ```py\n  pass\n```",
        "reactor T { restart max 3 within 1m backoff 5s..1s }",
    ],
)
def test_pauses_the_wrong_way_round_are_turned(text: str) -> None:
    [found] = compile_sources({"m.pf": text}).diagnostics
    [fix] = found.fixes
    [edit] = fix.edits
    repaired = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert "backoff 1s..5s" in repaired
    assert not compile_sources({"m.pf": repaired}).diagnostics


def test_what_an_app_lacks_is_told_with_the_way_to_have_it() -> None:
    text = "reactor R { needs S } reactor S { } app A { supervise one_for_one { R } }"
    [found] = compile_sources({"m.pf": text}).diagnostics
    assert found.code == "PF254"
    assert "it needs `S`" in found.message
    assert "supervise `S` in `A`, too" in found.notes
