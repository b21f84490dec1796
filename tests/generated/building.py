"""Compiles cases, writes what comes out, and runs tools and scenarios over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pfc.diagnostics import Severity
from pfc.driver import Compilation, compile_sources

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "runtime"
LANGUAGE = ROOT / "tests" / "cases" / "language"
EXAMPLES = ROOT / "examples"


def sources_in(folder: Path) -> dict[str, str]:
    """The `.pf` files below a folder, by their path relative to it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*.pf"))
    }


def compiled(sources: Mapping[str, str], root: Path) -> Compilation:
    """Compiles sources whose linked Python lies in `root`."""

    def python(module: str) -> str | None:
        path = root / f"{module.replace('.', '/')}.py"
        return path.read_text("utf-8") if path.exists() else None

    return compile_sources(sources, python)


def errors(made: Compilation) -> list[str]:
    """Codes and messages of the errors, and where each stands."""
    return [
        f"{found.code} {found.message} at {found.span.path}:{found.span.start}"
        for found in made.diagnostics
        if found.severity is Severity.ERROR
    ]


def built(source: str, name: str = "case.pf", python: str = "") -> dict[str, str]:
    """The files of one small module without errors."""
    made = compile_sources({name: source}, lambda _: python)
    assert errors(made) == [], errors(made)
    return made.files


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files as a build does."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """The environment in which the packages of a folder can be imported."""
    paths = os.pathsep.join(map(str, (folder, ROOT, RUNTIME)))
    return {**os.environ, "PYTHONPATH": paths, **variables}


def output_of(*command: str, folder: Path, **variables: str) -> tuple[int, str]:
    """Runs Python in a folder; its exit code and what it printed."""
    result = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder, **variables),
    )
    return result.returncode, result.stdout + result.stderr


def complaint(*command: str, folder: Path, **variables: str) -> str:
    """What a tool has to say about a folder; nothing if all is well."""
    code, text = output_of(*command, folder=folder, **variables)
    return text if code else ""


def packages_in(folder: Path) -> list[str]:
    """The packages of a build, by their dotted names."""
    found = (path.parent.relative_to(folder) for path in folder.rglob("__init__.py"))
    return sorted(".".join(path.parts) for path in found)


@dataclass(frozen=True)
class Tools:
    """What the tools say about all packages of a folder."""

    folder: Path

    def mypy(self) -> str:
        packages = [word for name in packages_in(self.folder) for word in ("-p", name)]
        cache = str(self.folder / ".mypy_cache")
        command = ("-m", "mypy", "--strict", "--python-version", "3.11")
        paths = os.pathsep.join(map(str, (RUNTIME, self.folder)))
        return complaint(
            *command,
            "--cache-dir",
            cache,
            *packages,
            folder=self.folder,
            MYPYPATH=paths,
        )

    def pyright(self) -> str:
        settings = {
            "typeCheckingMode": "strict",
            "pythonVersion": "3.11",
            "extraPaths": [str(RUNTIME)],
            "include": ["."],
        }
        path = self.folder / "pyrightconfig.json"
        path.write_text(json.dumps(settings), encoding="utf-8")
        interpreter = ("--pythonpath", sys.executable)
        command = ("-m", "pyright", *interpreter, "-p", str(path))
        return complaint(*command, folder=self.folder)

    def ruff(self) -> str:
        rules = "--select=E,F,I,UP,B,RUF022"
        # Comments and strings may be long.
        command = ("-m", "ruff", "check", "--isolated", "--no-cache", "--ignore=E501")
        return complaint(
            *command, rules, "--target-version=py311", ".", folder=self.folder
        )

    def black(self) -> str:
        return complaint(
            "-m", "black", "--check", "--diff", "-q", ".", folder=self.folder
        )


_RUN_SCENARIOS = """
import importlib, json, sys
from packetflow.testing import run

found = {}
for name in sys.argv[1:]:
    module = importlib.import_module(f"{name}.scenarios")
    outcomes = run(module.SCENARIOS)
    found[name] = [(o.name, o.passed, o.message, o.at) for o in outcomes]
print(json.dumps(found))
"""

Outcomes = dict[str, list[tuple[str, bool, str, str]]]


def scenarios(folder: Path, packages: Sequence[str], **variables: str) -> Outcomes:
    """Runs the scenarios of packages; per package name, passed, message and place."""
    code, text = output_of("-c", _RUN_SCENARIOS, *packages, folder=folder, **variables)
    assert code == 0, text
    line = next(line for line in text.splitlines() if line.startswith('{"'))
    made: Outcomes = json.loads(line)
    return made
