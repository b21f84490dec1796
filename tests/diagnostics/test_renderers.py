from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfc.diagnostics import Diagnostic, Edit, Fix, Label, Severity, diagnostic
from pfc.diagnostics.github import render_github
from pfc.diagnostics.json_report import render_json
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text, summary
from pfc.span import Source, Span

TEXT = """\
intent Read(path: Path)

reactor R {
\ton Read { perform fs(path) }
}
"""


def span_of(text: str, part: str, path: str = "a.pf") -> Span:
    start = text.index(part)
    return Span(path, start, start + len(part))


def places(**texts: str) -> Places:
    named = {name.replace("_", "."): text for name, text in texts.items()}
    return Places({name: Source(name, text) for name, text in named.items()})


@pytest.fixture
def full() -> Diagnostic:
    end = TEXT.index(")") + 1
    return diagnostic(
        "PF301",
        span_of(TEXT, "fs(path)"),
        action="performing `fs`",
        needed="FileCap.read(path)",
        reason="callers of `Read` arrive with nothing",
        related=[
            Label(span_of(TEXT, "Read"), "requires nothing"),
            Label(Span("b.pf", 0, 6), "declared here"),
        ],
        notes=["paths compare by segment"],
        fixes=[
            Fix(
                "require it",
                (Edit(Span("a.pf", end, end), " requires FileCap.read(path)"),),
            )
        ],
    )


def test_text_with_everything(full: Diagnostic) -> None:
    shown = render_text([full], places(a_pf=TEXT, b_pf="effect fs()"))
    assert shown.splitlines() == [
        "error[PF301]: performing `fs` needs `FileCap.read(path)`; "
        "callers of `Read` arrive with nothing",
        " --> a.pf:4:20",
        "  |",
        "1 | intent Read(path: Path)",
        "  |        ---- requires nothing",
        "...",
        "4 |     on Read { perform fs(path) }",
        "  |                       ^^^^^^^^",
        " ::: b.pf:1:1",
        "  |",
        "1 | effect fs()",
        "  | ------ declared here",
        "  = note: paths compare by segment",
        "help: require it",
        "1 + intent Read(path: Path) requires FileCap.read(path)",
    ]


def test_colours_change_nothing_else(full: Diagnostic) -> None:
    where = places(a_pf=TEXT, b_pf="effect fs()")
    coloured = render_text([full], where, colour=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_text([full], where)
    assert "\x1b[" in coloured


def test_json_has_the_documented_schema(full: Diagnostic) -> None:
    shown = json.loads(render_json([full], places(a_pf=TEXT, b_pf="effect fs()")))
    assert shown == {
        "version": 1,
        "diagnostics": [
            {
                "code": "PF301",
                "severity": "error",
                "message": full.message,
                "path": "a.pf",
                "start": {"line": 4, "column": 20},
                "end": {"line": 4, "column": 28},
                "related": [
                    {
                        "message": "requires nothing",
                        "path": "a.pf",
                        "start": {"line": 1, "column": 8},
                        "end": {"line": 1, "column": 12},
                    },
                    {
                        "message": "declared here",
                        "path": "b.pf",
                        "start": {"line": 1, "column": 1},
                        "end": {"line": 1, "column": 7},
                    },
                ],
                "notes": ["paths compare by segment"],
                "fixes": [
                    {
                        "title": "require it",
                        "edits": [
                            {
                                "path": "a.pf",
                                "start": {"line": 1, "column": 24},
                                "end": {"line": 1, "column": 24},
                                "text": " requires FileCap.read(path)",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_github_escapes_what_would_end_the_command() -> None:
    source = places(a_pf="x")
    found = Diagnostic("PF1", Severity.WARNING, "50%\r\n::stop", Span("a.pf", 0, 1))
    assert render_github([found], source) == (
        "::warning file=a.pf,line=1,endLine=1,title=PF1,col=1,endColumn=2::"
        "50%25%0D%0A::stop"
    )


def carets(text: str, part: str) -> tuple[str, str]:
    """The source line and the line of carets below it."""
    found = diagnostic("PF213", span_of(text, part), module="m")
    lines = render_text([found], places(a_pf=text)).splitlines()
    return lines[3][4:], lines[4][4:]


@pytest.mark.parametrize(
    ("text", "part", "shown", "marks"),
    [
        ("\tx", "x", "    x", "    ^"),
        ("a\tx", "x", "a   x", "    ^"),
        ("日本 x", "x", "日本 x", "     ^"),
        ("x 日本", "日本", "x 日本", "  ^^^^"),
        ("e\u0301 x", "x", "e\u0301 x", "  ^"),
        ("a\rx", "x", "a\ufffdx", "  ^"),
        ("\x1b[31m x", "x", "\ufffd[31m x", "      ^"),
        ("\u202e x", "x", "\ufffd x", "  ^"),
        ("one two\nthree", "two\nthree", "one two", "    ^^^"),
    ],
)
def test_carets_stand_under_what_is_meant(
    text: str, part: str, shown: str, marks: str
) -> None:
    assert carets(text, part) == (shown, marks)


def test_a_very_long_line_is_cut_around_the_spot() -> None:
    text = "a" * 50_000 + " here " + "b" * 50_000
    shown, marks = carets(text, "here")
    assert len(shown) < 200
    start = marks.index("^")
    assert shown[start : start + len(marks.strip())] == "here"


def test_two_marks_in_one_line() -> None:
    text = "alpha beta"
    found = diagnostic(
        "PF211",
        span_of(text, "beta"),
        name="x",
        related=[Label(span_of(text, "alpha"), "the first")],
    )
    assert render_text([found], places(a_pf=text)).splitlines()[2:] == [
        "  |",
        "1 | alpha beta",
        "  | ----- the first",
        "  |       ^^^^",
    ]


def test_a_file_that_was_not_read() -> None:
    found = diagnostic("PF905", Span("no.pf", 0, 0), path="`no.pf`")
    assert render_text([found], places()) == (
        "error[PF905]: there is no file or folder `no.pf`\n --> no.pf"
    )
    (shown,) = json.loads(render_json([found], places()))["diagnostics"]
    assert shown["start"] == shown["end"] == {"line": 1, "column": 1}


def test_order_does_not_depend_on_the_passes(full: Diagnostic) -> None:
    other = diagnostic("PF407", span_of(TEXT, "Read"), intent="Read")
    where = places(a_pf=TEXT, b_pf="effect fs()")
    assert render_text([full, other, full], where) == render_text([other, full], where)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "no errors"),
        (["PF406"], "1 warning"),
        (["PF103", "PF406", "PF406"], "1 error, 2 warnings"),
        (["PF103", "PF103"], "2 errors"),
    ],
)
def test_summary(codes: list[str], expected: str) -> None:
    assert summary([diagnostic(code, Span("a", 0, 0)) for code in codes]) == expected


@given(st.text(), st.data())
def test_no_source_breaks_a_report(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = diagnostic(
        "PF103",
        Span("a.pf", start, end),
        notes=[text],
        fixes=[Fix(text, (Edit(Span("a.pf", start, end), text),))],
    )
    where = places(a_pf=text)
    shown = render_text([found], where)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", shown)
    shown.encode("utf-8")
    json.loads(render_json([found], where))
    assert "\n" not in render_github([found], where)
