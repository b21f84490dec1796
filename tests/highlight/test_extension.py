"""The VS Code extension packs, and what it says is there is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.highlight import node
from tests.highlight.node import MODULES, needs_modules
from tests.highlight.programs import ROOT, parses

EXTENSION = ROOT / "editors" / "vscode"
FIELD = re.compile(r"\$\{\d+:((?:[^{}\\]|\\.)*)\}|\$\{\d+\}|\$\d+")
AROUND = {
    "on": "reactor R {{ {} }}",
    "match": "fn f() {{ {} }}",
}
"""What stands around a snippet that is no declaration."""


def manifest() -> dict[str, Any]:
    found = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def paths(value: object) -> set[str]:
    """Every path that a manifest names."""
    if isinstance(value, dict):
        return set().union(*map(paths, value.values()))
    if isinstance(value, list):
        return set().union(*map(paths, value))
    is_path = isinstance(value, str) and re.match(r"\./|images/", value)
    return {str(value).removeprefix("./")} if is_path else set()


def test_every_file_of_the_manifest_exists() -> None:
    named = paths(manifest())
    assert len(named) > 4
    assert {path for path in named if not (EXTENSION / path).is_file()} == set()


def test_the_page_shows_pictures_that_exist() -> None:
    for page in (EXTENSION / "README.md", *(ROOT / "docs").rglob("*.md")):
        for image in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text("utf-8")):
            assert (page.parent / image).is_file(), f"{page.name}: {image}"


def snippets() -> dict[str, Any]:
    found = json.loads((EXTENSION / "snippets/packetflow.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", snippets())
def test_a_snippet_is_a_program(name: str) -> None:
    snippet = snippets()[name]
    body = FIELD.sub(lambda field: field[1] or "", "\n".join(snippet["body"]))
    around = AROUND.get(snippet["prefix"], "{}")
    assert parses(around.format(body)), body


def test_patterns_of_the_configuration_are_expressions() -> None:
    text = (EXTENSION / "language-configuration.json").read_text("utf-8")
    rules = json.loads(text)
    for rule in rules["indentationRules"].values():
        re.compile(rule)
    for rule in rules["onEnterRules"]:
        re.compile(rule["beforeText"])
    increase = re.compile(rules["indentationRules"]["increaseIndentPattern"])
    assert increase.search("reactor R {")
    assert not increase.search("record R { a: Int }")


@pytest.mark.slow
@needs_modules
@pytest.mark.xdist_group("highlight")
def test_it_packs(tmp_path: Path) -> None:
    target = tmp_path / "packetflow.vsix"
    folder = node.node().parent
    command = [
        folder / "node",
        MODULES / "@vscode" / "vsce" / "vsce",
        "package",
        "--no-dependencies",
        "--allow-missing-repository",
        "--no-rewrite-relative-links",
        "--out",
        target,
    ]
    path = os.pathsep.join((str(folder), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, cwd=EXTENSION, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    with zipfile.ZipFile(target) as packed:
        held = set(packed.namelist())
        grammar = packed.read("extension/syntaxes/packetflow.tmLanguage.json")
    assert grammar == (EXTENSION / "syntaxes/packetflow.tmLanguage.json").read_bytes()
    assert {f"extension/{path}" for path in paths(manifest())} <= held
    assert not any("node_modules" in name for name in held)
    assert "extension/readme.md" in held
    assert "extension/LICENSE.txt" in held
