"""Fields of states, set as quickly as those of any class with slots."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, Union, cast, get_args, get_origin

import msgspec

from packetflow.actor.reactor import State

# What holds nothing else, so that the garbage collector never looks at it.
_ATOMS: Final = frozenset(
    {
        NoneType,
        bool,
        bytes,
        date,
        datetime,
        Decimal,
        float,
        int,
        str,
        time,
        timedelta,
        uuid.UUID,
    }
)


def quicken(state_type: type[State]) -> None:
    """Let Python set the fields of a state type by itself.

    With each field that is set, msgspec sees to it that the garbage collector knows
    the struct if it has to. There is nothing to see to where all fields are numbers,
    texts and the like, nor where one always is a map: such a state is known from the
    start. Python then finds the field's place once, and not at each assignment.
    """
    fields = [field.type for field in msgspec.structs.fields(state_type)]
    is_known = any((get_origin(kind) or kind) is dict for kind in fields)
    if not fields or not (is_known or all(map(_is_atom, fields))):
        return
    own = state_type.__setattr__ is not msgspec.Struct.__setattr__
    if own or state_type.__struct_config__.frozen:
        return
    plain = cast(Any, state_type)
    # Both: the slot in C is the same for setting and deleting.
    plain.__setattr__ = object.__setattr__
    plain.__delattr__ = object.__delattr__


def _is_atom(kind: object) -> bool:
    if get_origin(kind) in (Union, UnionType):
        return all(map(_is_atom, get_args(kind)))
    return kind in _ATOMS
