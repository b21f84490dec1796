"""The methods of durations, instants, dates and times, and the functions of the clock."""

from __future__ import annotations

from typing import Final

from pfc.ir.types import INSTANT, UUID
from pfc.semantics.stdlib.entries import FunctionEntry
from pfc.semantics.stdlib.ordered import ordered

DURATIONS: Final = f"""
Duration seconds: Decimal
  How many seconds it lasts. `d / 1h` gives hours, and so on for other units.
  > 1500ms.seconds == 1.5
Duration abs: Duration
  It without its sign.
  > (0s - 5s).abs == 5s
{ordered("Duration", "1m", "1h")}
"""

INSTANTS: Final = """
Instant date: Date
  Its day in UTC; after `in_zone`, the day there.
  > "2026-07-01T23:30:00Z".parse_instant.map(t => t.date) == 2026-07-01
Instant time: Time
  Its time of day in UTC; after `in_zone`, the time of day there.
  > "2026-07-01T23:30:00Z".parse_instant.map(t => t.time) == 23:30
Instant in_zone(zone: String): Instant
  The same instant, whose `date`, `time` and text are those of a zone of the IANA
  database. It equals the instant that it was made of; records, intents and events that
  it is put into hold it in UTC again.
  ! if there is no such zone
  > "2026-07-01T23:30:00Z".parse_instant.map(t => t.in_zone("Europe/Paris").time) == 01:30
  > "2026-07-01T23:30:00Z".parse_instant.map(t => t.in_zone("Europe/Paris") == t) == true
Instant min(other: Instant): Instant
  The earlier of the two.
  > "2026-07-01T00:00:00Z".parse_instant.map(t => t.min(t + 1s) == t) == true
Instant max(other: Instant): Instant
  The later of the two.
  > "2026-07-01T00:00:00Z".parse_instant.map(t => t.max(t + 1s) == t + 1s) == true
Instant clamp(low: Instant, high: Instant): Instant
  It, but at least `low` and at most `high`.
  ! if `low` is later than `high`
  > "2026-07-01T00:00:00Z".parse_instant.map(t => t.clamp(t + 1s, t + 2s) == t + 1s) == true
"""

DATES: Final = f"""
Date year: Int
  Its year.
  > 2026-12-25.year == 2026
Date month: Int
  Its month, from 1 to 12.
  > 2026-12-25.month == 12
Date day: Int
  Its day of the month, from 1.
  > 2026-12-25.day == 25
Date weekday: Int
  Its day of the week by ISO 8601: 1 is Monday, 7 is Sunday.
  > 2026-12-25.weekday == 5
Date add_months(count: Int): Date
  The same day so many months later, or the last day of that month if it has no such day.
  ! if the year is not from 1 to 9999
  > 2026-01-31.add_months(1) == 2026-02-28
  > 2026-03-15.add_months(-12) == 2025-03-15
Date at(time: Time, zone: String): Instant
  The instant at which a clock in the zone shows this date and time. If it shows them
  twice, the first of the two; if it skips them, so much later as it skips.
  ! if there is no such zone
  > 2026-07-01.at(12:00, "Europe/Paris") == 2026-07-01.at(10:00, "UTC")
{ordered("Date", "2026-01-01", "2026-12-25")}
"""

TIMES: Final = f"""
Time hour: Int
  Its hour, from 0 to 23.
  > 09:30.hour == 9
Time minute: Int
  Its minute, from 0 to 59.
  > 09:30.minute == 30
Time second: Int
  Its second, from 0 to 59, without the fraction.
  > 09:30.second == 0
Time since_midnight: Duration
  How long after midnight it is, on a day without a change of clocks.
  > 09:30.since_midnight == 570m
{ordered("Time", "09:00", "18:00")}
"""

CALENDARS: Final = """
Calendar contains(at: Instant): Bool
  Whether it is open then, as `at in calendar` says too: from the time at which hours
  begin up to, but without, the one at which they end.
  > OfficeHours.contains(2026-11-23.at(17:59, "UTC"))
  > not (2026-11-23.at(18:00, "UTC") in OfficeHours)
Calendar next_open(at: Instant): Instant?
  The first instant at or after `at` when it is open; none if there is none within eight
  years.
  > OfficeHours.next_open(2026-11-21.at(12:00, "UTC")) == 2026-11-23.at(09:00, "UTC")
Calendar next_close(at: Instant): Instant?
  The first instant at or after `at` when it is closed; none if there is none within eight
  years.
  > OfficeHours.next_close(2026-11-23.at(12:00, "UTC")) == 2026-11-23.at(18:00, "UTC")
Calendar add(at: Instant, length: Duration): Instant
  The instant by which it has been open for so long since `at`.
  ! if the length is below zero, or longer than it is open in eight years
  > OfficeHours.add(2026-11-23.at(17:00, "UTC"), 2h) == 2026-11-24.at(10:00, "UTC")
Calendar between(start: Instant, end: Instant): Duration
  For how long it is open between the two; negative if the second is the earlier one.
  > OfficeHours.between(2026-11-23.at(00:00, "UTC"), 2026-11-30.at(00:00, "UTC")) == 45h
Calendar unite(other: Calendar): Calendar
  Open when either is.
  > 2026-11-28.at(08:00, "UTC") in OfficeHours.unite(Mornings)
Calendar intersect(other: Calendar): Calendar
  Open when both are.
  > not (2026-11-23.at(08:30, "UTC") in OfficeHours.intersect(Mornings))
Calendar subtract(other: Calendar): Calendar
  Open when this one is and the other is not.
  > not (2026-11-23.at(10:00, "UTC") in OfficeHours.subtract(Mornings))
"""

FUNCTIONS: Final = {
    "now": FunctionEntry(
        "now",
        INSTANT,
        "now(): Instant",
        "The present instant, in UTC; in tests that of their virtual clock. Legal in "
        "handlers, pages, components, tests and grants.",
        (),
        ("now() == now()", "now() + 1h > now()"),
    ),
    "new_uuid": FunctionEntry(
        "new_uuid",
        UUID,
        "new_uuid(): Uuid",
        "A new random identifier. Legal where `now()` is.",
        (),
        ("new_uuid() != new_uuid()",),
    ),
}
