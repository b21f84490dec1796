"""Values as the strings of forms and URLs, and such strings as values."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

__all__ = ["Shape", "field_texts", "raw_values", "shapes"]


class Shape(Enum):
    """How a field travels in a form or a query."""

    TEXT = auto()
    SCALAR = auto()
    FLAG = auto()
    BYTES = auto()
    MANY = auto()
    JSON = auto()


_SCALARS: Final = (
    inspect.IntType,
    inspect.FloatType,
    inspect.DecimalType,
    inspect.UUIDType,
    inspect.DateType,
    inspect.TimeType,
    inspect.DateTimeType,
    inspect.TimeDeltaType,
    inspect.EnumType,
    inspect.LiteralType,
)


_ATOMS: Final = (Shape.TEXT, Shape.SCALAR, Shape.FLAG)


def _shape(type_info: inspect.Type) -> Shape:
    match type_info:
        case inspect.Metadata():
            return _shape(type_info.type)
        case inspect.UnionType():
            kinds = {
                _shape(each)
                for each in type_info.types
                if not isinstance(each, inspect.NoneType)
            }
            return kinds.pop() if len(kinds) == 1 else Shape.JSON
        case inspect.StrType():
            return Shape.TEXT
        case inspect.BoolType():
            return Shape.FLAG
        case inspect.BytesType():
            return Shape.BYTES
        case _ if isinstance(type_info, _SCALARS):
            return Shape.SCALAR
        case inspect.ListType() | inspect.SetType() | inspect.FrozenSetType() as many:
            return _collection(many.item_type)
        case inspect.VarTupleType():
            return _collection(type_info.item_type)
        case _:
            return Shape.JSON


def _collection(item: inspect.Type) -> Shape:
    return Shape.MANY if _shape(item) in _ATOMS else Shape.JSON


def _optional(type_info: inspect.Type) -> bool:
    return isinstance(type_info, inspect.UnionType) and type_info.includes_none


@cache
def shapes(struct: type[msgspec.Struct]) -> Mapping[str, tuple[Shape, bool]]:
    """Give each field's shape and whether `None` is one of its values."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return {
        field.encode_name: (_shape(field.type), _optional(field.type))
        for field in info.fields
    }


def field_texts(value: object) -> tuple[str, ...]:
    """Give the strings that stand for a value in a form or a query; none for `None`."""
    match value:
        case None:
            return ()
        case str():
            return (value,)
        case bool():
            return ("true" if value else "false",)
        case bytes():
            return (base64.b64encode(value).decode("ascii"),)
        case tuple() | list() | frozenset() | set():
            if all(_is_atom(item) for item in value):
                return tuple(text for item in value for text in field_texts(item))
            return (msgspec.json.encode(value).decode("utf-8"),)
        case _:
            encoded = msgspec.to_builtins(value)
            if isinstance(encoded, str):
                return (encoded,)
            return (msgspec.json.encode(value).decode("utf-8"),)


def _is_atom(value: object) -> bool:
    return not isinstance(
        value, (msgspec.Struct, Mapping, tuple, list, frozenset, set, bytes, type(None))
    )


def raw_values(
    struct: type[msgspec.Struct],
    texts: Mapping[str, Sequence[str]],
    *,
    typed: frozenset[str] = frozenset(),
    offered: Sequence[str] = (),
) -> dict[str, Any]:
    """Turn strings into values that `msgspec.convert(..., strict=False)` accepts.

    `typed` names the fields that a person filled in: bytes are then the UTF-8 text and
    not base64, and line ends are newlines. `offered` names what the form has inputs
    for: a browser sends nothing for a box that is not ticked or for an empty choice.

    Raises ValueError, with the field's name first, for JSON that cannot be read.
    """
    known = shapes(struct)
    values: dict[str, Any] = {}
    for name in {**dict.fromkeys(texts), **dict.fromkeys(offered)}:
        if name not in known:
            continue
        shape, optional = known[name]
        value = _raw_value(
            shape, optional, texts.get(name, ()), name in typed, name in offered
        )
        if value is not msgspec.UNSET:
            values[name] = value
    return values


def _raw_value(
    shape: Shape, optional: bool, given: Sequence[str], typed: bool, offered: bool
) -> Any:
    if not given:
        return _absent(shape, optional) if offered else msgspec.UNSET
    if shape is Shape.MANY:
        return [item for item in given if item]
    value = given[-1].replace("\r\n", "\n") if typed else given[-1]
    if not value and optional:
        return None
    match shape:
        case Shape.FLAG:
            return value.lower() not in ("", "false", "0", "off")
        case Shape.SCALAR:
            return value or msgspec.UNSET
        case Shape.BYTES if typed:
            return value.encode("utf-8")
        case Shape.JSON:
            return msgspec.json.decode(value)
        case _:
            return value


def _absent(shape: Shape, optional: bool) -> Any:
    if optional:
        return None
    if shape is Shape.FLAG:
        return False
    return [] if shape is Shape.MANY else msgspec.UNSET
