"""Zones of the IANA database, and the instants at which their wall clocks show a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_SECOND: Final = timedelta(seconds=1)


def zone(name: str) -> ZoneInfo:
    """The zone of a name such as `Europe/Paris`; raises ValueError if there is none."""
    try:
        return ZoneInfo(name)
    # What is no name at all is reported in other ways by the operating system.
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error


def first_instant(day: date, moment: time, where: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the zone's wall clock shows or passes a time.

    A time that is shown twice, because the clock is set back, is meant the first time;
    one that is skipped, because it is set forward, is passed at that instant.
    """
    wall = datetime.combine(day, moment)
    found = _instant(wall, where)
    if _wall(found, where) == wall:
        return found
    # PEP 495: in a gap, fold 0 counts with the offset before it and so leads behind it.
    first, last = _instant(wall.replace(fold=1), where), found
    while last - first > _SECOND:
        middle = first + (last - first) // 2
        if _wall(middle, where) < wall:
            first = middle
        else:
            last = middle
    return last.replace(microsecond=0)


def instants(wall: datetime, where: ZoneInfo) -> tuple[datetime, ...]:
    """When, in UTC, a zone's wall clock shows a time: twice, once, or never."""
    early = _instant(wall.replace(fold=0), where)
    if _wall(early, where) != wall:
        return ()
    late = _instant(wall.replace(fold=1), where)
    return (early,) if late == early else (early, late)


def wall_clock(instant: datetime, where: ZoneInfo) -> datetime:
    """What the zone's wall clock shows at an instant, without a zone."""
    return _wall(instant, where)


def _instant(wall: datetime, where: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=where).astimezone(UTC)


def _wall(instant: datetime, where: ZoneInfo) -> datetime:
    return instant.astimezone(where).replace(tzinfo=None, fold=0)
