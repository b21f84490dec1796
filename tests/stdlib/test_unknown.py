"""What `pfc` says about methods that are not there."""

from __future__ import annotations

import pytest

from pfc.diagnostics import Diagnostic
from pfc.driver import compile_sources


def found(source: str) -> Diagnostic:
    """The one diagnostic of a module."""
    made = compile_sources({"case.pf": source}, emit=False)
    (only,) = made.diagnostics
    return only


@pytest.mark.parametrize(
    ("receiver", "call", "note"),
    [
        ("String", "uper()", "did you mean `upper`?"),
        ("String", "strip()", "did you mean `trim`?"),
        ("List[Int]", "append(1)", "a list with one more item is `xs + [item]`"),
        ("Map[String, Int]", "contains(1)", "did you mean `has`?"),
        ("Int?", "unwrap()", "a value or another is `x or default`"),
    ],
)
def test_the_nearest_method_is_named(receiver: str, call: str, note: str) -> None:
    made = found(f"fn f(x: {receiver}) -> Int = x.{call}")
    assert made.code == "PF226"
    assert note in made.notes


def test_what_the_type_has_is_listed() -> None:
    made = found("fn f(x: Map[String, Int]) -> Int = x.wobble()")
    assert made.notes[-1] == (
        "Map has `entries`, `filter`, `get`, `has`, `is_empty`, `keys`, `length`, "
        "`map`, `merge`, `values`"
    )


def test_methods_for_other_items_are_not_listed() -> None:
    strings = found("fn f(x: List[String]) -> Int = x.wobble()").notes[-1]
    numbers = found("fn f(x: List[Int]) -> Int = x.wobble()").notes[-1]
    assert "`join`" in strings
    assert "`join`" not in numbers


def test_a_method_for_other_items_is_none_without_parentheses_either() -> None:
    assert found("fn f(x: List[Int]) -> Json = x.to_json").code == "PF226"
    assert found("fn f(x: List[Int]) -> Json = x.to_json()").code == "PF226"


def test_a_name_of_another_language_is_repaired() -> None:
    source = "fn f(x: String) -> Int = x.len()"
    (fix,) = found(source).fixes
    (edit,) = fix.edits
    repaired = source[: edit.span.start] + edit.text + source[edit.span.end :]
    assert repaired == "fn f(x: String) -> Int = x.length()"
    assert compile_sources({"case.pf": repaired}, emit=False).diagnostics == ()
