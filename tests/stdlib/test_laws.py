"""Laws that hold for all values, on what generated code calls."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from packetflow import Err, Ok, stdlib

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
SMALL = st.text(alphabet="ab,é\U0001f600 \r\n", max_size=12)
INTS = st.lists(st.integers(-9, 9), max_size=12).map(tuple)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6).filter(
    lambda d: abs(d) < 10**20
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INSTANTS = st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1)).map(
    lambda d: d.replace(tzinfo=UTC)
)
DURATIONS = st.timedeltas(timedelta(days=-9999), timedelta(days=9999))
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"])
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | FLOATS | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


# ----------------------------------------------------------------------------- strings
@given(SMALL, st.text(alphabet="ab,", min_size=1, max_size=2))
def test_join_undoes_split(text: str, by: str) -> None:
    assert stdlib.join(stdlib.split(text, by), by) == text


@given(SMALL)
def test_lines_and_words_lose_only_what_separates(text: str) -> None:
    assert "".join(stdlib.lines(text)) == text.replace("\r", "").replace("\n", "")
    assert "".join(stdlib.words(text)) == "".join(text.split())


@given(TEXT, st.integers(-3, 25))
def test_take_and_drop_split_a_text(text: str, count: int) -> None:
    taken, left = stdlib.text_take(text, count), stdlib.text_drop(text, count)
    assert taken + left == text
    assert len(taken) == min(max(count, 0), len(text))
    assert stdlib.text_get(text, count) == (left[:1] if count >= 0 and left else None)


@given(SMALL, SMALL)
def test_index_of_is_where_the_part_stands(text: str, part: str) -> None:
    at = stdlib.text_index(text, part)
    assert (at is not None) == (part in text)
    if at is not None:
        assert text[at:].startswith(part)
        assert part not in text[: at + len(part) - 1] or not part


@given(SMALL, st.integers(-2, 20))
def test_padding_reaches_the_width_and_keeps_the_text(text: str, width: int) -> None:
    start, end = stdlib.pad_start(text, width, "."), stdlib.pad_end(text, width, ".")
    assert len(start) == len(end) == max(width, len(text))
    assert start.endswith(text) and end.startswith(text)


@given(SMALL, st.integers(-2, 5), st.integers(-2, 5))
def test_repeating_adds_up(text: str, one: int, other: int) -> None:
    assume(one >= 0 and other >= 0)
    both = stdlib.repeat(text, one) + stdlib.repeat(text, other)
    assert both == stdlib.repeat(text, one + other)


@given(TEXT)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = stdlib.normalize(text)
    assert stdlib.normalize(once) == once


@given(TEXT)
def test_bytes_and_text_are_each_others_way_back(text: str) -> None:
    raw = stdlib.encode(text)
    assert stdlib.decode(raw) == text
    assert stdlib.is_text(raw)
    assert stdlib.parse_base64(stdlib.to_base64(raw)) == raw
    assert stdlib.parse_hex(raw.hex()) == raw


@given(st.binary(max_size=8))
def test_only_utf_8_is_text(raw: bytes) -> None:
    if stdlib.is_text(raw):
        assert stdlib.encode(stdlib.decode(raw)) == raw
    else:
        with pytest.raises(UnicodeDecodeError):
            stdlib.decode(raw)


@given(TEXT, st.integers(-3, 25))
def test_bytes_are_taken_apart_like_lists(text: str, count: int) -> None:
    raw = stdlib.encode(text)
    assert stdlib.bytes_take(raw, count) + stdlib.bytes_drop(raw, count) == raw
    assert stdlib.bytes_get(raw, count) == stdlib.get(tuple(raw), count)


# ----------------------------------------------------------------------------- numbers
@given(DECIMALS, st.integers(-3, 8))
@example(Decimal("2.345"), 2)
@example(Decimal("-0.5"), 0)
def test_rounding_is_to_the_nearest_and_halves_to_even(
    value: Decimal, places: int
) -> None:
    rounded = stdlib.round_decimal(value, places)
    scale = Fraction(10) ** places
    assert Fraction(rounded) * scale == round(Fraction(value) * scale)
    assert rounded == value.quantize(
        Decimal((0, (1,), -places)), rounding=ROUND_HALF_EVEN
    )
    assert stdlib.round_decimal(rounded, places) == rounded


@given(DECIMALS)
def test_floor_ceiling_and_truncate_of_decimals(value: Decimal) -> None:
    low, high = stdlib.floor_decimal(value), stdlib.ceiling_decimal(value)
    assert low <= value <= high
    assert high - low == (0 if value == low else 1)
    assert stdlib.truncate_decimal(value) == (low if value > 0 else high)


@given(FLOATS)
def test_floor_ceiling_and_truncate_of_floats(value: float) -> None:
    low, high = stdlib.floor_float(value), stdlib.ceiling_float(value)
    assert low <= value <= high
    assert high - low == (0 if value == low else 1)
    assert stdlib.truncate_float(value) == (low if value > 0 else high)


@given(FLOATS)
def test_a_float_as_a_decimal_is_the_same_float(value: float) -> None:
    assert stdlib.decimal_to_float(stdlib.float_to_decimal(value)) == value


@given(st.integers(-9, 9), st.integers(0, 6), st.integers(0, 6))
def test_powers_multiply(base: int, one: int, other: int) -> None:
    product = stdlib.power_int(base, one) * stdlib.power_int(base, other)
    assert product == stdlib.power_int(base, one + other)
    power = stdlib.power_decimal(Decimal(base), one)
    assert power == stdlib.power_int(base, one)


@given(st.decimals(0, 10**9, places=3))
def test_the_square_of_the_square_root(value: Decimal) -> None:
    root = stdlib.sqrt_decimal(value)
    assert abs(root * root - value) <= abs(value) * Decimal("1e-26")


@given(st.integers(), st.integers(-9, 9), st.integers(-9, 9))
def test_clamping_is_between_and_changes_nothing_inside(
    value: int, one: int, other: int
) -> None:
    low, high = min(one, other), max(one, other)
    found = stdlib.clamp(value, low, high)
    assert low <= found <= high
    assert found == value or not low <= value <= high


@given(st.integers(-(10**30), 10**30))
def test_numbers_are_read_back(value: int) -> None:
    assert stdlib.parse_int(str(value)) == value
    assert stdlib.parse_decimal(str(value)) == value


@given(DECIMALS)
def test_decimals_are_read_back(value: Decimal) -> None:
    assert stdlib.parse_decimal(stdlib.text(value)) == value
    assert stdlib.as_decimal(stdlib.decimal_to_json(value)) == value


@given(FLOATS)
def test_floats_are_read_back(value: float) -> None:
    assert stdlib.parse_float(repr(value)) == value


@given(st.text(max_size=6))
def test_a_number_is_written_with_digits_of_ascii(text: str) -> None:
    if stdlib.parse_int(text) is not None:
        assert text.isascii()
        assert not set(text) - set("0123456789+-")


# ----------------------------------------------------------------------------- lists
@given(st.lists(st.tuples(st.integers(0, 2), st.integers())).map(tuple))
def test_sorting_is_stable(xs: tuple[tuple[int, int], ...]) -> None:
    found = stdlib.sort_by(xs, lambda pair: pair[0])
    assert [pair[0] for pair in found] == sorted(pair[0] for pair in xs)
    for key in range(3):
        assert [p for p in found if p[0] == key] == [p for p in xs if p[0] == key]


@given(INTS, st.integers(1, 5))
def test_chunks_are_the_list_in_pieces(xs: tuple[int, ...], size: int) -> None:
    found = stdlib.chunks(xs, size)
    assert tuple(x for chunk in found for x in chunk) == xs
    assert all(len(chunk) == size for chunk in found[:-1])
    assert all(found)


@given(INTS, st.integers(-9, 9))
def test_what_is_taken_while_and_what_is_left(xs: tuple[int, ...], n: int) -> None:
    def test(x: int) -> bool:
        return x < n

    taken, left = stdlib.take_while(xs, test), stdlib.drop_while(xs, test)
    assert taken + left == xs
    assert all(map(test, taken))
    assert not left or not test(left[0])


@given(INTS)
def test_the_first_of_equal_ones_is_smallest_and_largest(xs: tuple[int, ...]) -> None:
    pairs = stdlib.indexed(xs)
    assert [x for _, x in pairs] == list(xs)
    low = stdlib.min_by(pairs, lambda pair: pair[1])
    high = stdlib.max_by(pairs, lambda pair: pair[1])
    if low is None or high is None:
        assert xs == ()
    else:
        assert low == (xs.index(min(xs)), min(xs))
        assert high == (xs.index(max(xs)), max(xs))


@given(INTS)
def test_the_last_of_one_key_is_kept(xs: tuple[int, ...]) -> None:
    found = stdlib.key_by(xs, lambda x: x % 3)
    groups = stdlib.group_by(xs, lambda x: x % 3)
    assert found == {key: group[-1] for key, group in groups.items()}


@given(st.one_of(st.integers(), st.text()))
def test_results_obey_the_laws_of_map(value: int | str) -> None:
    result: Ok[int] | Err[str] = Ok(value) if isinstance(value, int) else Err(value)
    same = stdlib.result_map(result, lambda v: v)
    assert same == result
    assert stdlib.result_flat_map(result, lambda v: Ok(v)) == result
    assert stdlib.result_map_error(result, lambda e: e) == result
    assert (stdlib.result_value(result) is None) != (
        stdlib.result_error(result) is None
    )


# ----------------------------------------------------------------------------- time
@given(INSTANTS, DURATIONS, ZONES)
def test_arithmetic_on_instants_knows_no_zones(
    instant: datetime, length: timedelta, zone: str
) -> None:
    there = stdlib.in_zone(instant, zone)
    assert there == instant
    assert hash(there) == hash(instant)
    assert (there + length) - there == length
    assert there + length == instant + length
    assert stdlib.in_zone(instant + length, zone) - there == length
    wall = instant.astimezone(ZoneInfo(zone))
    assert (there.date(), there.time()) == (wall.date(), wall.time())


@given(INSTANTS)
def test_instants_are_read_back(instant: datetime) -> None:
    assert stdlib.parse_instant(stdlib.text(instant)) == instant


@given(DURATIONS)
def test_durations_are_read_back(length: timedelta) -> None:
    assert stdlib.parse_duration(stdlib.text(length)) == length


@given(st.dates())
def test_dates_are_read_back(day: date) -> None:
    assert stdlib.parse_date(stdlib.text(day)) == day


@given(st.times())
def test_times_are_read_back(moment: time) -> None:
    assert stdlib.parse_time(stdlib.text(moment)) == moment
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    at = midnight + stdlib.since_midnight(moment)
    assert at.time() == moment


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(-999, 999))
def test_months_are_added_on_the_calendar(day: date, count: int) -> None:
    found = stdlib.add_months(day, count)
    months = (found.year - day.year) * 12 + found.month - day.month
    assert months == count
    assert found.day <= day.day
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


@given(st.dates(date(1970, 1, 1), date(2030, 1, 1)), st.times(), ZONES)
def test_a_clock_shows_what_was_asked_for_or_has_skipped_it(
    day: date, moment: time, zone: str
) -> None:
    wall = stdlib.at(day, moment, zone).astimezone(ZoneInfo(zone))
    asked = datetime.combine(day, moment)
    assert wall.fold == 0
    assert timedelta(0) <= wall.replace(tzinfo=None) - asked <= timedelta(hours=1)


# ----------------------------------------------------------------------------- JSON
@given(JSON)
def test_json_is_read_back(value: Any) -> None:
    text = stdlib.json_text(value)
    assert stdlib.parse_json(text) == value
    assert json.loads(text) == value


@given(JSON)
def test_json_is_one_thing_at_a_time(value: Any) -> None:
    kinds = [stdlib.as_string, stdlib.as_bool, stdlib.as_list, stdlib.as_map]
    found = [kind(value) for kind in kinds]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    assert sum(one is not None for one in found) == (
        not is_number and value is not None
    )
    assert (stdlib.as_float(value) is not None) == is_number


# ----------------------------------------------------------------------------- places
SEGMENTS = st.lists(
    st.text(alphabet="ab.é-", min_size=1, max_size=4).filter(
        lambda s: s not in (".", "..")
    ),
    max_size=4,
)


@given(SEGMENTS)
def test_paths_are_their_segments(segments: list[str]) -> None:
    path = "/"
    for segment in segments:
        child = stdlib.path_child(path, segment)
        assert stdlib.path_parent(child) == path
        assert stdlib.path_name(child) == segment
        path = child
    assert stdlib.path_segments(path) == tuple(segments)
    assert stdlib.parse_path(path) == path


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=3))
def test_queries_are_decoded(query: dict[str, str]) -> None:
    written = "&".join(
        f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in query.items()
    )
    found = stdlib.url_query(f"https://example.org/?{written}")
    assert found == {key: (value,) for key, value in query.items()}


def test_floats_are_rounded_as_they_are() -> None:
    assert stdlib.round_float(2.675, 2) == 2.67
    assert stdlib.round_float(0.5, 0) == 0.0
    assert stdlib.round_float(math.pi, 10**30) == math.pi
    assert stdlib.round_float(math.pi, -(10**30)) == 0.0
