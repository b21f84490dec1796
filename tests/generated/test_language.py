"""The meaning of the language: small programs whose own tests have to pass."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.generated.building import (
    LANGUAGE,
    Outcomes,
    Tools,
    compiled,
    errors,
    output_of,
    scenarios,
    sources_in,
    write,
)

SOURCES = sources_in(LANGUAGE)
ALONE = {path: text for path, text in SOURCES.items() if "/" not in path}
TOGETHER = sources_in(LANGUAGE / "modules")
CASES = [*(path.removesuffix(".pf") for path in ALONE), "shop.orders", "first"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases, built as the packages of one folder."""
    root = tmp_path_factory.mktemp("language")
    for path, text in ALONE.items():
        made = compiled({path: text}, LANGUAGE)
        assert errors(made) == []
        write(root, made.files)
    made = compiled(TOGETHER, LANGUAGE / "modules")
    assert errors(made) == []
    write(root, made.files)
    for path in LANGUAGE.glob("*.py"):
        write(root, {path.name: path.read_text("utf-8")})
    return root


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> Outcomes:
    return scenarios(folder, CASES, PF_PARANOID="0")


@pytest.fixture(scope="module")
def paranoid(folder: Path) -> Outcomes:
    return scenarios(folder, CASES, PF_PARANOID="1")


@pytest.mark.parametrize("case", CASES)
def test_a_case_means_what_it_says(case: str, outcomes: Outcomes) -> None:
    found = outcomes[case]
    assert found
    assert [one for one in found if not one[1]] == []


@pytest.mark.parametrize("case", CASES)
def test_no_inner_border_lacks_authority(case: str, paranoid: Outcomes) -> None:
    assert [one for one in paranoid[case] if not one[1]] == []


@pytest.mark.slow
def test_mypy_finds_nothing(folder: Path) -> None:
    assert Tools(folder).mypy() == ""


@pytest.mark.slow
def test_pyright_finds_nothing(folder: Path) -> None:
    assert Tools(folder).pyright() == ""


@pytest.mark.slow
def test_ruff_finds_nothing(folder: Path) -> None:
    assert Tools(folder).ruff() == ""


@pytest.mark.slow
def test_black_changes_nothing(folder: Path) -> None:
    assert Tools(folder).black() == ""


_HASHES = """
import hashlib, json
from tests.generated.test_language import hashes
print(json.dumps(hashes()))
"""


def hashes() -> dict[str, str]:
    """A hash of every generated file."""
    found: dict[str, str] = {}
    for sources, root in (
        *(({path: text}, LANGUAGE) for path, text in ALONE.items()),
        (TOGETHER, LANGUAGE / "modules"),
    ):
        for path, text in compiled(sources, root).files.items():
            found[path] = hashlib.sha256(text.encode()).hexdigest()
    return found


@pytest.mark.slow
def test_the_same_bytes_under_another_hash_seed(tmp_path: Path) -> None:
    expected = hashes()
    for seed in ("1", "2"):
        code, text = output_of("-c", _HASHES, folder=tmp_path, PYTHONHASHSEED=seed)
        assert code == 0, text
        assert json.loads(text) == expected
