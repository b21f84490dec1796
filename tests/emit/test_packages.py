"""Whole packages from views: snapshots, black, ruff, mypy, determinism."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import black
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.emit.counter_package import counter_package
from tests.emit.files_package import files_package
from tests.snapshots import PythonFile

RUNTIME = Path(__file__).parents[2] / "runtime"
FILES = {**counter_package().files(), **files_package().files()}
MODULES = [path.removesuffix(".py") for path in FILES if path.endswith(".py")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("build")
    for path, text in FILES.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return root


def run(*command: str, **variables: str) -> str:
    environment = {**os.environ, **variables}
    result = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment
    )
    return result.stdout + result.stderr if result.returncode else ""


@pytest.mark.parametrize("name", MODULES)
def test_the_text_of_each_module(name: str, snapshot: SnapshotAssertion) -> None:
    assert FILES[f"{name}.py"] == snapshot(name=name, extension_class=PythonFile)


@pytest.mark.parametrize("name", MODULES)
def test_black_changes_nothing(name: str) -> None:
    text = FILES[f"{name}.py"]
    assert black.format_str(text, mode=black.Mode()) == text


@pytest.mark.slow
def test_ruff_finds_nothing(folder: Path) -> None:
    rules = "--select=E,F,I,UP,RUF022"
    command = ("-m", "ruff", "check", "--isolated", "--no-cache", rules)
    assert run(*command, "--target-version=py311", str(folder)) == ""


@pytest.mark.skipif(
    not (RUNTIME / "packetflow" / "__init__.py").exists(), reason="needs the runtime"
)
def test_mypy_finds_nothing(folder: Path, tmp_path: Path) -> None:
    command = ("-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "-p", "counter")
    assert run(*command, "-p", "files", MYPYPATH=f"{RUNTIME}:{folder}") == ""


def test_the_same_bytes_under_another_hash_seed() -> None:
    script = (
        "from tests.emit.test_packages import FILES;"
        "import sys; sys.stdout.write(repr(FILES))"
    )
    root = str(Path(__file__).parents[2])
    for seed in ("1", "2"):
        result = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
        )
        assert result.stdout == repr(FILES)
