"""Formatting keeps the program and its comments, and formatting again changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pfc.format import format_source
from pfc.span import Source
from tests.docs.pages import ROOT, blocks, pages
from tests.format.programs import program, written
from tests.format.properties import differences, faults, read, words_and_signs

_OWN = {".venv", "build", "node_modules", "__snapshots__"}
FILES = sorted(
    path
    for folder in ("examples", "tests", "benchmarks", "docs")
    for path in (ROOT / folder).rglob("*.pf")
    if not _OWN & set(path.parts)
)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig", errors="replace")


def is_formatted(text: str) -> bool:
    return format_source(Source("sample.pf", text)).text is not None


@pytest.mark.slow
def test_every_file_of_the_repository() -> None:
    texts = {path: text_of(path) for path in FILES}
    parsed = {path: text for path, text in texts.items() if is_formatted(text)}
    assert len(parsed) > 300
    assert {path: bad for path, text in parsed.items() if (bad := faults(text))} == {}


def test_what_does_not_parse_has_a_diagnostic_and_no_text() -> None:
    folder = ROOT / "tests" / "cases" / "syntax"
    for path in sorted(folder.rglob("*.pf")):
        result = format_source(Source(path.name, text_of(path)))
        assert (result.text is None) == bool(result.diagnostics), path


@pytest.mark.slow
def test_every_block_of_the_documentation() -> None:
    texts = [
        block.text
        for page in [*pages(), *(ROOT / "pfc/diagnostics/pages").glob("*.md")]
        for block in blocks(page)
        if block.language == "pf" and is_formatted(block.text)
    ]
    assert len(texts) > 100
    assert [text for text in texts if faults(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_files_with_comments_between_their_tokens(seed: int) -> None:
    rng = random.Random(seed)
    for path in rng.sample(FILES, 10):
        text = text_of(path)
        if not is_formatted(text) or read(text).diagnostics:
            continue
        parts = [part for _, part in words_and_signs(text)]
        strewn = written(parts, rng, comments=rng.choice([0.02, 0.2]))
        if is_formatted(strewn):
            assert faults(strewn) == [], (path, strewn)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_generated_programs(seed: int) -> None:
    rng = random.Random(seed)
    formatted = 0
    for _ in range(25):
        text = written(program(rng), rng, comments=rng.choice([0, 0, 0.1, 0.4]))
        if len(text) < 6_000 and is_formatted(text):
            formatted += 1
            assert faults(text) == [], text
    assert formatted > 15


# ---------------------------------------------------------------- the checks can fail
@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("type A = Int", "type A = Bool", ["trees"]),
        ("type A = Int # a\n", "type A = Int\n", ["comments"]),
        ("type A = Int # a # b\n", "type A = Int # b\n", ["comments"]),
        ("type A = # a\nInt\n", "type A = Int # a\n", ["comments"]),
        ("union U { A # a\n B }", "union U { A \n B # a\n }", ["comments"]),
        (
            "record R {\n ## a\n\n a: Int }",
            "record R {\n ## a\n a: Int }",
            ["trees"],
        ),
        ('fn f() -> String = "a"', "fn f() -> String = a", ["trees"]),
        (
            "fn f() -> Int python ```py\n1\n```",
            "fn f() -> Int python ```py\n2\n```",
            ["trees"],
        ),
    ],
)
def test_a_change_is_noticed(before: str, after: str, found: list[str]) -> None:
    assert differences(before, after) == found
