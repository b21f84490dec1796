"""An incremental build is a clean build, byte for byte, findings included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pfc.cache.store import Store
from pfc.driver import compile_sources
from pfc.incremental import compile_project
from pfc.incremental.partition import partition
from pfc.incremental.scan import failing, imported, is_library
from tests.incremental import shop
from tests.incremental.sample import CHANGES, PROJECT

NOTHING = Store(None)


def no_python(module: str) -> str | None:
    return None


def outcome(texts: Mapping[str, str], store: Store) -> tuple[object, object]:
    sources, python = parted(texts)
    made = compile_project(sources, python.get, store)
    return made.diagnostics, made.files


def parted(texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The sources, and the linked Python by its modules."""
    sources = {path: text for path, text in texts.items() if path.endswith(".pf")}
    python = {p.removesuffix(".py"): texts[p] for p in texts.keys() - sources.keys()}
    return sources, python


def edits(
    project: Mapping[str, str], changes: Sequence[tuple[str, str, str]]
) -> st.SearchStrategy[list[tuple[str, str, str] | str]]:
    return st.lists(
        st.one_of(
            st.sampled_from(changes),
            st.sampled_from(sorted(project)),  # the file goes, or comes back
        ),
        min_size=1,
        max_size=8,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("project", "changes"),
    [(PROJECT, CHANGES), (shop.PROJECT, shop.CHANGES)],
    ids=["units", "one unit"],
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_after_any_edits_the_outcome_is_that_of_a_clean_build(
    tmp_path: Path,
    project: Mapping[str, str],
    changes: Sequence[tuple[str, str, str]],
    data: st.DataObject,
) -> None:
    store = Store(str(tmp_path / "cache"))  # kept from one example to the next
    texts = dict(project)
    for change in data.draw(edits(project, changes)):
        if isinstance(change, str):
            if texts.pop(change, None) is None:
                texts[change] = project[change]
        elif change[0] in texts:
            path, old, new = change
            texts[path] = texts[path].replace(old, new)
        sources, python = parted(texts)
        if not sources:
            continue
        whole = compile_sources(sources, python.get)
        clean = outcome(texts, NOTHING)
        assert outcome(texts, store) == clean
        assert outcome(texts, store) == clean
        assert clean == (whole.diagnostics, whole.files)


def test_only_what_depends_on_a_change_is_compiled(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    texts = dict(PROJECT)
    first = compile_project(texts, no_python, store)
    assert sorted(first.compiled) == sorted(texts)
    assert compile_project(texts, no_python, store).compiled == ()
    texts["right/clock.pf"] = texts["right/clock.pf"].replace("+= 1", "+= 2")
    assert compile_project(texts, no_python, store).compiled == ("right/clock.pf",)
    texts["more.pf"] = texts["more.pf"].replace("+ 1", "+ 2")
    changed = compile_project(texts, no_python, store).compiled
    assert sorted(changed) == ["more.pf", "right/clock.pf"]


def test_linked_python_is_part_of_what_a_unit_is_made_from(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    texts = {"a.pf": 'fn f(x: Int) -> Int python "impl:f"\n', "b.pf": "record B {}\n"}
    python: dict[str, str] = {}
    missing = compile_project(texts, python.get, store)
    assert missing.diagnostics
    python["impl"] = "def f(x: int) -> int:\n    return x\n"
    there = compile_project(texts, python.get, store)
    assert (there.diagnostics, there.python) == ((), ("impl",))
    assert compile_project(texts, python.get, store).compiled == ()
    python["impl"] = "def f(x: int) -> int:\n    return x + 1\n"
    assert compile_project(texts, python.get, store).compiled == ("a.pf",)
    del python["impl"]
    assert compile_project(texts, python.get, store).diagnostics == missing.diagnostics


def test_whatever_stands_in_the_store_the_outcome_is_the_same(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    clean = outcome(PROJECT, NOTHING)
    outcome(PROJECT, store)
    kept = sorted((tmp_path / "units").iterdir())
    assert kept
    contents = [b"", b"x", b"[[], {}, {}]", kept[0].read_bytes()[:-1], bytes(100)]
    for content in contents:
        for file in kept:
            file.write_bytes(content)
        assert outcome(PROJECT, store) == clean


@pytest.mark.parametrize(
    "content", [b"{}", b"[1, 2]", b"[[1], {}, {}]", b"\xff", b"[]"]
)
def test_foreign_content_under_a_right_hash_is_not_taken(
    tmp_path: Path, content: bytes
) -> None:
    store = Store(str(tmp_path))
    clean = outcome(PROJECT, store)
    for file in (tmp_path / "units").iterdir():
        store.put("units", file.name, content)
    assert outcome(PROJECT, store) == clean


def test_units_are_what_does_not_depend_on_each_other() -> None:
    assert sorted(unit.own for unit in partition(PROJECT)) == [
        ("base.pf",),
        ("left/main.pf", "left/store.pf"),
        ("more.pf",),
        ("right/clock.pf",),
    ]
    taken = {unit.own[0]: unit.taken for unit in partition(PROJECT)}
    assert taken["right/clock.pf"] == ("base.pf", "more.pf")


def test_a_union_that_is_a_failure_elsewhere_makes_no_library() -> None:
    """Its package has classes of failures that it would not have by itself."""
    texts = {
        "errors.pf": "union Trouble { Missing(name: String)  Full }\n",
        "shop.pf": "from errors import Trouble as T\nintent Buy -> Int fails T\n",
        "other.pf": "record Other {}\n",
    }
    assert [unit.own for unit in partition(texts)] == [
        ("errors.pf", "shop.pf"),
        ("other.pf",),
    ]
    whole = compile_sources(texts, no_python)
    assert outcome(texts, NOTHING) == (whole.diagnostics, whole.files)
    assert "errors/intents.py" in whole.files


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("intent A", set()),
        ('intent A fails X(n: N = "}"), Y as 404 {\n intent B', {"X", "n", "N", "Y"}),
        ("intent A fails # no {\n e.`Q`,\n  P\n\nintent R(o: O)", {"e", "Q", "P"}),
        ("effect a() fails A(m: Map[S, I] = {}), B { x }", {*"AmSIB", "Map"}),
    ],
)
def test_what_may_fail_is_read_by_words(text: str, names: set[str]) -> None:
    assert failing(text) - {"as"} == names


def test_one_library_that_everybody_needs_is_not_compiled_for_each() -> None:
    large = "".join(f"record R{number} {{ value: Int }}\n" for number in range(1_000))
    texts = {"base.pf": large}
    for number in range(5):
        texts[f"m{number}.pf"] = f"from base import R{number}\nintent I{number}\n"
    assert len(partition(texts)) == 1


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ("record A { x: Int }", True),
        ("# an app\nrecord A {}", True),
        ('fn f() -> String = "an app"', True),
        ('fn f() -> String = "{g("app")}" app X {}', False),
        ("record A {} intent B", False),
        ("record `app` {}", False),
        ('fn f() -> String = "\\"" app X {}', False),
    ],
)
def test_what_is_a_library(text: str, library: bool) -> None:
    assert is_library(text) is library


def test_imports_are_seen_however_they_are_written() -> None:
    text = "import a\nimport b . c as d\nfrom `e`.f import G\n"
    assert list(imported(text)) == ["a", "b.c", "e.f", "G"]
