"""The standard library's helpers."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import (
    Violation,
    check,
    checked_finite,
    checked_instant,
    checked_url,
    stdlib,
)

INTS = st.lists(st.integers(-9, 9)).map(tuple)


class Role(enum.Enum):
    ADMIN = "Admin"


class Point(msgspec.Struct, frozen=True):
    x: int
    ok: bool | None = None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (None, "none"),
        (7, "7"),
        (2.5, "2.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E-9"), "0.000000001"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (date(2026, 12, 25), "2026-12-25"),
        (time(9, 0), "09:00:00"),
        (timedelta(days=1, seconds=5), "P1DT5S"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"hi", "aGk="),
        (Role.ADMIN, "Admin"),
        ((1, True, None), "[1, true, none]"),
        (frozenset({"b", "a"}), "[a, b]"),
        ({"a": Decimal(1)}, "{a: 1}"),
        (Point(1), "Point(x: 1, ok: none)"),
    ],
)
def test_how_values_read_in_a_string(value: object, text: str) -> None:
    assert stdlib.text(value) == text


@given(INTS, st.integers(-3, 12))
def test_what_may_be_absent_is_none(xs: tuple[int, ...], index: int) -> None:
    assert stdlib.first(xs) == (xs[0] if xs else None)
    assert stdlib.last(xs) == (xs[-1] if xs else None)
    assert stdlib.smallest(xs) == (min(xs) if xs else None)
    assert stdlib.largest(xs) == (max(xs) if xs else None)
    there = 0 <= index < len(xs)
    assert stdlib.get(xs, index) == (xs[index] if there else None)
    if there:
        assert stdlib.item(xs, index) == xs[index]
    else:
        with pytest.raises(IndexError):
            stdlib.item(xs, index)


@given(INTS, st.integers(-9, 9))
def test_index_of_is_the_first_place(xs: tuple[int, ...], value: int) -> None:
    assert stdlib.index_of(xs, value) == (xs.index(value) if value in xs else None)


@given(INTS, st.integers(-3, 12))
def test_take_and_drop_split_a_list(xs: tuple[int, ...], count: int) -> None:
    taken, left = stdlib.take(xs, count), stdlib.drop(xs, count)
    assert taken + left == xs
    assert len(taken) == min(max(count, 0), len(xs))


@given(INTS)
def test_grouping_keeps_everything_in_order(xs: tuple[int, ...]) -> None:
    groups = stdlib.group_by(xs, lambda x: x % 3)
    assert sorted(x for group in groups.values() for x in group) == sorted(xs)
    for key, group in groups.items():
        assert group == tuple(x for x in xs if x % 3 == key)
    assert list(groups) == list(stdlib.distinct(x % 3 for x in xs))


def test_distinct_takes_what_has_no_hash() -> None:
    assert stdlib.distinct([{"a": 1}, {"a": 1}, {"a": 2}]) == ({"a": 1}, {"a": 2})


def test_ranges_are_closed() -> None:
    assert stdlib.closed_range(1, 3) == (1, 2, 3)
    assert stdlib.closed_range(3, 1) == ()


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_division_of_ints_is_decimal_and_by_zero_a_fault(left: int, right: int) -> None:
    if right == 0:
        with pytest.raises(ZeroDivisionError):
            stdlib.divide_int(left, right)
    else:
        result = stdlib.divide_int(left, right)
        assert isinstance(result, Decimal)
        error = abs(Fraction(result) - Fraction(left, right))
        assert error < Fraction(1, 10**20)


@given(st.integers(-50, 50), st.integers(-9, 9))
def test_modulo_has_the_sign_of_the_right_side(left: int, right: int) -> None:
    if right == 0:
        with pytest.raises(ZeroDivisionError):
            stdlib.modulo_decimal(Decimal(left), Decimal(right))
    else:
        expected = Decimal(left % right)
        assert stdlib.modulo_decimal(Decimal(left), Decimal(right)) == expected


def test_decimals_divide_and_zero_is_a_fault() -> None:
    assert stdlib.divide_decimal(Decimal(1), Decimal(4)) == Decimal("0.25")
    with pytest.raises(ZeroDivisionError):
        stdlib.divide_decimal(Decimal(0), Decimal(0))


def test_floats_stay_finite() -> None:
    assert stdlib.finite(1e308) == 1e308
    for value in (1e308 * 10, float("nan")):
        with pytest.raises(OverflowError):
            stdlib.finite(value)
    with pytest.raises(OverflowError):
        stdlib.sum_float([1e308, 1e308])


def test_sums_of_nothing_are_zero() -> None:
    assert stdlib.sum_int([]) == 0
    assert stdlib.sum_decimal([]) == Decimal(0)
    assert isinstance(stdlib.sum_decimal([]), Decimal)
    assert stdlib.sum_float([]) == 0.0


def test_text_functions() -> None:
    assert stdlib.split("a,b,,c", ",") == ("a", "b", "", "c")
    assert stdlib.join(("a", "b"), "-") == "a-b"
    assert stdlib.matches("abc", "[a-c]+")
    assert not stdlib.matches("abcd", "[a-c]+")
    assert not stdlib.matches("abc\n", "[a-c]+$")
    assert stdlib.decode(stdlib.encode("é")) == "é"
    with pytest.raises(UnicodeDecodeError):
        stdlib.decode(b"\xff")


def test_instants_have_a_date_and_time_in_a_zone() -> None:
    noon = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    paris = stdlib.in_zone(noon, "Europe/Paris")
    assert paris.date() == date(2026, 7, 2)
    assert paris.time() == time(0, 30)
    assert paris == noon
    for zone in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(Violation):
            stdlib.in_zone(noon, zone)


def test_checks_name_the_field() -> None:
    check(True, "a", "fine")
    with pytest.raises(Violation, match=r"File\.version: must be at least 1"):
        check(False, "File.version", "must be at least 1")
    with pytest.raises(Violation, match="finite"):
        checked_finite(float("nan"), "x")
    with pytest.raises(Violation, match="finite"):
        checked_finite(Decimal("sNaN"), "x")
    huge = Decimal("1e400")
    assert checked_finite(huge, "x") == huge
    with pytest.raises(Violation, match="time zone"):
        checked_instant(datetime(2026, 1, 1), "at")
    summer = datetime.fromisoformat("2026-07-01T12:00:00+02:00")
    assert checked_instant(summer, "at").isoformat() == "2026-07-01T10:00:00+00:00"


def test_23_a_decoder_names_the_field_of_a_violation() -> None:
    class Positive(msgspec.Struct, frozen=True):
        n: int

        def __post_init__(self) -> None:
            check(self.n > 0, "Positive.n", "must be positive")

    with pytest.raises(msgspec.ValidationError, match=r"Positive\.n: must be positive"):
        msgspec.json.decode(b'{"n": 0}', type=Positive)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a?b=c#d", "http://[::1]:8080/", "mailto:ann@example.org"],
)
def test_good_urls(url: str) -> None:
    assert checked_url(url, "link") == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " https://example.org",
        "//example.org",
        "/relative",
        "https://",
        "https:///path",
        "https://a:b/",
        "https://[::1",
        "https://exa mple.org",
        "https:\\\\example.org",
        "data:text/html,x",
        "",
    ],
)
def test_bad_urls(url: str) -> None:
    with pytest.raises(Violation, match="link"):
        checked_url(url, "link")
