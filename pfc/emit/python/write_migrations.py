"""The migrations of a reactor: functions that find them, called when a store needs one."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import snake_case
from pfc.emit.python.file import File
from pfc.ir import declarations as d


def migrations_variable(file: File, reactor: d.Reactor) -> Iterator[views.Variable]:
    """The migrations by the names that stores remember, oldest first."""
    if not reactor.migrations:
        return
    entries: list[Code] = []
    for linked in reactor.migrations:
        name = file.out.literal(linked.function)
        entries.append(splice("{}: {}", name, _function(file, reactor, linked)))
    mapping = file.py.name("collections.abc", "Mapping")
    function = file.py.name("collections.abc", "Callable")
    migration = file.py.runtime("Migration")
    kind = splice("{}[str, {}[[], {}]]", mapping, function, migration)
    annotation = splice("{}[{}]", file.py.typing("ClassVar"), kind)
    value = splice("{{{}}}", join(", ", entries))
    yield views.Variable(Code("migrations"), annotation, value)


def _function(file: File, reactor: d.Reactor, linked: d.Python) -> Code:
    """A function that gives a migration: its module is imported late."""
    made = file.fresh(f"_{snake_case(reactor.name)}_{linked.function}")
    migration = file.py.runtime("Migration")
    block = Block(4, origin=file.out.origin)
    with block.at(file.origin(linked.span)):
        source, name = Code(linked.module), Code(linked.function)
        block.add(splice("from {} import {} as linked", source, name))
        block.add(splice("migration: {} = linked", migration))
        block.add(Code("return migration"))
    doc = f"Gives the migration {linked.module}:{linked.function}."
    file.out.add(views.Function(made, (), migration, block.lines(), doc))
    return made
