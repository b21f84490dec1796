"""Parsing tables are kept between runs, and whatever happens to them does no harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lark import Lark, Token

from pfc.syntax.cache import cached

GRAMMAR = 'start: "a" WORD\nWORD: /[b-z]+/\n%ignore " "\n'


class Maker:
    """Makes parsers, and counts how often."""

    def __init__(self) -> None:
        self.made = 0
        self.seen: list[str] = []
        self.called: dict[str, Any] = {"lexer_callbacks": {"WORD": self.note}}

    def note(self, token: Token) -> Token:
        self.seen.append(str(token))
        return token

    def __call__(self) -> Lark:
        self.made += 1
        return Lark(GRAMMAR, parser="lalr", lexer="basic", **self.called)

    def parser(self, grammar: str = GRAMMAR) -> Lark:
        return cached(grammar, self, self.called)

    def works(self) -> bool:
        self.seen.clear()
        children = self.parser().parse("a word").children
        return children == ["word"] and self.seen == ["word"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "pfc"


@pytest.fixture
def maker() -> Maker:
    return Maker()


def test_the_second_parser_is_not_made_again(folder: Path, maker: Maker) -> None:
    assert maker.works()
    assert maker.works()
    assert maker.made == 1
    assert len(list(folder.iterdir())) == 1


def test_another_grammar_has_tables_of_its_own(folder: Path, maker: Maker) -> None:
    maker.parser()
    maker.parser(f"{GRAMMAR}\n")
    assert maker.made == 2
    assert len(list(folder.iterdir())) == 2


def test_few_tables_are_kept(folder: Path, maker: Maker) -> None:
    for number in range(20):
        maker.parser(GRAMMAR + "\n" * number)
    assert len(list(folder.iterdir())) == 8


@pytest.mark.parametrize(
    "content", [b"", b"no pickle", None], ids=["empty", "text", "cut"]
)
def test_broken_tables_are_made_again(
    folder: Path, maker: Maker, content: bytes | None
) -> None:
    maker.parser()
    [file] = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-9] if content is None else content)
    assert maker.works()
    assert maker.works()
    assert maker.made == 2
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(
    os.name != "posix", reason="who may write a file is told by its mode"
)
def test_tables_that_others_can_write_are_not_trusted(
    folder: Path, maker: Maker
) -> None:
    maker.parser()
    [file] = folder.iterdir()
    file.chmod(0o666)
    assert maker.works()
    assert maker.made == 2


def test_where_nothing_can_be_kept_the_parser_is_made_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: Maker
) -> None:
    taken = tmp_path / "file"
    taken.write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(taken))
    assert maker.works()
    assert maker.works()
    assert maker.made == 2


@pytest.mark.slow
def test_the_compiler_keeps_its_tables_there(folder: Path, tmp_path: Path) -> None:
    script = "from pfc.syntax.grammar import make_parser; make_parser()"
    here = tmp_path / "project"
    here.mkdir()
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", script]
    for _ in range(2):
        subprocess.run(command, check=True, cwd=here, env=environment)
    assert len(list(folder.glob("tables-*"))) == 1
    assert list(here.iterdir()) == []
