"""The fast machine reads what Lark reads, to the same trees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pfc.span import Source
from pfc.syntax import parser
from pfc.syntax.compact import Tables, compact
from pfc.syntax.grammar import make_machine, make_parser
from pfc.syntax.machine import NotRead
from pfc.syntax.tree import Builder

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("examples/*/*.pf"), *ROOT.glob("tests/cases/**/*.pf")])


class ByLark(Builder):
    """Reads everything with Lark."""

    def _parse(self, text: str, start: str) -> object:
        return self.parser.parse(text, start=start)


@pytest.mark.slow
def test_all_sources_become_the_same_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {str(path): path.read_text("utf-8") for path in SOURCES}
    sources = [Source(path, text) for path, text in texts.items() if "\0" not in text]
    assert len(sources) > 100
    read = [parser.parse(source) for source in sources]
    builder = ByLark(make_parser, make_machine)
    monkeypatch.setattr(parser, "_builder", lambda: builder)
    for source, found in zip(sources, read, strict=True):
        assert parser.parse(source) == found, source.path


@pytest.mark.parametrize("text", ["record", "record A {", "§", "fn f( = 1", "}", "a b"])
def test_what_is_no_program_is_left_to_lark(text: str) -> None:
    builder = Builder(make_parser, make_machine)
    with pytest.raises(NotRead):
        make_machine(builder).read(text, "file")


def test_tables_are_plain_data() -> None:
    tables = compact(make_parser())
    again = Tables(**json.loads(json.dumps(tables.__dict__)))
    assert again.rows == tables.rows
    assert again.only == tables.only
    assert [tuple(rule) for rule in again.rules] == tables.rules
