"""The Python names of everything that a program declares, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from pfc.emit import names
from pfc.emit.code import Code
from pfc.emit.names import Namer, Scope, constant_case, rename, snake_case
from pfc.emit.python.cycles import CIRCLE_FILES, circles_of, rank
from pfc.emit.python.scope import RUNTIME_NAMES
from pfc.emit.python.scope import Scope as LocalScope
from pfc.emit.python.walk import nodes, types_in
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import surface as u
from pfc.ir import types as t
from pfc.ir.program import Declaration, Module, Program
from pfc.ir.types import DeclId

FILES: Final[dict[type, str]] = {
    d.Refined: "types",
    d.Record: "types",
    d.UnionDecl: "types",
    d.Function: "functions",
    d.Family: "capabilities",
    d.Context: "contexts",
    d.Principal: "contexts",
    d.Failure: "intents",
    d.Intent: "intents",
    d.Event: "events",
    d.Effect: "effects",
    d.Reactor: "reactors",
    u.App: "app",
    u.Page: "routes",
}
"""The file in which each kind of declaration stands; the others make no class there."""

FIELD_SCOPES: Final[dict[type, Scope]] = {
    d.Record: names.RECORD,
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


@dataclass(frozen=True, slots=True)
class Place:
    """A name, the module of the program that it belongs to, and its file there."""

    module: str
    file: str
    name: Code


class Names:
    """Decides names once for a whole program; the same program gives the same names."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._fields: dict[tuple[DeclId, str], dict[str, Code]] = {}
        self._modules: dict[str, ModuleNames] = {
            name: ModuleNames(module, program)
            for name, module in sorted(program.modules.items())
        }
        self.circles = circles_of(program)
        self._late: dict[DeclId, bool] = {}

    def module(self, name: str) -> ModuleNames:
        """The names of one module."""
        return self._modules[name]

    def of(self, id_: DeclId) -> Place:
        """Where a declaration stands, and its name there."""
        owner = self.program.module_of(id_)
        known = self._modules[owner.name]
        name = id_.rpartition(".")[2]
        return Place(owner.name, known.files[name], known.names[name])

    def derived(self, id_: DeclId, kind: str) -> Place:
        """A name made from a declaration's: `state` of a reactor, `check` of a type."""
        owner = self.program.module_of(id_)
        known = self._modules[owner.name]
        name = id_.rpartition(".")[2]
        return Place(owner.name, known.files[name], known.derived[kind, name])

    def variant(self, union: DeclId, variant: str) -> Place:
        """The class of a variant with fields, or of one in a union that has some."""
        owner = self.program.module_of(union)
        known = self._modules[owner.name]
        name = union.rpartition(".")[2]
        return Place(owner.name, "types", known.variants[name, variant])

    def member(self, union: DeclId, variant: str) -> Code:
        """The name of a variant within its enumeration."""
        return self.fields(union)[variant]

    def kind(self, kind: str) -> Place:
        """The constant of a kind of capabilities: `files.FileCap.read`."""
        family, _, operation = kind.rpartition(".")
        owner = self.program.module_of(family)
        known = self._modules[owner.name]
        key = family.rpartition(".")[2], operation
        return Place(owner.name, "capabilities", known.kinds[key])

    def fields(self, id_: DeclId, variant: str = "") -> dict[str, Code]:
        """Fields, parameters, members or operations of a declaration by their names."""
        key = id_, variant
        if key not in self._fields:
            self._fields[key] = fields_of(self.program.by_id[id_], variant).names
        return self._fields[key]

    # ------------------------------------------------------------ circles
    def is_later(self, module: str, file: str, place: Place) -> bool:
        """Whether a name of another module may be missing while a file is loaded."""
        if place.module == module or place.module not in self.circles.get(module, ()):
            return False
        return rank(place.file) >= rank(file)

    def is_late(self, alias: DeclId) -> bool:
        """Whether a type alias is made of types that may be missing when it is defined."""
        if alias not in self._late:
            module = self.program.module_of(alias).name
            circle = self.circles.get(module, ())
            declaration = self.program.by_id[alias]
            assert isinstance(declaration, d.Refined)
            owners = {
                each.id.rpartition(".")[0]
                for each in types_in(declaration.base)
                if isinstance(each, t.RecordType | t.UnionType | t.RefinedType)
            }
            self._late[alias] = any(o in circle and o != module for o in owners)
        return self._late[alias]

    @cached_property
    def _taken(self) -> frozenset[str]:
        """Names of fields and of what stands at the top of files."""
        written = {
            node.name
            for module in self.program.modules.values()
            for node in nodes(module.declarations)
            if isinstance(node, d.Field)
        }
        return frozenset(written) | {
            name for module in self._modules.values() for name in module.used
        }

    def alias(self, module: str, file: str) -> Code:
        """The name by which files of a circle know another module's file."""
        base = f"{module.replace('.', '_')}_{file}"
        while base in self._taken:
            base += "_"
        return Code(base)

    @cached_property
    def lower_case(self) -> frozenset[str]:
        """Names at the top of generated files that a local name could hide."""
        found = {
            name
            for module in self._modules.values()
            for name in module.used
            if name[:1].islower()
        }
        found.update(
            self.alias(name, file) for name in self.circles for file in CIRCLE_FILES
        )
        return frozenset(found)

    @cached_property
    def read(self) -> frozenset[x.Symbol]:
        """Every symbol that the program reads."""
        return frozenset(
            node.symbol
            for module in self.program.modules.values()
            for node in nodes(module.declarations, module.tests)
            if isinstance(node, x.Local)
        )

    @cached_property
    def judged(self) -> frozenset[x.Symbol]:
        """Every symbol of which the program asks which value it has, of several."""
        found: set[x.Symbol] = set()
        for module in self.program.modules.values():
            for node in nodes(module.declarations, module.tests):
                asked = (
                    getattr(node, name, None) for name in _ASKED.get(type(node), ())
                )
                found.update(e.symbol for e in asked if isinstance(e, x.Local))
        return frozenset(found)

    def scope(self, *reserved: str) -> LocalScope:
        """A scope for one function of a generated file."""
        return LocalScope([*self.lower_case, *reserved], self.read)


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
        case d.Record() | d.Context() | d.Intent() | d.Event() | d.Failure():
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
