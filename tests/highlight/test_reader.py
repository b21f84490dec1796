"""What Pygments, the terminal and the pages of the documentation read, agrees with the compiler."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.lexers.python import PythonLexer
from rich.console import Console
from rich.syntax import Syntax

from pfc.highlight import classes, reader
from pfc.highlight.lexer import TOKENS, PacketFlowLexer
from pfc.highlight.reader import Tables, read
from tests.highlight.compiler import Painted
from tests.highlight.programs import (
    broken_lines,
    differences,
    names_like_keywords,
    programs,
)

pytestmark = pytest.mark.xdist_group("highlight")

FENCED = 'fn f() -> Int python ```py\n  return len("a#b")  # c\n```\n'


def painted(texts: list[str]) -> list[Painted]:
    return [[c for _, c, piece in read(text) for _ in piece] for text in texts]


def test_programs() -> None:
    assert differences(programs(), painted) == []


def test_names_like_keywords() -> None:
    assert differences(names_like_keywords(), painted) == []


def test_names_like_keywords_over_lines() -> None:
    assert differences(broken_lines(), painted) == []


def test_a_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    text = files("pfc.highlight").joinpath(reader.TABLES).read_text("utf-8")
    wrong = Tables(
        json.loads(text.replace(r"always\\b(?!\\s*=>)(?!\\s*:)", r"always\\b"))
    )
    sample = {"field": "record R { always: Int }"}
    assert differences(sample, painted) == []
    monkeypatch.setattr(reader, "tables", lambda: wrong)
    assert differences(sample, painted) != []


@given(
    st.text(alphabet=st.sampled_from(' \n\t"{}()[]#`.,:=<>-|\\aZ9é if state on retry'))
)
def test_every_text_is_read_whole(text: str) -> None:
    assert "".join(piece for _, _, piece in read(text)) == text
    at = 0
    for place, _, piece in read(text):
        assert place == at
        at += len(piece)


def test_a_declaration_at_the_start_of_a_line_ends_what_is_open() -> None:
    broken = "reactor R {\n  on I { let x =\nrecord S { state_of: Int }\n"
    found = {piece: class_ for _, class_, piece in read(broken)}
    assert found["record"] == classes.KEYWORD
    assert found["S"] == classes.DECLARED


def test_the_lexer_is_found() -> None:
    assert isinstance(get_lexer_by_name("packetflow"), PacketFlowLexer)
    assert isinstance(get_lexer_for_filename("notes.pf"), PacketFlowLexer)


def test_each_class_has_a_token_of_its_own() -> None:
    assert len(set(TOKENS.values())) == len(TOKENS)
    known = {v for k, v in vars(classes).items() if k.isupper() and isinstance(v, str)}
    assert {*TOKENS, classes.PYTHON} == {*known, ""}


def test_python_is_read_as_python() -> None:
    (at,) = (place for place, class_, _ in read(FENCED) if class_ == classes.PYTHON)
    end = FENCED.rindex("```")
    expected = [
        (at + place, kind, value)
        for place, kind, value in PythonLexer().get_tokens_unprocessed(FENCED[at:end])
    ]
    tokens = list(PacketFlowLexer().get_tokens_unprocessed(FENCED))
    assert [token for token in tokens if at <= token[0] < end] == expected


def test_rich_shows_it() -> None:
    console = Console(force_terminal=True, color_system="truecolor", width=40)
    with console.capture() as capture:
        console.print(Syntax("record R { a: Int }", "packetflow"))
    assert "\x1b[" in capture.get()


def test_the_lexer_brings_neither_the_parser_nor_the_compiler() -> None:
    script = (
        "import sys, pfc.highlight.lexer as l;"
        "list(l.PacketFlowLexer().get_tokens('record R { a: Int }'));"
        "sys.exit(any(m == 'lark' or m.startswith('pfc.s') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.parametrize("odd", ["\u00a0", "\u2003", "\x85", "\x1c", "\x00", "\u3000"])
def test_a_character_that_no_token_has_is_passed_over(odd: str) -> None:
    text = f"{odd}fn{odd}f() -> Int = 1{odd}"
    pieces = list(read(text))
    assert "".join(piece for _, _, piece in pieces) == text
    assert ("keyword", "fn") in [(class_, piece) for _, class_, piece in pieces]
