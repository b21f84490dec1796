"""Compiler values as JSON values."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass


def plain(value: object) -> object:
    """What `json.dumps` takes; a dataclass becomes an object with its class as `is`.

    Sets are sorted by their JSON form, so that the result is always the same.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case enum.Enum():
            return value.name
        case _ if is_dataclass(value) and not isinstance(value, type):
            told = {
                each.name: plain(getattr(value, each.name)) for each in fields(value)
            }
            return {"is": type(value).__name__, **told}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case Mapping():
            return {_key(key): plain(each) for key, each in value.items()}
        case Set():
            return sorted((plain(each) for each in value), key=repr)
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [plain(each) for each in value]
        case _:
            return str(value)


def _key(key: object) -> str:
    made = plain(key)
    return made if isinstance(made, str) else str(made)
