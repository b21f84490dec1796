"""Calendars against brute force: every quarter of an hour, read off the wall clock."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.temporal import Calendar, Hours, Interval
from packetflow.temporal.intervals import intersected, merged, subtracted

STEP = timedelta(minutes=15)
DAY = timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")
OFFICE = Calendar(
    "Europe/Paris",
    Hours("mon..fri", time(9), time(18)),
    closed=(date(2026, 12, 25),),
)

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
day = st.sampled_from("mon tue wed thu fri sat sun".split())
days = day | st.builds("{}..{}".format, day, day)
hours = st.builds(Hours, days, times, st.none() | times)


@cache
def transitions(name: str) -> tuple[datetime, ...]:
    """The days since 1975 on which the clock of a zone is set."""
    where = ZoneInfo(name)
    found = []
    noon = datetime(1975, 1, 1, 12, tzinfo=UTC)
    before = noon.astimezone(where).utcoffset()
    while noon.year < 2030:
        noon += DAY
        offset = noon.astimezone(where).utcoffset()
        if offset != before:
            found.append(noon)
        before = offset
    return tuple(found)


def shown(name: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Instants with what the wall clock shows at them."""
    where = ZoneInfo(name)
    found = []
    while start < end:
        found.append((start, start.astimezone(where).replace(tzinfo=None)))
        start += STEP
    return found


def reference(
    clock: list[tuple[datetime, datetime]], each: Hours, day: date
) -> Interval:
    """The hours of a day by looking at the clock until it shows, or has passed, them."""
    opens = datetime.combine(day, each.opens)
    if each.closes is None:
        closes = datetime.combine(day + DAY, time(0))
    else:
        closes = datetime.combine(day, each.closes)
        closes += DAY if closes <= opens else timedelta(0)
    start = next(instant for instant, wall in clock if wall >= opens)
    return Interval(start, next(instant for instant, wall in clock if wall >= closes))


@given(st.sampled_from(sorted(available_timezones())), hours, st.data())
def test_the_hours_are_those_of_the_wall_clock(
    name: str, each: Hours, data: st.DataObject
) -> None:
    middle = data.draw(
        st.sampled_from(transitions(name) or (datetime(2026, 3, 29, 12, tzinfo=UTC),))
    )
    clock = shown(name, middle - 4 * DAY, middle + 5 * DAY)
    around = [middle.date() + n * DAY for n in (-2, -1, 0, 1)]
    expected = [
        reference(clock, each, day)
        for day in around
        if day.weekday() in each.weekdays()
    ]
    exception = data.draw(st.sampled_from(around))
    calendar = Calendar(name, each)
    without = Calendar(name, each, closed=((exception, exception),))
    fewer = [
        reference(clock, each, day)
        for day in around
        if day.weekday() in each.weekdays() and day != exception
    ]
    for instant, _ in shown(name, middle - DAY, middle + DAY):
        assert (instant in calendar) == any(a <= instant < b for a, b in expected)
        assert (instant in without) == any(a <= instant < b for a, b in fewer)


def test_a_wrong_oracle_would_be_seen() -> None:
    """Wall clock minus a fixed offset is wrong on the day the clock is set."""
    naive = Calendar("Etc/GMT-1", Hours("mon..sun", time(9), time(18)))
    right = Calendar("Europe/Paris", Hours("mon..sun", time(9), time(18)))
    instant = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
    assert instant in right
    assert instant not in naive


def test_office_hours_are_half_open_and_not_on_weekends_or_holidays() -> None:
    def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
        return datetime(2026, month, day, hour, minute, tzinfo=PARIS)

    assert at(23, 9) in OFFICE
    assert at(23, 17, 59) in OFFICE
    assert at(23, 18) not in OFFICE
    assert at(23, 8, 59) not in OFFICE
    assert at(28, 12) not in OFFICE
    assert at(29, 12) not in OFFICE
    assert at(25, 12, month=12) not in OFFICE
    assert at(24, 12, month=12) in OFFICE


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    night = Calendar("UTC", Hours("mon", time(22), time(6)))
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert monday + timedelta(hours=22) in night
    assert monday + timedelta(hours=29, minutes=59) in night
    assert monday + timedelta(hours=30) not in night
    assert monday + timedelta(hours=3) not in night


