"""Entries that do not say who is asking get a repair where there is only one."""

from __future__ import annotations

import re

import pytest

from pfc.diagnostics import Diagnostic, diagnostic
from pfc.diagnostics.model import Edit, Fix
from pfc.diagnostics.places import Places
from pfc.diagnostics.repaired import applied
from pfc.diagnostics.text import render_text
from pfc.driver import compile_sources
from pfc.highlight.reader import read
from pfc.span import Source, Span

_APP = """
capability Desk { read  see(id: String) }
context Request { user: String  grant Desk.read }
intent Ping -> String in Request requires Desk.read
intent See(id: String) -> String in Request requires Desk.see(id)
intent Open -> String requires nothing
reactor Pinger {
  on Ping { reply "pong" }
  on See(id) { reply id }
  on Open { reply "open" }
}
"""


def findings(text: str, code: str) -> list[Diagnostic]:
    found = compile_sources({"a.pf": text}, None, emit=False).diagnostics
    return [one for one in found if one.code == code]


@pytest.mark.parametrize(
    ("entry", "code", "repaired"),
    [
        (
            'api "/api" { GET "/ping" -> Ping }',
            "PF331",
            'api "/api" in Request { GET "/ping" -> Ping }',
        ),
        (
            'api  "/a\\u0062" { GET "/ping" -> Ping  GET "/open" -> Open }',
            "PF331",
            'api  "/a\\u0062" in Request { GET "/ping" -> Ping  GET "/open" -> Open }',
        ),
        (
            "app Tools { tools { ping -> Ping ceiling Desk.read } }",
            "PF331",
            "app Tools { tools in Request { ping -> Ping ceiling Desk.read } }",
        ),
        (
            "app Tools { tools in Request { ping -> Ping } }",
            "PF330",
            "app Tools { tools in Request { ping -> Ping ceiling Desk.read } }",
        ),
    ],
)
def test_there_is_one_thing_to_say(entry: str, code: str, repaired: str) -> None:
    text = _APP + entry
    (found,) = findings(text, code)
    (fix,) = found.fixes
    assert not fix.safe
    after = applied(text, fix.edits)
    assert after == _APP + repaired
    assert findings(after, code) == []


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        # Nobody is asked for.
        ('api "/api" { GET "/open" -> Open }', "PF331"),
        # Another may be meant.
        (
            "context Other { user: String }\n"
            "intent Pong -> Int in Other requires nothing\n"
            "reactor Ponger { on Pong { reply 1 } }\n"
            'api "/api" { GET "/ping" -> Ping  GET "/pong" -> Pong }',
            "PF331",
        ),
        (
            "context Other { user: String }\n"
            "app Tools { tools { ping -> Ping ceiling Desk.read } }",
            "PF331",
        ),
        # What it requires depends on what it is given.
        ("app Tools { tools in Request { see -> See } }", "PF330"),
        ("app Tools { tools in Request { open -> Open } }", "PF330"),
    ],
)
def test_there_are_several_things_or_none(entry: str, code: str) -> None:
    (found,) = findings(_APP + entry, code)
    assert found.fixes == ()


def test_what_helps_has_the_colours_of_the_language() -> None:
    text = 'fn f() -> String = "é"\n\tfn g() -> Int = 1  # why'
    at = text.index("Int")
    fix = Fix("say so", (Edit(Span("a.pf", at, at + 3), "Float"),))
    found = diagnostic(
        "PF101", Span("a.pf", at, at + 3), found="`x`", expected="`y`", fixes=(fix,)
    )
    where = Places({"a.pf": Source("a.pf", text)})
    coloured = render_text([found], where, colour=True, read=read).splitlines()[-1]
    assert "\x1b[35mfn\x1b[0m \x1b[34mg\x1b[0m" in coloured
    assert "\x1b[33mFloat\x1b[0m" in coloured
    assert coloured.endswith("\x1b[90m# why\x1b[0m")
    plain = render_text([found], where).splitlines()[-1]
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
