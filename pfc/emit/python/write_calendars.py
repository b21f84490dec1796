"""`calendars.py`: hours of the week in a zone, or made of other calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pfc.emit import views
from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir.program import Declaration
from pfc.ir.walk import nodes


def write_calendars(file: File, declarations: Iterable[Declaration]) -> None:
    """All calendars, each after those that it is made of."""
    left = {each.id: each for each in declarations if isinstance(each, l.Calendar)}
    while left:
        for each in _with_parts(next(iter(left.values())), left):
            with file.declaring(each.span):
                _calendar(file, each)


def _with_parts(
    calendar: l.Calendar, left: dict[str, l.Calendar]
) -> Iterator[l.Calendar]:
    del left[calendar.id]
    for node in nodes(calendar.value):
        if isinstance(node, x.CalendarValue) and node.id in left:
            yield from _with_parts(left[node.id], left)
    yield calendar


def _calendar(file: File, calendar: l.Calendar) -> None:
    kind = file.py.name("packetflow.temporal", "Calendar")
    if calendar.value is not None:
        printer = Expressions(file, file.names.scope(), Surroundings())
        value = printer.show(calendar.value).code
    else:
        arguments = [file.out.literal(calendar.zone)]
        arguments += [_hours(file, each) for each in calendar.hours]
        if calendar.exceptions:
            days = syntax.sequence(
                "(", [_closed(file, e) for e in calendar.exceptions], ")"
            )
            arguments.append(splice("closed={}", days.code))
        value = syntax.call(kind, *arguments).code
    name = file.names.of(calendar.id).name
    final = splice("{}[{}]", file.py.typing("Final"), kind)
    file.out.add(views.Variable(name, final, value, calendar.doc or ""))


def _hours(file: File, hours: l.Hours) -> Code:
    closes = Code("None")
    if hours.closes is not None:
        closes = file.out.literal(hours.closes)
    kind = file.py.name("packetflow.temporal", "Hours")
    days, opens = file.out.literal(hours.days), file.out.literal(hours.opens)
    return syntax.call(kind, days, opens, closes).code


def _closed(file: File, days: tuple[date, date]) -> Code:
    first, last = map(file.out.literal, days)
    return first if first == last else splice("({}, {})", first, last)
