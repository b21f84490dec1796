"""The shape of a reactor's state, read from its classes: what a store remembers of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from msgspec import NODEFAULT, inspect

from packetflow.actor.reactor import State
from packetflow.shape import OPTIONAL, Shape

_ITEMS: Final[dict[type[inspect.Type], str]] = {
    inspect.ListType: "list",
    inspect.VarTupleType: "list",
    inspect.CollectionType: "list",
    inspect.SetType: "set",
    inspect.FrozenSetType: "set",
}


@lru_cache(maxsize=500)
def shape_of(kind: type[State]) -> Shape:
    """The shape of a state: its fields, and all types inside.

    Refinements are not in it: reading a value checks them.
    """
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    shaper = _Shaper()
    return {"state": shaper.fields(info), "types": shaper.types}


class _Shaper:
    def __init__(self) -> None:
        self.types: dict[str, Any] = {}

    def fields(self, struct: inspect.StructType) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for field in struct.fields:
            made[field.encode_name] = {"type": self.kind(field.type)}
            given = (field.default, field.default_factory)
            if given != (NODEFAULT, NODEFAULT):
                made[field.encode_name]["default"] = True
        return made

    def kind(self, kind: inspect.Type) -> Any:
        """The type as it is in a shape; what it is made of is noted in `types`."""
        if isinstance(kind, inspect.Metadata):
            return self.kind(kind.type)
        if (name := _ITEMS.get(type(kind))) is not None:
            item: inspect.Type = getattr(kind, "item_type")  # noqa: B009 - no common base
            return {name: [self.kind(item)]}
        match kind:
            case inspect.TupleType(item_types=items):
                return {"tuple": [self.kind(one) for one in items]}
            case inspect.DictType(key_type=key, value_type=value):
                return {"map": [self.kind(key), self.kind(value)]}
            case inspect.EnumType(cls=cls):
                return self._named(cls, {"enum": [one.value for one in cls]})
            case inspect.StructType():
                return self._structs([kind])
            case inspect.UnionType(types=types):
                return self._union(types)
            case inspect.CustomType(cls=cls):
                return f"{cls.__module__}.{cls.__qualname__}"
        return type(kind).__name__.removesuffix("Type")

    def _union(self, types: tuple[inspect.Type, ...]) -> Any:
        some = [one for one in types if not isinstance(one, inspect.NoneType)]
        if all(isinstance(one, inspect.StructType) for one in some):
            structs = [one for one in some if isinstance(one, inspect.StructType)]
            made: Any = self._structs(structs)
        elif len(some) == 1:
            made = self.kind(some[0])
        else:
            made = {"either": sorted((self.kind(one) for one in some), key=str)}
        return made if len(some) == len(types) else {OPTIONAL: [made]}

    def _structs(self, structs: list[inspect.StructType]) -> str:
        """One that has no tag is a record, those with tags are variants of a union."""
        names = [_name(one.cls) for one in structs]
        name = (
            names[0]
            if len(names) == 1
            else "{}.({})".format(
                names[0].rpartition(".")[0],
                " | ".join(n.rpartition(".")[2] for n in names),
            )
        )
        if name not in self.types:
            made = self.types[name] = {}  # before the fields: they may lead back here
            if len(structs) == 1 and structs[0].tag is None:
                made["record"] = self.fields(structs[0])
            else:
                made["union"] = {str(one.tag): self.fields(one) for one in structs}
        return name

    def _named(self, cls: type, definition: dict[str, Any]) -> str:
        self.types[_name(cls)] = definition
        return _name(cls)


def _name(cls: Any) -> str:
    # A generic record with its arguments is no class, and shows them.
    if not isinstance(cls, type):
        return str(cls)
    return f"{cls.__module__}.{cls.__qualname__}"
