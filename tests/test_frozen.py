"""The lazy dataclasses do what those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field

import pytest

from pfc.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Base:
    """A base."""

    number: int
    text: str = "x"
    parts: tuple[int, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Derived(Base):
    remark: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Unequal:
    number: int


def test_values_are_made_by_place_and_by_name() -> None:
    assert Derived(1, "y", (2,), "z") == Derived(
        number=1, text="y", parts=(2,), remark="z"
    )
    assert Base(1) == Base(1, "x", ())
    with pytest.raises(TypeError, match=r"Base\.__init__\(\) missing 1 required"):
        Base()  # type: ignore[call-arg]  # what is tested
    with pytest.raises(TypeError, match="unexpected keyword"):
        Base(1, other=2)  # type: ignore[call-arg]  # what is tested


def test_they_are_compared_as_their_kind() -> None:
    assert Base(1) != Base(2)
    assert Base(1) != Derived(1)
    assert hash(Base(1)) == hash(Base(1))
    assert Derived(1, remark="a") == Derived(1, remark="b")
    assert Unequal(1) != Unequal(1)


def test_they_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Base(1).number = 2  # type: ignore[misc]  # what is tested
    with pytest.raises(FrozenInstanceError):
        del Base(1).number  # type: ignore[misc]  # what is tested
    with pytest.raises((FrozenInstanceError, AttributeError)):
        Base(1).other = 2  # type: ignore[attr-defined]  # what is tested
    assert not hasattr(Base(1), "__dict__")


def test_the_standard_library_knows_them() -> None:
    assert dataclasses.is_dataclass(Derived)
    names = [each.name for each in dataclasses.fields(Derived)]
    assert names == ["number", "text", "parts", "remark"]
    assert dataclasses.replace(Derived(1), number=2) == Derived(2)
    assert dataclasses.asdict(Base(1)) == {"number": 1, "text": "x", "parts": ()}
    assert repr(Base(1)) == "Base(number=1, text='x', parts=())"


def test_they_are_copied_and_pickled() -> None:
    for value in (Base(1, "a", (2,)), Derived(1, remark="b")):
        assert copy.copy(value) == value
        assert copy.deepcopy(value) == value
        assert pickle.loads(pickle.dumps(value)) == value


def test_patterns_match_them() -> None:
    match Base(3, "y"):
        case Base(number, text):
            assert (number, text) == (3, "y")
        case _:
            pytest.fail("no match")
