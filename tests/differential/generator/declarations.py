"""Declared types of a program: what their values are, and how one is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.differential.evaluator.types import Type
from tests.differential.evaluator.values import Value
from tests.differential.generator.terms import Term

BOOL, INT, FLOAT, DECIMAL, STRING = map(Type, "Bool Int Float Decimal String".split())
DURATION, INSTANT, DATE, BYTES, PATH, TIME = map(
    Type, "Duration Instant Date Bytes Path Time".split()
)


@dataclass
class Refined:
    """`type name = base where ...`; `samples` are values that it holds."""

    name: str
    base: Type
    where: str
    samples: list[Value]


@dataclass
class FieldOf:
    """A field or a parameter; `samples` if it has a `where` of its own."""

    name: str
    type: Type
    default: Term | None = None
    where: str = ""
    samples: list[Value] | None = None


@dataclass
class RecordOf:
    """`always` is written, and a predicate over the fields."""

    name: str
    fields: list[FieldOf]
    generics: tuple[str, ...] = ()
    always: str = ""
    holds: Callable[[dict[str, Value]], bool] = lambda fields: True


@dataclass
class UnionOf:
    name: str
    variants: list[RecordOf]
    generics: tuple[str, ...] = ()

    @property
    def is_enumeration(self) -> bool:
        return not any(variant.fields for variant in self.variants)


@dataclass
class FunctionOf:
    name: str
    parameters: list[FieldOf]
    result: Type
    generics: tuple[str, ...] = ()
    fuel: bool = False
    """The first parameter counts down, so it has to be small."""


@dataclass
class World:
    """What a program has declared so far."""

    prefix: str
    refined: dict[str, Refined] = field(default_factory=dict)
    records: dict[str, RecordOf] = field(default_factory=dict)
    unions: dict[str, UnionOf] = field(default_factory=dict)
    functions: dict[str, FunctionOf] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    shared: dict[str, Term] = field(default_factory=dict)
    """Functions that name no type of the program: several programs may share them."""

    def base(self, type_: Type) -> Type:
        """The type without refinements, inside as well."""
        if type_.name in self.refined:
            inner = self.base(self.refined[type_.name].base)
            return Type(inner.name, inner.arguments, type_.optional)
        arguments = tuple(map(self.base, type_.arguments))
        return Type(type_.name, arguments, type_.optional)

    def members(self, type_: Type, variant: str = "") -> list[tuple[FieldOf, Type]]:
        """The fields of a record or variant with their types."""
        owner = self.records.get(type_.name) or self.unions.get(type_.name)
        if owner is None:
            return []
        binding = dict(zip(owner.generics, type_.arguments, strict=False))
        if isinstance(owner, UnionOf):
            if not variant:
                return []
            owner = next(v for v in owner.variants if v.name == variant)
        return [(each, substitute(each.type, binding)) for each in owner.fields]


def substitute(type_: Type, binding: dict[str, Type]) -> Type:
    """The type with its parameters replaced."""
    if type_.name in binding:
        found = binding[type_.name]
        return Type(found.name, found.arguments, found.optional or type_.optional)
    arguments = tuple(substitute(each, binding) for each in type_.arguments)
    return Type(type_.name, arguments, type_.optional)


def optional(type_: Type) -> Type:
    return Type(type_.name, type_.arguments, True)


def list_of(item: Type) -> Type:
    return Type("List", (item,))


def map_of(key: Type, value: Type) -> Type:
    return Type("Map", (key, value))
