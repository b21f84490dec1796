"""Stable hashes: the same in every process, equal for equal values."""

from __future__ import annotations

import enum
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.actor.stable import Placement, Ring, stable_hash

_PROGRAM = """
from datetime import UTC, datetime
from decimal import Decimal
from packetflow.actor.stable import stable_hash
values = ["a", 1, b"x", Decimal("1.50"), datetime(2026, 1, 1, tzinfo=UTC), None,
          frozenset(("a", "b", "c"))]
print([stable_hash(one) for one in values])
"""


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int


class Other(msgspec.Struct, frozen=True):
    x: int
    y: int


KEYS = st.one_of(
    st.text(),
    st.integers(),
    st.binary(),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.none(),
)


def test_another_process_has_the_same_hashes() -> None:
    answers = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(ran.stdout)
    assert len(answers) == 1


def test_a_hash_never_changes() -> None:
    assert stable_hash("ann") == 1896119984657347150
    assert stable_hash(42) == 16265973135388510163


@given(KEYS, KEYS)
def test_equal_values_of_one_type_have_equal_hashes_and_others_differ(
    one: object, other: object
) -> None:
    if type(one) is type(other):
        assert (one == other) == (stable_hash(one) == stable_hash(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("1.0"), Decimal("1.00")),
        (Decimal("0E+3"), Decimal("-0.00")),
        (Decimal("1E+2"), Decimal(100)),
        (0.0, -0.0),
        (
            datetime(2026, 1, 1, 12, tzinfo=UTC),
            datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))),
        ),
        (frozenset(("a", "b")), frozenset(("b", "a"))),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_equal_values_that_are_written_differently(one: object, other: object) -> None:
    assert one == other
    assert stable_hash(one) == stable_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        ((("a",), "b"), ("a", ("b",))),
        (Point(1, 2), Other(1, 2)),
        (Colour.RED, Colour.BLUE),
        (UUID(int=1), UUID(int=2)),
        (date(2026, 1, 2), date(2026, 2, 1)),
        (time(1, 2), time(2, 1)),
        (Decimal("1E+2"), Decimal("1E+3")),
    ],
)
def test_different_values_have_different_hashes(one: object, other: object) -> None:
    assert stable_hash(one) != stable_hash(other)


def test_what_has_no_fixed_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no stable hash"):
        stable_hash(object())


def test_keys_are_spread_over_all_shards() -> None:
    place = Placement(range(8))
    counts = [0] * 8
    for number in range(8_000):
        counts[place[f"user-{number}"]] += 1
    # 8,000 keys: 1,000 a shard, standard deviation 30.
    assert min(counts) > 850
    assert max(counts) < 1_150


def test_what_is_remembered_is_bounded_and_changes_nothing() -> None:
    place = Placement(range(5), room=10)
    first = [place[number] for number in range(100)]
    assert first == [stable_hash(number) % 5 for number in range(100)]
    assert [place[number] for number in range(100)] == first
    assert len(place) <= 10


@pytest.mark.parametrize("count", [3, 5, 10])
def test_one_more_member_takes_its_share_and_no_key_moves_elsewhere(count: int) -> None:
    keys = [f"key-{number}" for number in range(4_000)]
    names = [f"node-{number}" for number in range(count)]
    before = Ring((name, name) for name in names)
    after = Ring((name, name) for name in [*names, "new"])
    moved = [key for key in keys if before.owner(key) != after.owner(key)]
    assert all(after.owner(key) == "new" for key in moved)
    share = len(moved) / len(keys)
    assert 0.6 / (count + 1) < share < 1.5 / (count + 1)
    # The control: by the remainder alone nearly every key moves.
    again = [
        key
        for key in keys
        if stable_hash(key) % count != stable_hash(key) % (count + 1)
    ]
    assert len(again) / len(keys) > 0.6


def test_the_order_in_which_members_came_does_not_matter() -> None:
    names = [f"node-{number}" for number in range(6)]
    one = Ring((name, name) for name in names)
    other = Ring((name, name) for name in reversed(names))
    assert all(one.owner(key) == other.owner(key) for key in range(1_000))


def test_nobody_owns_a_key_of_an_empty_ring() -> None:
    with pytest.raises(LookupError):
        Ring[str]().owner("a")
