"""Capabilities as JSON, for the runtime's own logs: not for what strangers send."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias
from uuid import UUID

from packetflow.capability.kind import Capability, kind_named
from packetflow.capability.pattern import ANY, PathPattern

Wire: TypeAlias = list[object]

# A tag for each type, exactly: a subclass may mean something else by its text.
_TEXT: Final[dict[type, tuple[str, Callable[[str], object]]]] = {
    str: ("s", str),
    int: ("i", int),
    float: ("f", float),
    Decimal: ("d", Decimal),
    UUID: ("u", UUID),
    datetime: ("t", datetime.fromisoformat),
    date: ("y", date.fromisoformat),
    PathPattern: ("p", PathPattern.parse),
}
_READ: Final = dict(_TEXT.values())


def to_wire(capability: Capability) -> Wire:
    """The capability without its end; raises ValueError for a value without a form."""
    return [capability.kind.name, [_argument(one) for one in capability.arguments]]


def from_wire(wire: object) -> Capability:
    """The capability that was written; raises ValueError if it means nothing here."""
    match wire:
        case [str(name), [*arguments]]:
            kind = kind_named(name)
            if kind is None:
                raise ValueError(f"there is no operation {name}")
            return kind(*map(_read, arguments))
    raise ValueError(f"{wire!r} is no capability")


def _argument(value: object) -> Wire:
    if value is ANY:
        return ["*"]
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, timedelta):
        return ["l", str(value // timedelta(microseconds=1))]
    if isinstance(value, bytes):
        return ["x", value.hex()]
    if isinstance(value, Enum):
        kind = type(value)
        return ["e", kind.__module__, kind.__qualname__, value.name]
    known = _TEXT.get(type(value))
    if known is None:
        raise ValueError(f"{value!r} cannot be kept in a log")
    return [known[0], value.isoformat() if isinstance(value, date) else str(value)]


def _read(wire: object) -> object:
    try:
        match wire:
            case ["*"]:
                return ANY
            case ["n"]:
                return None
            case ["b", bool(value)]:
                return value
            case ["l", str(steps)]:
                return timedelta(microseconds=int(steps))
            case ["x", str(digits)]:
                return bytes.fromhex(digits)
            case ["e", str(module), str(name), str(member)]:
                return _member(module, name, member)
            case [str(tag), str(text)] if tag in _READ:
                return _READ[tag](text)
    except (ArithmeticError, LookupError, TypeError) as error:
        raise ValueError(f"{wire!r} is no argument: {error}") from None
    raise ValueError(f"{wire!r} is no argument")


def _member(module: str, name: str, member: str) -> Enum:
    # Only what the program has loaded itself: a log imports nothing.
    found = getattr(sys.modules.get(module), name, None)
    if not isinstance(found, type) or not issubclass(found, Enum):
        raise ValueError(f"there is no {module}.{name}")
    return found[member]
