"""Laws of generated types: JSON and back, refinements, and what their schemas accept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packetflow import Violation
from packetflow.adt import json_schema
from tests.generated.building import built, write

SOURCE = """
module schema_values
type Size = Int where it in 0..100
type Code = String where matches("[a-z]+") and length <= 5
type DocPath = Path under "/docs"
type Even = Int where is_even(it)
fn is_even(n: Int) -> Bool = n % 2 == 0
union Role { Member  Admin }
record Box[T] { value: T  more: List[T] = [] }
union Shape { Circle(radius: Int where it > 0)  Named(type: String, at: DocPath? = none)  Point }
## A file.
record File {
  code: Code
  size: Size = 1
  ## How often it changed.
  version: Int = 1 where it >= 1
  tags: List[Code] = [] where length <= 2
  sizes: Map[String, Size] = {}
  role: Role = Member
  shape: Shape = Point
}
record Deep {
  path: DocPath = "/docs"
  paths: List[Map[String, DocPath?]] = []
  result: Result[DocPath, Even] = Ok("/docs")
  boxed: Box[DocPath]? = none
  even: Box[Even] = Box(2)
  price: Decimal = 0
  length: Duration = 5s
  low: Int = 0
  high: Int = 10
  always low <= high
}
fn fitted(n: Int) -> Size = n
fn all_fitted(ns: List[Int]) -> List[Size] = ns
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package."""
    folder = tmp_path_factory.mktemp("schema")
    write(folder, built(SOURCE, "schema_values.pf"))
    sys.path.insert(0, str(folder))
    try:
        yield __import__("schema_values")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("schema_values")]:
            del sys.modules[name]


CODES = st.text("abz", max_size=7) | st.sampled_from(["", "A", "a b", "abc"])
NUMBERS = st.integers(-3, 103)
PATHS = st.sampled_from(["/docs", "/docs/a", "/docs//a/", "/doc", "/x", "docs", ""])
SHAPES = st.one_of(
    st.fixed_dictionaries({"type": st.just("Circle"), "radius": NUMBERS}),
    st.fixed_dictionaries(
        {"type": st.just("Named"), "type_": CODES}, optional={"at": st.none()}
    ),
    st.just({"type": "Point"}),
    st.just({"type": "Square"}),
)
FILES = st.fixed_dictionaries(
    {"code": CODES | NUMBERS},
    optional={
        "size": NUMBERS | st.booleans(),
        "version": NUMBERS,
        "tags": st.lists(CODES, max_size=3),
        "sizes": st.dictionaries(CODES, NUMBERS, max_size=2),
        "role": st.sampled_from(["Member", "Admin", "Guest"]),
        "shape": SHAPES,
    },
)
QUICK = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def decoded(value: object, kind: Any) -> Any:
    """The value by way of JSON, or none if it is refused."""
    try:
        return msgspec.json.decode(msgspec.json.encode(value), type=kind)
    except msgspec.ValidationError:
        return None


@QUICK
@given(value=FILES)
def test_schema_and_decoder_accept_the_same(made: Any, value: object) -> None:
    schema = json_schema(made.File)
    accepted = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert accepted is (decoded(value, made.File) is not None)


def test_a_schema_says_what_the_program_says(made: Any) -> None:
    schema = json_schema(made.File)
    found = schema["$defs"]["File"]
    assert (found["title"], found["description"]) == ("File", "A file.")
    assert found["required"] == ["code"]
    size, version = found["properties"]["size"], found["properties"]["version"]
    assert (size["minimum"], size["maximum"], version["minimum"]) == (0, 100, 1)
    jsonschema.Draft202012Validator.check_schema(schema)


@QUICK
@given(value=FILES)
def test_what_was_decoded_comes_back_from_json(made: Any, value: object) -> None:
    first = decoded(value, made.File)
    if first is not None:
        assert decoded(first, made.File) == first
        assert 0 <= first.size <= 100
        assert first.version >= 1
        assert all(code.isalpha() and len(code) <= 5 for code in first.tags)


def deep(path: str, even: int, low: int, high: int) -> dict[str, object]:
    """The fields of a Deep in JSON, the path and the number everywhere."""
    return {
        "path": path,
        "paths": [{"a": path, "b": None}],
        "result": {"type": "Ok", "value": path},
        "boxed": {"value": path, "more": [path]},
        "even": {"value": even, "more": [even]},
        "low": low,
        "high": high,
    }


@QUICK
@given(path=PATHS, even=NUMBERS, low=NUMBERS, high=NUMBERS)
def test_refinements_hold_inside_of_whatever_is_decoded(
    made: Any, path: str, even: int, low: int, high: int
) -> None:
    fields = deep(path, even, low, high)
    found = decoded(fields, made.Deep)
    legal = path.startswith("/docs") and even % 2 == 0 and low <= high
    assert (found is not None) is legal
    if found is not None:
        normal = path.replace("//", "/").removesuffix("/")
        assert found.paths == ({"a": normal, "b": None},)
        assert (found.result.value, found.boxed.more) == (normal, (normal,))
        assert decoded(found, made.Deep) == found


@pytest.mark.parametrize("name", ["path", "paths", "result", "boxed", "even"])
def test_each_place_is_checked(made: Any, name: str) -> None:
    wrong = deep("/x", 3, 0, 1)
    assert decoded({}, made.Deep) is not None
    assert decoded({name: wrong[name]}, made.Deep) is None


@QUICK
@given(price=st.decimals(allow_nan=False, allow_infinity=False), seconds=st.integers())
def test_decimals_and_durations_come_back(
    made: Any, price: Decimal, seconds: int
) -> None:
    length = timedelta(seconds=seconds % 10_000_000)
    value = made.Deep(price=price, length=length)
    assert decoded(value, made.Deep) == value


@QUICK
@given(numbers=st.lists(st.integers(-2, 102), max_size=3))
def test_refinements_hold_for_what_is_converted(made: Any, numbers: list[int]) -> None:
    legal = all(0 <= number <= 100 for number in numbers)
    try:
        found = made.all_fitted(tuple(numbers))
    except Violation:
        assert not legal
    else:
        assert legal
        assert found == tuple(numbers) == tuple(map(made.fitted, numbers))
