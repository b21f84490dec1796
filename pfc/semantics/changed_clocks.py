"""Where clocks are set forward or back: times that are skipped, or shown twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

# The years that are looked at; a build says the same whenever it is made.
_YEARS: Final = range(2024, 2036)

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


class Oddity(NamedTuple):
    """A time on a wall clock that is never shown (`skipped`), or shown twice."""

    wall: datetime
    zone: str
    skipped: bool


def oddities_at(wall: datetime, zone: str) -> tuple[Oddity, ...]:
    """What is odd about a time: nothing, or one thing."""
    where = ZoneInfo(zone)
    early = wall.replace(tzinfo=where).astimezone(UTC)
    late = wall.replace(tzinfo=where, fold=1).astimezone(UTC)
    if early == late:
        return ()
    shown = early.astimezone(where).replace(tzinfo=None, fold=0)
    return (Oddity(wall, zone, shown != wall),)


def oddities_of(line: str, zone: str) -> tuple[Oddity, ...]:
    """The first time of a cron line that is skipped, and the first that is shown twice.

    They are looked for in some years around 2030.
    """
    from cronsim import CronSim

    found: dict[bool, Oddity] = {}
    for begin, end in _changes(zone):
        for wall in CronSim(line, begin - _SECOND):
            if wall >= end:
                break
            for one in oddities_at(wall, zone):
                found.setdefault(one.skipped, one)
        if len(found) == 2:
            break
    return tuple(found[kind] for kind in sorted(found, reverse=True))


@lru_cache(maxsize=64)
def _changes(zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """Stretches of a wall clock that hold what is skipped or shown twice."""
    where = ZoneInfo(zone)
    found: list[tuple[datetime, datetime]] = []
    day = datetime(_YEARS.start, 1, 1, tzinfo=UTC)
    end = datetime(_YEARS.stop, 1, 1, tzinfo=UTC)
    while day < end:
        after = day + _DAY
        one, other = (each.astimezone(where) for each in (day, after))
        if one.utcoffset() != other.utcoffset():
            shown = sorted(each.replace(tzinfo=None, fold=0) for each in (one, other))
            found.append((shown[0], shown[1]))
        day = after
    return tuple(found)
