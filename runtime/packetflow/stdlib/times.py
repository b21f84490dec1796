"""The language's functions of instants, dates and times."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packetflow.errors import Violation


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """A zone of the IANA database; raises Violation."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Violation("zone", f"there is no time zone {name!r}") from None


def in_zone(instant: datetime, zone: str) -> datetime:
    """The same instant with the date and time of a zone; raises Violation.

    The offset is a fixed one: Python's arithmetic on times of a zone ignores changes of
    clocks, and arithmetic on instants must not.
    """
    offset = instant.astimezone(zone_of(zone)).utcoffset()
    return instant.astimezone(timezone(offset or timedelta(0)))


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last one; raises OverflowError."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("the year is not from 1 to 9999")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def at(day: date, moment: time, zone: str) -> datetime:
    """When a clock in the zone shows a date and time, in UTC; raises Violation."""
    return datetime.combine(day, moment, zone_of(zone)).astimezone(UTC)


def since_midnight(moment: time) -> timedelta:
    """How long after midnight a time is."""
    return timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )
