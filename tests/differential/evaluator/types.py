"""Declared types, and what becomes of a value where a type is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pfc.syntax.ast import data
from pfc.syntax.ast.base import Name
from pfc.syntax.ast.module import Module
from pfc.syntax.ast.types import TypeRef


@dataclass(frozen=True, slots=True)
class Type:
    """`name[arguments]`, with a question mark or without."""

    name: str
    arguments: tuple[Type, ...] = ()
    optional: bool = False

    @property
    def present(self) -> Type:
        return Type(self.name, self.arguments)


Binding = Mapping[str, Type]


class Declarations:
    """What a module declares, by name."""

    def __init__(self, module: Module) -> None:
        self.aliases: dict[str, data.TypeAlias] = {}
        self.records: dict[str, data.Record] = {}
        self.unions: dict[str, data.UnionDecl] = {}
        self.functions: dict[str, data.Function] = {}
        self.variants: dict[str, list[tuple[data.UnionDecl, data.Variant]]] = {}
        self.words: frozenset[str] = frozenset()
        """The variants of unions without any field: they read as their name."""
        for each in module.declarations:
            match each:
                case data.TypeAlias():
                    self.aliases[each.name.text] = each
                case data.Record():
                    self.records[each.name.text] = each
                case data.Function():
                    self.functions[each.name.text] = each
                case data.UnionDecl():
                    self.unions[each.name.text] = each
                    if not any(variant.fields for variant in each.variants):
                        self.words |= {variant.name.text for variant in each.variants}
                    for variant in each.variants:
                        known = self.variants.setdefault(variant.name.text, [])
                        known.append((each, variant))

    def variant(self, union: str, name: str) -> data.Variant:
        """A variant of a union."""
        return next(v for v in self.unions[union].variants if v.name.text == name)

    def base(self, type_: Type | None) -> Type | None:
        """The type behind refinements and other names, a question mark aside."""
        while type_ is not None and type_.name in self.aliases:
            alias = self.aliases[type_.name]
            type_ = resolve(alias.type, bound(alias.generics, type_.arguments))
        return None if type_ is None else type_.present


def resolve(ref: TypeRef, binding: Binding) -> Type:
    """The type that is written, its type parameters replaced."""
    name = ref.name.last.text
    if name in binding:
        found = binding[name]
        optional = found.optional or ref.optional > 0
        return Type(found.name, found.arguments, optional)
    arguments = tuple(resolve(each, binding) for each in ref.arguments)
    return Type(name, arguments, ref.optional > 0)


def bound(names: Iterable[Name], arguments: tuple[Type, ...]) -> Binding:
    """Type parameters with what they stand for, as far as that is known."""
    return dict(zip((name.text for name in names), arguments, strict=False))
