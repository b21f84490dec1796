"""`app.py`: the composition roots."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pfc.emit import views
from pfc.emit.code import Code, join, splice
from pfc.emit.python import caps, syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.emit.python.write_store import store_variable
from pfc.ir import declarations as d
from pfc.ir import surface as u
from pfc.ir.program import Declaration

AppVariables = Callable[[File, u.App], Iterable[views.Variable]]
"""Further class variables of an app, as the web part adds one."""


def write_apps(
    file: File, declarations: Iterable[Declaration], more: AppVariables
) -> None:
    """All apps."""
    for each in declarations:
        if isinstance(each, u.App):
            variables = (
                *_grants(file, each),
                *store_variable(file, each),
                *_schedules(file, each),
                *_configs(file),
                *more(file, each),
            )
            view = views.AppClass(
                file.names.of(each.id).name,
                each.doc or "",
                each.id,
                _tree(file, each),
                variables,
            )
            with file.declaring(each.span):
                file.out.add(view)


def _tree(file: File, app: u.App) -> Code:
    if len(app.trees) == 1:
        return _supervise(file, app.trees[0])
    children = [_supervise(file, tree) for tree in app.trees]
    head = file.py.runtime("Supervise")
    if not children:
        return splice("{}()", head)
    inside = syntax.sequence("(", children, ")").code
    return splice("{}(children={})", head, inside)


def _supervise(file: File, node: u.Supervise) -> Code:
    arguments = [file.out.literal(node.strategy)]
    if node.max_restarts is not None:
        arguments.append(splice("max_restarts={}", file.out.literal(node.max_restarts)))
    if node.within is not None:
        seconds = file.out.literal(node.within.total_seconds())
        arguments.append(splice("within={}", seconds))
    children = [_child(file, child) for child in node.children]
    if children:
        inside = syntax.sequence("(", children, ")").code
        arguments.append(splice("children={}", inside))
    return splice("{}({})", file.py.runtime("Supervise"), join(", ", arguments))


def _child(file: File, child: u.Child | u.Supervise) -> Code:
    if isinstance(child, u.Supervise):
        return _supervise(file, child)
    arguments = [file.ref(child.reactor)]
    if child.many is not None:
        arguments.append(splice("many={}", _many(file, child.many)))
    return splice("{}({})", file.py.runtime("Child"), join(", ", arguments))


def _many(file: File, many: u.Shards | u.Each) -> Code:
    by = file.out.literal(str(file.field(many.intent, many.field)))
    if isinstance(many, u.Shards):
        count = file.out.literal(many.count)
        return splice("{}({}, {})", file.py.runtime("Shards"), count, by)
    if many.idle is None:
        return splice("{}({})", file.py.runtime("Keyed"), by)
    seconds = file.out.literal(many.idle.total_seconds())
    return splice("{}({}, idle={})", file.py.runtime("Keyed"), by, seconds)


def _configs(file: File) -> list[views.Variable]:
    """What has to be configured for the app, so that it can be checked at the start."""
    found = [
        each.id
        for module in file.program.modules.values()
        for each in module.declarations
        if isinstance(each, d.Config)
    ]
    if not found:
        return []
    kind = file.py.runtime("Config")
    annotation = splice("{}[tuple[type[{}], ...]]", file.py.typing("ClassVar"), kind)
    value = syntax.sequence("(", [file.ref(id_) for id_ in found], ")").code
    return [views.Variable(Code("configs"), annotation, value)]


def _schedules(file: File, app: u.App) -> list[views.Variable]:
    """What the app runs by the clock."""
    if not app.runs:
        return []
    kind = file.py.name("packetflow.temporal", "Schedule")
    annotation = splice("{}[tuple[{}, ...]]", file.py.typing("ClassVar"), kind)
    value = syntax.sequence("(", [file.ref(id_) for id_ in app.runs], ")").code
    return [views.Variable(Code("schedules"), annotation, value)]


def _grants(file: File, app: u.App) -> list[views.Variable]:
    """What the app grants each reactor, all grants of one reactor together."""
    granted: dict[str, list[Code]] = {}
    printer = Expressions(file, file.names.scope(), Surroundings())
    for grant in app.grants:
        made = [caps.value(printer, cap, None).code for cap in grant.caps]
        granted.setdefault(grant.reactor, []).extend(made)
    if not granted:
        return []
    mapping = file.py.name("collections.abc", "Mapping")
    reactor, kind = file.py.runtime("AnyReactor"), file.py.runtime("Capability")
    annotation = splice(
        "{}[{}[type[{}], tuple[{}, ...]]]",
        file.py.typing("ClassVar"),
        mapping,
        reactor,
        kind,
    )
    entries = [
        splice("{}: {}", file.ref(id_), syntax.sequence("(", found, ")").code)
        for id_, found in granted.items()
    ]
    value = splice("{{{}}}", join(", ", entries))
    return [views.Variable(Code("grants"), annotation, value)]
