"""Which changes of a state read what was kept, and which need a migration."""

from __future__ import annotations

import pytest

from packetflow.shape import differences
from tests.durable.versions import shape, till

SEAT = "record Seat { row: Int, name: String }"
COLOUR = "union Colour { Red, Rgb(r: Int) }"
SCALE = "union Scale { Small, Large }"
NEEDS = "n: Int = 0"


def both(before, after, old_types="", new_types=None):
    types = old_types if new_types is None else new_types
    return shape(till(f"{NEEDS}, {before}", types=old_types)), shape(
        till(f"{NEEDS}, {after}", types=types)
    )


@pytest.mark.parametrize(
    ("before", "after", "old_types", "new_types"),
    [
        ("a: Int = 1", "a: Int = 2", "", ""),
        ("a: Int = 1", "b: Int = 1, a: Int = 1", "", ""),
        ("a: Int = 1", "a: Int? = none", "", ""),
        ("a: Int = 5 where it > 3", "a: Int = 5", "", ""),
        ("a: Int = 5 where it > 3", "a: Int = 5 where it > 2", "", ""),
        ("a: Int = 5 where it > 3", "a: Int = 5 where it >= 3", "", ""),
        ("a: Int = 5 where it > 3 and it < 9", "a: Int = 5 where it < 10", "", ""),
        ("a: N = 5", "a: Int = 5", "type N = Int where it > 3", ""),
        ("a: N = 5", "a: N = 5", "type N = Int where it > 3", "type N = Int"),
        ("a: Int = 1, always a < 9", "a: Int = 1", "", ""),
        (
            "s: List[Seat] = []",
            "s: List[Seat] = []",
            SEAT,
            'record Seat { name: String, row: Int, note: String = "" }',
        ),
        (
            "s: List[Seat] = []",
            "s: List[Chair] = []",
            SEAT,
            SEAT.replace("Seat", "Chair"),
        ),
        (
            "c: Colour? = none",
            "c: Colour? = none",
            COLOUR,
            "union Colour { Green, Rgb(r: Int, g: Int = 0), Red }",
        ),
        (
            "c: Scale? = none",
            "c: Scale? = none",
            SCALE,
            "union Scale { Large, Huge, Small }",
        ),
    ],
)
def test_what_reads_what_was_kept(before, after, old_types, new_types):
    assert differences(*both(before, after, old_types, new_types)) == []


@pytest.mark.parametrize(
    ("before", "after", "old_types", "new_types", "told"),
    [
        ("a: Int = 1", "b: Int = 1", "", "", ["state.a: Int -> nothing"]),
        ("a: Int = 1", 'a: String = ""', "", "", ["state.a: Int -> String"]),
        ("a: Int? = none", "a: Int = 1", "", "", ["state.a: Int? -> Int"]),
        (
            "a: Map[String, Int] = {}",
            "a: Map[String, String] = {}",
            "",
            "",
            ["state.a: Int -> String"],
        ),
        ("a: List[Int] = []", "a: Int = 1", "", "", ["state.a: List[Int] -> Int"]),
        (
            "a: Int = 5",
            "a: Int = 5 where it > 3",
            "",
            "",
            ["state.a: any value -> it > 3"],
        ),
        (
            "a: Int = 5 where it > 3",
            "a: Int = 5 where it > 4",
            "",
            "",
            ["state.a: it > 3 -> it > 4"],
        ),
        (
            "a: Int = 5 where it >= 3",
            "a: Int = 5 where it > 3",
            "",
            "",
            ["state.a: it >= 3 -> it > 3"],
        ),
        (
            "a: N = 5",
            "a: N = 5",
            "type N = Int where it > 3",
            "type N = Int where it > 3 and it < 90",
            ["state.a: it > 3 -> it < 90"],
        ),
        (
            "a: Int = 1",
            "a: Int = 1, always a < 9",
            "",
            "",
            ["state: any value -> a < 9"],
        ),
        (
            "s: List[Seat] = []",
            "s: List[Seat] = []",
            SEAT,
            "record Seat { row: Int, note: String? }",
            ["Seat.name: String -> nothing", "Seat.note: nothing -> String?"],
        ),
        (
            "c: Colour? = none",
            "c: Colour? = none",
            COLOUR,
            "union Colour { Rgb(r: String), Green }",
            ["Colour.Red: Red -> nothing", "Colour.Rgb.r: Int -> String"],
        ),
        (
            "c: Scale? = none",
            "c: Scale? = none",
            SCALE,
            "union Scale { Small, Large(by: Int) }",
            ["state.c: enum Scale? -> union Scale?"],
        ),
        (
            "b: List[Box[Int]] = []",
            "b: List[Box[String]] = []",
            "record Box[T] { inside: T }",
            "record Box[T] { inside: T }",
            ["Box[String].inside: Int -> String"],
        ),
    ],
)
def test_what_needs_a_migration(before, after, old_types, new_types, told):
    found = differences(*both(before, after, old_types, new_types))
    assert [str(one).rpartition(": ")[0] for one in found] == told


def test_types_that_contain_themselves_are_compared():
    tree = "record Tree { name: String, below: List[Tree] = [] }"
    other = "record Tree { name: Int, below: List[Tree] = [] }"
    old, new = both("t: List[Tree] = []", "t: List[Tree] = []", tree, other)
    assert differences(old, old) == []
    assert [one.place for one in differences(old, new)] == ["Tree.name"]
