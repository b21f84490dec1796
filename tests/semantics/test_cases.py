"""Cases on disk: exactly the findings that a sample expects, on exactly those lines.

A case is a file, or a folder whose files are one program (`.py` files are linked Python).
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from pfc.diagnostics import TABLE, Severity
from pfc.emit import collisions
from pfc.semantics import analyse
from pfc.span import Source
from pfc.syntax.parser import parse
from tests.expectations import Place, expected, found, sample

CASES = Path(__file__).parents[1] / "cases" / "semantics"
PATHS = sorted(
    path
    for topic in CASES.iterdir()
    for path in topic.iterdir()
    if path.is_dir() or path.suffix == ".pf"
)


def sources_of(path: Path) -> dict[str, Source]:
    files = sorted(path.rglob("*.pf")) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    made = (
        Source(file.relative_to(root).as_posix(), sample(file).text) for file in files
    )
    return {source.path: source for source in made}


def linked(root: Path, module: str) -> str | None:
    file = root / f"{module.replace('.', '/')}.py"
    return file.read_text("utf-8") if file.is_file() else None


def wanted(sources: dict[str, Source]) -> Counter[Place]:
    places: Counter[Place] = Counter()
    for source in sources.values():
        places.update(expected(source))
    return places


@pytest.mark.parametrize(
    "path", PATHS, ids=[p.relative_to(CASES).with_suffix("").as_posix() for p in PATHS]
)
def test_a_case_has_the_findings_it_expects(path: Path) -> None:
    sources = sources_of(path)
    parsed = [parse(source) for source in sources.values()]
    assert [each.diagnostics for each in parsed] == [() for _ in parsed]
    trees = [(sources[each.module.path], each.module) for each in parsed]
    root = path if path.is_dir() else path.parent
    analysis = analyse(trees, partial(linked, root))
    diagnostics = list(analysis.diagnostics)
    if not any(each.severity is Severity.ERROR for each in diagnostics):
        diagnostics += collisions(analysis.program)
    assert found(diagnostics, sources) == wanted(sources)


def test_every_code_of_this_stage_has_a_faulty_and_a_repaired_program() -> None:
    codes = {code for code in TABLE if code.startswith("PF2")}
    faulty = {path.stem for path in (CASES / "codes").iterdir()}
    assert faulty == {*codes, *(f"{code}_repaired" for code in codes)}
    for path in (CASES / "codes").iterdir():
        code, _, repaired = path.stem.partition("_")
        places = wanted(sources_of(path))
        assert {place[2] for place in places} == (set() if repaired else {code})


def test_every_construct_that_is_not_supported_is_refused() -> None:
    refused = (CASES / "unsupported").iterdir()
    for path in refused:
        assert {code for _, _, code in wanted(sources_of(path))} >= {"PF901"}, path
