"""When something happens again and again: by a cron line, every so long, or once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, Protocol, TypeAlias, final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from packetflow.temporal.zones import first_instant, instants, wall_clock, zone

Gap: TypeAlias = Literal["run_after", "skip"]
Fold: TypeAlias = Literal["first", "last", "both"]

# Wall clocks are never further from UTC, and are never set further, than this.
_FAR: Final = timedelta(hours=26)


class Timing(Protocol):
    """The instants at which something is due; `text` says which, for comparison."""

    text: str

    def following(self, after: datetime, anchor: datetime) -> datetime | None:
        """The first instant after this one, in UTC; None if there is none.

        `anchor` is where counting began, for what has no other place in time.
        """


@final
class Every:
    """Every so long, from when counting began."""

    __slots__ = ("period", "text")

    def __init__(self, period: timedelta) -> None:
        """Raises ValueError unless the period is longer than nothing."""
        if period <= timedelta():
            raise ValueError("a period lasts longer than nothing")
        self.period = period
        self.text = f"every {period.total_seconds()} s"

    def following(self, after: datetime, anchor: datetime) -> datetime | None:
        """The first whole number of periods from the anchor that is later."""
        passed = max((after - anchor) // self.period, 0)
        try:
            return anchor + (passed + 1) * self.period
        except OverflowError:
            return None


@final
class At:
    """Once, when the wall clock of a zone shows a time.

    A time that is skipped, because the clock is set forward, is at that instant
    (`run_after`), or never (`skip`). One that is shown twice is meant the first time,
    the last time, or both times.
    """

    __slots__ = ("_when", "text")

    def __init__(
        self,
        day: date,
        moment: time,
        where: str,
        *,
        gap: Gap = "run_after",
        fold: Fold = "first",
    ) -> None:
        """Raises ValueError for an unknown zone."""
        wall = datetime.combine(day, moment)
        self._when = _meant(wall, where, gap, fold)
        self.text = f"at {wall.isoformat()} in {where} {gap} {fold}"

    def following(self, after: datetime, anchor: datetime) -> datetime | None:
        """The instant, if it is later."""
        del anchor
        return next((when for when in self._when if when > after), None)


@final
class Cron:
    """The times of a cron line, as the wall clock of a zone shows them.

    Five fields: minute, hour, day, month, weekday; with six, seconds come first. If
    neither the day nor the weekday begins with `*`, one of them is enough. Source: the
    manual page crontab(5) of Debian.

    Without `gap` and `fold`, a line of each hour (`*` for the hour) goes by the time
    that passes: it is not due at times that are skipped, and twice at those that are
    shown twice. Any other line is as with `run_after` and `first`, see `At`; what falls
    into one gap is due once, when it ends.
    """

    __slots__ = ("_fold", "_gap", "_line", "_zone", "text")

    def __init__(
        self,
        line: str,
        where: str,
        *,
        gap: Gap | None = None,
        fold: Fold | None = None,
    ) -> None:
        """Raises ValueError for what is no cron line, or an unknown zone."""
        self._line = line
        self._zone = where
        hourly = is_hourly(line)
        self._gap: Gap = gap or ("skip" if hourly else "run_after")
        self._fold: Fold = fold or ("both" if hourly else "first")
        zone(where)
        walls(line, datetime(2000, 1, 1))
        self.text = f"cron {line} in {where} {self._gap} {self._fold}"

    def following(self, after: datetime, anchor: datetime) -> datetime | None:
        """The first time of the line that is later, within fifty years."""
        del anchor
        where = zone(self._zone)
        shown = wall_clock(after, where)
        near = _offsets(after, _FAR, where)
        spread = max(near) - min(near)
        far = spread or _FAR
        if len(set(_offsets(after, far, where))) == 1:
            found = next(walls(self._line, shown), None)
            # As far as this the clock is not set; it may be soon after.
            if found is not None and found - shown < far:
                due = instants(found, where)
                if len(due) == 1:
                    return due[0]
        best: datetime | None = None
        for wall in walls(self._line, shown - spread):
            offset = max(near) if wall - shown < _FAR else _FAR
            if best is not None and (wall - offset).replace(tzinfo=UTC) > best:
                break
            for each in _meant(wall, self._zone, self._gap, self._fold):
                if each > after and (best is None or each < best):
                    best = each
        return best


def is_hourly(line: str) -> bool:
    """Whether a cron line is one of each hour, or each nth: its hour begins with `*`."""
    fields = line.split()
    return len(fields) >= 5 and fields[-4].startswith("*")


def walls(line: str, after: datetime) -> Iterator[datetime]:
    """The times of a cron line on a clock that is never set; raises ValueError."""
    try:
        return CronSim(line, after)
    except CronSimError as error:
        raise ValueError(f"{line!r} is no cron line: {error}") from error


def _offsets(
    instant: datetime, far: timedelta, where: ZoneInfo
) -> tuple[timedelta, ...]:
    """How far a wall clock is from UTC so long before an instant, then, and after."""
    around = (instant - far, instant, instant + far)
    found = (each.astimezone(where).utcoffset() for each in around)
    return tuple(each for each in found if each is not None)


@lru_cache(maxsize=4_096)
def _meant(wall: datetime, where: str, gap: Gap, fold: Fold) -> tuple[datetime, ...]:
    """The instants that are meant by a time on a wall clock."""
    there = zone(where)
    found = instants(wall, there)
    if not found:
        if gap == "skip":
            return ()
        return (first_instant(wall.date(), wall.time(), there),)
    if fold == "both":
        return found
    return (found[0] if fold == "first" else found[-1],)