def test_what_is_asked_of_a_calendar() -> None:
    monday = datetime(2026, 11, 23, tzinfo=PARIS)
    hour = timedelta(hours=1)
    assert OFFICE.next_open(monday) == monday + 9 * hour
    assert OFFICE.next_close(monday) == monday
    assert OFFICE.next_close(monday + 10 * hour) == monday + 18 * hour
    assert OFFICE.add(monday, 8 * hour) == monday + 17 * hour
    assert OFFICE.add(monday, 9 * hour) == monday + 18 * hour
    assert OFFICE.add(monday + 17 * hour, 2 * hour) == monday + 34 * hour
    assert OFFICE.between(monday, monday + 7 * DAY) == 45 * hour
    assert OFFICE.between(monday + 7 * DAY, monday) == -45 * hour
    never = OFFICE.subtract(OFFICE)
    assert never.next_open(monday) is None
    with pytest.raises(ValueError, match="not open for so long"):
        never.add(monday, hour)
    with pytest.raises(ValueError, match="zero or more"):
        OFFICE.add(monday, -hour)
    always = Calendar("UTC", Hours("mon..sun", time(0), None))
    assert always.next_close(monday) is None
    assert OFFICE.unite(always).contains(monday)


@given(hours, hours, st.integers(0, 400), st.integers(0, 4_000))
def test_lengths_that_are_added_are_found_again(
    one: Hours, other: Hours, quarter: int, minutes: int
) -> None:
    calendar = Calendar("America/New_York", one).unite(Calendar("Asia/Tokyo", other))
    start = datetime(2026, 10, 29, tzinfo=UTC) + quarter * STEP
    length = timedelta(minutes=minutes)
    end = calendar.add(start, length)
    assert calendar.between(start, end) == length
    if length:
        assert calendar.contains(end - timedelta(microseconds=1))
    else:
        assert end == calendar.next_open(start)


@given(hours, hours, st.integers(0, 700))
def test_calendars_unite_intersect_and_subtract_as_sets(
    one: Hours, other: Hours, quarter: int
) -> None:
    a, b = Calendar("Europe/Paris", one), Calendar("Asia/Kolkata", other)
    instant = datetime(2026, 10, 22, tzinfo=UTC) + quarter * STEP
    in_a, in_b = instant in a, instant in b
    assert (instant in a.unite(b)) == (in_a or in_b)
    assert (instant in a.intersect(b)) == (in_a and in_b)
    assert (instant in a.subtract(b)) == (in_a and not in_b)
    for made in (a, a.unite(b), a.intersect(b), a.subtract(b)):
        spans = made.intervals(instant - DAY, instant + DAY)
        assert (instant in made) == any(s <= instant < e for s, e in spans)
        assert all(s < e for s, e in spans)
        assert all(x.end < y.start for x, y in itertools.pairwise(spans))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))), st.data())
def test_interval_lists_are_sets_of_instants(
    pairs: list[tuple[int, int]], data: st.DataObject
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def made(few: list[tuple[int, int]]) -> list[Interval]:
        return merged(Interval(start + a * DAY, start + b * DAY) for a, b in few)

    def points(found: list[Interval]) -> set[int]:
        return {n for n in range(31) if any(s <= start + n * DAY < e for s, e in found)}

    cut = data.draw(st.integers(0, len(pairs)))
    one, other = made(pairs[:cut]), made(pairs[cut:])
    assert points(intersected(one, other)) == points(one) & points(other)
    assert points(subtracted(one, other)) == points(one) - points(other)
    assert points(merged([*one, *other])) == points(one) | points(other)


@pytest.mark.parametrize("name", ["", "Europe/Pariss", "../etc/passwd", "a\0b", "/etc"])
def test_a_zone_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Calendar(name, Hours("mon..sun", time(9), time(18)))
