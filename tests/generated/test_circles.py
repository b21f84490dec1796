"""Modules that import each other can be imported in any order, whichever file is first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated.building import LANGUAGE, compiled, output_of, sources_in, write

_USE = """
import {name}
import first, second, msgspec
raw = b'{{"items": [{{"name": "x", "size": 2}}], "tag": "Green"}}'
box = msgspec.json.decode(raw, type=first.Box)
assert (box.items[0].size, box.tag) == (2, second.Tag.GREEN)
assert first.count(box) == 2
assert second.Wrapped(shape=first.Circle(radius=1)).small == 3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("circles")
    sources = {
        path: text
        for path, text in sources_in(LANGUAGE / "modules").items()
        if path in ("first.pf", "second.pf")
    }
    write(root, compiled(sources, root).files)
    return root


@pytest.mark.parametrize(
    "name", ["first", "second", "first.types", "second.types", "second.reactors"]
)
def test_any_module_can_be_imported_first(folder: Path, name: str) -> None:
    assert output_of("-c", _USE.format(name=name), folder=folder) == (0, "")


def test_importing_the_modules_leaves_their_tests_alone(folder: Path) -> None:
    code = "import sys, first; assert 'first.scenarios' not in sys.modules"
    assert output_of("-c", code, folder=folder) == (0, "")
