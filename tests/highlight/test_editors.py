"""What editors run agrees with the compiler, character by character."""

from __future__ import annotations

from pathlib import Path

import pytest

from pfc.highlight.scopes import IN_HOLE, SCOPES
from tests.highlight import node
from tests.highlight.compiler import Painted
from tests.highlight.node import needs_modules, painted
from tests.highlight.programs import (
    ROOT,
    broken_lines,
    differences,
    names_like_keywords,
    programs,
)

GRAMMAR = ROOT / "editors/vscode/syntaxes/packetflow.tmLanguage.json"
DEFINITION = ROOT / "editors/monarch/packetflow.json"
CLASSES = {scope: class_ for class_, scope in SCOPES.items()} | {IN_HOLE: ""}

pytestmark = [pytest.mark.slow, needs_modules, pytest.mark.xdist_group("highlight")]


class Editor:
    """One way to highlight: a script of Node.js and what it reads."""

    def __init__(self, script: str, grammar: Path, folder: Path) -> None:
        self.script, self.grammar, self.folder = script, grammar, folder

    def __call__(self, texts: list[str]) -> list[Painted]:
        answers = node.run(self.script, self.grammar, texts, self.folder)
        return [
            painted(text, [[(s, e, _class(c)) for s, e, c in row] for row in answer])
            for text, answer in zip(texts, answers, strict=True)
        ]


def _class(token: str | list[str]) -> str:
    """The class of a token of Monarch, or of the innermost scope of ours in TextMate."""
    if isinstance(token, str):
        return token
    known = (CLASSES[scope] for scope in reversed(token) if scope in CLASSES)
    return next(known, "")


@pytest.fixture(params=[("textmate.mjs", GRAMMAR), ("monarch.mjs", DEFINITION)])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Editor:
    script, grammar = request.param
    return Editor(script, grammar, tmp_path)


def test_programs(editor: Editor) -> None:
    assert len(programs()) > 300
    assert differences(programs(), editor) == []


def test_names_like_keywords(editor: Editor) -> None:
    assert len(names_like_keywords()) > 4000
    assert differences(names_like_keywords(), editor) == []


def test_names_like_keywords_over_lines(editor: Editor) -> None:
    assert len(broken_lines()) > 2000
    assert differences(broken_lines(), editor) == []


NOT_AN_ARM, NOT_A_FIELD = r"(?!\\s*=>)", r"(?!\\s*:)"


@pytest.mark.parametrize(
    ("word", "condition", "sample"),
    [
        ("retry", "", "effect e retry 3"),
        ("retry", NOT_AN_ARM, "fn f() { match a { b => ask C()  retry => done } }"),
        ("always", NOT_AN_ARM + NOT_A_FIELD, "record R { always: Int }"),
    ],
)
def test_a_wrong_rule_is_seen(
    word: str, condition: str, sample: str, tmp_path: Path
) -> None:
    """Without its condition a keyword is seen in a name; with a typing error, nowhere."""
    text = GRAMMAR.read_text("utf-8")
    changed = tmp_path / GRAMMAR.name
    for end in (r"\\b", r"\\b)"):
        wrong = f"{word}{end}" if condition else f"{word}ing{end}"
        text = text.replace(f"{word}{end}{condition}", wrong)
    changed.write_text(text, "utf-8")
    samples = {"sample": sample}
    assert differences(samples, Editor("textmate.mjs", GRAMMAR, tmp_path)) == []
    assert differences(samples, Editor("textmate.mjs", changed, tmp_path)) != []
