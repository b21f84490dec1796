"""Every word that is not reserved is a name wherever a name may stand."""

from __future__ import annotations

import re

import pytest

from pfc.syntax.grammar import words
from pfc.syntax.words import RESERVED
from tests.syntax.samples import CASES, read, renamed, shape

NEUTRAL = "zz"
RAW = ("raw",)  # what a string with holes looks like depends on the names in them
OF_CONTEXT = ["can", "await", "nothing", "emitted", "performed"]
SOFT = [*sorted(words() - RESERVED), *OF_CONTEXT]


def _positions() -> list[tuple[str, frozenset[str]]]:
    lines = (CASES / "positions.txt").read_text("utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            template, _, quoted = line.partition(" !! ")
            found.append((template, frozenset(quoted.split())))
    return found


POSITIONS = _positions()


each_position = pytest.mark.parametrize(
    ("template", "quoted"), POSITIONS, ids=[template for template, _ in POSITIONS]
)


def filled(template: str, word: str) -> str:
    return re.sub(r"\bW\b", word, template)


def neutral(template: str) -> object:
    parsed = read(filled(template, NEUTRAL))
    assert parsed.diagnostics == ()
    assert len(parsed.module.declarations) == 1
    return shape(parsed.module.declarations[0], without=RAW)


def not_names(template: str, written: list[tuple[str, str]]) -> list[str]:
    """The words that, as they are written, do not mean a name in a position."""
    wanted = neutral(template)
    parsed = read("\n".join(filled(template, text) for _, text in written))
    if parsed.diagnostics or len(parsed.module.declarations) != len(written):
        return [w for w, text in written if not _is_name(template, w, text, wanted)]
    return [
        word
        for (word, _), declaration in zip(
            written, parsed.module.declarations, strict=True
        )
        if shape(declaration, without=RAW) != renamed(wanted, NEUTRAL, word)
    ]


def _is_name(template: str, word: str, text: str, wanted: object) -> bool:
    parsed = read(filled(template, text))
    shapes = [shape(each, without=RAW) for each in parsed.module.declarations]
    return not parsed.diagnostics and shapes == [renamed(wanted, NEUTRAL, word)]


@each_position
def test_a_word_is_a_name(template: str, quoted: frozenset[str]) -> None:
    plain = [(word, word) for word in SOFT if word not in quoted]
    assert not_names(template, plain) == []


@each_position
def test_any_word_is_a_name_in_back_quotes(
    template: str, quoted: frozenset[str]
) -> None:
    words_ = sorted({*RESERVED, *quoted, "retry", "class", "state", "of"})
    assert not_names(template, [(word, f"`{word}`") for word in words_]) == []


def test_a_reserved_word_is_no_name() -> None:
    taken = [
        word
        for word in sorted(RESERVED)
        if not read(f"fn {word}() -> Int = 1").diagnostics
    ]
    assert taken == []


def test_reserved_words_follow_a_dot_and_name_arguments() -> None:
    text = 'fn f() -> Int = a.find(where: 1).state.with(in: "x")'
    assert read(text).diagnostics == ()
