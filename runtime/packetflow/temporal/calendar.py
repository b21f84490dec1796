"""Calendars: when something is open, by wall clocks, and reckoning with that time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias, final

from packetflow.temporal.intervals import Interval, intersected, merged, subtracted
from packetflow.temporal.zones import first_instant, zone

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY: Final = timedelta(days=1)
_STRETCH: Final = timedelta(days=14)
# Beyond it nothing is looked for: 29 February comes every eight years at the latest.
_HORIZON: Final = timedelta(days=366 * 8)

_Operation: TypeAlias = Literal["unite", "intersect", "subtract"]


class Hours(NamedTuple):
    """Opening hours of some days of the week, half-open: `mon..fri`, or one day.

    `closes` none is the end of the day; at or before `opens` it is on the next day.
    """

    days: str
    opens: time
    closes: time | None

    def weekdays(self) -> frozenset[int]:
        """The days, counted from Monday, 0; raises ValueError if they are none."""
        first, _, last = self.days.partition("..")
        start, end = DAYS.index(first), DAYS.index(last or first)
        count = (end - start) % len(DAYS) + 1
        return frozenset((start + n) % len(DAYS) for n in range(count))


class _Weekly(NamedTuple):
    zone: str
    hours: tuple[Hours, ...]
    closed: tuple[date | tuple[date, date], ...]


class _Combined(NamedTuple):
    operation: _Operation
    one: Calendar
    other: Calendar


@final
class Calendar:
    """Times at which something is open.

    Hours are those that the wall clock of the zone shows. On a day when it is set, they
    begin and end at the first instant at which it shows, or passes, the time. On a day
    that is `closed` no hours begin; a pair is all days from the one to the other.
    """

    __slots__ = ("_days", "_kind")

    def __init__(
        self,
        zone: str,
        *hours: Hours,
        closed: tuple[date | tuple[date, date], ...] = (),
    ) -> None:
        """Weekly hours in a zone; raises ValueError for unknown zones and days."""
        self._set(_Weekly(zone, hours, closed))

    def _set(self, kind: _Weekly | _Combined) -> None:
        self._kind = kind
        if isinstance(kind, _Weekly):
            where = zone_of(kind.zone)
            weekly = [(each.weekdays(), each) for each in kind.hours]
            gone = [
                each if isinstance(each, tuple) else (each, each)
                for each in kind.closed
            ]

            @lru_cache(maxsize=64)
            def of_day(day: date) -> tuple[Interval, ...]:
                if any(first <= day <= last for first, last in gone):
                    return ()
                weekday = day.weekday()
                return tuple(
                    Interval(
                        first_instant(day, each.opens, where),
                        first_instant(*_closing(day, each), where),
                    )
                    for weekdays, each in weekly
                    if weekday in weekdays
                )

            self._days = of_day

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self._kind == other._kind

    def __hash__(self) -> int:
        return hash(self._kind)

    def __repr__(self) -> str:
        return f"Calendar({self._kind!r})"

    # -- made of others --------------------------------------------------------------

    def unite(self, other: Calendar) -> Calendar:
        """Open when either is."""
        return _combined("unite", self, other)

    def intersect(self, other: Calendar) -> Calendar:
        """Open when both are."""
        return _combined("intersect", self, other)

    def subtract(self, other: Calendar) -> Calendar:
        """Open when this one is and the other is not."""
        return _combined("subtract", self, other)

    # -- questions -------------------------------------------------------------------

    def contains(self, instant: datetime) -> bool:
        """Whether it is open at an instant; `instant in calendar` asks the same."""
        if isinstance(self._kind, _Combined):
            one = self._kind.one.contains(instant)
            other = self._kind.other.contains(instant)
            match self._kind.operation:
                case "unite":
                    return one or other
                case "intersect":
                    return one and other
                case "subtract":
                    return one and not other
        day = instant.astimezone(zone_of(self._kind.zone)).date()
        # Hours that began the day before may reach into this one.
        return any(
            start <= instant < end
            for each in (day, day - _DAY)
            for start, end in self._days(each)
        )

    __contains__ = contains

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        """When it is open between two instants, in order."""
        if start >= end:
            return []
        bounds = [Interval(start, end)]
        if isinstance(self._kind, _Weekly):
            return intersected(merged(self._of_days(start, end)), bounds)
        one = self._kind.one.intervals(start, end)
        other = self._kind.other.intervals(start, end)
        match self._kind.operation:
            case "unite":
                return merged([*one, *other])
            case "intersect":
                return intersected(one, other)
            case "subtract":
                return subtracted(one, other)

    def next_open(self, instant: datetime) -> datetime | None:
        """The first instant at or after the given one at which it is open.

        None if it does not open within eight years.
        """
        if self.contains(instant):
            return instant
        for start, _ in self._ahead(instant):
            return start
        return None

    def next_close(self, instant: datetime) -> datetime | None:
        """The first instant at or after the given one at which it is closed.

        None if it does not close within eight years.
        """
        if not self.contains(instant):
            return instant
        last = instant
        for start, end in self._ahead(instant):
            if start > last:
                return last
            last = end
        return last if last < _after(instant, _HORIZON) else None

    def add(self, instant: datetime, length: timedelta) -> datetime:
        """The instant by which it has been open for so long since the given one.

        Of no length: the next instant at which it is open. Raises ValueError for a
        length below zero, or if it is not open for so long within eight years.
        """
        if length < timedelta(0):
            raise ValueError("a calendar adds lengths of time of zero or more")
        left = length
        for start, end in self._ahead(instant):
            if left < end - start or (left and left == end - start):
                return start + left
            left -= end - start
        raise ValueError("the calendar is not open for so long within eight years")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """For how long it is open between two instants; below zero if they are swapped."""
        if end < start:
            return -self.between(end, start)
        lengths = (last - first for first, last in self.intervals(start, end))
        return sum(lengths, timedelta(0))

    def _ahead(self, instant: datetime) -> Iterator[Interval]:
        """When it is open from an instant on; hours that touch may come apart."""
        limit = _after(instant, _HORIZON)
        while instant < limit:
            end = min(_after(instant, _STRETCH), limit)
            yield from self.intervals(instant, end)
            instant = end

    def _of_days(self, start: datetime, end: datetime) -> Iterator[Interval]:
        assert isinstance(self._kind, _Weekly)
        where = zone_of(self._kind.zone)
        day = _day_before(start.astimezone(where).date())
        last = end.astimezone(where).date()
        while day <= last:
            yield from self._days(day)
            if day == date.max:
                return
            day += _DAY


def _combined(operation: _Operation, one: Calendar, other: Calendar) -> Calendar:
    made = Calendar.__new__(Calendar)
    made._set(_Combined(operation, one, other))
    return made


def _closing(day: date, hours: Hours) -> tuple[date, time]:
    if hours.closes is None:
        return _day_after(day), time(0)
    if hours.closes <= hours.opens:
        return _day_after(day), hours.closes
    return day, hours.closes


def _day_after(day: date) -> date:
    return day if day == date.max else day + _DAY


def _day_before(day: date) -> date:
    return day if day == date.min else day - _DAY


def _after(instant: datetime, length: timedelta) -> datetime:
    """So much later, or the last instant that there is."""
    latest = datetime.max.replace(tzinfo=UTC)
    return latest if instant > latest - length else instant + length


# `zone` is also the name of a parameter above.
zone_of: Final = zone
