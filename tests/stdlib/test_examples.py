"""Every example of the standard library is compiled and true when it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pfc.semantics import stdlib
from tests.generated.building import Tools, built, write
from tests.stdlib.examples import entries, false_ones, source_of

EXAMPLES = [
    (entry.signature, example) for entry in entries() for example in entry.examples
]


def test_every_entry_has_a_sentence_and_an_example() -> None:
    for entry in entries():
        assert entry.examples, entry.signature
        assert entry.doc.endswith(".") and entry.doc[0].isupper(), entry.signature
        assert all(fault.startswith("if ") for fault in entry.faults), entry.signature


def test_the_examples_of_a_method_call_it() -> None:
    for entry in entries():
        assert any(entry.name in example for example in entry.examples), entry.signature


def test_every_example_is_true(tmp_path: Path) -> None:
    assert false_ones(tmp_path, EXAMPLES, "made_examples") == []


def test_an_example_that_is_false_is_noticed(tmp_path: Path) -> None:
    examples = [("right", '"Ab".lower == "ab"'), ("wrong", '"Ab".lower == "Ab"')]
    found = false_ones(tmp_path, examples, "made_false")
    assert isinstance(found, list)
    assert [title for title, _ in found] == ["1 wrong"]


@pytest.mark.slow
def test_type_checkers_accept_what_every_method_becomes(tmp_path: Path) -> None:
    # Pyright gives up on the type of a tuple of more than 256 items.
    half = len(EXAMPLES) // 2
    for name, part in (("made_one", EXAMPLES[:half]), ("made_two", EXAMPLES[half:])):
        write(tmp_path, built(source_of(part), f"{name}.pf"))
    tools = Tools(tmp_path)
    assert tools.mypy() == ""
    assert tools.pyright() == ""
    assert tools.ruff() == ""
    assert tools.black() == ""


def test_hover_says_all_that_the_table_says() -> None:
    for entry in entries():
        text = stdlib.hover(entry)
        assert entry.signature in text
        for part in (entry.doc, *entry.faults, *entry.examples):
            assert part in text


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (
            "String",
            "length contains starts_with ends_with trim lower upper split replace "
            "matches bytes",
        ),
        (
            "List",
            "length is_empty get first last map filter flat_map any all sum min max "
            "sort sort_by reverse take drop distinct group_by join contains index_of "
            "zip",
        ),
        ("Map", "length is_empty get has keys values entries map filter merge"),
        ("Set", "length has union intersection difference"),
        ("Bytes", "length text"),
        ("Instant", "date time in_zone"),
    ],
)
def test_the_fixed_names_are_there(owner: str, names: str) -> None:
    there = {name for kind, name in stdlib.methods() if kind == owner}
    assert set(names.split()) <= there


def test_the_functions_are_those_of_the_checker() -> None:
    assert set(stdlib.FUNCTIONS) == {"now", "new_uuid"}
