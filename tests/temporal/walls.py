"""A slow reference for cron lines: looks at a wall clock once in every minute."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
_MARGIN = timedelta(hours=50)


def due(
    line: str, zone: str, gap: str, fold: str, start: datetime, end: datetime
) -> list[datetime]:
    """When a line of minutes, hours and weekdays is due, after `start` up to `end`."""
    minutes, hours, _, _, weekdays = line.split()
    allowed = (
        _values(minutes, 0, 59),
        _values(hours, 0, 23),
        {day % 7 for day in _values(weekdays, 0, 7)},
    )

    def fits(wall: datetime) -> bool:
        shown = (wall.minute, wall.hour, wall.isoweekday() % 7)
        return all(one in some for one, some in zip(shown, allowed, strict=True))

    found: set[datetime] = set()
    shown_at: defaultdict[datetime, list[datetime]] = defaultdict(list)
    before: datetime | None = None
    instant = start - _MARGIN
    while instant < end + _MARGIN:
        wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
        if fits(wall):
            shown_at[wall].append(instant)
        while gap == "run_after" and before is not None and before < wall - _MINUTE:
            before += _MINUTE
            if fits(before):
                found.add(instant)
        before = wall
        instant += _MINUTE
    for instants in shown_at.values():
        if fold == "both":
            found.update(instants)
        else:
            found.add(instants[0 if fold == "first" else -1])
    return sorted(each for each in found if start < each <= end)


def _values(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        first, _, last = (f"{low}-{high}" if span == "*" else span).partition("-")
        found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return found
