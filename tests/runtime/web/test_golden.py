"""The handwritten package is held to what generated code is held to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import black
import pytest

ROOT = Path(__file__).parents[3]
HANDWRITTEN = Path(__file__).parent / "handwritten"
FILES = sorted((HANDWRITTEN / "notebook").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_black_has_nothing_to_do(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert black.format_str(source, mode=black.Mode()) == source


@pytest.mark.slow
def test_mypy_strict_has_nothing_to_say() -> None:
    path = os.pathsep.join([str(ROOT / "runtime"), str(HANDWRITTEN)])
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "-p"]
    done = subprocess.run(
        [*command, "notebook"],
        env={**os.environ, "MYPYPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
