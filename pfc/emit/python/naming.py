"""The Python names of everything that a program declares, and where each stands."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property

from pfc.emit.code import Code
from pfc.emit.python.cycles import CIRCLE_FILES, circles_of, rank
from pfc.emit.python.module_names import ModuleNames, fields_of
from pfc.emit.python.scope import Scope as LocalScope
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.program import Program
from pfc.ir.types import DeclId
from pfc.ir.walk import types_in
from pfc.span import Source, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A name, the module of the program that it belongs to, and its file there."""

    module: str
    file: str
    name: Code


class Names:
    """The names of what some modules see: `program` is them and all that they import.

    Nothing outside of it has any influence on a name. `modules` are the names of at
    least these modules, shared by all who see them.
    """

    def __init__(
        self,
        program: Program,
        modules: Mapping[str, ModuleNames],
        own_delegations: frozenset[Span] = frozenset(),
    ) -> None:
        self.program = program
        self.own_delegations = own_delegations
        """Where a reactor gives away what it holds itself."""
        self._fields: dict[tuple[DeclId, str], dict[str, Code]] = {}
        self._modules = {name: modules[name] for name in sorted(program.modules)}
        self.circles = circles_of(program)
        self._late: dict[DeclId, bool] = {}
        self._sources = {
            each.path: Source(each.path, each.source)
            for each in program.modules.values()
        }

    def module(self, name: str) -> ModuleNames:
        """The names of one module."""
        return self._modules[name]

    def source(self, path: str) -> Source:
        """The text of one of the modules; empty for what the language declares."""
        return self._sources.get(path) or Source(path, "")

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
        return frozenset[str]().union(
            *((*each.fields, *each.used) for each in self._modules.values())
        )

    def alias(self, module: str, file: str) -> Code:
        """The name by which files of a circle know another module's file."""
        base = f"{module.replace('.', '_')}_{file}"
        while base in self._taken:
            base += "_"
        return Code(base)

    @cached_property
    def lower_case(self) -> frozenset[str]:
        """Names at the top of generated files that a local name could hide."""
        aliases = frozenset[str](
            self.alias(name, file) for name in self.circles for file in CIRCLE_FILES
        )
        return aliases.union(*(each.lower_case for each in self._modules.values()))

    @cached_property
    def read(self) -> Container[x.Symbol]:
        """Every symbol that these modules read."""
        return _Symbols(self._modules.values(), lambda module: module.read)

    @cached_property
    def judged(self) -> Container[x.Symbol]:
        """Every symbol of which they ask which value it has, of several."""
        return _Symbols(self._modules.values(), lambda module: module.judged)

    def scope(self, *reserved: str) -> LocalScope:
        """A scope for one function of a generated file."""
        return LocalScope([*self.lower_case, *reserved], self.read)


class _Symbols(Container[x.Symbol]):
    """Symbols of some modules; a module is looked through when one of its own is asked."""

    def __init__(
        self,
        modules: Iterable[ModuleNames],
        chosen: Callable[[ModuleNames], frozenset[x.Symbol]],
    ) -> None:
        self._modules = {each.module.path: each for each in modules}
        self._chosen = chosen

    def __contains__(self, symbol: object) -> bool:
        assert isinstance(symbol, x.Symbol)
        # A symbol is read only where it is bound: in the file that its span is in.
        owner = self._modules.get(symbol.span.path)
        return owner is not None and symbol in self._chosen(owner)
