"""Embedded Python names what its module imports, under the name that it imports it by."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from pfc.driver import compile_sources

_SHELF = """
record Item { name: String }
fn twice(n: Int) -> Int = n * 2
type Score = Int where it < 100
"""
_SHOP = """
from fence_shelf import Item as Thing, twice as {twice}, Score as Mark
fn make(name: String) -> Thing python ```py
    return Thing(name=name * {twice}(2))
```
fn same(mark: Mark) -> Int python ```py
    found: Mark = mark
    return {twice}(found)
```
fn plain(thing: Thing) -> Thing = thing.with(name: "{{twice_of(3)}}")
fn twice_of(n: Int) -> Int = {twice}(n)
"""


def built(folder: Path, twice: str = "double") -> None:
    shop = _SHOP.format(twice=twice)
    made = compile_sources({"fence_shelf.pf": _SHELF, "fence_shop.pf": shop})
    assert made.diagnostics == ()
    for path, text in made.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def test_what_is_renamed_at_its_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    shop = importlib.import_module("fence_shop")
    assert shop.make("x").name == "xxxx"
    assert shop.same(3) == 6
    assert shop.plain(shop.make("x")).name == "6"


@pytest.mark.slow
def test_no_import_is_needless_or_out_of_order(tmp_path: Path) -> None:
    built(tmp_path)
    linting = [sys.executable, "-m", "ruff", "check", "--select", "F,I", "--isolated"]
    found = subprocess.run(
        [*linting, "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_an_import_of_the_generated_code_steps_aside() -> None:
    shop = _SHOP.format(twice="msgspec")
    made = compile_sources({"fence_shelf.pf": _SHELF, "fence_shop.pf": shop})
    assert made.diagnostics == ()
    text = made.files["fence_shop/functions.py"]
    assert "import msgspec as _msgspec" in text
    assert "from fence_shelf.functions import twice as msgspec" in text
