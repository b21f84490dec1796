"""The canonical layout, by samples: each `name.pf` becomes `name_formatted.pf`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pfc.format.docs import WIDTH
from tests.docs.pages import ROOT, blocks, pages
from tests.format.properties import faults, formatted
from tests.format.test_properties import FILES, is_formatted, text_of

CASES = ROOT / "tests" / "cases" / "format"
SAMPLES = sorted(
    path for path in CASES.glob("*.pf") if not path.stem.endswith("_formatted")
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample(path: Path) -> None:
    text = path.read_text("utf-8")
    assert faults(text) == []
    wanted = path.with_stem(f"{path.stem}_formatted").read_text("utf-8")
    assert formatted(text) == wanted


def test_lines_are_as_short_as_they_can_be() -> None:
    for path in SAMPLES:
        rows = formatted(path.read_text("utf-8")).splitlines()
        assert [row for row in rows if len(row) > WIDTH] == []


# ---------------------------------------------------------------- the writer's choices
@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("record R { a: Int }", "record R { a: Int }\n"),
        ("record R {\na: Int }", "record R {\n  a: Int\n}\n"),
        ("record R { a: Int\n b: Int\n}", "record R { a: Int, b: Int }\n"),
        ("record R {}", "record R {}\n"),
        ("record R {\n\n}", "record R {}\n"),
        ("intent I requires A.b", "intent I requires A.b\n"),
        ("intent I\nrequires A.b", "intent I\n  requires A.b\n"),
        ("type A = Int type B = Int", "type A = Int\ntype B = Int\n"),
        ("type A = Int\n\n\n\ntype B = Int", "type A = Int\n\ntype B = Int\n"),
        ("\n\ntype A = Int\n\n\n", "type A = Int\n"),
        ("", ""),
        ("  \n\n", ""),
        ("#a", "# a\n"),
        ("\n##a\n\n#b  \n", "## a\n\n# b\n"),
    ],
)
def test_a_choice(written: str, wanted: str) -> None:
    assert formatted(written) == wanted
    assert faults(written) == []


def test_what_stands_in_strings_and_back_quotes_stays() -> None:
    text = 'fn f() -> String = `a` + "  {x  +  y}\\t{{ # "\n'
    assert formatted(text) == text


def test_a_fence_that_is_no_python_stays() -> None:
    text = "fn f() -> Int python ```py\n   no python (\n      here\n ```\n"
    assert formatted(text) == text


def test_a_fence_keeps_its_text() -> None:
    text = 'fn f() -> Int python ```py\n  x = """\n    a\n  """\n```\n'
    assert formatted(text) == text


# ---------------------------------------------------------------- size
@pytest.mark.parametrize(
    "text",
    [
        "fn f() -> Int = " + " + ".join(["a"] * 5_000),
        "fn f() -> Int = a" + ".b(c)" * 5_000,
        "fn f() -> Int = " + "if a then b else " * 5_000 + "c",
        "fn f() -> Int = " + "not " * 5_000 + "c",
        "fn f() -> Int = " + "x => " * 5_000 + "c",
        "fn f() -> Int { " + "if a { } else " * 5_000 + "{ } return 1 }",
        "fn f() -> Int = [" + "a, " * 5_000 + "]",
        "#x\n" * 5_000,
    ],
    ids="sum chain conditions nots lambdas branches list comments".split(),
)
def test_long_and_deep_texts(text: str) -> None:
    assert formatted(formatted(text)) == formatted(text)


def test_brackets_nested_too_deeply_are_refused() -> None:
    text = "fn f() -> Int = " + "(" * 10_000 + "1" + ")" * 10_000
    assert not is_formatted(text)


# ---------------------------------------------------------------- this repository
def test_the_examples_are_formatted() -> None:
    found = [path for path in FILES if path.is_relative_to(ROOT / "examples")]
    assert len(found) >= 3
    assert [path for path in found if formatted(text_of(path)) != text_of(path)] == []


def test_the_documentation_is_formatted() -> None:
    """`python tools/format_docs.py` formats it; ```` ```pf layout=own ```` is left alone."""
    shown = [*pages(), *sorted((ROOT / "pfc/diagnostics/pages").glob("*.md"))]
    found = [
        f"{page.relative_to(ROOT)}:{block.line}"
        for page in shown
        for block in blocks(page)
        if block.language == "pf"
        and block.words.get("layout") != "own"
        and is_formatted(block.text)
        and formatted(block.text) != block.text
    ]
    assert found == []
