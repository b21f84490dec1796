"""What is generated again after a change, and what is taken as it was."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks import generate
from pfc.cache.store import Store
from pfc.driver import compile_sources
from pfc.emit import Group
from pfc.emit.python.seeing import groups_of
from pfc.incremental import compile_project
from pfc.incremental.kept import Kept
from tests.incremental.shop import CHANGES, PROJECT
from tests.incremental.test_incremental import NOTHING, outcome, parted

Inputs = Callable[[Kept, Group, Sequence[str]], list[str]]


def changed() -> Iterator[tuple[str, dict[str, str]]]:
    """The project after each change that does something to it."""
    for path, old, new in CHANGES:
        if old in PROJECT[path]:
            yield path, {**PROJECT, path: PROJECT[path].replace(old, new)}


@pytest.fixture(scope="module")
def clean() -> list[tuple[dict[str, str], tuple[object, object]]]:
    return [(texts, outcome(texts, NOTHING)) for _, texts in changed()]


def generated(
    texts: Mapping[str, str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The modules that are generated; there are no findings."""
    found: list[str] = []
    keep = Kept.keep

    def noting(
        self: Kept, group: Group, given: Sequence[str], files: Mapping[str, str]
    ) -> None:
        found.extend(group.modules)
        keep(self, group, given, files)

    with monkeypatch.context() as patch:
        patch.setattr(Kept, "keep", noting)
        sources, python = parted(texts)
        assert compile_project(sources, python.get, store).diagnostics == ()
    return sorted(module.removeprefix("shop.") for module in found)


def after(path: str, old: str, new: str) -> dict[str, str]:
    assert old in PROJECT[path]
    return {**PROJECT, path: PROJECT[path].replace(old, new)}


def test_only_what_sees_a_change_is_generated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    assert len(generated(PROJECT, store, monkeypatch)) == 9

    def again(path: str, old: str, new: str) -> list[str]:
        return generated(after(path, old, new), store, monkeypatch)

    assert again("shop/main.pf", "8000", "8001") == ["main"]
    assert again("shop/main.pf", "8000", "8001") == []
    assert again("shop/pages.pf", "The {text}", "A {text}") == ["main", "pages"]
    assert again("shop/ring/two.pf", "Int = 1", "Int = 2") == [
        "main",
        "ring.one",
        "ring.two",
    ]
    assert "ring.one" in again("shop/rights.pf", "= text", "= text + text")


def test_each_change_gives_what_a_clean_build_gives(
    tmp_path: Path, clean: list[tuple[dict[str, str], tuple[object, object]]]
) -> None:
    store = Store(str(tmp_path))
    outcome(PROJECT, store)
    assert all(outcome(texts, store) == wanted for texts, wanted in clean)


def test_a_group_is_generated_from_what_it_sees() -> None:
    """The same files come of a group with all that it imports and nothing else."""
    sources = {p: t for p, t in generate.project(700).items() if p.endswith(".pf")}
    whole = compile_sources(sources, linked)
    assert whole.ir is not None
    assert not whole.diagnostics
    groups = groups_of(whole.ir)
    assert len(groups) > 3
    for group in groups:
        seen = [f"{name.replace('.', '/')}.pf" for name in group.seen]
        alone = compile_sources({path: sources[path] for path in seen}, linked)
        for module in group.modules:
            folder = f"{module.replace('.', '/')}/"
            wanted = {p: t for p, t in whole.files.items() if p.startswith(folder)}
            assert wanted.items() <= alone.files.items()


def linked(module: str) -> str | None:
    return generate.project(700).get(f"{module}.py")


@pytest.mark.parametrize("path", ["shop/pages.pf", "shop/rights.pf", "shop/parts.pf"])
def test_parameters_of_components_have_one_name_wherever_they_are(path: str) -> None:
    """A function `title` that only one of the modules sees renames none for the other."""
    texts = {**PROJECT, path: f"{PROJECT[path]}\nfn title(n: Int) -> Int = n\n"}
    sources, python = parted(texts)
    files = compile_sources(sources, python.get).files
    defined = ast.parse(files["shop/parts/components.py"])
    used = ast.parse(files["shop/pages/pages.py"])
    parameters = {
        argument.arg
        for node in ast.walk(defined)
        if isinstance(node, ast.FunctionDef) and node.name == "entry"
        for argument in node.args.kwonlyargs
    }
    given = {
        keyword.arg
        for node in ast.walk(used)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "entry"
        for keyword in node.keywords
    }
    assert given
    assert given <= parameters


def own_text_only(self: Kept, group: Group, given: Sequence[str]) -> list[str]:
    return inputs(self, Group(group.modules, group.modules), given)


def no_python(self: Kept, group: Group, given: Sequence[str]) -> list[str]:
    nothing: Mapping[str, str] = {}
    bare = Kept(self._store, self._fingerprint, self._texts, nothing)
    return inputs(bare, group, given)


def not_given(self: Kept, group: Group, given: Sequence[str]) -> list[str]:
    return inputs(self, group, ())


def no_inputs_of_forms(self: Kept, group: Group, given: Sequence[str]) -> list[str]:
    return inputs(self, group, given[: given.index("")])


inputs: Inputs = Kept.inputs
FAULTS: Sequence[Inputs] = (own_text_only, no_python, not_given, no_inputs_of_forms)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_reuse_that_does_not_look_at_an_input_is_seen(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clean: list[tuple[dict[str, str], tuple[object, object]]],
    fault: Inputs,
) -> None:
    """The negative control of the tests above: their changes would show it."""
    monkeypatch.setattr(Kept, "inputs", fault)
    store = Store(str(tmp_path))
    outcome(PROJECT, store)
    assert any(outcome(texts, store) != wanted for texts, wanted in clean)


def test_another_compiler_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    generated(PROJECT, store, monkeypatch)
    monkeypatch.setattr("pfc.incremental.project.compiler_fingerprint", lambda: "other")
    assert len(generated(PROJECT, store, monkeypatch)) == 9


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_what_cannot_be_read_is_made_anew(tmp_path: Path, content: bytes) -> None:
    store = Store(str(tmp_path))
    wanted = outcome(PROJECT, store)
    for file in (tmp_path / "groups").iterdir():
        store.put("groups", file.name, content)
    for file in (tmp_path / "units").iterdir():
        file.unlink()
    assert outcome(PROJECT, store) == wanted
