"""Calendars, typed: hours of the week in a zone, or made of other calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Final, cast
from zoneinfo import ZoneInfo, available_timezones

from pfc.diagnostics import Label, Note, did_you_mean
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir.program import Program
from pfc.ir.types import CALENDAR
from pfc.semantics.circles import circles
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity
from pfc.syntax.ast import time as t
from pfc.syntax.ast.base import Name, Text
from pfc.syntax.ast.expressions import Number
from pfc.syntax.numbers import DateValue, TimeValue, parse_number
from pfc.syntax.strings import unescape

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY: Final = "24:00"
CALENDARS: Final = Setting("a calendar", pure=True, clock=False, configs=False)


class CalendarDeclarations:
    """Makes the typed declarations of calendars."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker

    def calendar(self, entity: Entity) -> l.Calendar:
        node = cast("t.Calendar", entity.node)
        hours = [self._hours(each) for each in node.items if isinstance(each, t.Hours)]
        found = tuple(each for each in hours if each is not None)
        exceptions = (
            self._exception(each) for each in node.items if isinstance(each, t.Except)
        )
        zone, value = "UTC", None
        if node.value is None:
            zone = self._zone(node)
            if not hours:
                problem = f"`{entity.name}` has no hours: it would never be open"
                self.checker.report("PF502", node.name.span, problem=problem)
            self._overlaps(found)
        else:
            if node.zone is not None:
                problem = (
                    f"`{entity.name}` is made of calendars that have zones already"
                )
                self.checker.report("PF502", node.zone.span, problem=problem)
            value = self._made_of(node, entity)
        return l.Calendar(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            zone,
            found,
            tuple(each for each in exceptions if each is not None),
            value,
            node.doc,
        )

    # ------------------------------------------------------------ made of others
    def _made_of(self, node: t.Calendar, entity: Entity) -> x.Expr:
        assert node.value is not None
        scope = Scope(entity.module, CALENDARS)
        value = self.checker.expr(node.value, scope, CALENDAR)
        if not _is_plain(value):
            problem = (
                "a calendar is made of calendars by `unite`, `intersect`, `subtract`"
            )
            self.checker.report("PF502", value.span, problem=problem)
        return value

    def cycles(self, program: Program) -> None:
        """Reports calendars that are made of themselves."""
        known = {
            each.id: each
            for each in program.by_id.values()
            if isinstance(each, l.Calendar)
        }
        graph = {
            id_: [part for part in parts_of(each.value) if part in known]
            for id_, each in known.items()
        }
        for circle in circles(graph):
            first = known[circle[0]]
            names = [id_.rpartition(".")[2] for id_ in (*circle, circle[0])]
            self.checker.report(
                "PF216", first.name_span, name=first.name, cycle=" → ".join(names)
            )

    # ------------------------------------------------------------ hours
    def _zone(self, node: t.Calendar) -> str:
        if node.zone is None:
            problem = f"in which time zone are the hours of `{node.name.text}`?"
            notes = [f'write `calendar {node.name.text} in "Europe/Paris"`']
            self.checker.report("PF501", node.name.span, notes=notes, problem=problem)
            return "UTC"
        return zone_of(self.checker, node.zone)

    def _hours(self, node: t.Hours) -> l.Hours | None:
        days = self._days(node)
        opens = self._time(node.opens)
        if node.closes.raw == END_OF_DAY:
            closes, known = None, True
        else:
            closes = self._time(node.closes)
            known = closes is not None
        if days is None or opens is None or not known:
            return None
        if opens == closes:
            problem = "these hours are empty: they end when they begin"
            notes = [f"a whole day is `00:00..{END_OF_DAY}`"]
            self.checker.report("PF502", node.span, notes=notes, problem=problem)
            return None
        return l.Hours(node.span, days, opens, closes)

    def _days(self, node: t.Hours) -> str | None:
        if node.last_day is None:
            return self._day(node.first_day)
        first, last = self._day(node.first_day), self._day(node.last_day)
        return None if first is None or last is None else f"{first}..{last}"

    def _day(self, name: Name) -> str | None:
        if name.text in DAYS:
            return name.text
        listed = ", ".join(f"`{day}`" for day in DAYS)
        notes = [*hinted_day(name.text), f"the days of the week are {listed}"]
        problem = f"`{name.text}` is no day of the week"
        self.checker.report("PF502", name.span, notes=notes, problem=problem)
        return None

    def _time(self, node: Number) -> time | None:
        parsed = parse_number(node.raw)
        if isinstance(parsed, TimeValue):
            return parsed.value
        self._other(node, parsed, "time of day", "09:00")
        return None

    def _other(self, node: Number, parsed: object, wanted: str, example: str) -> None:
        """Reports a literal that is not the kind that is wanted, or none at all."""
        if isinstance(parsed, str):
            self.checker.report("PF108", node.span, literal=node.raw, reason=parsed)
            return
        problem = f"`{node.raw}` is no {wanted}"
        notes = [f"a {wanted} is written `{example}`"]
        self.checker.report("PF502", node.span, notes=notes, problem=problem)

    def _exception(self, node: t.Except) -> tuple[date, date] | None:
        first = self._date(node.first)
        last = first if node.last is None else self._date(node.last)
        if first is None or last is None:
            return None
        if last < first:
            problem = f"there is no day from {first} to {last}"
            self.checker.report("PF502", node.span, problem=problem)
            return None
        return first, last

    def _date(self, node: Number) -> date | None:
        parsed = parse_number(node.raw)
        if isinstance(parsed, DateValue):
            return parsed.value
        self._other(node, parsed, "day", "2026-12-25")
        return None

    def _overlaps(self, hours: Iterable[l.Hours]) -> None:
        seen: list[tuple[int, int, l.Hours]] = []
        for each in hours:
            reported = False
            for day in _weekdays(each):
                start, end = _minutes(day, each)
                for first, last, other in seen:
                    if not reported and _meet(start, end, first, last):
                        reported = True
                        label = Label(other.span, "these hours count too")
                        self.checker.report(
                            "PF413",
                            each.span,
                            related=[label],
                            day=DAYS[day],
                            first=_shown(other),
                        )
            seen += [(*_minutes(day, each), each) for day in _weekdays(each)]


