"""Every program of the suite that compiles: its packages satisfy all tools."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pfc.driver import compile_sources
from tests.generated.building import ROOT, Tools, packages_in, write

CASES = ROOT / "tests" / "cases"
_MODULE = re.compile(r"(?m)^module .*$")
LINKED = "async def f(): pass\n"


def programs() -> dict[str, str]:
    """One module a case, under names that no two share; those of `language` apart."""
    found: dict[str, str] = {}
    for path in sorted(CASES.rglob("*.pf")):
        inside = path.relative_to(CASES)
        if inside.parts[0] != "language":
            name = re.sub(r"\W", "_", "_".join(inside.with_suffix("").parts))
            found[f"case_{name}.pf"] = _MODULE.sub("", path.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cases")
    for name, text in programs().items():
        write(root, compile_sources({name: text}, lambda _: LINKED).files)
    return root


def test_enough_of_them_compile(folder: Path) -> None:
    assert len(packages_in(folder)) > 50


@pytest.mark.slow
def test_tools_find_nothing(folder: Path) -> None:
    tools = Tools(folder)
    assert tools.mypy() == ""
    assert tools.pyright() == ""
    assert tools.ruff() == ""
    assert tools.black() == ""
