"""Instants and durations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packetflow.errors import Violation


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Violation("zone", f"there is no time zone {name!r}") from None


def in_zone(instant: datetime, zone: str) -> datetime:
    """The same instant, with the date and time of a zone; raises Violation."""
    return instant.astimezone(_zone(zone))


def date_of(instant: datetime) -> date:
    """The date of an instant, in the zone that it is given in."""
    return instant.date()


def time_of(instant: datetime) -> time:
    """The time of day of an instant, in the zone that it is given in."""
    return instant.time()


def between(start: datetime, end: datetime) -> timedelta:
    """How long it is from one instant to another; negative if the end comes first."""
    return end - start
