"""Excerpts in the colours of the language: the same text, painted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pfc.diagnostics import diagnostic
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text
from pfc.highlight.reader import read
from pfc.span import Source, Span
from tests.diagnostics.corpus import CORPUS
from tests.diagnostics.corpus import read as read_case

_ESCAPES = re.compile(r"\x1b\[[\d;]*m")


def shown(text: str, at: int, *, colour: bool = True) -> str:
    found = diagnostic("PF101", Span("a.pf", at, at + 1), found="`x`", expected="`y`")
    where = Places({"a.pf": Source("a.pf", text)})
    return render_text([found], where, colour=colour, read=read)


def test_words_texts_and_comments_differ() -> None:
    line = shown('fn f() -> String = "a{1}"  # why\n', 0).splitlines()[3]
    assert "\x1b[35mfn\x1b[0m " in line
    assert "\x1b[33mString\x1b[0m" in line
    assert '\x1b[32m"a\x1b[0m\x1b[36m{\x1b[0m' in line
    assert line.endswith("\x1b[90m# why\x1b[0m")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_without_its_colours_it_is_the_plain_text(path: Path) -> None:
    source, _, found = read_case(path)
    where = Places({source.path: source})
    coloured = render_text(found, where, colour=True, read=read)
    assert _ESCAPES.sub("", coloured) == render_text(found, where, read=read)


@pytest.mark.parametrize(
    "text",
    [
        "\tfn\tf() -> Int = 1",
        "fn f() -> String = " + '"x" + ' * 60 + '"y"',
        "\x1b[31m fn \u202e f",
        'fn f() -> String = "',
        "```py\n",
        "é" * 300 + " fn",
    ],
)
def test_lines_that_are_not_shown_as_they_are(text: str) -> None:
    for at in (0, len(text) // 2, len(text) - 1):
        plain = shown(text, at, colour=False)
        assert _ESCAPES.sub("", shown(text, at)) == plain
        assert "\x1b" not in plain


def test_the_highlighter_is_loaded_for_colours_only(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text("fn f() -> Int = a\n")
    program = (
        "import sys; from pfc.cli.app import run; run(['check', 'a.pf']);"
        " print('pfc.highlight.reader' in sys.modules)"
    )
    for extra, expected in (
        ({"NO_COLOR": "1"}, "False"),
        ({"FORCE_COLOR": "1"}, "True"),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={"PATH": "", "PFC_CACHE_DIR": "", **extra},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.splitlines()[-1] == expected
