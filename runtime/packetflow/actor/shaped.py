"""The shapes of states and messages, read from their classes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, final

import msgspec
from msgspec import NODEFAULT, inspect

from packetflow.actor.reactor import State
from packetflow.codec import CodecError
from packetflow.shape import OPTIONAL, Shape, Type

_TAG: Final = "type"

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


@lru_cache(maxsize=2_000)
def shape_of_value(kind: Any) -> tuple[Type, Mapping[str, Any]]:
    """The shape of a type, and of all types inside."""
    shaper = _Shaper()
    return shaper.kind(inspect.type_info(kind)), shaper.types


def check_whole(kind: Any, body: msgspec.Raw, what: str) -> None:
    """Raises CodecError if reading this as a value of a type would drop a part of it."""
    shape, types = shape_of_value(kind)
    for gone in Members(types).extra(shape, json.loads(bytes(body))):
        raise CodecError(
            f"{what} was kept with {gone}, which is not there any more: it would be lost"
        )


@final
class Members:
    """Finds members of objects, in JSON data, that reading would drop without a word.

    Most of what is kept has none inside: those types are told apart once.
    """

    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types = types
        self._plain: dict[str, bool] = {}

    def extra(self, kind: Type, value: Any, place: str = "") -> Iterator[str]:
        """Where they are, from `place` on."""
        if value is None or self._is_plain(kind):
            return
        if isinstance(kind, str):
            yield from self._object(kind, value, place)
            return
        ((constructor, inner),) = kind.items()
        if constructor == OPTIONAL:
            yield from self.extra(inner[0], value, place)
        elif constructor == "map" and isinstance(value, dict | list):
            # What is no list of pairs is told when it is read.
            for pair in value.items() if isinstance(value, dict) else value:
                if isinstance(pair, tuple | list):
                    for one, part in zip(inner, pair, strict=False):
                        yield from self.extra(one, part, place)
        elif constructor in ("list", "set", "tuple") and isinstance(value, list):
            for number, item in enumerate(value):
                yield from self.extra(inner[number % len(inner)], item, place)

    def _object(self, kind: str, value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            return
        defined = self._types[kind]
        fields = defined.get("record")
        known: Any = () if fields is None else fields.keys()
        if "union" in defined:
            fields = defined["union"].get(str(value.get(_TAG)), {})
            known = {_TAG, *fields}
        if fields is None:
            return
        if value.keys() != known:
            for name in sorted(value.keys() - known):
                yield f"{place}.{name}" if place else name
        for name, field in fields.items():
            if name in value and not self._is_plain(field["type"]):
                yield from self.extra(field["type"], value[name], name)

    def _is_plain(self, kind: Type) -> bool:
        """Whether there are no objects with members in values of a type."""
        if not isinstance(kind, str):
            ((_, inner),) = kind.items()
            return all(isinstance(one, str) and self._is_plain(one) for one in inner)
        plain = self._plain.get(kind)
        if plain is None:
            defined = self._types.get(kind, {})
            plain = self._plain[kind] = not ("record" in defined or "union" in defined)
        return plain


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