def hinted_day(name: str) -> tuple[Note, ...]:
    """The day that was probably meant by a longer name."""
    short = name[:3].lower()
    return (f"did you mean `{short}`?",) if short in DAYS else ()


def zone_of(checker: TypeChecker, text: Text) -> str:
    """The zone that a text names; UTC, reported, if there is none."""
    name = unescape(text.raw)[0]
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        zones = sorted(available_timezones())
        notes = list(did_you_mean(name, zones))
        ends = [each for each in zones if each.rpartition("/")[2] == name]
        notes += [f"did you mean `{each}`?" for each in ends[:3]]
        problem = f'there is no time zone "{name}"'
        checker.report("PF501", text.span, notes=notes, problem=problem)
        return "UTC"
    return name


def parts_of(value: x.Expr | None) -> Iterable[str]:
    """The calendars that an expression is made of."""
    if isinstance(value, x.CalendarValue):
        yield value.id
    elif isinstance(value, x.Method):
        for each in (value.receiver, *value.arguments):
            yield from parts_of(each)


def _is_plain(value: x.Expr) -> bool:
    if isinstance(value, x.Method) and value.owner == CALENDAR.name:
        return all(map(_is_plain, (value.receiver, *value.arguments)))
    return isinstance(value, x.CalendarValue) or value.type != CALENDAR


_WEEK: Final = len(DAYS) * 24 * 60


def _weekdays(hours: l.Hours) -> list[int]:
    """The days of the week, counted from Monday, 0."""
    first, _, last = hours.days.partition("..")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + n) % len(DAYS) for n in range((end - start) % len(DAYS) + 1)]


def _minutes(day: int, hours: l.Hours) -> tuple[int, int]:
    """Minutes of the week in which hours begin and end; the end may be in the next."""
    start = day * 24 * 60 + hours.opens.hour * 60 + hours.opens.minute
    closes = hours.closes
    end = 24 * 60 if closes is None else closes.hour * 60 + closes.minute
    if closes is not None and closes <= hours.opens:
        end += 24 * 60
    return start, day * 24 * 60 + end


def _meet(start: int, end: int, first: int, last: int) -> bool:
    return any(
        start < last + shift and first + shift < end for shift in (-_WEEK, 0, _WEEK)
    )


def _shown(hours: l.Hours) -> str:
    closes = END_OF_DAY if hours.closes is None else f"{hours.closes:%H:%M}"
    return f"{hours.opens:%H:%M} to {closes}"
