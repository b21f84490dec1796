"""PF212: names of a program that would be one name in Python."""

from __future__ import annotations

import pytest

from pfc.driver import compile_sources


def collisions(source: str, name: str = "case.pf", **more: str) -> list[str]:
    """The PF212 of a program; more modules by name."""
    sources = {name: source, **{f"{key}.pf": text for key, text in more.items()}}
    made = compile_sources(sources, lambda _: None)
    wrong = {
        found.code for found in made.diagnostics if found.severity.value == "error"
    }
    assert wrong <= {"PF212"}
    return [found.message for found in made.diagnostics if found.code == "PF212"]


@pytest.mark.parametrize(
    "source",
    [
        "record R { class: Int  class_: Int }",
        "fn print() -> Int = 1\nfn print_() -> Int = 2",
        "union U { FirstOne first_one }",
        "fn f(import: Int, import_: Int) -> Int = import",
        "capability C { def def_ }",
        "intent I(missing: Int, missing_: Int) requires nothing",
        "union U { A(is: Int, is_: Int) }",
        "event E(from: Int, from_: Int)",
        "context C { held: Int  held_: Int }",
        "record A { x: Int }\nrecord list { y: Int }\nrecord list_ { y: Int }",
    ],
)
def test_two_names_that_are_one_in_python(source: str) -> None:
    assert len(collisions(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "record R { class: Int  def: Int }",
        "record class_ { x: Int }\nfn f(class_: Int) -> Int = class_",
        "union A { One Two(x: Int) }\nunion B { One Three(y: Int) }",
        "union Same { Same(x: Int) Other }",
        "type Size = Int where it > 0\nfn check_size(n: Int) -> Int = n",
    ],
)
def test_names_that_do_not_collide(source: str) -> None:
    assert collisions(source) == []


def test_both_names_are_said() -> None:
    (message,) = collisions("record R { class: Int  class_: Int }")
    assert message == "`class_` and `class` would both be called `class_` in Python"


@pytest.mark.parametrize(
    "name",
    ["json.pf", "packetflow.pf", "class.pf", "calendar/x.pf", "a/is.pf", "a-b.pf"],
)
def test_a_module_is_no_package_that_python_cannot_import(name: str) -> None:
    assert len(collisions("fn f() -> Int = 1", name)) == 1


def test_a_module_inside_another_is_none_of_its_files() -> None:
    found = collisions("fn f() -> Int = 1", "shop/types.pf", shop="fn g() -> Int = 1")
    assert len(found) == 1
    assert (
        collisions("fn f() -> Int = 1", "shop/goods.pf", shop="fn g() -> Int = 1") == []
    )


@pytest.mark.parametrize(
    ("path", "part", "better"),
    [
        ("test-x.pf", "test-x", "test_x.pf"),
        ("a b.pf", "a b", "a_b.pf"),
        ("1x.pf", "1x", "_1x.pf"),
        ("-.pf", "-", "it.pf"),
        ("sub/class.pf", "class", "sub/class_.pf"),
    ],
)
def test_a_file_name_that_is_no_module(path: str, part: str, better: str) -> None:
    made = compile_sources({path: "record R { a: Int }"}, lambda _: None)
    (found,) = made.diagnostics
    assert found.code == "PF212"
    assert found.message.startswith(f"`{part}` cannot be the name of a module")
    (note,) = found.notes
    assert note == f"rename `{path}`, for example to `{better}`"
    renamed = compile_sources({better: "record R { a: Int }"}, lambda _: None)
    assert not renamed.diagnostics
