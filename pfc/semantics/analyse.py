"""The stage from syntax trees to the typed program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from pfc.diagnostics import Diagnostic, Label
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import surface as u
from pfc.ir.program import Declaration, Module, Program
from pfc.semantics.built_in import built_in_declarations, built_in_entities
from pfc.semantics.circles import circles
from pfc.semantics.declare_apps import AppDeclarations, supervised
from pfc.semantics.declare_authority import AuthorityDeclarations
from pfc.semantics.declare_calendars import CalendarDeclarations
from pfc.semantics.declare_data import DataDeclarations
from pfc.semantics.declare_plugins import PluginDeclarations
from pfc.semantics.declare_reactors import ReactorDeclarations
from pfc.semantics.declare_streams import StreamDeclarations
from pfc.semantics.declare_tables import TableDeclarations
from pfc.semantics.declare_tests import TestDeclarations
from pfc.semantics.declare_time import TimeDeclarations
from pfc.semantics.declare_web import WebDeclarations
from pfc.semantics.embedded import Embedded, PythonSource
from pfc.semantics.invariants import check_invariants
from pfc.semantics.kept import check_kept
from pfc.semantics.needed import check_needed
from pfc.semantics.reachable import check_reachable
from pfc.semantics.row_checks import check_rows
from pfc.semantics.scheduled import check_run
from pfc.semantics.signatures import Signatures
from pfc.semantics.style import check_names
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity, ModuleInfo, World
from pfc.span import Source, Span
from pfc.syntax.ast import data
from pfc.syntax.ast import tests as t
from pfc.syntax.ast import web as w
from pfc.syntax.ast.module import Module as Tree

UNSUPPORTED: Final = {
    "stream": "a stream",
    "workflow": "a workflow",
    "plugin": "a plugin",
}


@dataclass(frozen=True)
class Analysis:
    """The typed program, and what was found wrong."""

    program: Program
    diagnostics: tuple[Diagnostic, ...]


def analyse(
    trees: Iterable[tuple[Source, Tree]], python: PythonSource | None = None
) -> Analysis:
    """Resolves and types all modules of a build.

    `trees` are sources whose paths are relative to the source root; `python` finds the
    source of linked Python modules.
    """
    return _Analyser(python or (lambda _: None)).run(list(trees))


def module_name(path: str) -> str:
    """The name of the module in the file at `path` (relative to the source root)."""
    return path.removesuffix(".pf").replace("\\", "/").strip("/").replace("/", ".")


class _Analyser:
    def __init__(self, python: PythonSource) -> None:
        self.world = World()
        self.world.built_in.update(built_in_entities())
        self.checker = TypeChecker(self.world, Signatures(self.world))
        embedded = Embedded(self.world, python)
        self.data = DataDeclarations(self.checker, embedded)
        self.authority = AuthorityDeclarations(self.checker, embedded)
        self.behaviour = ReactorDeclarations(self.checker, embedded)
        self.checker.effect_waits = self.behaviour.waits  # type: ignore[method-assign]  # late
        self.tables = TableDeclarations(self.checker)
        self.streams = StreamDeclarations(self.behaviour)
        self.calendars = CalendarDeclarations(self.checker)
        self.time = TimeDeclarations(self.behaviour)
        self.plugins = PluginDeclarations(self.checker)
        self.tests = TestDeclarations(self.checker)
        self.web = WebDeclarations(self.checker)
        self.apis: dict[str, list[u.Api]] = {}
        self.apps = AppDeclarations(self.checker, self.behaviour, self.apis)
        self.program = Program()

    def run(self, trees: list[tuple[Source, Tree]]) -> Analysis:
        for source, tree in trees:
            self._add(source, tree)
        for info in self.world.modules.values():
            self.world.link(info)
        self._data_ends()
        for info in self.world.modules.values():
            self._declare(info)
        for info in self.world.modules.values():
            self._surface(info)
        for info in self.world.modules.values():
            self._apps_and_tests(info)
        for id_, declaration in built_in_declarations():
            if id_ in self.world.built_in_used:
                self.program.by_id[id_] = declaration
        known = self.program.by_id.values()
        self.authority.cycles([each for each in known if isinstance(each, d.Family)])
        self._handlers()
        self._ask_cycles()
        self._need_cycles()
        self.calendars.cycles(self.program)
        check_reachable(self.program, self.world)
        check_needed(self.program, self.world)
        check_invariants(self.program, self.checker)
        check_run(self.program, self.world)
        check_kept(self.program, self.world)
        check_rows(self.program, self.world)
        self.web.finish(self.program)
        for info in self.world.modules.values():
            check_names(info, self.world)
        self._sort()
        found = sorted(self.world.diagnostics, key=lambda each: (each.span, each.code))
        return Analysis(self.program, tuple(dict.fromkeys(found)))

    def _add(self, source: Source, tree: Tree) -> None:
        name = module_name(source.path)
        written = [n for n in tree.declarations if isinstance(n, data.ModuleDecl)]
        for node in written:
            if node.name.text != name:
                self.world.report(
                    "PF110", node.name.span, expected=name, found=node.name.text
                )
        for extra in written[1:]:
            self.world.report("PF211", extra.span, name="module")
        info = self.world.add(name, source, tree)
        self.program.modules[name] = Module(name, source.path, tree.doc, source.text)
        self.apis[info.name] = []

    def _data_ends(self) -> None:
        self.data.endless(
            [
                entity
                for info in self.world.modules.values()
                for entity in info.names.values()
                if entity.kind in ("record", "union")
            ]
        )

    # ------------------------------------------------------------ declarations
    def _declare(self, info: ModuleInfo) -> None:
        """Everything that has a name, but for apps, pages and components."""
        module = self.program.modules[info.name]
        module.imports = sorted(info.used_modules)
        for entity in list(info.names.values()):
            if entity.kind in UNSUPPORTED:
                span = entity.span
                construct = UNSUPPORTED[entity.kind]
                self.world.report("PF901", span, construct=construct)
            made = self._declaration(entity)
            if isinstance(made, l.Workflow):
                self.program.workflows[made.id] = made
                self._keep(module, made.intent)
            elif made is not None:
                self._keep(module, made)
        for entity in list(self.checker.signatures.failure_variants.values()):
            if entity.id not in self.program.by_id:
                owner = self.program.modules[entity.module.name]
                self._keep(owner, self.behaviour.failure(entity))

    def _declaration(self, entity: Entity) -> Declaration | l.Workflow | None:
        makers = {
            "type": self.data.alias,
            "record": self.data.record,
            "union": self.data.union,
            "fn": self.data.function,
            "interface": self.behaviour.interface,
            "capability": self.authority.family,
            "context": self.authority.context,
            "principal": self.authority.principal,
            "failure": self.behaviour.failure,
            "intent": self.behaviour.intent,
            "effect": self.behaviour.effect,
            "event": self.behaviour.event,
            "reactor": self.behaviour.reactor,
            "config": self.data.config,
            "calendar": self.calendars.calendar,
            "table": self.tables.table,
            "stream": self.streams.stream,
            "schedule": self.time.schedule,
            "workflow": self.time.workflow,
            "plugin": self.plugins.plugin,
        }
        maker = makers.get(entity.kind)
        if maker is None:
            return None
        return cast("Declaration | l.Workflow", maker(entity))

    def _keep(self, module: Module, declaration: Declaration) -> None:
        module.declarations.append(declaration)
        self.program.by_id[declaration.id] = declaration

    def _surface(self, info: ModuleInfo) -> None:
        """Components, pages, APIs: of all modules before the apps that name them."""
        module = self.program.modules[info.name]
        for entity in list(info.names.values()):
            if entity.kind == "component":
                self._keep(module, self.web.component(entity))
            elif entity.kind == "page":
                self._keep(module, self.web.page(entity))
        for node in info.tree.declarations:
            if isinstance(node, w.Api):
                api = self.web.api(node, info)
                module.apis.append(api)
                self.apis[info.name].append(api)

    def _apps_and_tests(self, info: ModuleInfo) -> None:
        module = self.program.modules[info.name]
        for entity in list(info.names.values()):
            if entity.kind == "app":
                self._keep(module, self.apps.app(entity))
        for test in info.tree.declarations:
            if isinstance(test, t.Test):
                module.tests.append(self.tests.test(test, info))

    # ------------------------------------------------------------ handlers
    def _handlers(self) -> None:
        """Exactly one handler per intent in an app; never two in one program's tests."""
        found: dict[str, list[tuple[str, Span]]] = {}
        for declaration in self.program.by_id.values():
            if not isinstance(declaration, d.Reactor):
                continue
            for handler in declaration.handlers:
                found.setdefault(handler.intent, []).append(
                    (declaration.id, handler.head_span)
                )
                self.program.handler_of.setdefault(
                    handler.intent, (declaration.id, handler)
                )
        apps = [each for each in self.program.by_id.values() if isinstance(each, u.App)]
        for app in apps:
            self._handlers_of(app, found)
        if not apps:
            for intent, handlers in found.items():
                self._too_many(intent, handlers)

    def _handlers_of(
        self, app: u.App, found: Mapping[str, list[tuple[str, Span]]]
    ) -> None:
        running = {child.reactor for child in supervised(app)}
        for intent in self._intents_of(app):
            handlers = [each for each in found.get(intent.id, ()) if each[0] in running]
            if not handlers and app.id not in self.apps.misread:
                notes = [f"no reactor of the app `{app.name}` has `on {intent.name}`"]
                elsewhere = found.get(intent.id, ())
                if elsewhere:
                    name = elsewhere[0][0].rpartition(".")[2]
                    notes = [f"`{name}` handles it; supervise it in `{app.name}`"]
                self.world.report(
                    "PF205", intent.span, notes=notes, intent=intent.name, count="none"
                )
            self._too_many(intent.id, handlers)

    def _intents_of(self, app: u.App) -> list[Entity]:
        """The intents of the app's module and of all that it imports."""
        pending = [app.id.rpartition(".")[0]]
        seen: list[str] = []
        while pending:
            name = pending.pop(0)
            if name in seen:
                continue
            seen.append(name)
            pending += sorted(self.world.modules[name].used_modules)
        return [
            entity
            for name in seen
            for entity in self.world.modules[name].names.values()
            if entity.kind == "intent"
        ]

    def _too_many(self, intent: str, handlers: list[tuple[str, Span]]) -> None:
        if len(handlers) > 1:
            label = Label(handlers[0][1], "the other one stands here")
            self.world.report(
                "PF205",
                handlers[1][1],
                related=[label],
                intent=intent.rpartition(".")[2],
                count="two" if len(handlers) == 2 else str(len(handlers)),
            )

    def _ask_cycles(self) -> None:
        """A cycle of asks between reactors is a warning: each could wait for the other."""
        edges: dict[str, list[tuple[str, Span]]] = {}
        owner = {i: r for i, (r, _) in self.program.handler_of.items()}
        for asker, asked in self.behaviour.asks.items():
            for intent, _, span in asked:
                if asker in owner and intent in owner and owner[asker] != owner[intent]:
                    edges.setdefault(owner[asker], []).append((owner[intent], span))
        reported: set[frozenset[str]] = set()
        for start in edges:
            stack: list[list[str]] = [[start]]
            spans = {start: edges[start][0][1]}
            visited: set[str] = set()
            while stack:
                path = stack.pop()
                for following, _ in edges.get(path[-1], ()):
                    if following == start and frozenset(path) not in reported:
                        reported.add(frozenset(path))
                        names = [p.rpartition(".")[2] for p in (*path, start)]
                        self.world.report(
                            "PF408", spans[start], cycle=" → ".join(names)
                        )
                    elif following not in visited:
                        visited.add(following)
                        stack.append([*path, following])

    def _need_cycles(self) -> None:
        """A reactor that needs itself, over others or not, could never be started."""
        reactors = {
            each.id: each
            for each in self.program.by_id.values()
            if isinstance(each, d.Reactor)
        }
        graph = {
            id_: [n for n in reactor.needs if n in reactors]
            for id_, reactor in reactors.items()
        }
        for circle in circles(graph):
            names = [id_.rpartition(".")[2] for id_ in (*circle, circle[0])]
            first = reactors[circle[0]]
            cycle = " → ".join(names)
            self.world.report("PF216", first.name_span, name=first.name, cycle=cycle)

    def _sort(self) -> None:
        """Declarations in the order of the source."""
        for module in self.program.modules.values():
            module.declarations.sort(key=lambda declaration: declaration.span)
