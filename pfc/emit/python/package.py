"""Whole packages: which files a module becomes, and what each holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.header import file_header
from pfc.emit.module import PythonPackage
from pfc.emit.python import syntax
from pfc.emit.python.cycles import CYCLE, loading_order
from pfc.emit.python.file import File
from pfc.emit.python.naming import Names
from pfc.emit.python.seeing import Group, Views
from pfc.emit.python.write_app import write_apps
from pfc.emit.python.write_authority import write_capabilities, write_contexts
from pfc.emit.python.write_calendars import write_calendars
from pfc.emit.python.write_configs import write_configs
from pfc.emit.python.write_effects import write_effects
from pfc.emit.python.write_functions import write_functions
from pfc.emit.python.write_intents import write_events, write_intents
from pfc.emit.python.write_reactors import write_reactors
from pfc.emit.python.write_scenarios import write_scenarios
from pfc.emit.python.write_schedules import write_schedules
from pfc.emit.python.write_tables import write_tables
from pfc.emit.python.write_types import write_types
from pfc.ir import surface as u
from pfc.ir.program import Declaration, Module, Program

_DOCS: Final = {
    "calendars": "Calendars of the module {}.",
    "types": "Types of the module {}.",
    "configs": "Configurations of the module {}.",
    "functions": "Functions of the module {}.",
    "capabilities": "Capabilities of the module {}.",
    "contexts": "Contexts of the module {}.",
    "intents": "Intents of the module {}.",
    "events": "Events of the module {}.",
    "effects": "Effects of the module {}.",
    "tables": "Tables of the module {}.",
    "reactors": "Reactors of the module {}.",
    "schedules": "Schedules of the module {}.",
    "app": "Applications of the module {}.",
    "scenarios": "Tests of the module {}.",
    CYCLE: "Loads the modules that {} and others import from each other, in order.",
}


class Part(Protocol):
    """Something that adds files of its own to each package, as the web part does."""

    def begin(self, views: Views) -> None:
        """Name what it adds, in all modules, before anything is written."""

    def given_to(self, module: Module) -> Iterable[str]:
        """What its files of a module depend on besides all that the module sees."""

    def add(self, package: Package) -> None:
        """Write the part's files; called before the app's."""

    def app_variables(self, file: File, app: u.App) -> Iterable[views.Variable]:
        """Further class variables of an app."""


class Known(Protocol):
    """What modules were generated to before, from the same."""

    def find(self, group: Group, given: Sequence[str]) -> Mapping[str, str] | None:
        """The files of a group; `given` decides them besides what the group sees."""

    def keep(
        self, group: Group, given: Sequence[str], files: Mapping[str, str]
    ) -> None:
        """Remember the files of a group."""


class Package:
    """The package of one module under construction."""

    def __init__(self, names: Names, module: Module) -> None:
        self.names = names
        self.module = module
        self.folder = module.name.replace(".", "/")
        self.out = PythonPackage(
            self.folder,
            module.doc or f"The module {module.name}.",
            file_header({module.path: module.source}),
            first_party={name.split(".")[0] for name in names.program.modules},
        )
        self._files: dict[str, File] = {}

    def file(self, name: str, doc: str = "") -> File:
        """The file `name.py`, made when first asked for; `doc` is its docstring."""
        if name not in self._files:
            known = self.names.module(self.module.name)
            here = [
                known.names[each.name]
                for each in self.module.declarations
                if known.files[each.name] == name
            ]
            if name == "types":
                here += known.variants.values()
            if name == "reactors":
                here += known.derived.values()
            text = doc or _DOCS[name].format(self.module.name)
            out = self.out.module(name, text, defines=[str(each) for each in here])
            self._files[name] = File(self.names, out, self.module.name, name)
        return self._files[name]

    def export(self, name: str, python: Code) -> None:
        """Re-export a name of the file `name.py` from the package."""
        self.out.export(name, python)

    def load_circle(self, group: Mapping[str, Package]) -> None:
        """Writes the file that loads the packages of a circle of imports, this one too."""
        files = {name: package.out.written for name, package in group.items()}
        order = loading_order(tuple(group), files)
        out = self.out.module(CYCLE, _DOCS[CYCLE].format(self.module.name))
        written = [out.literal(name) for name in order]
        value = syntax.sequence("(", written, ")").code
        name = Code("_ORDER")
        out.add(views.Variable(name, out.imports.typing("Final"), value))
        body = Block(0, opened_by_definition=False)
        with body.nest(splice("for _name in {}:", name)) as inner:
            module = out.imports.module("importlib")
            inner.add(splice("{}.import_module(_name)", module))
        out.add_code(join("\n", body.lines()))
        self.out.load_first(Code(CYCLE))

    def export_declarations(self) -> None:
        """Every declaration that has a name in Python, variants and states included."""
        known = self.names.module(self.module.name)
        for each in self.module.declarations:
            file = known.files[each.name]
            if file:
                self.export(file, known.names[each.name])
        for name in known.variants.values():
            self.export("types", name)
        for (kind, _), name in known.derived.items():
            if kind == "state":
                self.export("reactors", name)


_WRITERS: Final[
    tuple[tuple[str, Callable[[File, Iterable[Declaration]], None]], ...]
] = (
    ("calendars", write_calendars),
    ("types", write_types),
    ("types", write_functions),
    ("configs", write_configs),
    ("functions", write_functions),
    ("capabilities", write_capabilities),
    ("contexts", write_contexts),
    ("intents", write_intents),
    ("events", write_events),
    ("effects", write_effects),
    ("tables", write_tables),
    ("reactors", write_reactors),
    ("schedules", write_schedules),
)


def generate(
    program: Program, parts: Iterable[Part] = (), known: Known | None = None
) -> dict[str, str]:
    """The generated files of a checked program, by path: text that black leaves alone.

    `program` has no errors and no name collisions. What is `known` is not generated
    again. Raises NotEmitted for a construct that the stages before should have refused.
    """
    views = Views(program)
    extra = tuple(parts)
    for part in extra:
        part.begin(views)
    files: dict[str, str] = {}
    for group in views.groups:
        given = _given(views, group, extra)
        found = None if known is None else known.find(group, given)
        if found is None:
            found = _group(views.of_group(group), group, extra)
            if known is not None:
                known.keep(group, given, found)
        files.update(found)
    return dict(sorted(files.items()))


def _given(views: Views, group: Group, parts: tuple[Part, ...]) -> list[str]:
    """What others decide about what a group sees."""
    modules = [views.program.modules[name] for name in group.seen]
    more = [given for m in modules for part in parts for given in part.given_to(m)]
    return [*views.given_to(group), "", *more]


def _group(names: Names, group: Group, parts: tuple[Part, ...]) -> Mapping[str, str]:
    modules = names.program.modules
    packages = {name: _package(names, modules[name], parts) for name in group.modules}
    if len(packages) > 1:
        ordered = {name: packages[name] for name in names.circles[group.modules[0]]}
        for package in packages.values():
            package.load_circle(ordered)
    files: dict[str, str] = {}
    for package in packages.values():
        files.update(package.out.files())
    return files


def _package(names: Names, module: Module, parts: tuple[Part, ...]) -> Package:
    package = Package(names, module)
    for name, write in _WRITERS:
        write(package.file(name), module.declarations)
    for part in parts:
        part.add(package)

    def more(file: File, app: u.App) -> Iterable[views.Variable]:
        for part in parts:
            yield from part.app_variables(file, app)

    write_apps(package.file("app"), module.declarations, more)
    write_scenarios(package.file("scenarios"), module.tests)
    package.export_declarations()
    return package
