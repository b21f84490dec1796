"""What is declared where: the modules of a build, their names, and their imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

from pfc.diagnostics import (
    Diagnostic,
    Fix,
    Label,
    Note,
    diagnostic_with,
    did_you_mean,
)
from pfc.ir.types import DeclId
from pfc.span import Source, Span
from pfc.syntax.ast import (
    apps,
    authority,
    data,
    intents,
    reactors,
    streams,
    tables,
    time,
    web,
)
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.module import Module

_SUGGESTIONS: Final = 100
_Asked = tuple[str, str, tuple[str, ...], tuple[str, ...]]
_Node = TypeVar("_Node")

KINDS: Final[dict[type, str]] = {
    data.TypeAlias: "type",
    data.Record: "record",
    data.UnionDecl: "union",
    data.Function: "fn",
    data.Config: "config",
    data.Interface: "interface",
    authority.Capability: "capability",
    authority.Context: "context",
    authority.Principal: "principal",
    intents.Intent: "intent",
    intents.Effect: "effect",
    intents.Event: "event",
    intents.Failure: "failure",
    reactors.Reactor: "reactor",
    tables.Table: "table",
    streams.Stream: "stream",
    time.Calendar: "calendar",
    time.Schedule: "schedule",
    time.Workflow: "workflow",
    web.Component: "component",
    web.Page: "page",
    apps.Plugin: "plugin",
    apps.App: "app",
}


@dataclass(frozen=True, eq=False)
class Entity:
    """One declaration that has a name. `node` is its syntax; `group` the clauses around it."""

    kind: str
    name: str
    span: Span
    module: ModuleInfo
    node: object
    group: intents.IntentClauses | None = None

    @property
    def id(self) -> DeclId:
        """Its module and name; what the language declares itself has no module."""
        return f"{self.module.name}.{self.name}".lstrip(".")


@dataclass(eq=False)
class ModuleInfo:
    """One file of the build."""

    name: str
    source: Source
    tree: Module
    names: dict[str, Entity] = field(default_factory=dict)
    imported: dict[str, Entity] = field(default_factory=dict)
    modules: dict[str, ModuleInfo] = field(default_factory=dict)
    used_modules: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    """Names that could not be read or imported: using one is not reported again."""


class World:
    """All modules of a build, and the diagnostics found so far."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleInfo] = {}
        self.diagnostics: list[Diagnostic] = []
        self.built_in: dict[str, Entity] = {}
        """What every module can name, unless it declares or imports that name."""
        self.built_in_used: set[str] = set()
        self._suggested: dict[_Asked, tuple[Note, ...]] = {}

    def report(
        self,
        code: str,
        span: Span,
        *,
        related: Iterable[Label] = (),
        notes: Iterable[Note] = (),
        fixes: Iterable[Fix] = (),
        **params: str | int,
    ) -> None:
        """Adds a diagnostic; the same one at the same place is added once."""
        found = diagnostic_with(
            code, span, params, related=related, notes=notes, fixes=fixes
        )
        if found not in self.diagnostics[-40:]:
            self.diagnostics.append(found)

    # ------------------------------------------------------------ declaring
    def add(self, name: str, source: Source, tree: Module) -> ModuleInfo:
        """Takes a module in and declares its names."""
        info = ModuleInfo(name, source, tree, missing=set(tree.broken))
        self.modules[name] = info
        for node in tree.declarations:
            if isinstance(node, intents.IntentGroup):
                for intent in node.intents:
                    self._declare(info, intent.name, intent, node.clauses)
            elif type(node) in KINDS:
                self._declare(info, cast("apps.App", node).name, node, None)
        self._declare_failures(info)
        return info

    def _declare(
        self,
        info: ModuleInfo,
        name: Name,
        node: object,
        group: intents.IntentClauses | None,
    ) -> None:
        kind = KINDS[type(node)]
        entity = Entity(kind, name.text, name.span, info, node, group)
        earlier = info.names.get(name.text)
        if earlier is not None:
            label = Label(earlier.span, f"the {earlier.kind} `{name.text}` stands here")
            self.report("PF211", name.span, related=[label], name=name.text)
            return
        info.names[name.text] = entity

    def _declare_failures(self, info: ModuleInfo) -> None:
        """Failures are module-level: the mention that has fields or a status declares it."""
        mentions: dict[str, list[intents.Failure]] = {}
        for failure in failures_in(info.tree):
            if len(failure.name.parts) == 1:
                mentions.setdefault(failure.name.text, []).append(failure)
        imported = {
            (named.alias or named.name).text
            for node in info.tree.declarations
            if isinstance(node, data.FromImport)
            for named in node.names
        }
        variants = _variants_of(info.names.get(name) for name in mentions)
        for name, found in mentions.items():
            held = info.names.get(name)
            if name in imported or (held is not None and held.kind == "union"):
                continue
            declared = next((f for f in found if f.fields), None)
            declared = declared or next((f for f in found if f.status), found[0])
            if held is not None:
                label = Label(held.span, f"the {held.kind} `{name}` stands here")
                self.report("PF211", declared.name.span, related=[label], name=name)
                continue
            # A mention of a variant of such a union means that variant.
            node = variants.get(name, declared)
            info.names[name] = Entity("failure", name, node.name.span, info, node)

    # ------------------------------------------------------------ imports
    def link(self, info: ModuleInfo) -> None:
        """Resolves the imports of a module; all modules have been added."""
        for node in info.tree.declarations:
            if isinstance(node, data.Import):
                found = self._module(node.module)
                if found is not None:
                    name = node.alias.text if node.alias else node.module.text
                    info.modules[name] = found
                    info.used_modules.add(found.name)
            elif isinstance(node, data.FromImport):
                found = self._module(node.module)
                if found is not None:
                    info.used_modules.add(found.name)
                    for imported in node.names:
                        self._import_name(info, found, imported)

    def _module(self, name: Dotted) -> ModuleInfo | None:
        found = self.modules.get(name.text)
        if found is None:
            notes = did_you_mean(name.text, self.modules)
            self.report("PF213", name.span, notes=notes, module=name.text)
        return found

    def _import_name(
        self, info: ModuleInfo, source: ModuleInfo, imported: data.Imported
    ) -> None:
        name = imported.name.text
        entity = source.names.get(name)
        if entity is None and name in source.missing:
            info.missing.add((imported.alias or imported.name).text)
            return
        if entity is None:
            notes = did_you_mean(name, source.names)
            span = imported.name.span
            self.report("PF214", span, notes=notes, module=source.name, name=name)
            info.missing.add((imported.alias or imported.name).text)
            return
        local = imported.alias or imported.name
        earlier = info.names.get(local.text) or info.imported.get(local.text)
        if earlier is not None and earlier is not entity:
            label = Label(earlier.span, f"`{local.text}` is already a name here")
            self.report("PF211", local.span, related=[label], name=local.text)
            return
        info.imported[local.text] = entity

    # ------------------------------------------------------------ looking up
    def find(self, info: ModuleInfo, name: Dotted) -> tuple[Entity | None, int]:
        """The entity that a dotted name begins with, and how many of its parts it takes."""
        parts = [part.text for part in name.parts]
        for taken in range(len(parts) - 1, 0, -1):
            module = info.modules.get(".".join(parts[:taken]))
            if module is not None:
                return module.names.get(parts[taken]), taken + 1
        local = info.names.get(parts[0]) or info.imported.get(parts[0])
        if local is None and parts[0] in self.built_in:
            self.built_in_used.add(parts[0])
            return self.built_in[parts[0]], 1
        return local, 1

    def lookup(self, info: ModuleInfo, name: Dotted, *kinds: str) -> Entity | None:
        """The entity of one of these kinds that `name` means; reports if there is none."""
        entity, taken = self.find(info, name)
        if entity is not None and taken == len(name.parts):
            if entity.kind in kinds:
                return entity
            self.report(
                "PF225",
                name.span,
                name=name.text,
                kind=f"{article(entity.kind)} {entity.kind}",
                wanted=f"{article(kinds[0])} {any_of(kinds)}",
            )
            return None
        if self.is_missing(info, name):
            return None
        notes = self.suggestion(name.text, info, kinds)
        self.report("PF210", name.span, notes=notes, kind=any_of(kinds), name=name.text)
        return None

    def is_missing(self, info: ModuleInfo, name: Dotted) -> bool:
        """Whether a name is one that could not be read or imported."""
        parts = [part.text for part in name.parts]
        if parts[0] in info.missing:
            return True
        return any(
            parts[taken] in module.missing
            for taken in range(len(parts) - 1, 0, -1)
            if (module := info.modules.get(".".join(parts[:taken]))) is not None
        )

    def suggestion(
        self,
        name: str,
        info: ModuleInfo,
        kinds: Sequence[str],
        others: Iterable[str] = (),
    ) -> tuple[Note, ...]:
        """A note that names what was probably meant; none once many were not known.

        Nobody reads hundreds of suggestions, and each looks at all names.
        """
        asked = (name, info.name, tuple(kinds), tuple(others))
        if asked not in self._suggested:
            found: tuple[Note, ...] = ()
            if len(self._suggested) < _SUGGESTIONS:
                known = [e.name for e in self.visible(info) if e.kind in kinds]
                found = did_you_mean(name, [*others, *known])
            self._suggested[asked] = found
        return self._suggested[asked]

    def visible(self, info: ModuleInfo) -> Iterator[Entity]:
        """All entities that a module can name without dots."""
        yield from info.names.values()
        yield from info.imported.values()
        yield from self.built_in.values()


def _variants_of(entities: Iterable[Entity | None]) -> dict[str, data.Variant]:
    """The variants of those that are unions, by name; the first of a name."""
    found: dict[str, data.Variant] = {}
    for entity in entities:
        if entity is not None and isinstance(entity.node, data.UnionDecl):
            for variant in entity.node.variants:
                found.setdefault(variant.name.text, variant)
    return found


def failures_in(tree: Module) -> Iterator[intents.Failure]:
    """Every failure mentioned in a file."""
    for node in tree.declarations:
        if isinstance(node, intents.IntentGroup):
            yield from node.clauses.fails
            for intent in node.intents:
                yield from intent.clauses.fails
        elif isinstance(node, intents.Intent | time.Workflow):
            yield from node.clauses.fails
        elif isinstance(node, intents.Effect):
            yield from node.fails


def article(word: str) -> str:
    """`a` or `an`."""
    return "an" if word[:1] in "aeiouAEIO" else "a"


def any_of(kinds: Iterable[str]) -> str:
    """`intent`, `intent or event`."""
    words = list(kinds)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" or {words[-1]}"
