"""Factories make values that are allowed, the same in each run."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import msgspec
import pytest

from packetflow.testing import Factory
from tests.generated.building import built, write

PROGRAM = """
type Name = String where length >= 3 and length <= 8
type Percent = Int where it >= 0 and it <= 100
type Place = Path under "/docs"
union Colour { Red  Green }
union Shape { Circle(radius: Decimal where it > 0)  Dot }
record Inner { size: Int where it > 1_000, tags: List[String] = [] }
record File {
  place: Place
  name: Name
  share: Percent
  code: String where matches("[A-Z]-[0-9]+")
  colour: Colour
  shape: Shape
  inner: Inner
  at: Instant
  kept: Duration
  id: Uuid
  blob: Bytes
  maybe: Int?
  parts: List[Int] where length >= 2
  price: Decimal where it > 10
  note: String = "a note"
}
record Simple { name: String, count: Int, maybe: String? }
record Pair { low: Int, high: Int  always high > low }
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The generated module."""
    folder = tmp_path_factory.mktemp("factory")
    write(folder, built(PROGRAM, "factory_made.pf"))
    sys.path.insert(0, str(folder))
    try:
        return import_module("factory_made")
    finally:
        sys.path.remove(str(folder))


def test_only_what_matters_has_to_be_said(made: Any) -> None:
    factory = Factory(made.File, code="A-1", place="/docs/a")
    one, other = factory.many(2)
    assert isinstance(one, made.File)
    assert one.code == "A-1"
    assert one.note == "a note"
    assert one.place.startswith("/docs")
    assert 3 <= len(one.name) <= 8
    assert 0 <= one.share <= 100
    assert one.inner.size > 1_000
    assert len(one.parts) >= 2
    assert one.maybe is None
    assert msgspec.json.decode(msgspec.json.encode(one), type=made.File) == one
    assert one != other
    assert Factory(made.File, code="A-1", place="/docs/a").many(2) == (one, other)
    assert factory(name="another").name == "another"


def test_values_differ_where_they_may(made: Any) -> None:
    simple = Factory(made.Simple).many(5)
    assert len({one.name for one in simple}) == 5
    assert len({one.count for one in simple}) == 5


def test_what_cannot_be_guessed_is_asked_for(made: Any) -> None:
    with pytest.raises(ValueError, match=r"say more about File: code"):
        Factory(made.File, place="/docs/a")()
    with pytest.raises(ValueError, match="no field 'nmae'"):
        Factory(made.Simple, nmae="x")()
    assert Factory(made.Pair, low=3)(high=7).high == 7
