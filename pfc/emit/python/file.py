"""One generated file: how it names what the program declares, and the types it writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, cast

from pfc.emit import views
from pfc.emit.code import Code, join, splice
from pfc.emit.module import PythonModule
from pfc.emit.names import identifier
from pfc.emit.prose import comment
from pfc.emit.python.conditions import constraints
from pfc.emit.python.naming import Names, Place
from pfc.ir import declarations as d
from pfc.ir import types as t
from pfc.ir.types import DeclId, Type
from pfc.ir.walk import types_in
from pfc.span import Span

_BUILT_IN: Final = {
    "Bool": Code("bool"),
    "Int": Code("int"),
    "Float": Code("float"),
    "String": Code("str"),
    "Bytes": Code("bytes"),
    "Path": Code("str"),
    "Url": Code("str"),
    "Unit": Code("None"),
}
_IMPORTED: Final = {
    "Decimal": ("decimal", "Decimal"),
    "Uuid": ("uuid", "UUID"),
    "Json": ("packetflow", "Json"),
    "Cursor": ("packetflow", "Cursor"),
}
_DATETIME: Final = {
    "Date": "date",
    "Time": "time",
    "Instant": "datetime",
    "Duration": "timedelta",
}


class NotEmitted(NotImplementedError):
    """The typed IR holds something that the stage before should have refused."""

    def __init__(self, what: str, span: Span | None = None) -> None:
        self.what = what
        self.span = span
        place = f" at {span.path}:{span.start}" if span is not None else ""
        super().__init__(f"the generator has no Python for {what}{place}")


class File:
    """A file of a package under construction, with the names of the whole program."""

    def __init__(self, names: Names, out: PythonModule, module: str, file: str) -> None:
        self.names = names
        self.program = names.program
        self.out = out
        self.py = out.imports
        self.module = module
        self.file = file
        self._variables: dict[tuple[str, bool], Code] = {}
        self._constants: dict[Code, Code] = {}
        self._lonely: dict[str, str] = {}
        self.instances: dict[Type, Code] = {}
        """Functions of the file that check values of types with arguments."""

    # ------------------------------------------------------------ names
    def place(self, place: Place) -> Code:
        """A name of the program, imported unless it stands here."""
        if self.names.is_later(self.module, self.file, place):
            known = self.names.alias(place.module, place.file)
            alias = self.py.module_as(f"{place.module}.{place.file}", known)
            return splice("{}.{}", alias, place.name)
        if place.module != self.module:
            return self.py.name(f"{place.module}.{place.file}", place.name)
        if place.file != self.file:
            return self.py.name(f".{place.file}", place.name)
        return place.name

    def ref(self, id_: DeclId) -> Code:
        """A declaration; what the language declares itself is the runtime's."""
        if "." not in id_:
            return self.py.runtime(id_)
        return self.place(self.names.of(id_))

    def ref_as(self, id_: DeclId, alias: str) -> bool:
        """Import a declaration of another module by a name that is not its own.

        Whether that can be: the name may be taken.
        """
        if "." not in id_:
            return False
        place = self.names.of(id_)
        if place.module == self.module or place.name == alias:
            return False
        if self.names.is_later(self.module, self.file, place):
            return False
        return self.py.name_as(f"{place.module}.{place.file}", place.name, alias)

    def derived(self, id_: DeclId, kind: str) -> Code:
        """What is made for a declaration: see `Names.derived`."""
        return self.place(self.names.derived(id_, kind))

    def kind(self, kind: str) -> Code:
        """The constant of a kind of capabilities."""
        family, _, operation = kind.rpartition(".")
        if "." not in family:
            return splice("{}.{}.kind", self.ref(family), self.field(family, operation))
        return self.place(self.names.kind(kind))

    def variant(self, union: DeclId, variant: str) -> Code:
        """The class of a variant."""
        return self.place(self.names.variant(union, variant))

    def field(self, id_: DeclId, name: str, variant: str = "") -> Code:
        """A field of a declaration, as an attribute."""
        return self.names.fields(id_, variant)[name]

    def fresh(self, base: str) -> Code:
        """A new name for the top of this file."""
        return self.names.module(self.module).fresh(base)

    def constant(self, base: str, value: Code) -> Code:
        """A private constant of this file; equal values share one."""
        if value not in self._constants:
            name = self.fresh(base)
            self.out.add(views.Variable(name, self.py.typing("Final"), value))
            self._constants[value] = name
        return self._constants[value]

    def stdlib(self, name: str) -> Code:
        """A function of the language's standard library."""
        return splice("{}.{}", self.py.runtime("stdlib"), Code(name))

    def datetime(self, name: str) -> Code:
        """A class of the module datetime."""
        return splice("{}.{}", self.py.module("datetime"), Code(name))

    def msgspec(self, name: str) -> Code:
        """A name of msgspec."""
        return splice("{}.{}", self.py.module("msgspec"), Code(name))

    # ------------------------------------------------------------ source
    def position(self, span: Span) -> tuple[str, int]:
        """The file and the line, from 1, in which a span begins."""
        return span.path, self.names.source(span.path).position(span.start)[0]

    def origin(self, span: Span) -> Code:
        """The source map's comment: `# files.pf:11`."""
        path, line = self.position(span)
        return comment(f"{path}:{line}")

    @contextmanager
    def declaring(
        self, span: Span, fence: tuple[int, int] | None = None
    ) -> Iterator[None]:
        """What is defined meanwhile is written for the declaration at `span`.

        `fence` are the first and last line of embedded Python that becomes its body.
        """
        path, line = self.position(span)
        code = "" if fence is None else f", Python {fence[0]}-{fence[1]}"
        before, self.out.origin = self.out.origin, comment(f"{path}:{line}{code}")
        try:
            yield
        finally:
            self.out.origin = before

    def written(self, span: Span) -> str:
        """How a piece of the program is written, on one line."""
        text = self.names.source(span.path).text[span.start : span.end]
        return " ".join(text.split())

    # ------------------------------------------------------------ types
    def type(self, type_: Type) -> Code:
        """The annotation for values of a type."""
        match type_:
            case t.Primitive(name):
                return self._primitive(name)
            case t.ListType(item):
                return splice("tuple[{}, ...]", self.type(item))
            case t.SetType(item):
                return splice("frozenset[{}]", self.type(item))
            case t.MapType(key, value):
                mapping = self.py.name("collections.abc", "Mapping")
                return splice("{}[{}, {}]", mapping, self.type(key), self.type(value))
            case t.OptionalType(item):
                return splice("{} | None", self.type(item))
            case t.PairType(first, second):
                return splice("tuple[{}, {}]", self.type(first), self.type(second))
            case t.PageType(item):
                return splice("{}[{}]", self.py.runtime("Page"), self.type(item))
            case t.ResultType(value, error):
                ok = splice("{}[{}]", self.py.runtime("Ok"), self.type(value))
                err = splice("{}[{}]", self.py.runtime("Err"), self.type(error))
                return splice("{} | {}", ok, err)
            case t.Variable(name):
                return self.variable(name)
            case t.RecordType(id_, arguments):
                return self._applied(self.ref(id_), arguments)
            case t.UnionType(id_, arguments):
                order = alias_order(self.program.by_id[id_])
                chosen = tuple(arguments[at] for at in order)
                return self._applied(self.ref(id_), chosen)
            case t.RefinedType(id_) if self.names.is_late(id_):
                return self.underlying(cast("d.Refined", self.program.by_id[id_]))
            case t.RefinedType(id_) | t.ContextType(id_):
                return self.ref(id_)
            case t.NoneType():
                return Code("None")
            case t.RowType():
                raise NotEmitted("what a stream carries")
            case t.FunctionType(parameters, result):
                made = join(", ", [self.type(each) for each in parameters])
                head = self.py.name("collections.abc", "Callable")
                return splice("{}[[{}], {}]", head, made, self.type(result))
            case t.Unknown():
                return self.py.typing("Never")

    def underlying(self, alias: d.Refined) -> Code:
        """What a type alias stands for, with what decoders and schemas know of it."""
        return self.constrained(alias.base, alias.refinement)

    def constrained(self, base: Type, refinement: d.Refinement | None) -> Code:
        """The annotation for values of a type under a condition."""
        annotation = self.type(base)
        if refinement is None:
            return annotation
        found = [
            splice("{}={}", Code(key), self.out.literal(value))
            for key, value in constraints(refinement, base).items()
        ]
        if t.base_of(base) == t.PATH:
            found.append(Code('extra_json_schema={"format": "path"}'))
        if not found:
            return annotation
        meta = splice("{}({})", self.msgspec("Meta"), join(", ", found))
        return splice("{}[{}, {}]", self.py.typing("Annotated"), annotation, meta)

    def state_type(self, type_: Type) -> Code:
        """The annotation of a field of a reactor's state: its maps are its own dicts."""
        base = t.base_of(type_)
        if isinstance(base, t.MapType):
            return splice("dict[{}, {}]", self.type(base.key), self.type(base.value))
        return self.type(type_)

    def _primitive(self, name: str) -> Code:
        if name in _BUILT_IN:
            return _BUILT_IN[name]
        if name in _DATETIME:
            return self.datetime(_DATETIME[name])
        if name in _IMPORTED:
            return self.py.name(*_IMPORTED[name])
        raise NotEmitted(f"the type {name}")

    def _applied(self, head: Code, arguments: tuple[Type, ...]) -> Code:
        if not arguments:
            return head
        return splice("{}[{}]", head, join(", ", [self.type(a) for a in arguments]))

    @contextmanager
    def signature(self, parameters: Sequence[Type], result: Type) -> Iterator[None]:
        """The signature of one function: type parameters that say nothing are written out.

        One that stands once, for a whole argument, is `object`; one of the result alone
        has no values. Type checkers object to a variable there.
        """
        found = [name for type_ in (*parameters, result) for name in _variables(type_)]
        whole = [_present(type_) for type_ in parameters]
        alone = [each.name for each in whole if isinstance(each, t.Variable)]
        self._lonely = {name: "object" for name in alone if found.count(name) == 1}
        for name in _variables(result):
            if not any(name in _variables(type_) for type_ in parameters):
                self._lonely[name] = "Never"
        try:
            yield
        finally:
            self._lonely = {}

    def variable(self, name: str) -> Code:
        """A type parameter, defined in this file where it is first needed.

        Values never change, so those of records and unions are covariant.
        """
        if name in self._lonely:
            is_object = self._lonely[name] == "object"
            return Code("object") if is_object else self.py.typing("Never")
        covariant = self.file == "types"
        key = name, covariant
        if key not in self._variables:
            base = f"{name}_co" if covariant else identifier(name)
            made = self.fresh(base)
            self._variables[key] = made
            self.out.add(views.TypeVariable(made, covariant))
        return self._variables[key]


def _variables(type_: Type) -> list[str]:
    return [each.name for each in types_in(type_) if isinstance(each, t.Variable)]


def _present(type_: Type) -> Type:
    base = t.base_of(type_)
    return t.base_of(base.item) if isinstance(base, t.OptionalType) else base


def alias_order(union: object) -> tuple[int, ...]:
    """Which type parameters a union's variants use, in the order of first use.

    Python applies the arguments of an alias in this order.
    """
    assert isinstance(union, d.UnionDecl)
    found: list[int] = []
    for variant in union.variants:
        for name in variant_generics(union, variant):
            at = union.generics.index(name)
            if at not in found:
                found.append(at)
    return tuple(found)


def variant_generics(union: d.UnionDecl, variant: d.Variant) -> tuple[str, ...]:
    """The type parameters that a variant uses, in the order of the union's."""
    used = {
        inner.name
        for field in variant.fields
        for inner in types_in(field.type)
        if isinstance(inner, t.Variable)
    }
    return tuple(name for name in union.generics if name in used)
