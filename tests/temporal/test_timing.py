"""When cron lines, periods and dates are due, also where clocks are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetflow.temporal import At, Cron, Every
from packetflow.temporal.timing import Fold, Gap, Timing
from tests.temporal import walls

ZONES = sorted(available_timezones())
START = datetime(2026, 1, 1, tzinfo=UTC)


def times(timing: Timing, after: datetime, until: datetime) -> list[datetime]:
    found: list[datetime] = []
    following = timing.following(after, after)
    while following is not None and following <= until:
        found.append(following)
        following = timing.following(following, after)
    return found


def change_of(zone: str, year: int, which: int) -> datetime:
    """About when a zone's clock is set in a year; any day if it is not."""
    where, days = ZoneInfo(zone), [datetime(year, 1, 1, tzinfo=UTC)]
    days = [days[0] + n * timedelta(days=1) for n in range(366)]
    offsets = [day.astimezone(where).utcoffset() for day in days]
    changes = [
        day
        for day, one, other in zip(days, offsets, offsets[1:], strict=False)
        if one != other
    ]
    return changes[which % len(changes)] if changes else days[which]


@given(
    st.sampled_from(ZONES),
    st.integers(1985, 2035),
    st.integers(0, 9),
    st.tuples(
        st.sampled_from(["0", "30", "*/15", "5,45", "*", "0-10/5"]),
        st.sampled_from(["*", "2", "1", "0", "*/2", "1-3", "23", "2,3"]),
        st.sampled_from(["*", "0", "1-5"]),
    ),
    st.sampled_from(["run_after", "skip"]),
    st.sampled_from(["first", "last", "both"]),
    st.integers(1, 30),
)
@settings(max_examples=25, deadline=None)
def test_a_cron_line_is_due_when_a_slow_reference_says_so(
    zone: str,
    year: int,
    which: int,
    fields: tuple[str, str, str],
    gap: Gap,
    fold: Fold,
    hours: int,
) -> None:
    line = f"{fields[0]} {fields[1]} * * {fields[2]}"
    middle = change_of(zone, year, which)
    start, end = middle - timedelta(hours=hours), middle + timedelta(hours=60)
    found = times(Cron(line, zone, gap=gap, fold=fold), start, end)
    assert found == walls.due(line, zone, gap, fold, start, end)


def test_the_reference_sees_a_clock_that_is_not_minded() -> None:
    """Negative control: wall times as if the zone had one offset are another thing."""
    start = datetime(2026, 3, 28, tzinfo=UTC)
    end = start + timedelta(days=3)
    expected = walls.due("30 2 * * *", "Europe/Paris", "run_after", "first", start, end)
    naive = [start + timedelta(days=n, hours=1, minutes=30) for n in range(3)]
    assert expected != naive


def test_a_line_of_each_hour_goes_by_the_time_that_passes() -> None:
    quarter = timedelta(minutes=15)
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        found = times(
            Cron("*/15 * * * *", "Europe/Paris"), day, day + timedelta(hours=4)
        )
        assert found == [day + (n + 1) * quarter for n in range(16)]


@pytest.mark.parametrize(
    ("gap", "fold", "spring", "autumn"),
    [
        ("run_after", "first", ["01:00"], ["00:30"]),
        ("skip", "last", [], ["01:30"]),
        ("skip", "both", [], ["00:30", "01:30"]),
    ],
)
def test_times_that_are_skipped_or_shown_twice(
    gap: Gap, fold: Fold, spring: list[str], autumn: list[str]
) -> None:
    for day, expected in ((date(2026, 3, 29), spring), (date(2026, 10, 25), autumn)):
        start = datetime.combine(day, time(), UTC) - timedelta(hours=1)
        end = start + timedelta(hours=12)
        for timing in (
            Cron("30 2 * * *", "Europe/Paris", gap=gap, fold=fold),
            At(day, time(2, 30), "Europe/Paris", gap=gap, fold=fold),
        ):
            assert [f"{each:%H:%M}" for each in times(timing, start, end)] == expected


def test_seconds_on_the_day_of_a_change_take_no_time() -> None:
    timing = Cron("* * * * * *", "Europe/Paris")
    start = datetime(2026, 3, 29, 0, 59, 55, tzinfo=UTC)
    found = [start]
    for _ in range(10):
        following = timing.following(found[-1], start)
        assert following is not None
        found.append(following)
    assert found == [start + timedelta(seconds=n) for n in range(11)]


@given(st.integers(1, 10**9), st.integers(0, 10**12), st.integers(0, 10**12))
def test_periods_are_whole_numbers_from_the_anchor(
    period: int, anchor: int, after: int
) -> None:
    micro = timedelta(microseconds=1)
    begin, at = START + anchor * micro, START + after * micro
    following = Every(period * micro).following(at, begin)
    assert following is not None
    assert following > at
    assert following >= begin + period * micro
    assert (following - begin) % (period * micro) == timedelta()
    assert following - period * micro <= max(at, begin)


@pytest.mark.parametrize("line", ["", "noon", "60 * * * *", "0 0 30 2 *", "@daily"])
def test_what_is_no_cron_line(line: str) -> None:
    with pytest.raises(ValueError, match="is no cron line"):
        Cron(line, "UTC")


def test_what_is_no_zone_and_no_period() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Cron("0 0 * * *", "Nowhere")
    with pytest.raises(ValueError, match="no time zone"):
        At(date(2026, 1, 1), time(), "Nowhere")
    with pytest.raises(ValueError, match="longer than nothing"):
        Every(timedelta())


def test_leap_days_and_the_end_of_time() -> None:
    leap = Cron("0 0 29 2 *", "UTC")
    first = islice(times(leap, START, START + timedelta(days=3000)), 2)
    assert [each.year for each in first] == [2028, 2032]
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert Every(timedelta(days=365_000)).following(far, START) is None
