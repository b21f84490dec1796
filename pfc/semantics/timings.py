"""When a schedule is due: its cron line, its period, or its date; and its policies."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from pfc.diagnostics import did_you_mean
from pfc.ir import durable as l
from pfc.semantics.changed_clocks import Oddity, oddities_at, oddities_of
from pfc.semantics.declare_calendars import zone_of
from pfc.semantics.type_checker import TypeChecker
from pfc.span import Span
from pfc.syntax.ast import time as t
from pfc.syntax.ast.base import Name, Text
from pfc.syntax.ast.expressions import Number
from pfc.syntax.numbers import DateValue, TimeValue, parse_number
from pfc.syntax.strings import unescape

GAPS: Final = ("run_after", "skip")
FOLDS: Final = ("first", "last", "both")
MISSED: Final = ("skip", "once", "all")
OVERLAPS: Final = ("skip", "queue", "cancel", "allow")


class Timings:
    """Reads the clauses of schedules that say when."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker

    def choice(
        self, name: Name | None, kind: str, choices: tuple[str, ...]
    ) -> str | None:
        """One of the names that there are for this; None if none is written."""
        if name is None or name.text in choices:
            return None if name is None else name.text
        listed = ", ".join(f"`{each}`" for each in choices)
        notes = [*did_you_mean(name.text, choices), f"there are {listed}"]
        self.checker.report("PF210", name.span, notes=notes, kind=kind, name=name.text)
        return None

    def cron(self, node: t.Cron) -> l.CronTimes | None:
        """A cron line, if it is one."""
        gap, fold = self._odd(node)
        zone = self._zone(node.zone, node.span, "cron line")
        line = " ".join(unescape(node.expression.raw)[0].split())
        # Imported late: it is only needed where there is a cron line.
        from cronsim import CronSim, CronSimError

        try:
            first = next(CronSim(line, datetime(2000, 1, 1)), None)
        except CronSimError as error:
            self._bad_line(node, line, str(error))
            return None
        if first is None:
            self._bad_line(node, line, "no day fits it")
            return None
        if zone is None:
            return None
        # A line of each hour goes by the time that passes, whatever clocks show.
        if not line.split()[-4].startswith("*"):
            self._warn(node, oddities_of(line, zone), gap, fold)
        return l.CronTimes(line, zone, gap, fold)

    def at(self, node: t.At) -> l.AtTime | None:
        """A date and a time of day, midnight if none is written."""
        gap, fold = self._odd(node)
        zone = self._zone(node.zone, node.span, "date")
        day = parse_number(node.date.raw)
        clock = TimeValue(time()) if node.time is None else parse_number(node.time.raw)
        if not isinstance(day, DateValue):
            self._other(node.date, day, "date", "2026-12-31")
            return None
        if not isinstance(clock, TimeValue):
            assert node.time is not None
            self._other(node.time, clock, "time of day", "23:00")
            return None
        if zone is None:
            return None
        moment = datetime.combine(day.value, clock.value)
        self._warn(node, oddities_at(moment, zone), gap, fold)
        return l.AtTime(moment, zone, gap, fold)

    # ------------------------------------------------------------ wall clocks
    def _odd(self, node: t.Cron | t.At) -> tuple[str | None, str | None]:
        gap = self.choice(node.gap, "policy for times that are skipped", GAPS)
        fold = self.choice(node.fold, "policy for times that are shown twice", FOLDS)
        return gap, fold

    def _zone(self, zone: Text | None, span: Span, what: str) -> str | None:
        if zone is not None:
            return zone_of(self.checker, zone)
        problem = f"in which time zone is this {what}?"
        notes = ['write `in "Europe/Paris"` behind it, or `in "UTC"`']
        self.checker.report("PF501", span, notes=notes, problem=problem)
        return None

    def _warn(
        self,
        node: t.Cron | t.At,
        found: tuple[Oddity, ...],
        gap: str | None,
        fold: str | None,
    ) -> None:
        for one in found:
            if (gap if one.skipped else fold) is not None:
                continue
            does = "is skipped" if one.skipped else "is shown twice"
            clause, then = ("gap run_after", "it runs when the clock goes on")
            if not one.skipped:
                clause, then = ("fold first", "it runs the first time")
            self.checker.report(
                "PF417",
                node.span,
                notes=[f"write `{clause}` if that is right; without it, {then}, too"],
                time=f"{one.wall:%H:%M}",
                day=f"{one.wall:%Y-%m-%d}",
                does=does,
                zone=one.zone,
            )

    # ------------------------------------------------------------ what is no time
    def _bad_line(self, node: t.Cron, line: str, reason: str) -> None:
        problem = f'"{line}" is no cron line: {reason[:1].lower()}{reason[1:]}'
        notes = ["its five fields are minute, hour, day, month and day of the week"]
        fields = len(line.split())
        if fields in (5, 6) and "day-of-month" in reason:
            notes = ["is there such a day in these months?"]
        self.checker.report("PF503", node.expression.span, notes=notes, problem=problem)

    def _other(self, node: Number, parsed: object, wanted: str, example: str) -> None:
        if isinstance(parsed, str):
            self.checker.report("PF108", node.span, literal=node.raw, reason=parsed)
            return
        problem = f"`{node.raw}` is no {wanted}"
        notes = [f"a {wanted} is written `{example}`"]
        self.checker.report("PF503", node.span, notes=notes, problem=problem)
