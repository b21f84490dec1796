"""The Python names of one module: what it declares, and what is made for that."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from pfc.emit import names
from pfc.emit.code import Code
from pfc.emit.names import Namer, Scope, constant_case, rename, snake_case
from pfc.emit.python.scope import RUNTIME_NAMES
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import surface as u
from pfc.ir.program import Declaration, Module, Program
from pfc.ir.types import DeclId
from pfc.ir.walk import nodes

FILES: Final[dict[type, str]] = {
    d.Refined: "types",
    d.Record: "types",
    d.UnionDecl: "types",
    d.Config: "configs",
    d.Function: "functions",
    l.Calendar: "calendars",
    l.Table: "tables",
    d.Family: "capabilities",
    d.Context: "contexts",
    d.Principal: "contexts",
    d.Failure: "intents",
    d.Intent: "intents",
    d.Event: "events",
    d.Effect: "effects",
    d.Reactor: "reactors",
    l.Schedule: "schedules",
    u.App: "app",
    u.Page: "routes",
}
"""The file in which each kind of declaration stands; the others make no class there."""

FIELD_SCOPES: Final[dict[type, Scope]] = {
    d.Record: names.RECORD,
    d.Config: names.CONFIG,
    d.Context: names.CONTEXT,
    d.Intent: names.INTENT,
    d.Event: names.EVENT,
    d.Failure: names.FAILURE,
    d.Reactor: names.STATE.reserving("check"),
}


_ASKED: Final[dict[type, tuple[str, ...]]] = {
    x.MatchValue: ("subject",),
    s.Match: ("subject",),
    x.Compare: ("left", "right"),
    x.Contains: ("container",),
    x.OrElse: ("value",),
    x.Method: ("receiver",),
    s.Let: ("value",),
}


def module_names(program: Program) -> dict[str, ModuleNames]:
    """The names of each module."""
    return {name: ModuleNames(each, program) for name, each in program.modules.items()}


class ModuleNames:
    """The names of one module: written ones renamed, made ones unique."""

    def __init__(self, module: Module, program: Program) -> None:
        self.module = module
        self.program = program
        self.renaming = rename(_exported(module), names.MODULE)
        self.names = self.renaming.names
        self._namer = Namer(names.MODULE, self.names.values())
        early = needed_by_types(module, program)
        self.files: dict[str, str] = {}
        for declaration in module.declarations:
            file = FILES.get(type(declaration), "")
            if declaration.id in early:
                file = "types"
            self.files[declaration.name] = file
        self.variants = self._variants()
        self.derived = self._derived()
        self.kinds = self._kinds()

    @property
    def used(self) -> Iterable[str]:
        """Every name that stands at the top of one of the module's files."""
        return [
            *self.names.values(),
            *self.variants.values(),
            *self.derived.values(),
            *self.kinds.values(),
        ]

    @cached_property
    def lower_case(self) -> frozenset[str]:
        """The names at the top of files that begin with a small letter."""
        return frozenset(name for name in self.used if name[:1].islower())

    @cached_property
    def _nodes(self) -> list[object]:
        return list(nodes(self.module.declarations, self.module.tests))

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of all fields that are declared."""
        return frozenset(n.name for n in self._nodes if isinstance(n, d.Field))

    @cached_property
    def read(self) -> frozenset[x.Symbol]:
        """Every symbol that the module reads."""
        return frozenset(n.symbol for n in self._nodes if isinstance(n, x.Local))

    @cached_property
    def judged(self) -> frozenset[x.Symbol]:
        """Every symbol of which it asks which value it has, of several."""
        found: set[x.Symbol] = set()
        for node in self._nodes:
            for name in _ASKED.get(type(node), ()):
                asked = getattr(node, name, None)
                if isinstance(asked, x.Local):
                    found.add(asked.symbol)
        return frozenset(found)

    def fresh(self, base: str) -> Code:
        """A name for the top of a file that nobody wrote."""
        return self._namer.fresh(base)

    def _variants(self) -> dict[tuple[str, str], Code]:
        """A variant has its own name if no other thing of the module has it."""
        unions = [
            each
            for each in self.module.declarations
            if isinstance(each, d.UnionDecl) and not each.is_enumeration
        ]
        counts: dict[str, int] = {}
        for union in unions:
            for variant in union.variants:
                counts[variant.name] = counts.get(variant.name, 0) + 1
        found: dict[tuple[str, str], Code] = {}
        for union in unions:
            for variant in union.variants:
                name = names.identifier(variant.name)
                alone = counts[variant.name] == 1 and variant.name not in self.names
                if alone and name not in self._namer.used:
                    found[union.name, variant.name] = self._namer.claim(name)
                else:
                    key = union.name, variant.name
                    found[key] = self.fresh(f"{union.name}{variant.name}")
        return found

    def _derived(self) -> dict[tuple[str, str], Code]:
        found: dict[tuple[str, str], Code] = {}
        for each in self.module.declarations:
            snake = snake_case(each.name)
            match each:
                case d.Refined(refinement=refinement) if refinement is not None:
                    found["check", each.name] = self.fresh(f"check_{snake}")
                case d.Reactor():
                    found["state", each.name] = self.fresh(f"{each.name}State")
                case d.Effect() | d.Function(body=d.Python()):
                    found["body", each.name] = self.fresh(f"_{snake}")
                    pascal = names.pascal_case(each.name)
                    found["protocol", each.name] = self.fresh(f"{pascal}Function")
                case l.Schedule():
                    found["body", each.name] = self.fresh(f"_{snake}")
                case d.Context(authenticate=linked) if linked is not None:
                    made = self.fresh(f"authenticate_{snake}")
                    found["authenticate", each.name] = made
        return found

    def _kinds(self) -> dict[tuple[str, str], Code]:
        found: dict[tuple[str, str], Code] = {}
        for each in self.module.declarations:
            if isinstance(each, d.Family):
                for operation in each.operations:
                    base = f"{constant_case(each.name)}_{constant_case(operation.name)}"
                    found[each.name, operation.name] = self.fresh(base)
        return found


def _exported(module: Module) -> list[str]:
    """Declared names that become names of the package, in the order of the source."""
    return [each.name for each in module.declarations]


def fields_of(declaration: Declaration, variant: str = "") -> names.Renaming:
    """The names inside a declaration: fields, parameters, members, operations."""
    match declaration:
        case d.UnionDecl() if variant:
            chosen = next(v for v in declaration.variants if v.name == variant)
            return rename((field.name for field in chosen.fields), names.RECORD)
        case d.UnionDecl():
            written = (each.name for each in declaration.variants)
            return rename(written, names.ENUM, constant_case)
        case d.Family():
            return rename((each.name for each in declaration.operations), names.FAMILY)
        case d.Reactor():
            scope = FIELD_SCOPES[d.Reactor]
            return rename((field.name for field in declaration.state), scope)
        case d.Function() | d.Effect():
            written = (field.name for field in declaration.parameters)
            return rename(written, parameter_scope(declaration))
        case (
            d.Record() | d.Config() | d.Context() | d.Intent() | d.Event() | d.Failure()
        ):
            scope = FIELD_SCOPES[type(declaration)]
            return rename((field.name for field in declaration.fields), scope)
        case u.Page():
            scope = names.INTENT.reserving("pattern url")
            return rename((field.name for field in declaration.parameters), scope)
        case u.Component():
            scope = names.LOCAL.reserving("view out slot page caller")
            return rename((field.name for field in declaration.parameters), scope)
        case _:
            return rename(())


_ONLY_KEYWORDS: Final = Scope(frozenset())
_PARAMETER: Final = names.LOCAL.reserving(" ".join(RUNTIME_NAMES))


def parameter_scope(declaration: d.Function | d.Effect) -> Scope:
    """A fence uses its parameters by the names that are written."""
    body = declaration.body
    fenced = isinstance(body, d.Python) and body.code is not None
    return _ONLY_KEYWORDS if fenced else _PARAMETER


def needed_by_types(module: Module, program: Program) -> frozenset[DeclId]:
    """Functions that the module's types call: they stand in the same file."""
    pending = [
        each
        for each in module.declarations
        if isinstance(each, d.Refined | d.Record | d.UnionDecl)
    ]
    found: set[DeclId] = set()
    stack: list[object] = list(pending)
    while stack:
        for node in nodes(stack.pop()):
            if not isinstance(node, x.CallFunction) or node.id in found:
                continue
            if program.module_of(node.id) is module:
                found.add(node.id)
                stack.append(program.by_id[node.id])
    return frozenset(found)
