"""`schedules.py`: what principals send by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.emit.python.statements import sent
from pfc.emit.python.syntax import text
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir.program import Declaration

_MODULE = "packetflow.temporal"


def write_schedules(file: File, declarations: Iterable[Declaration]) -> None:
    """All schedules."""
    for each in declarations:
        if isinstance(each, l.Schedule):
            with file.declaring(each.span):
                _schedule(file, each)


def _schedule(file: File, schedule: l.Schedule) -> None:
    function = file.names.derived(schedule.id, "body").name
    tick = file.py.name(_MODULE, "Tick")
    file.out.add(
        views.Function(
            function,
            (views.Parameter(Code("tick"), tick),),
            Code("None"),
            _body(file, schedule),
            f"What {schedule.name} sends each time.",
        )
    )
    kind = file.py.name(_MODULE, "Schedule")
    annotation = splice("{}[{}]", file.py.typing("Final"), kind)
    arguments = [
        file.out.literal(schedule.id),
        _principal(file, schedule),
        _timing(file, schedule),
        function,
        *_options(file, schedule),
    ]
    value = syntax.call(kind, *arguments).code
    name = file.names.of(schedule.id).name
    file.out.add(views.Variable(name, annotation, value, schedule.doc or ""))


def _body(file: File, schedule: l.Schedule) -> tuple[Code, ...]:
    block = Block(4, origin=file.origin(schedule.span))
    around = Surroundings(
        now=text("tick.now()"),
        new_uuid=text("tick.new_uuid()"),
        config=Code("tick"),
        parameters=(
            (
                (x.Builtin, x.ConfigValue),
                Code("tick"),
                lambda: file.py.name(_MODULE, "Tick"),
            ),
        ),
    )
    expressions = Expressions(
        file, file.names.scope("tick"), around, block, purpose="scheduled"
    )
    for node in schedule.sends:
        origin = file.origin(node.span)
        with block.at(origin), expressions.into(block):
            code = splice("tick.send({})", sent(expressions, node))
            block.add(code, origin=origin)
    return block.lines()


def _principal(file: File, schedule: l.Schedule) -> Code:
    if schedule.principal is None:
        return file.py.runtime("Principal")
    return file.ref(schedule.principal)


def _timing(file: File, schedule: l.Schedule) -> Code:
    match schedule.timing:
        case l.EveryPeriod(period):
            kind = file.py.name(_MODULE, "Every")
            return syntax.call(kind, file.out.literal(period)).code
        case l.CronTimes(line, zone, gap, fold):
            kind = file.py.name(_MODULE, "Cron")
            written = [file.out.literal(line), file.out.literal(zone)]
        case l.AtTime(moment, zone, gap, fold):
            kind = file.py.name(_MODULE, "At")
            parts = (moment.date(), moment.time(), zone)
            written = [file.out.literal(part) for part in parts]
        case None:
            raise AssertionError("a schedule without a time has an error")
    for name, value in (("gap", gap), ("fold", fold)):
        if value is not None:
            written.append(splice("{}={}", Code(name), file.out.literal(value)))
    return syntax.call(kind, *written).code


def _options(file: File, schedule: l.Schedule) -> Iterator[Code]:
    if schedule.missed != "skip":
        yield splice("missed={}", file.out.literal(schedule.missed))
    if schedule.within is not None:
        yield splice("within={}", file.out.literal(schedule.within))
    if schedule.overlap != "skip":
        yield splice("overlap={}", file.out.literal(schedule.overlap))
    if schedule.jitter is not None:
        yield splice("jitter={}", file.out.literal(schedule.jitter))
    if schedule.during is not None:
        yield splice("during={}", file.ref(schedule.during))
